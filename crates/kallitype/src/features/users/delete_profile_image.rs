//! `DELETE /users/profile-image`: takes the caller's picture away.

use axum::extract::State;
use http::StatusCode;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts::profile_image;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/users/profile-image",
    tag = "Users",
    operation_id = "deleteProfileImage",
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_profile_image(
    State(app): State<App>,
    caller: Caller,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.commit(
        move |connection| match profile_image::exchange(connection, user, None, now())? {
            true => Ok(()),
            false => Err(ApiError::bad_request("There is no profile image to delete")),
        },
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

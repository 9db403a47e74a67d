//! `DELETE /users/profile-image`: takes the caller's picture away.

use axum::extract::State;
use http::StatusCode;

use super::profile_image;
use crate::access::Caller;
use crate::http::error::{ApiError, Result};
use crate::http::state::App;
use crate::http::time::now;
use crate::library;

#[utoipa::path(
    delete,
    path = "/api/users/profile-image",
    tag = "Users",
    operation_id = "deleteProfileImage",
    responses((status = 204, description = "")),
)]
pub async fn delete_profile_image(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.db
        .write(
            move |connection| match profile_image::exchange(connection, user, None, now())? {
                true => Ok(()),
                false => Err(ApiError::bad_request("There is no profile image to delete")),
            },
        )
        .await?;
    library::journal_account(&app, user).await;
    library::remove_doomed_files(&app).await;
    Ok(StatusCode::NO_CONTENT)
}

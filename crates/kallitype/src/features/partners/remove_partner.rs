//! `DELETE /partners/{id}`: the caller shows someone their timeline no more.

use axum::extract::State;
use http::StatusCode;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::partners;
use crate::core::partners::Sharing;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/partners/{id}",
    tag = "Partners",
    operation_id = "removePartner",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn remove_partner(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    let sharing = Sharing {
        by: caller.user_id()?,
        with: id,
    };
    let was_shared = app
        .commit(move |connection| partners::delete(connection, sharing, now()))
        .await?;
    if was_shared {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::bad_request("Partner not found"))
    }
}

//! `GET /notifications` and `/notifications/{id}`: what the caller was told, newest first.

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::notifications::notification::{NotificationDto, NotificationQuery};
use crate::core::notifications::queries;
use crate::features::notifications::refused;
use kallitype_web::error::Result;
use kallitype_web::fields::{Id, Queried};
use kallitype_web::version::Wire;

#[utoipa::path(
    get,
    path = "/api/notifications",
    tag = "Notifications",
    operation_id = "getNotifications",
    params(NotificationQuery),
    responses((status = 200, body = Vec<NotificationDto>, description = "")),
)]
pub(crate) async fn get_notifications(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(wanted): Queried<NotificationQuery>,
) -> Result<Json<Vec<NotificationDto>>> {
    let user = caller.user_id()?;
    let limit = app.settings.max_notifications.into();
    let listed = app
        .db
        .scan(move |connection| queries::list(connection, user, &wanted, wire, limit))
        .await?;
    Ok(Json(listed))
}

#[utoipa::path(
    get,
    path = "/api/notifications/{id}",
    tag = "Notifications",
    operation_id = "getNotification",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = NotificationDto, description = "")),
)]
pub(crate) async fn get_notification(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
) -> Result<Json<NotificationDto>> {
    let user = caller.user_id()?;
    let found = app
        .db
        .read(move |connection| queries::find(connection, user, id, wire))
        .await?;
    found
        .map(Json)
        .ok_or_else(|| refused(Permission::NotificationRead))
}

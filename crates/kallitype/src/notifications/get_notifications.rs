//! `GET /notifications` and `/notifications/{id}`: what the caller was told, newest first.

use axum::Json;
use axum::extract::State;

use super::dto::{NotificationDto, NotificationLevel, NotificationQuery, NotificationType};
use super::{queries, refused};
use crate::access::{Caller, Permission};
use crate::http::error::Result;
use crate::http::fields::{Id, Queried};
use crate::http::state::App;
use crate::http::version::Wire;

#[utoipa::path(
    get,
    path = "/api/notifications",
    tag = "Notifications",
    operation_id = "getNotifications",
    params(
        ("id" = Option<uuid::Uuid>, Query, nullable = false),
        ("level" = Option<NotificationLevel>, Query, nullable = false),
        ("type" = Option<NotificationType>, Query, nullable = false),
        ("unread" = Option<bool>, Query, nullable = false),
    ),
    responses((status = 200, body = Vec<NotificationDto>, description = "")),
)]
pub async fn get_notifications(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(wanted): Queried<NotificationQuery>,
) -> Result<Json<Vec<NotificationDto>>> {
    let user = caller.user_id()?;
    let most = app.settings.max_notifications.into();
    let listed = app
        .db
        .read(move |connection| queries::list(connection, user, &wanted, wire, most))
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
pub async fn get_notification(
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

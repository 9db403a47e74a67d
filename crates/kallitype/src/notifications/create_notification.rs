//! `POST /admin/notifications`: tells a user something.

use axum::extract::State;
use axum::response::Response;

use super::dto::{NotificationCreateDto, NotificationDto, NotificationLevel, Topic};
use super::queries::{self, NewNotification};
use crate::http::created;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::state::App;
use crate::http::time::now;
use crate::http::version::Wire;

#[utoipa::path(
    post,
    path = "/api/admin/notifications",
    tag = "Notifications (Admin)",
    operation_id = "createNotification",
    request_body = NotificationCreateDto,
    responses((status = 201, body = NotificationDto, description = "")),
)]
pub async fn create_notification(
    State(app): State<App>,
    wire: Wire,
    Body(dto): Body<NotificationCreateDto>,
) -> Result<Response> {
    let user = dto.user_id;
    let notification = NewNotification {
        user_id: user,
        topic: dto.topic.unwrap_or(Topic::Custom),
        level: dto.level.unwrap_or(NotificationLevel::Info),
        album_id: None,
        title: dto.title,
        description: dto.description,
        data: dto.data,
        read_at: dto.read_at,
    };
    let made = app
        .db
        .write(move |connection| {
            if !queries::has_account(connection, user)? {
                return Err(ApiError::bad_request("User not found"));
            }
            let id = queries::insert(connection, &notification, now())?;
            let made = queries::find(connection, user, id, wire)?;
            made.ok_or_else(|| ApiError::internal("a notification vanished while it was made"))
        })
        .await?;
    Ok(created(made))
}

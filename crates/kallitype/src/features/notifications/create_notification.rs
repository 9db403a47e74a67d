//! `POST /admin/notifications`: tells a user something.

use axum::extract::State;
use axum::response::Response;

use crate::app::state::App;
use crate::core::notifications::notification::{NotificationDto, NotificationLevel, Topic};
use crate::core::notifications::queries;
use crate::core::notifications::queries::NewNotification;
use crate::features::notifications::dto::NotificationCreateDto;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::response::created;
use kallitype_web::time::now;
use kallitype_web::version::Wire;

#[utoipa::path(
    post,
    path = "/api/admin/notifications",
    tag = "Notifications (Admin)",
    operation_id = "createNotification",
    request_body = NotificationCreateDto,
    responses((status = 201, body = NotificationDto, description = "")),
)]
pub(crate) async fn create_notification(
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
        .commit(move |connection| {
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

//! `PUT /notifications` and `/notifications/{id}`: says when they were read, or that they were not.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::notifications::notification::NotificationDto;
use crate::core::notifications::queries;
use crate::features::notifications::dto::{NotificationUpdateAllDto, NotificationUpdateDto};
use crate::features::notifications::{refused, require_own};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::version::Wire;

#[utoipa::path(
    put,
    path = "/api/notifications",
    tag = "Notifications",
    operation_id = "updateNotifications",
    request_body = NotificationUpdateAllDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn update_notifications(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<NotificationUpdateAllDto>,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.commit(move |connection| {
        require_own(connection, user, &dto.ids, Permission::NotificationUpdate)?;
        if let Some(read_at) = dto.read_at {
            for id in &dto.ids {
                queries::set_read(connection, *id, read_at)?;
            }
        }
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(
    put,
    path = "/api/notifications/{id}",
    tag = "Notifications",
    operation_id = "updateNotification",
    params(("id" = uuid::Uuid, Path)),
    request_body = NotificationUpdateDto,
    responses((status = 200, body = NotificationDto, description = "")),
)]
pub(crate) async fn update_notification(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
    Body(dto): Body<NotificationUpdateDto>,
) -> Result<Json<NotificationDto>> {
    let user = caller.user_id()?;
    let updated = app
        .commit(move |connection| {
            require_own(connection, user, &[id], Permission::NotificationUpdate)?;
            if let Some(read_at) = dto.read_at {
                queries::set_read(connection, id, read_at)?;
            }
            let updated = queries::find(connection, user, id, wire)?;
            updated.ok_or_else(|| refused(Permission::NotificationUpdate))
        })
        .await?;
    Ok(Json(updated))
}

//! `DELETE /notifications` and `/notifications/{id}`: they are gone.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::notifications::queries;
use crate::features::notifications::dto::NotificationDeleteAllDto;
use crate::features::notifications::require_own;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/notifications",
    tag = "Notifications",
    operation_id = "deleteNotifications",
    request_body = NotificationDeleteAllDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_notifications(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<NotificationDeleteAllDto>,
) -> Result<StatusCode> {
    delete(&app, caller.user_id()?, dto.ids).await
}

#[utoipa::path(
    delete,
    path = "/api/notifications/{id}",
    tag = "Notifications",
    operation_id = "deleteNotification",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_notification(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    delete(&app, caller.user_id()?, vec![id]).await
}

async fn delete(app: &App, user: Uuid, ids: Vec<Uuid>) -> Result<StatusCode> {
    app.commit(move |connection| {
        require_own(connection, user, &ids, Permission::NotificationDelete)?;
        let now = now();
        for id in &ids {
            queries::delete(connection, user, *id, now)?;
        }
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

//! What users are told in the app, and by mail.

pub(crate) mod create_notification;
pub(crate) mod delete_notifications;
pub(crate) mod dto;
pub(crate) mod get_notification_template;
pub(crate) mod get_notifications;
pub(crate) mod send_test_email;
pub(crate) mod update_notifications;

use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::Permission;
use crate::access::Permission::{All, NotificationDelete, NotificationRead, NotificationUpdate};
use crate::app::routes::{Routes, Who};
use crate::core::notifications::queries;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};

/// Every URL about notifications, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Who::User(NotificationRead),
            routes!(get_notifications::get_notifications),
        )
        .add(
            Who::User(NotificationUpdate),
            routes!(update_notifications::update_notifications),
        )
        .add(
            Who::User(NotificationDelete),
            routes!(delete_notifications::delete_notifications),
        )
        .add(
            Who::User(NotificationRead),
            routes!(get_notifications::get_notification),
        )
        .add(
            Who::User(NotificationUpdate),
            routes!(update_notifications::update_notification),
        )
        .add(
            Who::User(NotificationDelete),
            routes!(delete_notifications::delete_notification),
        )
        .add(
            Who::Admin(All),
            routes!(create_notification::create_notification),
        )
        .add(
            Who::Admin(All),
            routes!(get_notification_template::get_notification_template_admin),
        )
        .add(
            Who::Admin(All),
            routes!(send_test_email::send_test_email_admin),
        )
}

/// Refuses the whole list when one of the notifications is not the user's.
fn require_own(
    connection: &mut Connection<'_>,
    user: Uuid,
    ids: &[Uuid],
    needed: Permission,
) -> Result<()> {
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let count = wanted.len();
    if usize::try_from(queries::count_own(connection, user, wanted)?) == Ok(count) {
        Ok(())
    } else {
        Err(refused(needed))
    }
}

/// The answer to whoever asks for a notification that is missing or someone else's.
fn refused(needed: Permission) -> ApiError {
    ApiError::bad_request(format!("Not found or no {} access", needed.name()))
}

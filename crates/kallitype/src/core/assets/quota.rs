use uuid::Uuid;

use crate::core::accounts;
use crate::core::assets::queries;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};

/// Refuses what comes for an account that went out of use while it was on its way.
///
/// # Errors
/// 401 as for any credential of such an account.
pub(crate) fn require_active(connection: &mut Connection<'_>, owner: Uuid) -> Result<()> {
    connection.lock("account", owner)?;
    if accounts::queries::is_active(connection, owner)? {
        Ok(())
    } else {
        Err(ApiError::unauthorized("Authentication required"))
    }
}

/// Refuses bytes that do not fit into the owner's quota.
///
/// # Errors
/// 400 when they do not.
pub(crate) fn require_quota(
    connection: &mut Connection<'_>,
    owner: Uuid,
    bytes: i64,
) -> Result<()> {
    // Two uploads at once must not both fit into what is left for one.
    connection.lock("account", owner)?;
    match queries::remaining_quota(connection, owner)? {
        Some(room) if room < bytes => Err(quota_exceeded()),
        _ => Ok(()),
    }
}

/// The answer to more than the owner may keep.
#[must_use]
pub(crate) fn quota_exceeded() -> ApiError {
    ApiError::bad_request("Quota has been exceeded!")
}

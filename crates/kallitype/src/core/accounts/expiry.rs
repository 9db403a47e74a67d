use uuid::Uuid;

use crate::app::events;
use crate::app::events::Event;
use crate::core::accounts;
use crate::core::choices::UserStatus;
use crate::core::sessions;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result};
use kallitype_web::time::now;

/// Takes an account out of use and ends its sessions. With `is_final`, it cannot come back: a job removes
/// everything it has.
///
/// # Errors
/// When the database fails.
pub(crate) fn begin(connection: &mut Connection<'_>, id: Uuid, is_final: bool) -> Result<()> {
    let status = match is_final {
        true => UserStatus::Removing,
        false => UserStatus::Deleted,
    };
    accounts::queries::set_status(connection, id, status, Some(now()))?;
    sessions::queries::delete_sessions(connection, id, None)?;
    events::note(connection, &Event::AccountClosed { user: id })?;
    if is_final {
        queue::enqueue(connection, JobKind::RemoveAccount, id)?;
    }
    Ok(())
}

/// Has the accounts removed whose grace period began before `deadline`, and those whose removal failed.
///
/// # Errors
/// When the database fails.
pub(crate) fn expire(connection: &mut Connection<'_>, deadline: i64) -> Result<()> {
    for id in accounts::queries::list_expired(connection, deadline)? {
        accounts::queries::set_removing(connection, id, deadline)?;
    }
    for id in accounts::queries::list_removing(connection)? {
        queue::enqueue(connection, JobKind::RemoveAccount, id)?;
    }
    Ok(())
}

use uuid::Uuid;

use crate::access::{Session, User};
use crate::app::events;
use crate::app::events::Event;
use kallitype_db::constcat::concat;
use kallitype_db::{Connection, Result, new_id};
use kallitype_web::time::now;

/// A session to be begun. Times are microseconds UTC.
#[derive(Debug, Clone)]
pub(crate) struct NewSession {
    pub user_id: Uuid,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    pub device_type: String,
    pub device_os: String,
    pub expires_at: Option<i64>,
    /// Whether it was begun at a provider.
    pub is_oauth: bool,
}

pub(crate) fn insert_session(
    connection: &mut Connection<'_>,
    session: &NewSession,
) -> Result<Uuid> {
    let id = new_id();
    connection.execute(
        "INSERT INTO session (id, user_id, token_hash, device_type, device_os, is_pending_sync_reset, expires_at, \
         is_oauth, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, FALSE, $6, $7, $8, $8)",
        &[
            id.into(),
            session.user_id.into(),
            session.token_hash.into(),
            (&session.device_type).into(),
            (&session.device_os).into(),
            session.expires_at.into(),
            session.is_oauth.into(),
            now().into(),
        ],
    )?;
    Ok(id)
}

/// Whose session a token opens, and when it was last used; one that has expired, or was not used since
/// `idle_limit`, is none, and neither is one of an account that is not in use.
///
/// # Errors
/// When the database fails.
pub(crate) fn find_session(
    connection: &mut Connection<'_>,
    token_hash: &[u8; 32],
    now: i64,
    idle_limit: i64,
) -> Result<Option<(User, Session, i64)>> {
    const SQL: &str = concat!(
        "SELECT ",
        User::COLUMNS,
        ", session.id, session.pin_expires_at, session.updated_at \
         FROM session JOIN account ON account.id = session.user_id \
         WHERE session.token_hash = $1 AND (session.expires_at IS NULL OR session.expires_at > $2) \
         AND session.updated_at > $3 AND account.status = 'active'",
    );
    let parameters = [(*token_hash).into(), now.into(), idle_limit.into()];
    let found: Option<(User, Uuid, Option<i64>, i64)> =
        connection.query_optional(SQL, &parameters)?;
    Ok(found.map(|(user, id, unlocked_until, used_at)| {
        let is_elevated = unlocked_until.is_some_and(|until| until > now);
        (user, Session { id, is_elevated }, used_at)
    }))
}

pub(crate) fn touch_session(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
    connection.execute(
        "UPDATE session SET updated_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    Ok(())
}

/// When a session ends, and until when its PIN holds.
pub(crate) fn find_session_times(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<(Option<i64>, Option<i64>)>> {
    let sql = "SELECT expires_at, pin_expires_at FROM session WHERE id = $1";
    connection.query_optional(sql, &[id.into()])
}

/// Opens the locked assets to a session until a moment, or closes them.
pub(crate) fn set_unlocked_until(
    connection: &mut Connection<'_>,
    id: Uuid,
    until: Option<i64>,
) -> Result<()> {
    connection.execute(
        "UPDATE session SET pin_expires_at = $2 WHERE id = $1",
        &[id.into(), until.into()],
    )?;
    Ok(())
}

/// Closes the locked assets to all of a user's sessions.
pub(crate) fn lock_sessions(connection: &mut Connection<'_>, user: Uuid) -> Result<()> {
    connection.execute(
        "UPDATE session SET pin_expires_at = NULL WHERE user_id = $1",
        &[user.into()],
    )?;
    Ok(())
}

/// Ends a session; answers whether it was begun at a provider.
pub(crate) fn end_session(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    let sql = "DELETE FROM session WHERE id = $1 RETURNING is_oauth";
    let ended = connection.query_optional(sql, &[id.into()])?;
    tell_ended(connection, id)?;
    Ok(ended.unwrap_or(false))
}

pub(crate) fn delete_session(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    connection.execute("DELETE FROM session WHERE id = $1", &[id.into()])?;
    tell_ended(connection, id)
}

/// Ends a user's sessions, except for one.
pub(crate) fn delete_sessions(
    connection: &mut Connection<'_>,
    user: Uuid,
    except: Option<Uuid>,
) -> Result<()> {
    let kept = except.unwrap_or(Uuid::nil());
    let sql = "DELETE FROM session WHERE user_id = $1 AND id <> $2 RETURNING id";
    let ended: Vec<Uuid> = connection.query(sql, &[user.into(), kept.into()])?;
    ended
        .into_iter()
        .try_for_each(|id| tell_ended(connection, id))
}

/// Has the apps begin anew of those who are shown what a user has: that all of it is shown again cannot be told row by row.
pub(crate) fn require_sync_reset(connection: &mut Connection<'_>, of: Uuid) -> Result<()> {
    let sql = "UPDATE session SET is_pending_sync_reset = TRUE WHERE user_id IN ( \
        SELECT shared_with_id FROM partner WHERE shared_by_id = $1 \
        UNION SELECT other.user_id FROM album_user mine JOIN album_user other ON other.album_id = mine.album_id \
         WHERE mine.user_id = $1 \
        UNION SELECT other.user_id FROM partner JOIN album_user mine ON mine.user_id = partner.shared_with_id \
         JOIN album_user other ON other.album_id = mine.album_id WHERE partner.shared_by_id = $1)";
    connection.execute(sql, &[of.into()]).map(drop)
}

fn tell_ended(connection: &mut Connection<'_>, session: Uuid) -> Result<()> {
    events::note(connection, &Event::SessionEnded { session })
}

/// Which of some sessions are open still.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_open(
    connection: &mut Connection<'_>,
    ids: Vec<Uuid>,
    now: i64,
    idle_limit: i64,
) -> Result<Vec<Uuid>> {
    let sql = "SELECT session.id FROM session JOIN account ON account.id = session.user_id \
        WHERE session.id IN LIST($1) AND (session.expires_at IS NULL OR session.expires_at > $2) \
        AND session.updated_at > $3 AND account.status = 'active'";
    connection.query(sql, &[ids.into(), now.into(), idle_limit.into()])
}

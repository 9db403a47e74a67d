//! SQL of the list of sessions.

use uuid::Uuid;

use crate::features::sessions::dto::{LaterFields, SessionResponseDto};
use kallitype_db::{Connection, Result, Row};
use kallitype_web::time::Time;

const SESSION: &str = "SELECT id, device_os, device_type, is_pending_sync_reset, expires_at, created_at, updated_at \
    FROM session WHERE user_id = $1";

/// A user's sessions that still open something: the current one, then the last used first. Those that have
/// expired at `now`, or were not used since `idle_limit`, are left out.
pub(crate) fn list(
    connection: &mut Connection<'_>,
    user: Uuid,
    current: Option<Uuid>,
    now: i64,
    idle_limit: i64,
) -> Result<Vec<SessionResponseDto>> {
    let sql = format!(
        "{SESSION} AND (expires_at IS NULL OR expires_at > $2) AND updated_at > $3 \
         ORDER BY updated_at DESC, id"
    );
    let parameters = [user.into(), now.into(), idle_limit.into()];
    let mut sessions = connection.query(&sql, &parameters, |row| read(row, current))?;
    sessions.sort_by_key(|session| !session.current);
    Ok(sessions)
}

pub(crate) fn find(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
    current: Option<Uuid>,
) -> Result<Option<SessionResponseDto>> {
    let sql = format!("{SESSION} AND id = $2");
    connection.query_optional(&sql, &[user.into(), id.into()], |row| read(row, current))
}

fn read(row: &Row<'_>, current: Option<Uuid>) -> Result<SessionResponseDto> {
    let id: Uuid = row.get(0)?;
    Ok(SessionResponseDto {
        id,
        current: current == Some(id),
        device_os: row.get(1)?,
        device_type: row.get(2)?,
        is_pending_sync_reset: row.get(3)?,
        expires_at: row.get::<Option<i64>>(4)?.map(Time),
        created_at: Time(row.get(5)?),
        updated_at: Time(row.get(6)?),
        later: LaterFields::default(),
    })
}

pub(crate) fn is_of(connection: &mut Connection<'_>, user: Uuid, id: Uuid) -> Result<bool> {
    let sql = "SELECT id FROM session WHERE id = $1 AND user_id = $2";
    Ok(connection
        .query_optional(sql, &[id.into(), user.into()], |row| row.get::<Uuid>(0))?
        .is_some())
}

pub(crate) fn set_pending_sync_reset(
    connection: &mut Connection<'_>,
    id: Uuid,
    pending: bool,
) -> Result<()> {
    let sql = "UPDATE session SET is_pending_sync_reset = $2 WHERE id = $1";
    connection.execute(sql, &[id.into(), pending.into()])?;
    Ok(())
}

//! SQL of the list of sessions.

use uuid::Uuid;

use crate::features::sessions::dto::{LaterFields, SessionResponseDto};
use kallitype_db::{Connection, Result, Sql, row};
use kallitype_web::time::Time;

row! {
    struct SessionRow {
        id: Uuid,
        device_os: String,
        device_type: String,
        is_pending_sync_reset: bool,
        expires_at: Option<Time>,
        created_at: Time,
        updated_at: Time,
    }
}

impl SessionRow {
    fn present(self, current: Option<Uuid>) -> SessionResponseDto {
        SessionResponseDto {
            id: self.id,
            current: current == Some(self.id),
            device_os: self.device_os,
            device_type: self.device_type,
            is_pending_sync_reset: self.is_pending_sync_reset,
            expires_at: self.expires_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            later: LaterFields::default(),
        }
    }
}

fn select_own(user: Uuid) -> Sql {
    Sql::select(SessionRow::COLUMNS)
        .push(" FROM session WHERE user_id = ")
        .bind(user)
}

/// A user's sessions that still open something: the current one, then the last used first. Those that have
/// expired at `now`, or were not used since `idle_limit`, are left out.
pub(crate) fn list(
    connection: &mut Connection<'_>,
    user: Uuid,
    current: Option<Uuid>,
    now: i64,
    idle_limit: i64,
) -> Result<Vec<SessionResponseDto>> {
    let sql = select_own(user)
        .push(" AND (expires_at IS NULL OR expires_at > ")
        .bind(now)
        .push(") AND updated_at > ")
        .bind(idle_limit)
        .push(" ORDER BY updated_at DESC, id");
    let found: Vec<SessionRow> = sql.query(connection)?;
    let mut sessions: Vec<_> = found.into_iter().map(|row| row.present(current)).collect();
    sessions.sort_by_key(|session| !session.current);
    Ok(sessions)
}

pub(crate) fn find(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
    current: Option<Uuid>,
) -> Result<Option<SessionResponseDto>> {
    let sql = select_own(user).push(" AND id = ").bind(id);
    let found: Option<SessionRow> = sql.query_optional(connection)?;
    Ok(found.map(|row| row.present(current)))
}

pub(crate) fn is_of(connection: &mut Connection<'_>, user: Uuid, id: Uuid) -> Result<bool> {
    let sql = "SELECT id FROM session WHERE id = $1 AND user_id = $2";
    Ok(connection
        .query_optional::<Uuid>(sql, &[id.into(), user.into()])?
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

//! Up to where sessions have what they asked for: SQL and what follows from it.

use uuid::Uuid;

use super::ack::{Ack, Reached};
use super::dto::SyncEntityType;
use kallitype_db::{Connection, Result};
use kallitype_web::error::ApiError;

/// What a session has acknowledged.
#[derive(Debug, Clone, Default)]
pub(super) struct Checkpoints(Vec<Ack>);

impl Checkpoints {
    #[cfg(test)]
    pub(super) fn of(acks: Vec<Ack>) -> Self {
        Self(acks)
    }

    fn reached(&self, entity: SyncEntityType) -> Option<Reached> {
        let found = self.0.iter().find(|ack| ack.entity == entity);
        found.map(|ack| ack.reached)
    }

    /// Up to which change a session has a type; `None` if it has nothing of it.
    pub(super) fn change(&self, entity: SyncEntityType) -> Option<Uuid> {
        match self.reached(entity)? {
            Reached::Change(change) => Some(change),
            Reached::Backfill(..) | Reached::Reset => None,
        }
    }

    /// Up to which change it has what it was let into, and how far it is with the one that it was let into there.
    pub(super) fn backfill(&self, entity: SyncEntityType) -> (Uuid, Option<Uuid>) {
        match self.reached(entity) {
            Some(Reached::Backfill(parent, reached)) => (parent, reached),
            _ => (Uuid::nil(), None),
        }
    }
}

/// Whether a session has to begin anew, and what it has acknowledged.
pub(super) fn find(
    connection: &mut Connection<'_>,
    session: Uuid,
) -> Result<Option<(bool, Checkpoints)>> {
    let sql = "SELECT is_pending_sync_reset FROM session WHERE id = $1";
    let Some(is_pending) = connection.query_optional(sql, &[session.into()])? else {
        return Ok(None);
    };
    let acks = list(connection, session)?.into_iter();
    // What this program does not understand any more is had again.
    let acks = acks.filter_map(|ack| ack.parse::<Ack>().ok());
    Ok(Some((is_pending, Checkpoints(acks.collect()))))
}

/// Whether there is such a session still.
pub(super) fn is_open(connection: &mut Connection<'_>, session: Uuid) -> Result<bool> {
    let sql = "SELECT id FROM session WHERE id = $1";
    let found = connection.query_optional::<Uuid>(sql, &[session.into()])?;
    Ok(found.is_some())
}

/// What a session has acknowledged, as it was sent.
pub(super) fn list(connection: &mut Connection<'_>, session: Uuid) -> Result<Vec<String>> {
    let sql = "SELECT ack FROM sync_checkpoint WHERE session_id = $1 ORDER BY type";
    connection.query(sql, &[session.into()])
}

/// Notes what a session has; of several of a type the last counts.
pub(super) fn put(
    connection: &mut Connection<'_>,
    session: Uuid,
    acks: &[Ack],
    now: i64,
) -> Result<()> {
    let sql = "INSERT INTO sync_checkpoint (session_id, type, ack, updated_at) \
        SELECT id, $2, $3, $4 FROM session WHERE id = $1 \
        ON CONFLICT (session_id, type) DO UPDATE SET ack = excluded.ack, updated_at = excluded.updated_at";
    for ack in acks {
        let values = [
            session.into(),
            ack.entity.into(),
            ack.to_string().into(),
            now.into(),
        ];
        connection.execute(sql, &values)?;
    }
    Ok(())
}

/// Forgets what a session has of some types, or of all.
pub(super) fn forget(
    connection: &mut Connection<'_>,
    session: Uuid,
    types: Option<&[SyncEntityType]>,
) -> Result<()> {
    match types {
        None => {
            let sql = "DELETE FROM sync_checkpoint WHERE session_id = $1";
            connection.execute(sql, &[session.into()])?;
        }
        Some(types) => {
            let names: Vec<String> = types.iter().map(|entity| entity.name().into()).collect();
            let sql = "DELETE FROM sync_checkpoint WHERE session_id = $1 AND type IN LIST($2)";
            connection.execute(sql, &[session.into(), names.into()])?;
        }
    }
    Ok(())
}

/// Has a session begin anew, as it knows.
pub(super) fn reset(connection: &mut Connection<'_>, session: Uuid) -> Result<()> {
    forget(connection, session, None)?;
    let sql = "UPDATE session SET is_pending_sync_reset = FALSE WHERE id = $1";
    connection.execute(sql, &[session.into()]).map(drop)
}

/// Reads acknowledgements as they come: one that says that the app has begun anew makes the others void.
///
/// # Errors
/// 400 for what is none.
pub(super) fn parse(acks: &[String]) -> Result<Vec<Ack>, ApiError> {
    let acks: Vec<Ack> = acks
        .iter()
        .map(|ack| ack.parse())
        .collect::<Result<_, _>>()?;
    let reset = acks.iter().find(|ack| ack.reached == Reached::Reset);
    Ok(reset.map_or(acks.clone(), |reset| vec![*reset]))
}

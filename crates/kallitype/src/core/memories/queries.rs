//! SQL of the memories.

use std::collections::HashSet;

use uuid::Uuid;

use crate::access::{Section, presentable};
use crate::core::memories::memory::{Memory, MemoryChanges, MemoryFilter, NewMemory};
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result, Sql, Value};

fn owned(sql: Sql, owner: Uuid, filter: &MemoryFilter) -> Sql {
    let sql = sql
        .push(" FROM memory WHERE owner_id = ")
        .bind(owner)
        .push_some(" AND type = ", filter.kind)
        .push_some(" AND is_saved = ", filter.is_saved);
    match filter.shown_at {
        Some(moment) => sql
            .push(" AND (show_at IS NULL OR show_at <= ")
            .bind(moment)
            .push(") AND (hide_at IS NULL OR hide_at >= ")
            .bind(moment)
            .push(")"),
        None => sql,
    }
}

/// A user's memories, those of the newest moments first.
pub(crate) fn list_ids(
    connection: &mut Connection<'_>,
    owner: Uuid,
    filter: &MemoryFilter,
) -> Result<Vec<Uuid>> {
    owned(Sql::new("SELECT id"), owner, filter)
        .push(" ORDER BY memory_at DESC, id DESC")
        .query(connection)
}

pub(crate) fn count(
    connection: &mut Connection<'_>,
    owner: Uuid,
    filter: &MemoryFilter,
) -> Result<i64> {
    owned(Sql::new("SELECT COUNT(*)"), owner, filter).query_one(connection)
}

/// One of a user's memories.
pub(crate) fn find(
    connection: &mut Connection<'_>,
    owner: Uuid,
    id: Uuid,
) -> Result<Option<Memory>> {
    Sql::select(Memory::COLUMNS)
        .push(" FROM memory WHERE id = ")
        .bind(id)
        .push(" AND owner_id = ")
        .bind(owner)
        .query_optional(connection)
}

/// Some memories, in no order.
pub(crate) fn list(connection: &mut Connection<'_>, ids: Vec<Uuid>) -> Result<Vec<Memory>> {
    Sql::select(Memory::COLUMNS)
        .push(" FROM memory WHERE id IN LIST(")
        .bind(ids)
        .push(")")
        .query(connection)
}

/// How many assets are in some memories, shown or not.
pub(crate) fn count_assets(
    connection: &mut Connection<'_>,
    memories: Vec<Uuid>,
) -> Result<Vec<(Uuid, i64)>> {
    let sql = "SELECT memory_id, COUNT(*) FROM memory_asset WHERE memory_id IN LIST($1) GROUP BY memory_id";
    connection.query(sql, &[memories.into()])
}

/// What some memories show: the memory and the asset, oldest assets first. What is not in its owner's timeline any more
/// is not shown.
pub(crate) fn list_shown(
    connection: &mut Connection<'_>,
    memories: Vec<Uuid>,
) -> Result<Vec<(Uuid, Uuid)>> {
    Sql::new("SELECT memory_asset.memory_id, asset.id FROM memory_asset JOIN asset ON asset.id = memory_asset.asset_id \
         WHERE memory_asset.memory_id IN LIST(")
        .bind(memories)
        .push(") AND ")
        .append(Section::TIMELINE.condition())
        .push(" ORDER BY asset.file_created_at, asset.id")
        .query(connection)
}

/// Which of some assets are a user's and such that they may be in memories: neither locked nor in the trash.
pub(crate) fn addable(
    connection: &mut Connection<'_>,
    owner: Uuid,
    assets: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let found: Vec<Uuid> = Sql::new("SELECT asset.id FROM asset WHERE asset.id IN LIST(")
        .bind(assets)
        .push(") AND asset.owner_id = ")
        .bind(owner)
        .push(" AND ")
        .append(presentable("asset"))
        .query(connection)?;
    Ok(found.into_iter().collect())
}

/// Which of some assets are in a memory.
pub(crate) fn held(
    connection: &mut Connection<'_>,
    memory: Uuid,
    assets: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let sql = "SELECT asset_id FROM memory_asset WHERE memory_id = $1 AND asset_id IN LIST($2)";
    let found: Vec<Uuid> = connection.query(sql, &[memory.into(), assets.into()])?;
    Ok(found.into_iter().collect())
}

pub(crate) fn insert(connection: &mut Connection<'_>, memory: &NewMemory) -> Result<()> {
    connection.execute(
        "INSERT INTO memory (id, owner_id, type, year, is_saved, is_kept, memory_at, seen_at, show_at, hide_at, \
         created_at, updated_at, update_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, next_change_id())",
        &[
            memory.id.into(),
            memory.owner_id.into(),
            memory.kind.into(),
            memory.year.into(),
            memory.is_saved.into(),
            memory.is_kept.into(),
            memory.memory_at.into(),
            memory.seen_at.into(),
            memory.show_at.into(),
            memory.hide_at.into(),
            memory.created_at.into(),
        ],
    )?;
    Ok(())
}

/// Changes a memory. What is saved once is kept from then on.
pub(crate) fn update(
    connection: &mut Connection<'_>,
    id: Uuid,
    changes: &MemoryChanges,
    now: i64,
) -> Result<()> {
    let mut values: Vec<(&'static str, Value)> = vec![("updated_at", now.into())];
    if let Some(is_saved) = changes.is_saved {
        values.push(("is_saved", is_saved.into()));
    }
    if changes.is_saved == Some(true) {
        values.push(("is_kept", true.into()));
    }
    if let Some(moment) = changes.memory_at {
        values.push(("memory_at", moment.into()));
    }
    if let Some(moment) = changes.seen_at {
        values.push(("seen_at", moment.into()));
    }
    connection.update_row("memory", "id", id, values)
}

/// Puts assets into a memory that are not in it.
pub(crate) fn add_assets(
    connection: &mut Connection<'_>,
    memory: Uuid,
    assets: impl IntoIterator<Item = Uuid>,
) -> Result<()> {
    let rows = assets
        .into_iter()
        .map(|asset| [memory.into(), asset.into()]);
    connection.insert_changes(
        "INSERT INTO memory_asset (memory_id, asset_id, update_id)",
        rows.collect(),
        "ON CONFLICT DO NOTHING",
    )
}

/// Takes assets out of a memory that are in it.
pub(crate) fn remove_assets(
    connection: &mut Connection<'_>,
    memory: Uuid,
    assets: &[Uuid],
) -> Result<()> {
    // A trigger notes that they are gone.
    let sql = "DELETE FROM memory_asset WHERE memory_id = $1 AND asset_id IN LIST($2)";
    connection
        .execute(sql, &[memory.into(), assets.into()])
        .map(drop)
}

pub(crate) fn delete(
    connection: &mut Connection<'_>,
    owner: Uuid,
    id: Uuid,
    now: i64,
) -> Result<()> {
    connection.execute("DELETE FROM memory WHERE id = $1", &[id.into()])?;
    let tombstone = Tombstone {
        owner,
        entity: "memory",
        id,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)
}

/// Memories that were made before `deadline` and that no one has saved, with whose they are.
pub(crate) fn list_expired(
    connection: &mut Connection<'_>,
    deadline: i64,
    limit: i64,
) -> Result<Vec<(Uuid, Uuid)>> {
    let sql = "SELECT owner_id, id FROM memory WHERE is_saved = FALSE AND created_at < $1 ORDER BY created_at LIMIT $2";
    connection.query(sql, &[deadline.into(), limit.into()])
}

/// Accounts in use that do not have their memories up to a day, in the order of their ids, after one of them.
pub(crate) fn list_behind(
    connection: &mut Connection<'_>,
    after: Uuid,
    day: i64,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let sql = "SELECT account.id FROM account LEFT JOIN memory_progress ON memory_progress.owner_id = account.id \
        WHERE account.id > $1 AND account.status = 'active' AND (memory_progress.day IS NULL OR memory_progress.day < $2) \
        ORDER BY account.id LIMIT $3";
    connection.query(sql, &[after.into(), day.into(), limit.into()])
}

/// Up to which day a user has their memories.
pub(crate) fn find_progress(connection: &mut Connection<'_>, owner: Uuid) -> Result<Option<i64>> {
    let sql = "SELECT day FROM memory_progress WHERE owner_id = $1";
    connection.query_optional(sql, &[owner.into()])
}

pub(crate) fn set_progress(connection: &mut Connection<'_>, owner: Uuid, day: i64) -> Result<()> {
    let sql = "INSERT INTO memory_progress (owner_id, day) SELECT id, $2 FROM account WHERE id = $1 \
        ON CONFLICT (owner_id) DO UPDATE SET day = excluded.day";
    connection.execute(sql, &[owner.into(), day.into()])?;
    Ok(())
}

/// The months in which a user's timeline has something, each as its first day.
pub(crate) fn list_months(connection: &mut Connection<'_>, owner: Uuid) -> Result<Vec<i64>> {
    let sql = "SELECT month FROM timeline_count WHERE owner_id = $1 AND visibility = 'timeline' AND is_trashed = FALSE \
        GROUP BY month HAVING SUM(assets) > 0";
    connection.query(sql, &[owner.into()])
}

/// The last pictures of a day of a user's timeline, by the wall clock where they were taken, as far as they are drawn.
pub(crate) fn list_of_day(
    connection: &mut Connection<'_>,
    owner: Uuid,
    month: i64,
    day: i64,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM timeline_asset WHERE owner_id = $1 AND visibility = 'timeline' AND is_trashed = FALSE \
        AND month = $2 AND day = $3 AND thumbhash IS NOT NULL ORDER BY file_created_at DESC, id DESC LIMIT $4";
    connection.query(sql, &[owner.into(), month.into(), day.into(), limit.into()])
}

/// Whether there is a memory of a moment that is shown from another one on.
pub(crate) fn has_shown_from(
    connection: &mut Connection<'_>,
    owner: Uuid,
    memory_at: i64,
    show_at: i64,
) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM memory WHERE owner_id = $1 AND memory_at = $2 AND show_at = $3";
    let count: i64 =
        connection.query_one(sql, &[owner.into(), memory_at.into(), show_at.into()])?;
    Ok(count > 0)
}

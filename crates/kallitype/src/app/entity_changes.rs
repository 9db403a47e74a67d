//! What changed of what the journal keeps, row by row: an entry says what one row is now, so that an append is as long
//! as what changed, and not as what is there.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity_snapshots as snapshots;
use super::entity_snapshots::EntitySnapshot;
use super::text_sizes;
use kallitype_db::{Connection, Result, Sql};
use kallitype_storage::{Entry, PartKind};

/// How many assets are read at a time.
const BATCH: usize = 1000;

/// What changed after some change id, with each entity's greatest one.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    servers: BTreeMap<Uuid, Uuid>,
    accounts: BTreeMap<Uuid, Uuid>,
    assets: BTreeMap<Uuid, Uuid>,
    albums: BTreeMap<Uuid, Uuid>,
    memories: BTreeMap<Uuid, Uuid>,
    tags: BTreeMap<Uuid, Uuid>,
    stacks: BTreeMap<Uuid, Uuid>,
    persons: BTreeMap<Uuid, Uuid>,
    libraries: BTreeMap<Uuid, Uuid>,
    deleted: BTreeMap<Uuid, Uuid>,
    /// Parts that are gone.
    gone: Vec<ChangedPart>,
    /// Where parts changed.
    parts: Vec<ListParts>,
    after: Uuid,
    /// Up to which change id these are all; `None` when nothing comes after them.
    pub through: Option<Uuid>,
}

/// A part as it is since a change.
#[derive(Debug, Clone)]
struct ChangedPart {
    of: Uuid,
    kind: PartKind,
    key: String,
    value: Json,
    change: Uuid,
}

/// Where entities of a kind have their change ids, and how long they are.
const ENTITIES: &[(Kind, &str)] = &[
    (
        Kind::Server,
        "SELECT id, update_id, CAST(octet_length(system_config) AS BIGINT) FROM installation",
    ),
    (
        Kind::Account,
        "SELECT id, update_id, CAST(0 AS BIGINT) FROM account",
    ),
    (
        Kind::Asset,
        "SELECT id, update_id, CAST(octet_length(device_asset_id) + octet_length(device_id) \
         + octet_length(original_file_name) AS BIGINT) FROM asset",
    ),
    (
        Kind::Album,
        "SELECT id, update_id, CAST(octet_length(description) AS BIGINT) FROM album",
    ),
    (
        Kind::Memory,
        // An id takes some forty bytes.
        "SELECT id, update_id, CAST((SELECT COUNT(*) FROM memory_asset WHERE memory_id = memory.id) * 40 AS BIGINT) \
         FROM (SELECT * FROM memory WHERE is_kept = TRUE) AS memory",
    ),
    (
        Kind::Tag,
        "SELECT id, update_id, CAST(0 AS BIGINT) FROM tag",
    ),
    (
        Kind::Stack,
        "SELECT id, update_id, CAST(0 AS BIGINT) FROM stack",
    ),
    (
        Kind::Person,
        "SELECT id, update_id, CAST(0 AS BIGINT) FROM person",
    ),
    (
        Kind::Library,
        "SELECT id, update_id, CAST(octet_length(import_paths) + octet_length(exclusion_patterns) AS BIGINT) FROM library",
    ),
];

#[derive(Debug, Clone, Copy)]
enum Kind {
    Server,
    Account,
    Asset,
    Album,
    Tag,
    Stack,
    Person,
    Library,
    Memory,
    Deleted,
}

/// Lists parts that changed after a change id, and up to another.
type ListParts = fn(&mut Connection<'_>, Uuid, Uuid) -> Result<Vec<ChangedPart>>;

/// Where parts have their change ids, how long they are, and what they are.
const PARTS: &[(&str, ListParts)] = &[
    (
        "SELECT update_id, CAST(octet_length(description) AS BIGINT) FROM exif",
        list_facts,
    ),
    (
        "SELECT update_id, CAST(octet_length(value) AS BIGINT) FROM asset_metadata",
        list_metadata,
    ),
    (
        "SELECT update_id, CAST(0 AS BIGINT) FROM album_asset",
        list_held,
    ),
    (
        "SELECT update_id, CAST(0 AS BIGINT) FROM tag_asset",
        list_given_tags,
    ),
    (
        "SELECT update_id, CAST(0 AS BIGINT) FROM refused_tag",
        list_refused_tags,
    ),
    (
        "SELECT update_id, CAST(0 AS BIGINT) FROM asset_face",
        list_faces,
    ),
    (
        "SELECT update_id, CAST(0 AS BIGINT) FROM album_user",
        list_users,
    ),
];

/// A change that was found, and the bytes of its texts.
struct Found {
    change: Uuid,
    bytes: i64,
    what: What,
}

enum What {
    Entity(Kind, Uuid),
    Part(ListParts),
    Gone(ChangedPart),
}

/// Changes in their order, as far as they are known to be all.
#[derive(Default)]
struct Search {
    found: Vec<Found>,
    through: Option<Uuid>,
}

impl Search {
    /// Takes what a table has, in its order and at most `limit` rows of it.
    fn take(&mut self, rows: Vec<Found>, limit: i64) {
        if let (Some(last), true) = (rows.last(), rows.len() as i64 >= limit) {
            self.end_at(last.change);
        }
        self.found.extend(rows);
    }

    fn end_at(&mut self, change: Uuid) {
        self.through = Some(self.through.map_or(change, |through| through.min(change)));
    }

    /// Leaves out what comes after the page, of which one change is always part.
    fn cut(&mut self) {
        let through = self.through.unwrap_or(Uuid::max());
        self.found.retain(|found| found.change <= through);
        self.found.sort_unstable_by_key(|found| found.change);
        let fitting = text_sizes::fitting(self.found.iter().map(|found| found.bytes));
        if fitting < self.found.len() {
            self.end_at(self.found[fitting - 1].change);
            self.found.truncate(fitting);
        }
    }
}

/// What changed after a change id, from at most `limit` rows of each table, and not much more than a page of bytes.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_changes(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Changes> {
    let mut search = Search::default();
    for (kind, select) in ENTITIES {
        let rows: Vec<(Uuid, Uuid, i64)> = select_after(select, after, limit).query(connection)?;
        let found = rows.into_iter().map(|(id, change, bytes)| Found {
            change,
            bytes,
            what: What::Entity(*kind, id),
        });
        search.take(found.collect(), limit);
    }
    for (select, list) in PARTS {
        let rows: Vec<(Uuid, i64)> = select_after(select, after, limit).query(connection)?;
        let found = rows.into_iter().map(|(change, bytes)| Found {
            change,
            bytes,
            what: What::Part(*list),
        });
        search.take(found.collect(), limit);
    }
    search.take(list_tombstones(connection, after, limit)?, limit);
    search.cut();
    Ok(Changes::of(search, after))
}

fn select_after(select: &'static str, after: Uuid, limit: i64) -> Sql {
    let sql = Sql::new(select).push(" WHERE update_id > ").bind(after);
    sql.push(" ORDER BY update_id LIMIT ").bind(limit)
}

/// What tombstones tell: that an entity or a part of it is gone. What became of a tag that an asset had, its user's decision
/// says.
fn list_tombstones(connection: &mut Connection<'_>, after: Uuid, limit: i64) -> Result<Vec<Found>> {
    let sql = "SELECT entity, entity_id, owner_id, part, update_id FROM tombstone \
        WHERE update_id > $1 AND entity IN ('user', 'asset', 'asset_metadata', 'album_asset', 'tag', \
        'album_user', 'album', 'stack', 'person', 'asset_face', \
        'memory', 'library') ORDER BY update_id LIMIT $2";
    let rows = connection
        .query::<(String, Uuid, Uuid, Option<String>, Uuid)>(sql, &[after.into(), limit.into()])?;
    let told = |(entity, id, owner, part, change): (String, Uuid, Uuid, Option<String>, Uuid)| {
        let gone = |kind, of, key| {
            let value = Json::Null;
            What::Gone(ChangedPart {
                of,
                kind,
                key,
                value,
                change,
            })
        };
        let what = match entity.as_str() {
            "asset_metadata" => gone(PartKind::Metadata, id, part.unwrap_or_default()),
            "album_asset" => gone(PartKind::Album, id, owner.to_string()),
            "album_user" => gone(PartKind::User, owner, id.to_string()),
            "asset_face" => gone(PartKind::Face, id, part.unwrap_or_default()),
            _ => What::Entity(Kind::Deleted, id),
        };
        Found {
            change,
            bytes: 0,
            what,
        }
    };
    Ok(rows.into_iter().map(told).collect())
}

impl Changes {
    fn of(search: Search, after: Uuid) -> Self {
        let mut changes = Self {
            after,
            through: search.through,
            ..Self::default()
        };
        for Found { change, what, .. } in search.found {
            match what {
                What::Entity(kind, id) => changes.note(kind, id, change),
                What::Part(list) => changes.note_parts(list),
                What::Gone(part) => changes.gone.push(part),
            }
        }
        changes
    }

    fn note(&mut self, kind: Kind, id: Uuid, change: Uuid) {
        let entities = match kind {
            Kind::Server => &mut self.servers,
            Kind::Account => &mut self.accounts,
            Kind::Asset => &mut self.assets,
            Kind::Album => &mut self.albums,
            Kind::Memory => &mut self.memories,
            Kind::Tag => &mut self.tags,
            Kind::Stack => &mut self.stacks,
            Kind::Person => &mut self.persons,
            Kind::Library => &mut self.libraries,
            Kind::Deleted => &mut self.deleted,
        };
        let latest = entities.entry(id).or_insert(change);
        *latest = change.max(*latest);
    }

    fn note_parts(&mut self, list: ListParts) {
        let is_same = |known: &ListParts| std::ptr::fn_addr_eq(*known, list);
        if !self.parts.iter().any(is_same) {
            self.parts.push(list);
        }
    }
}

/// The journal's entries about what changed: present states, and what is gone.
///
/// # Errors
/// When the database fails.
pub(crate) fn read_entries(
    connection: &mut Connection<'_>,
    changes: &Changes,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for (id, change) in &changes.servers {
        let states = snapshots::list_server(connection, *id)?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_server()));
    }
    for (id, change) in &changes.accounts {
        let states = snapshots::list_account(connection, *id)?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_account()));
    }
    for (id, change) in &changes.tags {
        let states = snapshots::list_tag(connection, *id)?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_tag()));
    }
    for (id, change) in &changes.stacks {
        let states = snapshots::list_stack(connection, *id)?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_stack()));
    }
    for (id, change) in &changes.persons {
        let states = snapshots::list_person(connection, *id)?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_person()));
    }
    for (id, change) in &changes.libraries {
        let states = snapshots::list_library(connection, *id)?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_library()));
    }
    for (id, change) in &changes.albums {
        let states = snapshots::list_album_fields(connection, *id)?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_album_fields()));
    }
    for (id, change) in &changes.memories {
        let states = snapshots::list_memory(connection, *id)?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_memory()));
    }
    let assets: Vec<Uuid> = changes.assets.keys().copied().collect();
    for batch in assets.chunks(BATCH) {
        let states = snapshots::list_asset_fields(connection, batch.to_vec())?.into_iter();
        entries.extend(states.map(|state| {
            let change = changes.assets.get(&state.id).copied();
            state
                .changed_at(change.unwrap_or_default())
                .into_asset_fields()
        }));
    }
    entries.extend(read_parts(connection, changes)?);
    for (id, change) in &changes.deleted {
        if !is_left_album(connection, *id)? {
            entries.push(Entry::Deleted {
                update_id: *change,
                id: *id,
            });
        }
    }
    Ok(entries)
}

/// Whoever leaves an album is told that it is gone, but it is there.
fn is_left_album(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    let found =
        connection.query_optional::<Uuid>("SELECT id FROM album WHERE id = $1", &[id.into()])?;
    Ok(found.is_some())
}

/// Each part that changed as it is now: one that went and came again is there.
fn read_parts(connection: &mut Connection<'_>, changes: &Changes) -> Result<Vec<Entry>> {
    let through = changes.through.unwrap_or(Uuid::max());
    let mut parts = changes.gone.clone();
    for list in &changes.parts {
        parts.extend(list(connection, changes.after, through)?);
    }
    parts.sort_by_key(|part| part.change);
    let latest: BTreeMap<_, _> = parts
        .into_iter()
        .map(|part| ((part.of, part.kind, part.key.clone()), part))
        .collect();
    let entries = latest.into_values().map(|part| Entry::Part {
        update_id: part.change,
        id: part.of,
        part: part.kind,
        key: part.key,
        value: part.value,
    });
    Ok(entries.collect())
}

fn list_facts(
    connection: &mut Connection<'_>,
    after: Uuid,
    through: Uuid,
) -> Result<Vec<ChangedPart>> {
    let condition = Sql::new("update_id > ").bind(after);
    let condition = condition.push(" AND update_id <= ").bind(through);
    let facts = snapshots::list_asset_facts(connection, condition)?.into_iter();
    let part = |facts: EntitySnapshot| ChangedPart {
        of: facts.id,
        kind: PartKind::Facts,
        key: String::new(),
        value: facts.state.into(),
        change: facts.update_id,
    };
    Ok(facts.map(part).collect())
}

fn changed_between(sql: Sql, table: &'static str, after: Uuid, through: Uuid) -> Sql {
    let sql = sql
        .push(" WHERE ")
        .push(table)
        .push(".update_id > ")
        .bind(after);
    sql.push(" AND ")
        .push(table)
        .push(".update_id <= ")
        .bind(through)
}

fn list_metadata(
    connection: &mut Connection<'_>,
    after: Uuid,
    through: Uuid,
) -> Result<Vec<ChangedPart>> {
    let sql = Sql::new("SELECT asset_id, key, value, update_id FROM asset_metadata");
    let rows: Vec<(Uuid, String, String, Uuid)> =
        changed_between(sql, "asset_metadata", after, through).query(connection)?;
    let part = |(of, key, value, change): (_, _, String, _)| {
        let value = serde_json::from_str(&value).ok()?;
        Some(ChangedPart {
            of,
            kind: PartKind::Metadata,
            key,
            value,
            change,
        })
    };
    Ok(rows.into_iter().filter_map(part).collect())
}

fn list_held(
    connection: &mut Connection<'_>,
    after: Uuid,
    through: Uuid,
) -> Result<Vec<ChangedPart>> {
    let sql =
        Sql::new("SELECT asset_id, album_id, created_at, added_by, update_id FROM album_asset");
    let rows: Vec<(Uuid, Uuid, i64, Option<Uuid>, Uuid)> =
        changed_between(sql, "album_asset", after, through).query(connection)?;
    let part = |(of, album, since, by, change): (_, Uuid, _, _, _)| ChangedPart {
        of,
        kind: PartKind::Album,
        key: album.to_string(),
        value: json!({"since": since, "by": by}),
        change,
    };
    Ok(rows.into_iter().map(part).collect())
}

/// The tags that users gave to assets. Those of files come again with the files.
fn list_given_tags(
    connection: &mut Connection<'_>,
    after: Uuid,
    through: Uuid,
) -> Result<Vec<ChangedPart>> {
    let sql = Sql::new(
        "SELECT tag_asset.asset_id, tag.value, tag_asset.update_id FROM tag_asset JOIN tag ON tag.id = tag_asset.tag_id",
    );
    let sql = changed_between(sql, "tag_asset", after, through);
    let rows = sql
        .push(" AND tag_asset.is_given = TRUE")
        .query(connection)?;
    Ok(decided_tags(rows, true))
}

fn list_refused_tags(
    connection: &mut Connection<'_>,
    after: Uuid,
    through: Uuid,
) -> Result<Vec<ChangedPart>> {
    let sql = Sql::new("SELECT asset_id, value, update_id FROM refused_tag");
    let rows = changed_between(sql, "refused_tag", after, through).query(connection)?;
    Ok(decided_tags(rows, false))
}

fn decided_tags(rows: Vec<(Uuid, String, Uuid)>, is_given: bool) -> Vec<ChangedPart> {
    let part = |(of, key, change)| ChangedPart {
        of,
        kind: PartKind::Tag,
        key,
        value: is_given.into(),
        change,
    };
    rows.into_iter().map(part).collect()
}

fn list_faces(
    connection: &mut Connection<'_>,
    after: Uuid,
    through: Uuid,
) -> Result<Vec<ChangedPart>> {
    let condition = Sql::new("update_id > ").bind(after);
    let condition = condition.push(" AND update_id <= ").bind(through);
    let faces = snapshots::list_faces(connection, condition)?.into_iter();
    let part = |(of, face): (Uuid, EntitySnapshot)| ChangedPart {
        of,
        kind: PartKind::Face,
        key: face.id.to_string(),
        value: face.state.into(),
        change: face.update_id,
    };
    Ok(faces.map(part).collect())
}

fn list_users(
    connection: &mut Connection<'_>,
    after: Uuid,
    through: Uuid,
) -> Result<Vec<ChangedPart>> {
    let sql = Sql::new("SELECT album_id, user_id, role, update_id FROM album_user");
    let rows: Vec<(Uuid, Uuid, String, Uuid)> =
        changed_between(sql, "album_user", after, through).query(connection)?;
    let part = |(of, user, role, change): (_, Uuid, String, _)| ChangedPart {
        of,
        kind: PartKind::User,
        key: user.to_string(),
        value: role.into(),
        change,
    };
    Ok(rows.into_iter().map(part).collect())
}

//! SQL of stacks.

use uuid::Uuid;

use crate::access::shown_by_itself;
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result, Sql, new_id, row};

row! {
    /// An asset of a stack.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Member {
        pub stack_id: Uuid = "member.stack_id",
        pub id: Uuid = "member.id",
        /// Whether it is shown by itself.
        pub is_shown: bool = "member.is_shown",
    }
}

/// The assets of stacks, stack by stack; in each those first that are shown, among them the primary, then the oldest.
pub(crate) fn list_members(connection: &mut Connection<'_>, which: Sql) -> Result<Vec<Member>> {
    Sql::select(Member::COLUMNS)
        .push(
            " FROM (SELECT asset.stack_id, asset.id, asset.file_created_at, \
             asset.id = stack.primary_asset_id AS is_primary, (",
        )
        .append(shown_by_itself("asset"))
        .push(") AS is_shown FROM stack JOIN asset ON asset.stack_id = stack.id WHERE ")
        .append(which)
        .push(
            ") AS member ORDER BY member.stack_id, member.is_shown DESC, member.is_primary DESC, \
             member.file_created_at, member.id",
        )
        .query(connection)
}

/// How many of some assets are shown by themselves.
pub(crate) fn count_shown(connection: &mut Connection<'_>, assets: &[Uuid]) -> Result<usize> {
    let sql = Sql::new("SELECT asset.id FROM asset WHERE asset.id IN LIST(").bind(assets);
    let sql = sql.push(") AND ").append(shown_by_itself("asset"));
    Ok(sql.query::<Uuid>(connection)?.len())
}

/// The stacks that some assets are in.
pub(crate) fn list_stacks_of(
    connection: &mut Connection<'_>,
    assets: &[Uuid],
) -> Result<Vec<Uuid>> {
    let sql = "SELECT DISTINCT stack_id FROM asset WHERE id IN LIST($1) AND stack_id IS NOT NULL ORDER BY stack_id";
    connection.query(sql, &[assets.into()])
}

/// A stack's owner and primary, be it shown or not.
pub(crate) fn find_primary(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<(Uuid, Uuid)>> {
    let sql = "SELECT owner_id, primary_asset_id FROM stack WHERE id = $1";
    connection.query_optional(sql, &[id.into()])
}

/// Makes a stack without assets. Answers its id.
pub(crate) fn insert(
    connection: &mut Connection<'_>,
    owner: Uuid,
    primary: Uuid,
    now: i64,
) -> Result<Uuid> {
    let id = new_id();
    connection.execute(
        "INSERT INTO stack (id, owner_id, primary_asset_id, created_at, updated_at, update_id) \
         VALUES ($1, $2, $3, $4, $4, next_change_id())",
        &[id.into(), owner.into(), primary.into(), now.into()],
    )?;
    Ok(id)
}

pub(crate) fn set_primary(
    connection: &mut Connection<'_>,
    id: Uuid,
    primary: Uuid,
    now: i64,
) -> Result<()> {
    let values = [
        ("primary_asset_id", primary.into()),
        ("updated_at", now.into()),
    ];
    connection.update_row("stack", "id", id, values)
}

/// Puts assets into a stack, out of their `former` ones. Those that went elsewhere meanwhile stay there.
pub(crate) fn enter(
    connection: &mut Connection<'_>,
    id: Uuid,
    assets: &[Uuid],
    former: &[Uuid],
    now: i64,
) -> Result<()> {
    let sql = "UPDATE asset SET stack_id = $2, updated_at = $4, update_id = next_change_id() \
        WHERE id IN LIST($1) AND (stack_id IS NULL OR stack_id IN LIST($3))";
    let values = [assets.into(), id.into(), former.into(), now.into()];
    connection.execute(sql, &values).map(drop)
}

/// Makes a stack that no one asked for.
pub(crate) fn insert_automatic(
    connection: &mut Connection<'_>,
    owner: Uuid,
    primary: Uuid,
    now: i64,
) -> Result<Uuid> {
    let id = insert(connection, owner, primary, now)?;
    let sql = "UPDATE stack SET is_automatic = TRUE WHERE id = $1";
    connection.execute(sql, &[id.into()])?;
    Ok(id)
}

/// Notes that a stack is as its user wants it.
pub(crate) fn set_by_hand(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    connection.update_row("stack", "id", id, [("is_automatic", false.into())])
}

/// Notes that the user took a stack's assets apart.
pub(crate) fn refuse_all(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
    connection.update_row("asset", "stack_id", id, [("unstacked_at", now.into())])
}

/// Notes that the user took an asset out of its stack.
pub(crate) fn refuse(connection: &mut Connection<'_>, asset: Uuid, now: i64) -> Result<()> {
    connection.update_row("asset", "id", asset, [("unstacked_at", now.into())])
}

row! {
    /// What says which pictures belong together.
    #[derive(Debug, Clone)]
    pub(crate) struct Shot {
        pub id: Uuid = "asset.id",
        pub owner_id: Uuid = "asset.owner_id",
        pub name: String = "asset.original_file_name",
        pub moment: i64 = "asset.file_created_at",
        pub visibility: String = "asset.visibility",
        pub make: Option<String> = "exif.make",
        pub model: Option<String> = "exif.model",
        pub burst_id: Option<String> = "exif.burst_id",
        pub stack_id: Option<Uuid> = "asset.stack_id",
    }
}

/// How many pictures of one moment are looked at.
const MAX_SHOTS: i64 = 2000;

/// Pictures that say when they were taken, of which the user has not decided that they stand by themselves, or in which
/// stack. More conditions follow.
fn select_shots() -> Sql {
    Sql::select(Shot::COLUMNS).push(
        " FROM asset JOIN exif ON exif.asset_id = asset.id LEFT JOIN stack ON stack.id = asset.stack_id \
         WHERE asset.type = 'IMAGE' AND asset.deleted_at IS NULL AND asset.visibility IN ('timeline', 'archive') \
         AND asset.unstacked_at IS NULL AND exif.is_dated = TRUE AND (asset.stack_id IS NULL OR stack.is_automatic = TRUE)",
    )
}

pub(crate) fn find_shot(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Shot>> {
    let sql = select_shots().push(" AND asset.id = ").bind(id);
    sql.query_optional(connection)
}

/// Those of some pictures that can be stacked.
pub(crate) fn list_shots(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<Shot>> {
    let sql = select_shots().push(" AND asset.id IN LIST(").bind(ids);
    sql.push(") ORDER BY asset.id").query(connection)
}

/// The other pictures in the same place that were taken at most so many microseconds before or after one.
pub(crate) fn list_shots_near(
    connection: &mut Connection<'_>,
    shot: &Shot,
    distance: i64,
) -> Result<Vec<Shot>> {
    select_shots()
        .push(match shot.visibility.as_str() {
            "archive" => " AND asset.visibility = 'archive' AND asset.owner_id = ",
            _ => " AND asset.visibility = 'timeline' AND asset.owner_id = ",
        })
        .bind(shot.owner_id)
        .push(" AND asset.file_created_at >= ")
        .bind(shot.moment - distance)
        .push(" AND asset.file_created_at <= ")
        .bind(shot.moment + distance)
        .push(" AND asset.id <> ")
        .bind(shot.id)
        .push(" ORDER BY asset.file_created_at, asset.id LIMIT ")
        .bind(MAX_SHOTS)
        .query(connection)
}

/// The assets in some stacks.
pub(crate) fn list_ids_in(connection: &mut Connection<'_>, stacks: &[Uuid]) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM asset WHERE stack_id IN LIST($1) ORDER BY id";
    connection.query(sql, &[stacks.into()])
}

/// All pictures that may be stacked, from their table on.
pub(crate) fn from_stackable() -> Sql {
    Sql::new(
        "asset WHERE asset.type = 'IMAGE' AND asset.deleted_at IS NULL AND asset.visibility IN ('timeline', 'archive') \
         AND asset.unstacked_at IS NULL AND asset.stack_id IS NULL",
    )
}

/// Records the rules by which assets are stacked. Answers whether they were others.
pub(crate) fn set_rules(connection: &mut Connection<'_>, rules: &str) -> Result<bool> {
    let sql = "UPDATE installation SET stack_rules = $1 WHERE stack_rules <> $1";
    Ok(connection.execute(sql, &[rules.into()])? > 0)
}

/// Takes an asset out of its stack.
pub(crate) fn leave(connection: &mut Connection<'_>, asset: Uuid, now: i64) -> Result<()> {
    let values = [
        ("stack_id", None::<Uuid>.into()),
        ("updated_at", now.into()),
    ];
    connection.update_row("asset", "id", asset, values)
}

/// Takes all assets out of a stack.
pub(crate) fn leave_all(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
    let values = [
        ("stack_id", None::<Uuid>.into()),
        ("updated_at", now.into()),
    ];
    connection.update_row("asset", "stack_id", id, values)
}

/// Deletes the record of a stack that has no assets any more.
pub(crate) fn delete(
    connection: &mut Connection<'_>,
    owner: Uuid,
    id: Uuid,
    now: i64,
) -> Result<()> {
    connection.execute("DELETE FROM stack WHERE id = $1", &[id.into()])?;
    let tombstone = Tombstone {
        owner,
        entity: "stack",
        id,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)
}

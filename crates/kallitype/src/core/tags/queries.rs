//! SQL of the tags.

use uuid::Uuid;

use crate::core::tags::path;
use crate::core::tags::tag::TagResponseDto;
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result, Sql, new_id, row};
use kallitype_web::time::Time;

row! {
    struct TagRow {
        id: Uuid = "tag.id",
        value: String = "tag.value",
        parent_id: Option<Uuid> = "tag.parent_id",
        color: Option<String> = "tag.color",
        created_at: Time = "tag.created_at",
        updated_at: Time = "tag.updated_at",
    }
}

impl From<TagRow> for TagResponseDto {
    fn from(row: TagRow) -> Self {
        Self {
            id: row.id,
            name: path::name(&row.value).to_owned(),
            value: row.value,
            parent_id: row.parent_id,
            color: row.color,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn list_where(connection: &mut Connection<'_>, condition: Sql) -> Result<Vec<TagResponseDto>> {
    list_from(connection, Sql::new(" WHERE ").append(condition))
}

/// As [`list_where`]; `rest` is what follows the table.
fn list_from(connection: &mut Connection<'_>, rest: Sql) -> Result<Vec<TagResponseDto>> {
    let sql = Sql::select(TagRow::COLUMNS)
        .push(" FROM tag")
        .append(rest)
        .push(" ORDER BY tag.value");
    let found: Vec<TagRow> = sql.query(connection)?;
    Ok(found.into_iter().map(Into::into).collect())
}

/// A user's tags, by their paths.
pub(crate) fn list(connection: &mut Connection<'_>, user: Uuid) -> Result<Vec<TagResponseDto>> {
    list_where(connection, Sql::new("tag.user_id = ").bind(user))
}

/// A user's tag.
pub(crate) fn find(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
) -> Result<Option<TagResponseDto>> {
    let condition = Sql::new("tag.user_id = ").bind(user).push(" AND tag.id = ");
    Ok(list_where(connection, condition.bind(id))?.pop())
}

pub(crate) fn find_by_value(
    connection: &mut Connection<'_>,
    user: Uuid,
    value: &str,
) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM tag WHERE user_id = $1 AND value = $2";
    connection.query_optional(sql, &[user.into(), value.into()])
}

/// Makes a tag, unless it was made meanwhile; answers its id.
pub(crate) fn insert(
    connection: &mut Connection<'_>,
    user: Uuid,
    value: &str,
    parent: Option<Uuid>,
    now: i64,
) -> Result<Uuid> {
    insert_with_id(connection, new_id(), user, value, parent, now)
}

/// The same with the id that a new one gets.
pub(crate) fn insert_with_id(
    connection: &mut Connection<'_>,
    id: Uuid,
    user: Uuid,
    value: &str,
    parent: Option<Uuid>,
    now: i64,
) -> Result<Uuid> {
    // An update of nothing, so that there is a row to answer, whoever made it.
    connection.query_one(
        "INSERT INTO tag (id, user_id, value, parent_id, created_at, updated_at, update_id) \
         VALUES ($1, $2, $3, $4, $5, $5, next_change_id()) \
         ON CONFLICT (user_id, value) DO UPDATE SET value = excluded.value RETURNING id",
        &[
            id.into(),
            user.into(),
            value.into(),
            parent.into(),
            now.into(),
        ],
    )
}

pub(crate) fn set_color(
    connection: &mut Connection<'_>,
    id: Uuid,
    color: Option<&str>,
    now: i64,
) -> Result<()> {
    connection.execute(
        "UPDATE tag SET color = $2, updated_at = $3, update_id = next_change_id() WHERE id = $1",
        &[id.into(), color.map(str::to_owned).into(), now.into()],
    )?;
    Ok(())
}

/// The condition on a user's tag and those below it.
fn is_below(user: Uuid, value: &str) -> Sql {
    Sql::new("tag.user_id = ")
        .bind(user)
        .push(" AND (tag.value = ")
        .bind(value)
        .push(" OR SUBSTR(tag.value, 1, LENGTH(")
        .bind(value)
        .push(") + 1) = ")
        .bind(value)
        .push(" || '/')")
}

/// The condition that an asset, which a query calls `asset`, has a user's tag or one below it.
pub(crate) fn has_tag_below(user: Uuid, value: &str) -> Sql {
    Sql::new(
        "EXISTS (SELECT 1 FROM tag_asset given JOIN tag ON tag.id = given.tag_id WHERE given.asset_id = asset.id AND ",
    )
    .append(is_below(user, value))
    .push(")")
}

/// The query for the assets that have a tag or one below it.
pub(crate) fn select_assets_below(user: Uuid, value: &str) -> Sql {
    let sql = Sql::new(
        "SELECT DISTINCT tag_asset.asset_id FROM tag_asset JOIN tag ON tag.id = tag_asset.tag_id WHERE ",
    );
    sql.append(is_below(user, value))
}

/// The assets that have a tag or one below it.
pub(crate) fn list_assets_below(
    connection: &mut Connection<'_>,
    user: Uuid,
    value: &str,
) -> Result<Vec<Uuid>> {
    select_assets_below(user, value).query(connection)
}

/// A tag and those below it, which are about to be deleted: no one makes a tag below them any more, or gives them to an
/// asset.
pub(crate) fn lock_below(
    connection: &mut Connection<'_>,
    user: Uuid,
    value: &str,
) -> Result<Vec<Uuid>> {
    let mut locked: Vec<Uuid> = Vec::new();
    loop {
        let below = Sql::new("SELECT id FROM tag WHERE ").append(is_below(user, value));
        let found: Vec<Uuid> = below.push(connection.for_deletion()).query(connection)?;
        // While the last were waited for, others may have been made below those that were not locked yet.
        if found.len() == locked.len() {
            return Ok(found);
        }
        locked = found;
    }
}

/// Some tags of anyone that no asset has and below which there are no others, and whose they are. No one can use them
/// until the transaction ends.
pub(crate) fn lock_unused(
    connection: &mut Connection<'_>,
    limit: i64,
) -> Result<Vec<(Uuid, Uuid)>> {
    let unused = "NOT EXISTS (SELECT 1 FROM tag_asset WHERE tag_asset.tag_id = tag.id) \
        AND NOT EXISTS (SELECT 1 FROM tag below WHERE below.parent_id = tag.id)";
    let found: Vec<Uuid> = Sql::new("SELECT tag.id FROM tag WHERE ")
        .push(unused)
        .push(" ORDER BY tag.id LIMIT ")
        .bind(limit)
        .push(connection.for_deletion())
        .query(connection)?;
    // Someone may have used one before it was locked.
    Sql::new("SELECT tag.id, tag.user_id FROM tag WHERE tag.id IN LIST(")
        .bind(found)
        .push(") AND ")
        .push(unused)
        .query(connection)
}

/// Deletes tags that are [locked](lock_below); assets that have them will not get them back from their files.
pub(crate) fn delete_locked(
    connection: &mut Connection<'_>,
    user: Uuid,
    tags: Vec<Uuid>,
    now: i64,
) -> Result<()> {
    connection.lift_statement_timeout()?;
    connection.execute(
        "INSERT INTO refused_tag (asset_id, value, update_id) SELECT tag_asset.asset_id, tag.value, next_change_id() \
         FROM tag_asset JOIN tag ON tag.id = tag_asset.tag_id WHERE tag.id IN LIST($1) ON CONFLICT DO NOTHING",
        &[tags.clone().into()],
    )?;
    connection.execute(
        "DELETE FROM tag WHERE id IN LIST($1)",
        &[tags.clone().into()],
    )?;
    for id in tags {
        let tombstone = Tombstone {
            owner: user,
            entity: "tag",
            id,
            part: None,
            other: None,
        };
        record_tombstone(connection, tombstone, now)?;
    }
    Ok(())
}

/// An asset's tags, by their paths.
pub(crate) fn list_of_asset(
    connection: &mut Connection<'_>,
    asset: Uuid,
) -> Result<Vec<TagResponseDto>> {
    let held = Sql::new(" JOIN tag_asset ON tag_asset.tag_id = tag.id WHERE tag_asset.asset_id = ");
    list_from(connection, held.bind(asset))
}

/// The paths of an asset's tags.
pub(crate) fn list_values(connection: &mut Connection<'_>, asset: Uuid) -> Result<Vec<String>> {
    let tags = list_of_asset(connection, asset)?;
    Ok(tags.into_iter().map(|tag| tag.value).collect())
}

/// The tags that an asset has because its file names them.
pub(crate) fn list_found(connection: &mut Connection<'_>, asset: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT tag_id FROM tag_asset WHERE asset_id = $1 AND is_given = FALSE";
    connection.query(sql, &[asset.into()])
}

/// The paths of the tags that the user took away from an asset.
pub(crate) fn list_refused(connection: &mut Connection<'_>, asset: Uuid) -> Result<Vec<String>> {
    let sql = "SELECT value FROM refused_tag WHERE asset_id = $1";
    connection.query(sql, &[asset.into()])
}

/// Gives an asset a tag; answers whether it did not have it yet.
pub(crate) fn add(
    connection: &mut Connection<'_>,
    asset: Uuid,
    tag: Uuid,
    is_given: bool,
) -> Result<bool> {
    let sql = "INSERT INTO tag_asset (asset_id, tag_id, is_given, update_id) VALUES ($1, $2, $3, next_change_id()) \
        ON CONFLICT (asset_id, tag_id) DO NOTHING";
    let parameters = [asset.into(), tag.into(), is_given.into()];
    Ok(connection.execute(sql, &parameters)? > 0)
}

/// Takes a tag from an asset; answers whether it had it.
pub(crate) fn remove(
    connection: &mut Connection<'_>,
    owner: Uuid,
    asset: Uuid,
    tag: Uuid,
    now: i64,
) -> Result<bool> {
    let sql = "DELETE FROM tag_asset WHERE asset_id = $1 AND tag_id = $2";
    let was_there = connection.execute(sql, &[asset.into(), tag.into()])? > 0;
    if was_there {
        let tombstone = Tombstone {
            owner,
            entity: "tag_asset",
            id: asset,
            part: Some(&tag.to_string()),
            other: None,
        };
        record_tombstone(connection, tombstone, now)?;
    }
    Ok(was_there)
}

/// Keeps a tag away from an asset, whatever its file says.
pub(crate) fn refuse(connection: &mut Connection<'_>, asset: Uuid, tag: Uuid) -> Result<()> {
    let sql = "INSERT INTO refused_tag (asset_id, value, update_id) SELECT $1, value, next_change_id() FROM tag WHERE id = $2 \
        ON CONFLICT DO NOTHING";
    connection.execute(sql, &[asset.into(), tag.into()])?;
    Ok(())
}

pub(crate) fn refuse_value(
    connection: &mut Connection<'_>,
    asset: Uuid,
    value: &str,
) -> Result<()> {
    let sql = "INSERT INTO refused_tag (asset_id, value, update_id) VALUES ($1, $2, next_change_id()) ON CONFLICT DO NOTHING";
    connection.execute(sql, &[asset.into(), value.into()])?;
    Ok(())
}

/// Lets a tag come to an asset again.
pub(crate) fn accept(connection: &mut Connection<'_>, asset: Uuid, tag: Uuid) -> Result<()> {
    let sql = "DELETE FROM refused_tag WHERE asset_id = $1 AND value = (SELECT value FROM tag WHERE id = $2)";
    connection.execute(sql, &[asset.into(), tag.into()])?;
    Ok(())
}

/// Gives another asset the same tags.
pub(crate) fn copy_to(connection: &mut Connection<'_>, from: Uuid, to: Uuid) -> Result<()> {
    let sql = "SELECT tag_id, is_given FROM tag_asset WHERE asset_id = $1";
    let tags = connection.query::<(Uuid, bool)>(sql, &[from.into()])?;
    for (tag, is_given) in tags {
        add(connection, to, tag, is_given)?;
    }
    let sql = "INSERT INTO refused_tag (asset_id, value, update_id) SELECT $2, value, next_change_id() FROM refused_tag \
        WHERE asset_id = $1";
    connection.execute(sql, &[from.into(), to.into()])?;
    Ok(())
}

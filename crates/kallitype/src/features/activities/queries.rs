//! SQL of the activities.

use uuid::Uuid;

use crate::access::shown_in_album;
use crate::features::activities::dto::{
    ActivityQuery, ActivityResponseDto, ActivityStatisticsResponseDto, ReactionLevel, ReactionType,
};
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result, Sql};

/// An activity about to be recorded; a like says nothing.
#[derive(Debug, Clone)]
pub(crate) struct NewActivity {
    pub id: Uuid,
    pub album_id: Uuid,
    pub asset_id: Option<Uuid>,
    pub user_id: Uuid,
    pub comment: Option<String>,
    pub created_at: i64,
}

/// What was said about a picture is shown as long as the picture is.
fn shown() -> Sql {
    Sql::new(
        "(activity.asset_id IS NULL OR EXISTS (SELECT 1 FROM album_asset held \
         JOIN asset ON asset.id = held.asset_id WHERE held.album_id = activity.album_id \
         AND held.asset_id = activity.asset_id AND ",
    )
    .append(shown_in_album())
    .push("))")
}

/// Activities of those who still have their accounts; what is selected and then `condition`.
fn select(columns: &'static str, condition: &'static str) -> Sql {
    Sql::select(columns)
        .push(
            " FROM activity JOIN account ON account.id = activity.user_id AND account.status = 'active' \
             WHERE ",
        )
        .push(condition)
}

/// Some activities, in the order in which they happened.
pub(crate) fn list_by_ids(
    connection: &mut Connection<'_>,
    ids: Vec<Uuid>,
) -> Result<Vec<ActivityResponseDto>> {
    let sql = select(ActivityResponseDto::COLUMNS, "activity.id IN LIST(").bind(ids);
    sql.push(") ORDER BY activity.created_at, activity.id")
        .query(connection)
}

/// What was said in an album, in the order in which it happened.
pub(crate) fn list_ids(
    connection: &mut Connection<'_>,
    query: &ActivityQuery,
) -> Result<Vec<Uuid>> {
    let sql = select("activity.id", "activity.album_id = ")
        .bind(query.album_id)
        .push(" AND ")
        .append(shown());
    let sql = match (query.level, query.asset_id) {
        (Some(ReactionLevel::Album), _) => sql.push(" AND activity.asset_id IS NULL"),
        (_, Some(asset)) => sql.push(" AND activity.asset_id = ").bind(asset),
        (Some(ReactionLevel::Asset), None) => sql.push(" AND activity.asset_id IS NOT NULL"),
        (None, None) => sql,
    };
    let sql = match query.kind {
        Some(ReactionType::Like) => sql.push(" AND activity.comment IS NULL"),
        Some(ReactionType::Comment) => sql.push(" AND activity.comment IS NOT NULL"),
        None => sql,
    };
    let sql = sql.push_some(" AND activity.user_id = ", query.user_id);
    sql.push(" ORDER BY activity.created_at, activity.id")
        .query(connection)
}

/// How much was said in an album, or about one picture in it.
pub(crate) fn count(
    connection: &mut Connection<'_>,
    album: Uuid,
    asset: Option<Uuid>,
) -> Result<ActivityStatisticsResponseDto> {
    let sql = select(
        ActivityStatisticsResponseDto::COLUMNS,
        "activity.album_id = ",
    )
    .bind(album)
    .push(" AND ")
    .append(shown());
    let sql = sql.push_some(" AND activity.asset_id = ", asset);
    sql.query_one(connection)
}

pub(crate) fn find(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<ActivityResponseDto>> {
    let sql = select(ActivityResponseDto::COLUMNS, "activity.id = ").bind(id);
    sql.query_optional(connection)
}

/// A user's like of an album or of a picture in it.
pub(crate) fn find_like(
    connection: &mut Connection<'_>,
    new: &NewActivity,
) -> Result<Option<ActivityResponseDto>> {
    let sql = select(ActivityResponseDto::COLUMNS, "activity.album_id = ")
        .bind(new.album_id)
        .push(" AND activity.user_id = ")
        .bind(new.user_id)
        .push(" AND activity.comment IS NULL AND activity.asset_id");
    let sql = match new.asset_id {
        Some(asset) => sql.push(" = ").bind(asset),
        None => sql.push(" IS NULL"),
    };
    sql.query_optional(connection)
}

/// Whether people may comment on an album and like it.
pub(crate) fn is_enabled(connection: &mut Connection<'_>, album: Uuid) -> Result<bool> {
    let sql = "SELECT is_activity_enabled FROM album WHERE id = $1";
    Ok(connection
        .query_optional(sql, &[album.into()])?
        .unwrap_or(false))
}

/// Whether a picture is in an album, and shown.
pub(crate) fn is_shown_in(
    connection: &mut Connection<'_>,
    album: Uuid,
    asset: Uuid,
) -> Result<bool> {
    let sql = Sql::new(
        "SELECT asset.id FROM album_asset held JOIN asset ON asset.id = held.asset_id WHERE held.album_id = ",
    );
    let sql = sql.bind(album).push(" AND held.asset_id = ").bind(asset);
    let sql = sql.push(" AND ").append(shown_in_album());
    Ok(sql.query_optional::<Uuid>(connection)?.is_some())
}

pub(crate) fn insert(connection: &mut Connection<'_>, new: &NewActivity) -> Result<()> {
    connection.execute(
        "INSERT INTO activity (id, album_id, asset_id, user_id, comment, created_at, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, next_change_id())",
        &[
            new.id.into(),
            new.album_id.into(),
            new.asset_id.into(),
            new.user_id.into(),
            (&new.comment).into(),
            new.created_at.into(),
        ],
    )?;
    Ok(())
}

/// Who did it, and in which album.
pub(crate) fn find_origin(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<(Uuid, Uuid)>> {
    let sql = "SELECT user_id, album_id FROM activity WHERE id = $1";
    connection.query_optional(sql, &[id.into()])
}

pub(crate) fn delete(
    connection: &mut Connection<'_>,
    album: Uuid,
    id: Uuid,
    now: i64,
) -> Result<()> {
    connection.execute("DELETE FROM activity WHERE id = $1", &[id.into()])?;
    let tombstone = Tombstone {
        owner: album,
        entity: "activity",
        id,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)
}

//! SQL of the activities.

use uuid::Uuid;

use crate::access::shown_in_album;
use crate::core::accounts::user::UserResponseDto;
use crate::features::activities::dto::{
    ActivityQuery, ActivityResponseDto, ActivityStatisticsResponseDto, ReactionLevel, ReactionType,
};
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result, Row, Value};
use kallitype_web::time::Time;

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
fn shown() -> String {
    format!(
        "(activity.asset_id IS NULL OR EXISTS (SELECT 1 FROM asset WHERE asset.id = activity.asset_id AND {}))",
        shown_in_album()
    )
}

fn select() -> String {
    format!(
        "SELECT activity.id, activity.asset_id, activity.comment, activity.created_at, {} \
         FROM activity JOIN account ON account.id = activity.user_id AND account.status = 'active'",
        crate::core::accounts::user::COLUMNS
    )
}

fn read(row: &Row<'_>) -> Result<ActivityResponseDto> {
    let comment: Option<String> = row.get(2)?;
    Ok(ActivityResponseDto {
        id: row.get(0)?,
        asset_id: row.get(1)?,
        kind: match comment {
            Some(_) => ReactionType::Comment,
            None => ReactionType::Like,
        },
        comment,
        created_at: Time(row.get(3)?),
        user: UserResponseDto::read(row, 4)?,
    })
}

/// Some activities, in the order in which they happened.
pub(crate) fn list_by_ids(
    connection: &mut Connection<'_>,
    ids: Vec<Uuid>,
) -> Result<Vec<ActivityResponseDto>> {
    let sql = format!(
        "{} WHERE activity.id IN LIST($1) ORDER BY activity.created_at, activity.id",
        select()
    );
    connection.query(&sql, &[ids.into()], read)
}

/// What was said in an album, in the order in which it happened.
pub(crate) fn list_ids(
    connection: &mut Connection<'_>,
    query: &ActivityQuery,
) -> Result<Vec<Uuid>> {
    let mut sql = format!(
        "SELECT activity.id FROM activity \
         JOIN account ON account.id = activity.user_id AND account.status = 'active' \
         WHERE activity.album_id = $1 AND {}",
        shown()
    );
    let mut parameters: Vec<Value> = vec![query.album_id.into()];
    match (query.level, query.asset_id) {
        (Some(ReactionLevel::Album), _) => sql.push_str(" AND activity.asset_id IS NULL"),
        (_, Some(asset)) => {
            parameters.push(asset.into());
            sql.push_str(&format!(" AND activity.asset_id = ${}", parameters.len()));
        }
        (Some(ReactionLevel::Asset), None) => sql.push_str(" AND activity.asset_id IS NOT NULL"),
        (None, None) => {}
    }
    match query.kind {
        Some(ReactionType::Like) => sql.push_str(" AND activity.comment IS NULL"),
        Some(ReactionType::Comment) => sql.push_str(" AND activity.comment IS NOT NULL"),
        None => {}
    }
    if let Some(user) = query.user_id {
        parameters.push(user.into());
        sql.push_str(&format!(" AND activity.user_id = ${}", parameters.len()));
    }
    sql.push_str(" ORDER BY activity.created_at, activity.id");
    connection.query(&sql, &parameters, |row| row.get(0))
}

/// How much was said in an album, or about one picture in it.
pub(crate) fn count(
    connection: &mut Connection<'_>,
    album: Uuid,
    asset: Option<Uuid>,
) -> Result<ActivityStatisticsResponseDto> {
    let mut sql = format!(
        "SELECT COUNT(activity.comment), COUNT(*) - COUNT(activity.comment) FROM activity \
         JOIN account ON account.id = activity.user_id AND account.status = 'active' \
         WHERE activity.album_id = $1 AND {}",
        shown()
    );
    let mut parameters: Vec<Value> = vec![album.into()];
    if let Some(asset) = asset {
        parameters.push(asset.into());
        sql.push_str(" AND activity.asset_id = $2");
    }
    connection.query_one(&sql, &parameters, |row| {
        Ok(ActivityStatisticsResponseDto {
            comments: row.get(0)?,
            likes: row.get(1)?,
        })
    })
}

pub(crate) fn find(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<ActivityResponseDto>> {
    let sql = format!("{} WHERE activity.id = $1", select());
    connection.query_optional(&sql, &[id.into()], read)
}

/// A user's like of an album or of a picture in it.
pub(crate) fn find_like(
    connection: &mut Connection<'_>,
    new: &NewActivity,
) -> Result<Option<ActivityResponseDto>> {
    let mut parameters: Vec<Value> = vec![new.album_id.into(), new.user_id.into()];
    let about = match new.asset_id {
        Some(asset) => {
            parameters.push(asset.into());
            "activity.asset_id = $3"
        }
        None => "activity.asset_id IS NULL",
    };
    let sql = format!(
        "{} WHERE activity.album_id = $1 AND activity.user_id = $2 AND activity.comment IS NULL AND {about}",
        select()
    );
    connection.query_optional(&sql, &parameters, read)
}

/// Whether people may comment on an album and like it.
pub(crate) fn is_enabled(connection: &mut Connection<'_>, album: Uuid) -> Result<bool> {
    let sql = "SELECT is_activity_enabled FROM album WHERE id = $1";
    Ok(connection
        .query_optional(sql, &[album.into()], |row| row.get(0))?
        .unwrap_or(false))
}

/// Whether a picture is in an album, and shown.
pub(crate) fn is_shown_in(
    connection: &mut Connection<'_>,
    album: Uuid,
    asset: Uuid,
) -> Result<bool> {
    let sql = format!(
        "SELECT asset.id FROM album_asset held JOIN asset ON asset.id = held.asset_id \
         WHERE held.album_id = $1 AND held.asset_id = $2 AND {}",
        shown_in_album()
    );
    let found = connection.query_optional(&sql, &[album.into(), asset.into()], |row| {
        row.get::<Uuid>(0)
    })?;
    Ok(found.is_some())
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
    connection.query_optional(sql, &[id.into()], |row| Ok((row.get(0)?, row.get(1)?)))
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
    };
    record_tombstone(connection, tombstone, now)
}

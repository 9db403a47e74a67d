//! SQL of the notifications.

use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::app::events;
use crate::app::events::Event;
use crate::core::notifications::notification::{
    NotificationDto, NotificationLevel, NotificationQuery, Topic,
};
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result, Sql, new_id, row};
use kallitype_web::fields::Enumeration;
use kallitype_web::time::Time;
use kallitype_web::version::Wire;

/// A notification to be made. Times are microseconds UTC.
#[derive(Debug, Clone)]
pub(crate) struct NewNotification {
    pub user_id: Uuid,
    pub topic: Topic,
    pub level: NotificationLevel,
    pub album_id: Option<Uuid>,
    pub title: String,
    pub description: Option<String>,
    pub data: Option<Map<String, Json>>,
    pub read_at: Option<i64>,
}

impl NewNotification {
    fn data(&self) -> Option<String> {
        self.data.clone().map(|data| Json::from(data).to_string())
    }
}

row! {
    /// A notification as the database has it. Other servers may know more topics and levels.
    struct NotificationRow {
        id: Uuid,
        topic: String,
        level: String,
        title: String,
        description: Option<String>,
        data: Option<String>,
        read_at: Option<Time>,
        created_at: Time,
    }
}

impl NotificationRow {
    fn present(self, wire: Wire) -> NotificationDto {
        let topic = Topic::from_name(&self.topic).unwrap_or(Topic::Custom);
        NotificationDto {
            id: self.id,
            topic: topic.name_for(wire),
            level: NotificationLevel::from_name(&self.level).unwrap_or(NotificationLevel::Info),
            title: self.title,
            description: self.description,
            data: self.data.and_then(|data| serde_json::from_str(&data).ok()),
            read_at: self.read_at,
            created_at: self.created_at,
        }
    }
}

fn select_own(user: Uuid) -> Sql {
    Sql::select(NotificationRow::COLUMNS)
        .push(" FROM notification WHERE user_id = ")
        .bind(user)
}

/// A user's notifications, newest first, `limit` at most.
pub(crate) fn list(
    connection: &mut Connection<'_>,
    user: Uuid,
    wanted: &NotificationQuery,
    wire: Wire,
    limit: i64,
) -> Result<Vec<NotificationDto>> {
    let sql = select_own(user);
    let sql = sql.push_some(" AND id = ", wanted.id);
    let sql = sql.push_some(" AND level = ", wanted.level);
    let sql = match wanted.topic {
        Some(topic) => sql
            .push(" AND topic IN LIST(")
            .bind(names(topic, wire))
            .push(")"),
        None => sql,
    };
    let sql = match wanted.unread {
        true => sql.push(" AND read_at IS NULL"),
        false => sql,
    };
    let sql = sql
        .push(" ORDER BY created_at DESC, id DESC LIMIT ")
        .bind(limit);
    let found: Vec<NotificationRow> = sql.query(connection)?;
    Ok(found.into_iter().map(|row| row.present(wire)).collect())
}

/// The topics that a client knows by the name of this one.
fn names(topic: Topic, wire: Wire) -> Vec<String> {
    let namesakes = topic.namesakes(wire).iter();
    namesakes.map(|topic| topic.name().to_owned()).collect()
}

/// A user's notification.
pub(crate) fn find(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
    wire: Wire,
) -> Result<Option<NotificationDto>> {
    let sql = select_own(user).push(" AND id = ").bind(id);
    let found: Option<NotificationRow> = sql.query_optional(connection)?;
    Ok(found.map(|row| row.present(wire)))
}

/// How many of these notifications are the user's.
pub(crate) fn count_own(
    connection: &mut Connection<'_>,
    user: Uuid,
    ids: Vec<Uuid>,
) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM notification WHERE user_id = $1 AND id IN LIST($2)";
    connection.query_one(sql, &[user.into(), ids.into()])
}

/// Whether there is an account to notify.
pub(crate) fn has_account(connection: &mut Connection<'_>, user: Uuid) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM account WHERE id = $1";
    let count: i64 = connection.query_one(sql, &[user.into()])?;
    Ok(count > 0)
}

pub(crate) fn insert(
    connection: &mut Connection<'_>,
    notification: &NewNotification,
    now: i64,
) -> Result<Uuid> {
    let id = new_id();
    connection.execute(
        "INSERT INTO notification (id, user_id, topic, level, album_id, title, description, data, read_at, \
         created_at, update_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, next_change_id())",
        &[
            id.into(),
            notification.user_id.into(),
            notification.topic.into(),
            notification.level.into(),
            notification.album_id.into(),
            (&notification.title).into(),
            (&notification.description).into(),
            notification.data().into(),
            notification.read_at.into(),
            now.into()],
    )?;
    tell_made(connection, notification.user_id, id)?;
    Ok(id)
}

/// Says again, as if it were new, what a user was told about an album and has not read yet; answers whether there
/// was anything.
pub(crate) fn repeat_unread(
    connection: &mut Connection<'_>,
    notification: &NewNotification,
    now: i64,
) -> Result<bool> {
    let repeated: Vec<Uuid> = connection.query(
        "UPDATE notification SET title = $4, description = $5, data = $6, created_at = $7, update_id = next_change_id() \
         WHERE user_id = $1 AND topic = $2 AND album_id = $3 AND read_at IS NULL RETURNING id",
        &[
            notification.user_id.into(),
            notification.topic.into(),
            notification.album_id.into(),
            (&notification.title).into(),
            (&notification.description).into(),
            notification.data().into(),
            now.into()],
    )?;
    for id in &repeated {
        tell_made(connection, notification.user_id, *id)?;
    }
    Ok(!repeated.is_empty())
}

fn tell_made(connection: &mut Connection<'_>, user: Uuid, notification: Uuid) -> Result<()> {
    events::note(connection, &Event::NotificationMade { user, notification })
}

/// Says when a notification was read, or that it was not.
pub(crate) fn set_read(
    connection: &mut Connection<'_>,
    id: Uuid,
    read_at: Option<i64>,
) -> Result<()> {
    let sql = "UPDATE notification SET read_at = $2, update_id = next_change_id() WHERE id = $1";
    let parameters = [id.into(), read_at.into()];
    connection.execute(sql, &parameters).map(drop)
}

/// Deletes a user's notification; clients that synchronise are told.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
    now: i64,
) -> Result<()> {
    let sql = "DELETE FROM notification WHERE id = $1 AND user_id = $2";
    if connection.execute(sql, &[id.into(), user.into()])? == 0 {
        return Ok(());
    }
    let tombstone = Tombstone {
        owner: user,
        entity: "notification",
        id,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)
}

/// Notifications that were made and read before `deadline`, with whose they are.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_expired(
    connection: &mut Connection<'_>,
    deadline: i64,
    limit: i64,
) -> Result<Vec<(Uuid, Uuid)>> {
    // A clock that is wrong can say that something was read before it was there.
    let sql = "SELECT user_id, id FROM notification WHERE read_at IS NOT NULL AND read_at < $1 AND created_at < $1 \
        ORDER BY created_at LIMIT $2";
    connection.query(sql, &[deadline.into(), limit.into()])
}

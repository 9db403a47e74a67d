//! What other features have to tell. Each is told in the transaction in which it happens, so that nothing is told
//! that did not happen, and nothing that happened is forgotten.

use serde_json::json;
use uuid::Uuid;

use crate::core::notifications::notification::{NotificationLevel, Topic};
use crate::core::notifications::queries;
use crate::core::notifications::queries::NewNotification;
use crate::mail;
use crate::mail::{Letter, PostOptions};
use kallitype_db::{Connection, Result};
use kallitype_web::time::now;

/// What happened in an album.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AlbumNews<'a> {
    pub album_id: Uuid,
    pub album_name: &'a str,
    /// The name of whoever did it.
    pub sender_name: &'a str,
}

impl AlbumNews<'_> {
    fn notification(
        &self,
        user: Uuid,
        topic: Topic,
        title: &str,
        description: String,
    ) -> NewNotification {
        let mut data = serde_json::Map::new();
        data.insert("albumId".into(), json!(self.album_id));
        NewNotification {
            user_id: user,
            topic,
            level: NotificationLevel::Success,
            album_id: Some(self.album_id),
            title: title.into(),
            description: Some(description),
            data: Some(data),
            read_at: None,
        }
    }
}

/// Tells a user that an account was made for them, and by mail their password, if it is given.
///
/// # Errors
/// When the database fails.
pub(crate) fn account_created(
    connection: &mut Connection<'_>,
    mail: PostOptions,
    user: Uuid,
    password: Option<&str>,
) -> Result<()> {
    let welcome = NewNotification {
        user_id: user,
        topic: Topic::SystemMessage,
        level: NotificationLevel::Info,
        album_id: None,
        title: "Welcome".into(),
        description: Some("Your account is ready.".into()),
        data: None,
        read_at: None,
    };
    queries::insert(connection, &welcome, now())?;
    let password = password.map(str::to_owned);
    mail::post(connection, mail, user, &Letter::Welcome { password })
}

/// Tells a user that they can see an album from now on.
///
/// # Errors
/// When the database fails.
pub(crate) fn album_invited(
    connection: &mut Connection<'_>,
    mail: PostOptions,
    news: &AlbumNews<'_>,
    user: Uuid,
) -> Result<()> {
    let description = format!("{} shared “{}” with you", news.sender_name, news.album_name);
    let invitation = news.notification(user, Topic::AlbumInvite, "Shared album", description);
    queries::insert(connection, &invitation, now())?;
    let letter = Letter::AlbumInvite {
        album_id: news.album_id,
        album_name: news.album_name.into(),
        sender_name: news.sender_name.into(),
    };
    mail::post(connection, mail, user, &letter)
}

/// Tells users that something is new in an album. Until they have read it, they are told once; the mail about it
/// waits for what else is new.
///
/// # Errors
/// When the database fails.
pub(crate) fn album_updated(
    connection: &mut Connection<'_>,
    mail: PostOptions,
    news: &AlbumNews<'_>,
    users: &[Uuid],
) -> Result<()> {
    let letter = Letter::AlbumUpdate {
        album_id: news.album_id,
        album_name: news.album_name.into(),
    };
    for user in users {
        let description = format!("{} added to “{}”", news.sender_name, news.album_name);
        let update = news.notification(*user, Topic::AlbumUpdate, "New in an album", description);
        if !queries::repeat_unread(connection, &update, now())? {
            queries::insert(connection, &update, now())?;
        }
        mail::post(connection, mail, *user, &letter)?;
    }
    Ok(())
}

/// Takes back the mail that still waits for a user who can no longer see an album.
///
/// # Errors
/// When the database fails.
pub(crate) fn album_left(connection: &mut Connection<'_>, album: Uuid, user: Uuid) -> Result<()> {
    mail::delete_about_album(connection, album, user)
}

//! Telling the people in an album what happened in it.

use uuid::Uuid;

use super::queries;
use crate::access::Caller;
use crate::config::MailOptions;
use crate::db::{self, Connection};
use crate::notifications::{self, AlbumNews};
use crate::users;

/// Tells someone that they are in an album from now on.
///
/// # Errors
/// When the database fails.
pub fn tell_invited(
    connection: &mut Connection<'_>,
    mail: &MailOptions,
    caller: &Caller,
    album: Uuid,
    user: Uuid,
) -> db::Result<()> {
    let (album_name, sender_name) = names(connection, caller, album)?;
    let news = AlbumNews {
        album_id: album,
        album_name: &album_name,
        sender_name: &sender_name,
    };
    notifications::album_invited(connection, mail, &news, user)
}

/// Tells everyone in an album but who did it that there is something new.
///
/// # Errors
/// When the database fails.
pub fn tell_updated(
    connection: &mut Connection<'_>,
    mail: &MailOptions,
    caller: &Caller,
    album: Uuid,
) -> db::Result<()> {
    let (album_name, sender_name) = names(connection, caller, album)?;
    let news = AlbumNews {
        album_id: album,
        album_name: &album_name,
        sender_name: &sender_name,
    };
    let mut users = queries::list_user_ids(connection, album)?;
    users.retain(|user| caller.link().is_some() || *user != caller.owner_id());
    notifications::album_updated(connection, mail, &news, &users)
}

/// The names of the album and of the caller, who may be nameless.
fn names(
    connection: &mut Connection<'_>,
    caller: &Caller,
    album: Uuid,
) -> db::Result<(String, String)> {
    let album = queries::find(connection, album)?;
    let sender = match caller.link() {
        Some(_) => None,
        None => users::find_public(connection, &[caller.owner_id()])?.pop(),
    };
    Ok((
        album.map(|album| album.name).unwrap_or_default(),
        sender.map_or_else(|| "A visitor".into(), |sender| sender.name),
    ))
}

//! Telling people what happens in their albums.

use uuid::Uuid;

use crate::access::Caller;
use crate::core::accounts;
use crate::core::albums::queries;
use crate::core::notifications::events;
use crate::core::notifications::events::AlbumNews;
use crate::mail::PostOptions;
use kallitype_db::{Connection, Result};

/// Tells someone that they are in an album from now on.
pub(crate) fn invited(
    connection: &mut Connection<'_>,
    mail: PostOptions,
    caller: &Caller,
    album: Uuid,
    user: Uuid,
) -> Result<()> {
    let (name, sender) = names(connection, caller, album)?;
    let news = AlbumNews {
        album_id: album,
        album_name: &name,
        sender_name: &sender,
    };
    events::album_invited(connection, mail, &news, user)
}

/// Tells everyone else who is in an album that something is new in it.
pub(crate) fn updated(
    connection: &mut Connection<'_>,
    mail: PostOptions,
    caller: &Caller,
    album: Uuid,
) -> Result<()> {
    let mut others = queries::list_user_ids(connection, album)?;
    others.retain(|user| *user != caller.owner_id());
    if others.is_empty() {
        return Ok(());
    }
    let (name, sender) = names(connection, caller, album)?;
    let news = AlbumNews {
        album_id: album,
        album_name: &name,
        sender_name: &sender,
    };
    events::album_updated(connection, mail, &news, &others)
}

/// The album's and the caller's; for those who came by a link its owner stands.
fn names(
    connection: &mut Connection<'_>,
    caller: &Caller,
    album: Uuid,
) -> Result<(String, String)> {
    let name = queries::name(connection, album)?;
    let sender = accounts::queries::find_public(connection, &[caller.owner_id()])?.pop();
    Ok((name, sender.map(|sender| sender.name).unwrap_or_default()))
}

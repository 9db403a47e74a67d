//! Who may do what to an album.

use uuid::Uuid;

use crate::access::{Caller, Identity};
use kallitype_db as db;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::wire_enum;

wire_enum! {
    /// What someone is in an album.
    pub enum AlbumRole as "AlbumUserRole" {
        Owner = "owner",
        Editor = "editor",
        Viewer = "viewer",
    }
}

/// What is to be done to an album.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AlbumAction {
    Read,
    Update,
    Delete,
    /// Decides who is in it, and makes links to it.
    Share,
    AddAssets,
    RemoveAssets,
    /// Takes the originals along.
    Download,
    /// Comments on it and likes it, as long as its owner lets people do so.
    React,
}

impl AlbumAction {
    /// The rules: who may do it.
    fn roles(self) -> &'static [AlbumRole] {
        use AlbumRole::{Editor, Owner, Viewer};
        match self {
            Self::Read | Self::Download | Self::React => &[Owner, Editor, Viewer],
            Self::AddAssets | Self::RemoveAssets => &[Owner, Editor],
            Self::Update | Self::Delete | Self::Share => &[Owner],
        }
    }

    /// Whether a link to the album may do it; whether the link allows uploads or downloads counts, too.
    fn suits_links(self) -> bool {
        matches!(self, Self::Read | Self::Download | Self::AddAssets)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Read => "album.read",
            Self::Update => "album.update",
            Self::Delete => "album.delete",
            Self::Share => "album.share",
            Self::AddAssets => "albumAsset.create",
            Self::RemoveAssets => "albumAsset.delete",
            Self::Download => "album.download",
            Self::React => "activity.create",
        }
    }
}

/// The answer to a caller who asks for an album out of reach, there or not.
#[must_use]
pub(crate) fn refused_album(need: AlbumAction) -> ApiError {
    ApiError::bad_request(format!("Not found or no {} access", need.name()))
}

/// Refuses an album that is not there or that the caller may not do this to.
///
/// # Errors
/// 400, the same for both.
pub(crate) fn require_album(
    connection: &mut Connection<'_>,
    caller: &Caller,
    need: AlbumAction,
    album: Uuid,
) -> Result<()> {
    let is_allowed = match caller.identity() {
        Identity::User(principal) => role_in(connection, album, principal.user.id)?
            .is_some_and(|role| need.roles().contains(&role)),
        Identity::Link(link) => {
            link.album_id == Some(album)
                && need.suits_links()
                && (need != AlbumAction::AddAssets || link.allow_upload)
                && (need != AlbumAction::Download || !caller.keeps_originals_back())
        }
    };
    if is_allowed {
        Ok(())
    } else {
        Err(refused_album(need))
    }
}

/// The condition that an album's owner still has their account; without it, the album is shown to no one.
pub(crate) fn album_in_use(album: &'static str) -> Sql {
    Sql::new(
        "EXISTS (SELECT 1 FROM album_user keeper JOIN account ON account.id = keeper.user_id \
         WHERE keeper.album_id = ",
    )
    .push(album)
    .push(" AND keeper.role = 'owner' AND account.status = 'active')")
}

/// What a user is in an album, if they are in it.
///
/// # Errors
/// When the database fails.
pub(crate) fn role_in(
    connection: &mut Connection<'_>,
    album: Uuid,
    user: Uuid,
) -> db::Result<Option<AlbumRole>> {
    let sql = Sql::new("SELECT role FROM album_user WHERE album_id = ").bind(album);
    let sql = sql.push(" AND user_id = ").bind(user).push(" AND ");
    sql.append(album_in_use("album_user.album_id"))
        .query_optional(connection)
}

//! What is shown of a link.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::dto::{PASSWORD_MASK, SharedLinkResponseDto};
use super::queries::LinkRow;
use crate::access::Caller;
use crate::albums::AlbumDetails;
use crate::assets::{AssetDetails, queries::list_link_details};
use crate::db::Connection;
use crate::http::error::Result;
use crate::http::time::Time;
use crate::http::version::Wire;

/// A link with the album or the assets that it shows.
pub struct LinkDetails {
    pub link: LinkRow,
    pub album: Option<AlbumDetails>,
    pub assets: Vec<AssetDetails>,
}

impl LinkDetails {
    /// Reads what a link shows.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(connection: &mut Connection<'_>, link: LinkRow) -> Result<Self> {
        let album = match link.album_id {
            Some(album) => Some(AlbumDetails::find(connection, album)?),
            None => None,
        };
        let assets = list_link_details(connection, link.id)?;
        Ok(Self {
            link,
            album,
            assets,
        })
    }

    /// The link as the caller is shown it.
    ///
    /// # Errors
    /// As [`AlbumDetails::present`].
    pub fn present(self, caller: &Caller, wire: Wire) -> Result<SharedLinkResponseDto> {
        let Self {
            link,
            album,
            assets,
        } = self;
        let kind = link.kind();
        let album = album.map(|album| album.present(caller, wire));
        Ok(SharedLinkResponseDto {
            album: album.transpose()?,
            allow_download: link.allow_download,
            allow_upload: link.allow_upload,
            assets: assets
                .into_iter()
                .map(|details| details.present(caller, wire))
                .collect(),
            created_at: Time(link.created_at),
            description: link.description,
            expires_at: link.expires_at.map(Time),
            id: link.id,
            key: URL_SAFE_NO_PAD.encode(&link.key),
            password: link.password_hash.map(|_| PASSWORD_MASK.to_owned()),
            show_metadata: link.show_metadata,
            slug: link.slug,
            token: None,
            kind,
            user_id: link.user_id,
        })
    }
}

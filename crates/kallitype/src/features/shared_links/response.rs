//! What is shown of a link.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::albums::response::AlbumDetails;
use crate::core::asset_listing;
use crate::core::assets::queries::list_shown_by_link;
use crate::core::links::LinkRow;
use crate::features::shared_links::dto::{PASSWORD_MASK, SharedLinkResponseDto};
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::stream;
use kallitype_web::stream::Json;
use kallitype_web::time::Time;
use kallitype_web::version::Wire;

/// A link with the album or the assets that it shows.
pub(crate) struct LinkDetails {
    pub link: LinkRow,
    pub album: Option<AlbumDetails>,
    /// The assets of a link to single ones, newest first.
    pub assets: Vec<Uuid>,
    /// What opens the link from now on, for whoever gave its password.
    pub token: Option<String>,
}

impl LinkDetails {
    /// Reads what a link shows.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn of(connection: &mut Connection<'_>, link: LinkRow) -> Result<Self> {
        let album = match link.album_id {
            Some(album) => Some(AlbumDetails::find(connection, album)?),
            None => None,
        };
        let assets = list_shown_by_link(connection, link.id)?;
        Ok(Self {
            link,
            album,
            assets,
            token: None,
        })
    }

    /// The link as the caller is shown it, with its assets.
    ///
    /// # Errors
    /// As [`AlbumDetails::present`].
    pub(crate) fn stream(self, app: &App, caller: &Caller, wire: Wire) -> Result<Json> {
        let assets = asset_listing::stream(app, caller, wire, &self.assets);
        stream::object(&self.present(caller, wire)?, "assets", assets)
    }

    fn present(self, caller: &Caller, wire: Wire) -> Result<SharedLinkResponseDto> {
        let Self {
            link, album, token, ..
        } = self;
        let kind = link.kind();
        let album = album.map(|album| album.present(caller, wire));
        Ok(SharedLinkResponseDto {
            album: album.transpose()?,
            allow_download: link.allow_download,
            allow_upload: link.allow_upload,
            assets: Vec::new(),
            created_at: Time(link.created_at),
            description: link.description,
            expires_at: link.expires_at.map(Time),
            id: link.id,
            key: URL_SAFE_NO_PAD.encode(&link.key),
            password: link.password_hash.map(|_| PASSWORD_MASK.to_owned()),
            show_metadata: link.show_metadata,
            slug: link.slug,
            token,
            kind,
            user_id: link.user_id,
        })
    }
}

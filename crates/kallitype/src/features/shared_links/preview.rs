//! What a link says of itself to programs that show it before someone opens it. They give no password, so a link that has
//! one says nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::access::{Action, AlbumAction, Caller, Identity, is_reachable, require_album};
use crate::app::state::App;
use crate::core::links::LinkRow;
use crate::features::shared_links::authentication::find_unprotected;
use crate::features::shared_links::response::LinkDetails;
use kallitype_db::Connection;
use kallitype_web::credential::Credential;
use kallitype_web::error::Result;

/// Characters of a description: no program shows more.
const MAX_DESCRIPTION: usize = 300;

/// What is said of a link.
#[derive(Debug, Clone)]
pub(crate) struct Preview {
    pub title: String,
    pub description: String,
    /// Where a picture of it is, below the server's own address.
    pub picture: Option<String>,
}

/// What the link says of itself that a request names; nothing if it is not there any more, or has a password.
///
/// # Errors
/// When the database fails.
pub(crate) async fn find(app: &App, credential: Credential) -> Result<Option<Preview>> {
    let find = move |connection: &mut Connection<'_>| {
        let link = find_unprotected(connection, &credential)?;
        link.map(|link| Preview::of(connection, link)).transpose()
    };
    app.db.scan(find).await
}

impl Preview {
    /// # Errors
    /// When the link's album is out of its reach, or the database fails.
    fn of(connection: &mut Connection<'_>, link: LinkRow) -> Result<Self> {
        let visitor = Caller::new(Identity::Link(link.clone().into()));
        if let Some(album) = link.album_id {
            require_album(connection, &visitor, AlbumAction::Read, album)?;
        }
        let details = LinkDetails::of(connection, link)?;
        let cover = match cover(&details) {
            Some(asset) if is_reachable(connection, &visitor, Action::View, asset)? => Some(asset),
            _ => None,
        };
        Ok(Self {
            title: title(&details),
            description: description(&details),
            picture: cover.map(|asset| picture(asset, &details.link.key)),
        })
    }
}

/// The picture that stands for all of them.
fn cover(details: &LinkDetails) -> Option<Uuid> {
    match &details.album {
        Some(album) => album.album.thumbnail_asset_id,
        None => details.assets.first().copied(),
    }
}

fn picture(asset: Uuid, key: &[u8]) -> String {
    let key = URL_SAFE_NO_PAD.encode(key);
    format!("/api/assets/{asset}/thumbnail?size=preview&key={key}")
}

fn title(details: &LinkDetails) -> String {
    let name = details.album.as_ref().map(|album| album.album.name.clone());
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| "Shared photos".to_owned())
}

/// What whoever made it says of it, or else how much there is.
fn description(details: &LinkDetails) -> String {
    let said = details.link.description.clone();
    let said = said.filter(|text| !text.is_empty());
    said.map_or_else(
        || amount(details),
        |text| text.chars().take(MAX_DESCRIPTION).collect(),
    )
}

fn amount(details: &LinkDetails) -> String {
    let count = match &details.album {
        Some(album) => album.totals.assets,
        None => details.assets.len().try_into().unwrap_or(i64::MAX),
    };
    match count {
        1 => "1 photo or video".to_owned(),
        count => format!("{count} photos and videos"),
    }
}

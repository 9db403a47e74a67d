//! `POST /shared-links`: shows an album or some assets to whoever gets the link.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use crate::access::{Action, AlbumAction, Caller, require_album, require_all};
use crate::app::password;
use crate::app::state::App;
use crate::core::choices::SharedLinkType;
use crate::core::links;
use crate::core::links::LinkRow;
use crate::features::shared_links::dto::{SharedLinkCreateDto, SharedLinkResponseDto};
use crate::features::shared_links::response::LinkDetails;
use crate::features::shared_links::slug_taken;
use kallitype_db::DatabaseError;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::stream;
use kallitype_web::time::now;
use kallitype_web::version::Wire;

#[utoipa::path(
    post,
    path = "/api/shared-links",
    tag = "Shared Links",
    operation_id = "createSharedLink",
    request_body = SharedLinkCreateDto,
    responses((status = 201, body = SharedLinkResponseDto, description = "")),
)]
pub(crate) async fn create_shared_link(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(dto): Body<SharedLinkCreateDto>,
) -> Result<Response> {
    let (album_id, assets) = shown(&dto)?;
    let link = new_link(&app, &caller, album_id, dto).await?;
    let maker = caller.clone();
    let made = app
        .commit(move |connection| {
            require_all(connection, &maker, Action::Share, &assets)?;
            if let Some(album) = link.album_id {
                require_album(connection, &maker, AlbumAction::Share, album)?;
            }
            match links::insert(connection, &link) {
                Err(DatabaseError::Duplicate) => return Err(slug_taken()),
                done => done?,
            }
            for asset in &assets {
                links::add_asset(connection, link.id, *asset)?;
            }
            LinkDetails::of(connection, link.clone())
        })
        .await?;
    Ok(stream::answer(
        StatusCode::CREATED,
        made.stream(&app, &caller, wire)?,
    ))
}

/// The album or the assets that the link is to show.
fn shown(dto: &SharedLinkCreateDto) -> Result<(Option<Uuid>, Vec<Uuid>)> {
    if dto.kind == SharedLinkType::Album {
        let album = dto.album_id;
        return match album {
            Some(_) => Ok((album, Vec::new())),
            None => Err(ApiError::bad_request("Invalid albumId")),
        };
    }
    let assets = dto.asset_ids.clone().unwrap_or_default();
    if assets.is_empty() {
        return Err(ApiError::bad_request("Invalid assetIds"));
    }
    Ok((None, assets))
}

async fn new_link(
    app: &App,
    caller: &Caller,
    album_id: Option<Uuid>,
    dto: SharedLinkCreateDto,
) -> Result<LinkRow> {
    let password_hash = match dto.password {
        Some(password) => Some(password::hash(app, password).await?),
        None => None,
    };
    let (id, key) = LinkRow::stamps();
    let show_metadata = dto.show_metadata.unwrap_or(true);
    Ok(LinkRow {
        id,
        user_id: caller.user_id()?,
        album_id,
        key,
        slug: dto.slug,
        description: dto.description,
        password_hash,
        expires_at: dto.expires_at,
        // As everywhere in this API: who makes a link by hand and says nothing gets one that takes uploads.
        allow_upload: dto.allow_upload.unwrap_or(true),
        // An original carries its metadata, so hiding them means keeping it.
        allow_download: dto.allow_download.unwrap_or(true) && show_metadata,
        show_metadata,
        created_at: now(),
    })
}

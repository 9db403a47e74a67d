//! `POST /shared-links`: shows some assets to whoever gets the link.

use axum::extract::State;
use axum::response::Response;

use super::dto::{SharedLinkCreateDto, SharedLinkResponseDto, SharedLinkType};
use super::present::LinkDetails;
use super::queries::{self, LinkRow};
use super::slug_taken;
use crate::access::{Caller, Need, require_all};
use crate::db::DatabaseError;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::state::App;
use crate::http::time::now;
use crate::http::version::Wire;
use crate::http::{created, password};

#[utoipa::path(
    post,
    path = "/api/shared-links",
    tag = "Shared Links",
    operation_id = "createSharedLink",
    request_body = SharedLinkCreateDto,
    responses((status = 201, body = SharedLinkResponseDto, description = "")),
)]
pub async fn create_shared_link(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(dto): Body<SharedLinkCreateDto>,
) -> Result<Response> {
    if dto.kind == Some(SharedLinkType::Album) || dto.album_id.is_some() {
        return Err(ApiError::bad_request(
            "This server has no albums to share yet",
        ));
    }
    let assets = dto.asset_ids.clone().unwrap_or_default();
    if assets.is_empty() {
        return Err(ApiError::bad_request("Invalid assetIds"));
    }
    let link = new_link(&app, &caller, dto).await?;
    let maker = caller.clone();
    let made = app
        .db
        .write(move |connection| {
            require_all(connection, &maker, Need::Share, &assets)?;
            match queries::insert(connection, &link) {
                Err(DatabaseError::Duplicate) => return Err(slug_taken()),
                done => done?,
            }
            for asset in &assets {
                queries::add_asset(connection, link.id, *asset)?;
            }
            Ok(LinkDetails::of(connection, link.clone())?)
        })
        .await?;
    Ok(created(made.present(&caller, wire)))
}

async fn new_link(app: &App, caller: &Caller, dto: SharedLinkCreateDto) -> Result<LinkRow> {
    let password_hash = match dto.password {
        Some(password) => Some(password::hash(app, password).await?),
        None => None,
    };
    let (id, key) = LinkRow::stamps();
    let show_metadata = dto.show_metadata.unwrap_or(true);
    Ok(LinkRow {
        id,
        user_id: caller.user_id()?,
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

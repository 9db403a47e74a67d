//! `POST /assets`: takes a photo or video. When it answers 201, file and record survive a power cut.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use uuid::Uuid;

use crate::access::{Caller, Link};
use crate::app::state::App;
use crate::core::assets::model::Visibility;
use crate::core::assets::new_asset::NewAsset;
use crate::core::assets::queries;
use crate::core::links;
use crate::features::assets::dto::{
    AssetMediaCreateDto, AssetMediaResponseDto, AssetMediaStatus, parse_checksum,
};
use crate::features::assets::take_sidecar;
use crate::ingest;
use crate::ingest::{AssetSource, Received, Recorded};
use kallitype_db::new_id;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields;
use kallitype_web::time::now;

/// The header with which clients say what they are about to send.
const CHECKSUM: &str = "x-immich-checksum";

#[utoipa::path(
    post,
    path = "/api/assets",
    tag = "Assets",
    operation_id = "uploadAsset",
    params(
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
        ("x-immich-checksum" = Option<String>, Header, nullable = false,
            description = "sha1 checksum that can be used for duplicate detection before the file is uploaded"),
    ),
    request_body(content = AssetMediaCreateDto, content_type = "multipart/form-data",
        description = "Asset Upload Information"),
    responses((status = 201, body = AssetMediaResponseDto, description = "")),
)]
pub(crate) async fn upload_asset(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let link = require_upload(&caller)?;
    let owner = caller.owner_id();
    let announced = announced_checksum(&headers)?;
    // A visitor has to show the bytes themselves: who only knows a checksum must not learn what the owner keeps.
    if link.is_none()
        && let Some(checksum) = announced.clone()
        && let Some(id) = app
            .db
            .read(move |connection| queries::find_by_checksum(connection, owner, &checksum))
            .await?
    {
        return Ok(duplicate(id));
    }

    let room = app
        .db
        .read(move |connection| queries::remaining_quota(connection, owner))
        .await?;
    let mut received = ingest::receive(
        &app,
        &headers,
        body,
        room.map(|room| room.max(0).unsigned_abs()),
    )
    .await?;
    let dto: AssetMediaCreateDto = fields::read(&received.fields, app.settings.max_list_items)?;
    ingest::require_distinct_keys(&dto.metadata)?;
    let recorded = store(&app, owner, link.clone(), announced, &mut received, dto).await?;
    // The same file again may bring along a sidecar that is new. What the owner keeps is not for visitors to change.
    if let (Recorded::Duplicate(id), None, Some(sidecar)) =
        (&recorded, &link, received.sidecar.take())
    {
        take_sidecar::take(&app, &caller, *id, sidecar).await?;
    }
    Ok(match recorded {
        Recorded::Created(id) => answer(StatusCode::CREATED, id, AssetMediaStatus::Created),
        Recorded::Duplicate(id) => duplicate(id),
    })
}

/// A link has to allow uploads; answers it, so that the asset can join it.
fn require_upload(caller: &Caller) -> Result<Option<Link>> {
    match caller.link() {
        Some(link) if !link.allow_upload => Err(ApiError::forbidden("Forbidden")),
        link => Ok(link.cloned()),
    }
}

/// The SHA-1 that a client says its file has, if it says one.
///
/// # Errors
/// 400 when it is no SHA-1.
pub(crate) fn announced_checksum(headers: &HeaderMap) -> Result<Option<Vec<u8>>> {
    let Some(value) = headers.get(CHECKSUM) else {
        return Ok(None);
    };
    let checksum = value.to_str().ok().and_then(parse_checksum);
    let malformed = || {
        ApiError::bad_request(format!(
            "{CHECKSUM} must be a SHA-1 in base64 or hexadecimal"
        ))
    };
    checksum.map(Some).ok_or_else(malformed)
}

/// Refuses bytes that are not what was announced.
///
/// # Errors
/// 400 when they differ.
pub(crate) fn require_announced(announced: Option<&[u8]>, checksum: &[u8]) -> Result<()> {
    if announced.is_some_and(|announced| announced != checksum) {
        return Err(ApiError::bad_request(
            "The file does not match its checksum, nothing was stored",
        ));
    }
    Ok(())
}

async fn store(
    app: &App,
    owner: Uuid,
    link: Option<Link>,
    announced: Option<Vec<u8>>,
    received: &mut Received,
    dto: AssetMediaCreateDto,
) -> Result<Recorded> {
    let (original, name, file_type) = received.take_asset(dto.filename.as_deref())?;
    let checksum = original.checksum.to_vec();
    require_announced(announced.as_deref(), &checksum)?;
    let same = checksum.clone();
    if let Some(id) = app
        .db
        .read(move |connection| queries::find_by_checksum(connection, owner, &same))
        .await?
    {
        join_link(app, link.as_ref(), id).await?;
        return Ok(Recorded::Duplicate(id));
    }
    let (id, now) = (new_id(), now());
    let asset = NewAsset {
        id,
        owner_id: owner,
        device_asset_id: dto.device_asset_id,
        device_id: dto.device_id,
        kind: file_type
            .asset_type()
            .ok_or_else(|| ApiError::internal("a sidecar passed for an asset"))?,
        original_path: String::new(),
        sidecar_path: None,
        original_file_name: name,
        file_size: i64::try_from(original.size).map_err(ApiError::internal)?,
        checksum,
        file_created_at: dto.file_created_at,
        file_modified_at: dto.file_modified_at,
        duration: dto.duration,
        // Where an asset shows up and what is dear to its owner is not for visitors to say.
        visibility: dto
            .visibility
            .filter(|_| link.is_none())
            .unwrap_or(Visibility::Timeline),
        is_favorite: dto.is_favorite.unwrap_or(false) && link.is_none(),
        live_photo_video_id: dto.live_photo_video_id,
        metadata: dto.metadata,
        created_at: now,
    };
    let sidecar = received.sidecar.take().filter(|sidecar| sidecar.size > 0);
    ingest::record(
        app,
        asset,
        original,
        file_type.extension,
        sidecar,
        AssetSource::Upload(link),
    )
    .await
}

/// What a visitor uploads is shown by the link, be it there already.
async fn join_link(app: &App, link: Option<&Link>, asset: Uuid) -> Result<()> {
    let Some(link) = link.cloned() else {
        return Ok(());
    };
    app.commit(move |connection| links::show(connection, &link, asset))
        .await?;
    Ok(())
}

fn duplicate(id: Uuid) -> Response {
    answer(StatusCode::OK, id, AssetMediaStatus::Duplicate)
}

fn answer(status: StatusCode, id: Uuid, what: AssetMediaStatus) -> Response {
    (status, Json(AssetMediaResponseDto { id, status: what })).into_response()
}

//! `POST /assets`: takes a photo or video. When it answers 201, file and record survive a power cut.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use metrics::counter;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::guard::{Along, ReadAlong};
use crate::app::state::App;
use crate::core::assets::model::Visibility;
use crate::core::assets::new_asset::{FileDescription, NewAsset};
use crate::core::assets::{metadata, queries};
use crate::features::assets::dto::{
    AssetMediaCreateDto, AssetMediaResponseDto, AssetMediaStatus, parse_checksum,
};
use crate::features::assets::take_sidecar;
use crate::ingest;
use crate::ingest::{AssetSource, Outlook, ReceivedAsset, ReceivedFile, Recorded, UploadContext};
use kallitype_db::{Connection, new_id};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields;

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
    Announced(announced): Announced,
    Along(outlook): Along<Outlook>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let context = UploadContext::of(&caller)?;
    if let Some(id) = outlook.known {
        return Ok(duplicate(id));
    }
    let mut received = ingest::receive(&app, &headers, body, outlook.remaining_quota).await?;
    let dto: AssetMediaCreateDto =
        fields::read_form(&received.fields, app.settings.max_list_items)?;
    metadata::require_fit(app.settings.metadata_limits(), &dto.metadata)?;
    let file = received.take_asset(dto.filename.as_deref())?;
    require_announced(announced.as_deref(), &file.original.checksum)?;
    let recorded = match received.take_sidecar() {
        None => store(&app, &context, file, None, dto).await?,
        Some(sidecar) => store_with_sidecar(&app, &caller, &context, file, sidecar, dto).await?,
    };
    Ok(match recorded {
        Recorded::Created(id) => answer(StatusCode::CREATED, id, AssetMediaStatus::Created),
        Recorded::Duplicate(id) => duplicate(id),
    })
}

/// The SHA-1 that a client says its file has, if it says one.
#[derive(Debug, Clone)]
pub(crate) struct Announced(pub Option<Vec<u8>>);

impl<S: Sync> FromRequestParts<S> for Announced {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        announced_checksum(&parts.headers).map(Self)
    }
}

/// The announced checksum.
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

impl ReadAlong for Outlook {
    type Of = Announced;

    fn read(
        connection: &mut Connection<'_>,
        caller: &Caller,
        Announced(checksum): Announced,
    ) -> Result<Self> {
        let context = UploadContext::of(caller)?;
        Ok(context.look_ahead(connection, checksum.as_deref())?)
    }
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
    context: &UploadContext,
    file: ReceivedAsset,
    sidecar: Option<ReceivedFile>,
    dto: AssetMediaCreateDto,
) -> Result<Recorded> {
    let description = FileDescription {
        device_asset_id: dto.device_asset_id,
        device_id: dto.device_id,
        created_at: dto.file_created_at,
        modified_at: dto.file_modified_at,
        duration: dto.duration,
    };
    let mut asset = NewAsset {
        visibility: dto.visibility.unwrap_or(Visibility::Timeline),
        is_favorite: dto.is_favorite.unwrap_or(false),
        live_photo_video_id: dto.live_photo_video_id,
        metadata: dto.metadata,
        ..NewAsset::new(new_id(), context.owner(), file.original, description)
    };
    context.restrict(&mut asset);
    let source = AssetSource::Upload(context.clone());
    ingest::record(app, asset, file.file, file.extension, sidecar, source).await
}

/// The same file again may bring along a sidecar that is new. It belongs beside the file that is there, so the database
/// is asked for that one first.
async fn store_with_sidecar(
    app: &App,
    caller: &Caller,
    context: &UploadContext,
    file: ReceivedAsset,
    sidecar: ReceivedFile,
    dto: AssetMediaCreateDto,
) -> Result<Recorded> {
    let (owner, checksum) = (context.owner(), file.original.checksum);
    let kept = app
        .db
        .read(move |connection| queries::find_by_checksum(connection, owner, &checksum))
        .await?;
    match kept.filter(|_| context.may_change_what_is_kept()) {
        None => store(app, context, file, Some(sidecar), dto).await,
        Some(id) => {
            take_sidecar::take(app, caller, id, sidecar).await?;
            Ok(Recorded::Duplicate(id))
        }
    }
}

fn duplicate(id: Uuid) -> Response {
    answer(StatusCode::OK, id, AssetMediaStatus::Duplicate)
}

fn answer(status: StatusCode, id: Uuid, what: AssetMediaStatus) -> Response {
    counter!("kallitype_uploads_total", "outcome" => what.name()).increment(1);
    (status, Json(AssetMediaResponseDto { id, status: what })).into_response()
}

//! `PUT /assets/{id}/original`: gives an asset a new file. The old file lives on as a new asset in the trash.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use http::HeaderMap;
use uuid::Uuid;

use crate::access::{Action, Caller, Scope, refused};
use crate::app::state::App;
use crate::core::assets::new_asset::NewAsset;
use crate::core::assets::row::AssetRow;
use crate::core::assets::{queries, quota};
use crate::core::tags;
use crate::features::assets::dto::{AssetMediaReplaceDto, AssetMediaResponseDto, AssetMediaStatus};
use crate::features::assets::upload_asset::{announced_checksum, require_announced};
use crate::ingest::Received;
use crate::queue::kind::JobKind;
use crate::{ingest, queue as jobs};
use kallitype_db::{Connection, DatabaseError, new_id};
use kallitype_storage::StorageKey;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields;
use kallitype_web::fields::Id;
use kallitype_web::time::now;

#[utoipa::path(
    put,
    path = "/api/assets/{id}/original",
    tag = "Assets",
    operation_id = "replaceAsset",
    summary = "Replace the asset with new file, without changing its id",
    description = "This property was deprecated in v1.142.0. Replace the asset with new file, without changing its id.",
    params(
        ("id" = uuid::Uuid, Path),
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    request_body(content = AssetMediaReplaceDto, content_type = "multipart/form-data"),
    responses((status = 200, body = AssetMediaResponseDto, description = "")),
    extensions(("x-immich-lifecycle" = json!({"addedAt": "v1.106.0", "deprecatedAt": "v1.142.0"}))),
)]
pub(crate) async fn replace_asset(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<AssetMediaResponseDto>> {
    let announced = announced_checksum(&headers)?;
    let scope = Scope::of(&caller, Action::Update);
    let found = app
        .db
        .read(move |connection| queries::find_row(connection, &scope, id))
        .await?;
    let asset = found.ok_or_else(|| refused(Action::Update))?;

    let owner = asset.owner_id;
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
    if let Some(file) = &received.asset {
        require_announced(announced.as_deref(), &file.checksum)?;
    }
    let dto: AssetMediaReplaceDto = fields::read(&received.fields, app.settings.max_list_items)?;
    Ok(Json(
        replace(&app, caller, asset, &mut received, dto).await?,
    ))
}

async fn replace(
    app: &App,
    caller: Caller,
    asset: AssetRow,
    received: &mut Received,
    dto: AssetMediaReplaceDto,
) -> Result<AssetMediaResponseDto> {
    let (original, name, file_type) = received.take_asset(dto.filename.as_deref())?;
    let (owner, checksum) = (asset.owner_id, original.checksum.to_vec());
    let same = checksum.clone();
    if let Some(id) = app
        .db
        .read(move |connection| queries::find_by_checksum(connection, owner, &same))
        .await?
    {
        return Ok(AssetMediaResponseDto {
            id,
            status: AssetMediaStatus::Duplicate,
        });
    }
    let (copy, now) = (new_id(), now());
    let mut replacement = NewAsset {
        id: asset.id,
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
        visibility: asset.visibility,
        is_favorite: asset.is_favorite,
        live_photo_video_id: None,
        metadata: Vec::new(),
        created_at: now,
    };
    let sidecar = received.sidecar.take().filter(|sidecar| sidecar.size > 0);
    let key = StorageKey::original(owner, file_type.extension);
    let placed = ingest::place(app, asset.id, dto.file_modified_at, key, original, sidecar).await?;
    replacement.original_path = placed.original.key().to_string();
    let sidecar = placed.sidecar.as_ref();
    replacement.sidecar_path = sidecar.map(|sidecar| sidecar.key().to_string());

    let files = placed.submit();
    let swapped = app
        .commit(move |connection| swap(connection, &caller, copy, &replacement))
        .await;
    match swapped {
        Ok(None) => files.settle(),
        Ok(Some(id)) => {
            files.withdraw();
            return Ok(AssetMediaResponseDto {
                id,
                status: AssetMediaStatus::Duplicate,
            });
        }
        Err(error) => {
            files.withdraw_if(error.is_refusal());
            return Err(error);
        }
    }
    Ok(AssetMediaResponseDto {
        id: copy,
        status: AssetMediaStatus::Replaced,
    })
}

/// Moves the old file to its copy and the new one into the asset's place, or answers which asset got the same
/// bytes meanwhile.
fn swap(
    connection: &mut Connection<'_>,
    caller: &Caller,
    copy: Uuid,
    replacement: &NewAsset,
) -> Result<Option<Uuid>> {
    let (id, owner) = (replacement.id, replacement.owner_id);
    connection.lock("asset", id)?;
    let before = queries::find_row(connection, &Scope::of(caller, Action::Update), id)?
        .ok_or_else(|| refused(Action::Update))?;
    let existing = queries::find_by_checksum(connection, owner, &replacement.checksum)?;
    if existing.is_some() {
        return Ok(existing);
    }
    quota::require_active(connection, owner)?;
    quota::require_quota(connection, owner, replacement.file_size)?;
    queries::insert_trashed_copy(connection, id, copy, replacement.created_at)?;
    tags::queries::copy_to(connection, id, copy)?;
    match queries::replace_file(connection, replacement) {
        Err(DatabaseError::Duplicate) => {
            return Err(ApiError::conflict("The same file was uploaded meanwhile"));
        }
        done => done?,
    }
    queries::set_checksum(connection, copy, &before.checksum)?;
    enqueue_due_work(connection, copy)?;
    queries::set_unread(connection, id)?;
    jobs::enqueue(connection, JobKind::ExtractMetadata, id)?;
    jobs::enqueue(connection, JobKind::GenerateThumbnails, id)?;
    Ok(None)
}

/// Has done for the copy what was not done for the asset yet: its jobs are about the new file from now on.
fn enqueue_due_work(connection: &mut Connection<'_>, copy: Uuid) -> kallitype_db::Result<()> {
    let due = queries::find_due_work(connection, copy)?;
    for (is_due, kind) in [
        (due.is_unread, JobKind::ExtractMetadata),
        (due.is_undrawn, JobKind::GenerateThumbnails),
        (due.is_sidecar_due, JobKind::WriteSidecar),
    ] {
        if is_due {
            jobs::enqueue(connection, kind, copy)?;
        }
    }
    Ok(())
}

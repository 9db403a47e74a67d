//! `PUT /assets/{id}/original`: gives an asset a new file. The old file lives on as a new asset in the trash.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use http::HeaderMap;
use uuid::Uuid;

use crate::access::{Action, Caller, Permission, Scope, refused};
use crate::app::events;
use crate::app::guard::{Along, ReadAlong};
use crate::app::state::App;
use crate::core::assets::new_asset::{FileDescription, NewAsset};
use crate::core::assets::queries;
use crate::core::assets::quota::OwnerAccount;
use crate::core::assets::row::AssetRow;
use crate::core::people::featured;
use crate::core::standing::require_standing;
use crate::core::tags;
use crate::features::assets::dto::{AssetMediaReplaceDto, AssetMediaResponseDto, AssetMediaStatus};
use crate::features::assets::upload_asset::{Announced, require_announced};
use crate::ingest::{Received, ReceivedFile};
use crate::queue::kind::JobKind;
use crate::{ingest, learning, queue};
use kallitype_db::{Connection, DatabaseError, new_id};
use kallitype_storage::StorageKey;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields;
use kallitype_web::fields::Id;

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
    Announced(announced): Announced,
    Along(found): Along<Option<Replaceable>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<AssetMediaResponseDto>> {
    let Replaceable {
        asset,
        remaining_quota,
    } = found.ok_or_else(|| refused(Action::Update))?;
    if asset.library_id.is_some() {
        return Err(ApiError::bad_request(
            "The file of an external library cannot be replaced",
        ));
    }
    let mut received = ingest::receive(&app, &headers, body, remaining_quota).await?;
    if let Some(file) = &received.asset {
        require_announced(announced.as_deref(), &file.checksum)?;
    }
    let dto: AssetMediaReplaceDto =
        fields::read_form(&received.fields, app.settings.max_list_items)?;
    let (id, status) = replace(&app, caller, asset, &mut received, dto).await?;
    Ok(Json(AssetMediaResponseDto { id, status }))
}

/// An asset that the caller may give another file, and the bytes that its owner's quota leaves.
#[derive(Debug, Clone)]
pub(crate) struct Replaceable {
    asset: AssetRow,
    remaining_quota: Option<u64>,
}

impl ReadAlong for Option<Replaceable> {
    type Of = Id;

    fn read(connection: &mut Connection<'_>, caller: &Caller, Id(id): Id) -> Result<Self> {
        let scope = Scope::of(caller, Action::Update);
        let Some(asset) = queries::find_row(connection, &scope, id)? else {
            return Ok(None);
        };
        let remaining_quota = queries::find_remaining_quota(connection, asset.owner_id)?;
        Ok(Some(Replaceable {
            asset,
            remaining_quota,
        }))
    }
}

async fn replace(
    app: &App,
    caller: Caller,
    asset: AssetRow,
    received: &mut Received,
    dto: AssetMediaReplaceDto,
) -> Result<(Uuid, AssetMediaStatus)> {
    let file = received.take_asset(dto.filename.as_deref())?;
    let description = FileDescription {
        device_asset_id: dto.device_asset_id,
        device_id: dto.device_id,
        created_at: dto.file_created_at,
        modified_at: dto.file_modified_at,
        duration: dto.duration,
    };
    let mut replacement = NewAsset::new(asset.id, asset.owner_id, file.original, description);
    let sidecar = received.take_sidecar();
    replacement.sidecar_bytes = sidecar.as_ref().map(ReceivedFile::bytes);
    let key = StorageKey::original(asset.owner_id, file.extension);
    let placed =
        ingest::place(app, asset.id, dto.file_modified_at, key, file.file, sidecar).await?;
    replacement.original_path = placed.original.key().to_string();
    let sidecar = placed.sidecar.as_ref();
    replacement.sidecar_path = sidecar.map(|sidecar| sidecar.key().to_string());

    let copy = new_id();
    let swap = move |connection: &mut Connection<'_>| swap(connection, &caller, copy, &replacement);
    let kept = app.commit_files(placed, swap, Option::is_none).await?;
    Ok(match kept {
        None => (copy, AssetMediaStatus::Replaced),
        Some(kept) => (kept, AssetMediaStatus::Duplicate),
    })
}

/// Moves the old file to its copy and the new one into the asset's place, or answers which asset has the same bytes.
fn swap(
    connection: &mut Connection<'_>,
    caller: &Caller,
    copy: Uuid,
    replacement: &NewAsset,
) -> Result<Option<Uuid>> {
    let (id, owner) = (replacement.id, replacement.owner_id);
    require_standing(connection, caller, Permission::AssetReplace)?;
    connection.lock("asset", id)?;
    let before = queries::find_row(connection, &Scope::of(caller, Action::Update), id)?
        .ok_or_else(|| refused(Action::Update))?;
    let existing = queries::find_by_checksum(connection, owner, &replacement.checksum)?;
    if existing.is_some() {
        return Ok(existing);
    }
    let account = OwnerAccount::find(connection, owner)?;
    account.require_active()?;
    queries::insert_trashed_copy(connection, id, copy, replacement.created_at)?;
    tags::queries::copy_to(connection, id, copy)?;
    match queries::replace_file(connection, replacement) {
        Err(DatabaseError::Duplicate) => {
            return Err(ApiError::conflict("The same file was uploaded meanwhile"));
        }
        done => done?,
    }
    account.require_quota(connection)?;
    queries::take_checksum(connection, copy, id, &before.checksum)?;
    // What the former file moved by is in the trash with it.
    featured::settle(connection, &[copy], replacement.created_at)?;
    enqueue_due_work(connection, copy)?;
    queries::set_unread(connection, id)?;
    learning::queries::forget_picture(connection, id)?;
    queue::enqueue(connection, JobKind::ExtractMetadata, id)?;
    queue::enqueue(connection, JobKind::GenerateThumbnails, id)?;
    events::tell_ids(connection, owner, "on_asset_trash", &[copy])?;
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
            queue::enqueue(connection, kind, copy)?;
        }
    }
    Ok(())
}

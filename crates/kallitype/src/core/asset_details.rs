use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Caller, Identity, Scope, is_trashed};
use crate::core::accounts::user::UserResponseDto;
use crate::core::assets::file_type::FileType;
use crate::core::assets::model::{AssetType, Duration, ExifResponseDto, Visibility};
use crate::core::assets::row::AssetRow;
use crate::core::people;
use crate::core::people::face::{AssetFaceWithoutPersonResponseDto, FaceRow};
use crate::core::people::person::{PersonRow, PersonWithFacesResponseDto};
use crate::core::stacks;
use crate::core::stacks::Stack;
use crate::core::tags;
use crate::core::tags::tag::TagResponseDto;
use kallitype_db::{Connection, Result, Sql};
use kallitype_web::time::Time;
use kallitype_web::version::Wire;

/// Everything an answer about an asset needs, if it is in scope.
pub(crate) fn find_details(
    connection: &mut Connection<'_>,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<AssetDetails>> {
    let which = Sql::new("WHERE asset.id = ").bind(id).push(" AND ");
    let which = which.append(scope.condition());
    let mut found = read_details(connection, Sql::new("asset"), which)?;
    if let Some(details) = found.first_mut() {
        details.tags = tags::queries::list_of_asset(connection, id)?;
        details.stack = stacks::find_of_asset(connection, id)?;
    }
    read_faces(connection, &mut found)?;
    Ok(found.pop())
}

/// As [`find_details`] without tags, stacks and faces, for many; in no order.
pub(crate) fn list_details(
    connection: &mut Connection<'_>,
    scope: &Scope,
    ids: Vec<Uuid>,
) -> Result<Vec<AssetDetails>> {
    let which = Sql::new("WHERE asset.id IN LIST(").bind(ids).push(") AND ");
    let which = which.append(scope.condition());
    read_details(connection, Sql::new("asset"), which)
}

/// Details of the assets in `assets`, which is the table or a query for all its columns that is called so. `which` says
/// which of them, or in what order.
pub(crate) fn read_details(
    connection: &mut Connection<'_>,
    assets: Sql,
    which: Sql,
) -> Result<Vec<AssetDetails>> {
    let sql = Sql::select(AssetRow::COLUMNS)
        .push(", ")
        .push(ExifResponseDto::COLUMNS)
        .push(", ")
        .push(UserResponseDto::COLUMNS)
        .push(", ")
        .append(is_trashed("asset"))
        .push(" FROM ")
        .append(assets)
        .push(" JOIN exif ON exif.asset_id = asset.id JOIN account ON account.id = asset.owner_id ")
        .append(which);
    let found = sql.query(connection)?.into_iter();
    let details = found.map(|(asset, exif, owner, is_trashed)| AssetDetails {
        asset,
        exif,
        owner,
        is_trashed,
        tags: Vec::new(),
        stack: None,
        faces: Faces::default(),
    });
    Ok(details.collect())
}

/// Adds the faces on assets, with whose they are.
pub(crate) fn read_faces(
    connection: &mut Connection<'_>,
    details: &mut [AssetDetails],
) -> Result<()> {
    let ids: Vec<Uuid> = details.iter().map(|details| details.asset.id).collect();
    let mut faces: HashMap<Uuid, Faces> = HashMap::new();
    for (face, person) in people::queries::list_faces(connection, &ids)? {
        faces.entry(face.asset_id).or_default().add(&face, person);
    }
    for details in details {
        details.faces = faces.remove(&details.asset.id).unwrap_or_default();
    }
    Ok(())
}

/// The faces on an asset.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faces {
    people: Vec<PersonWithFacesResponseDto>,
    unassigned: Vec<AssetFaceWithoutPersonResponseDto>,
}

impl Faces {
    fn add(&mut self, face: &FaceRow, person: Option<PersonRow>) {
        let shown = AssetFaceWithoutPersonResponseDto::new(face);
        let Some(person) = person else {
            return self.unassigned.push(shown);
        };
        match self.people.iter_mut().find(|known| known.id == person.id) {
            Some(known) => known.faces.push(shown),
            None => {
                let person = PersonWithFacesResponseDto::new(person, vec![shown]);
                self.people.push(person);
            }
        }
    }
}

/// An asset with what is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetResponseDto {
    #[schema(value_type = String)]
    pub id: Uuid,
    /// SHA-1 in base64; empty through a link that hides metadata.
    pub checksum: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    pub device_asset_id: String,
    pub device_id: String,
    #[schema(value_type = Option<String>)]
    pub duplicate_id: Option<Uuid>,
    #[schema(value_type = String)]
    pub duration: Duration,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exif_info: Option<ExifResponseDto>,
    /// When the picture was taken.
    #[schema(value_type = String, format = DateTime)]
    pub file_created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub file_modified_at: Time,
    pub has_metadata: bool,
    pub is_archived: bool,
    pub is_favorite: bool,
    pub is_offline: bool,
    pub is_trashed: bool,
    #[schema(value_type = Option<String>)]
    pub library_id: Option<Uuid>,
    #[schema(value_type = Option<String>)]
    pub live_photo_video_id: Option<Uuid>,
    /// The wall clock where the picture was taken, as if it were UTC.
    #[schema(value_type = String, format = DateTime)]
    pub local_date_time: Time,
    pub original_file_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub original_mime_type: Option<String>,
    pub original_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub owner: Option<UserResponseDto>,
    #[schema(value_type = String)]
    pub owner_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub people: Option<Vec<PersonWithFacesResponseDto>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub resized: Option<bool>,
    pub stack: Option<AssetStackResponseDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tags: Option<Vec<TagResponseDto>>,
    #[schema(required)]
    pub thumbhash: Option<String>,
    #[serde(rename = "type")]
    pub kind: AssetType,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unassigned_faces: Option<Vec<AssetFaceWithoutPersonResponseDto>>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub visibility: Visibility,
    /// What 3.x clients read beside the rest; 2.x clients ignore it.
    #[serde(flatten)]
    #[schema(ignore)]
    pub later: LaterFields,
}

/// Properties that later versions of the API added.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LaterFields {
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub is_edited: bool,
}

/// The stack an asset belongs to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetStackResponseDto {
    #[schema(value_type = i32)]
    pub asset_count: usize,
    #[schema(value_type = String)]
    pub id: Uuid,
    #[schema(value_type = String)]
    pub primary_asset_id: Uuid,
}

impl From<Stack> for AssetStackResponseDto {
    fn from(stack: Stack) -> Self {
        Self {
            asset_count: stack.assets.len(),
            id: stack.id,
            primary_asset_id: stack.primary,
        }
    }
}

/// An asset with its parts, as it was read for one answer.
#[derive(Debug, Clone)]
pub(crate) struct AssetDetails {
    pub asset: AssetRow,
    pub exif: ExifResponseDto,
    pub owner: UserResponseDto,
    pub is_trashed: bool,
    /// What the owner calls it.
    pub tags: Vec<TagResponseDto>,
    /// Where its owner stacked it.
    pub stack: Option<Stack>,
    /// Whom the owner sees in it.
    pub faces: Faces,
}

impl AssetDetails {
    /// What the asset's owner is shown of it.
    #[must_use]
    pub(crate) fn present_to_owner(self, wire: Wire) -> AssetResponseDto {
        full(self, true, wire)
    }

    /// What the caller is shown of the asset.
    #[must_use]
    pub(crate) fn present(self, caller: &Caller, wire: Wire) -> AssetResponseDto {
        match caller.identity() {
            Identity::Link(link) if !link.show_metadata => bare(self.asset, wire),
            Identity::Link(_) => AssetResponseDto {
                owner: None,
                ..full(self, false, wire)
            },
            Identity::User(principal) => {
                let is_owner = principal.user.id == self.asset.owner_id;
                full(self, is_owner, wire)
            }
        }
    }
}

fn full(details: AssetDetails, is_owner: bool, wire: Wire) -> AssetResponseDto {
    let AssetDetails {
        asset,
        exif,
        owner,
        is_trashed,
        tags,
        stack,
        faces,
    } = details;
    let faces = if is_owner { faces } else { Faces::default() };
    let (width, height) = upright(
        (exif.exif_image_width, exif.exif_image_height),
        exif.orientation.as_deref(),
    );
    AssetResponseDto {
        checksum: STANDARD.encode(&asset.checksum),
        created_at: Time(asset.created_at),
        device_asset_id: asset.device_asset_id.clone(),
        device_id: asset.device_id.clone(),
        duplicate_id: asset.duplicate_id.filter(|_| is_owner),
        exif_info: Some(exif),
        file_created_at: Time(asset.file_created_at),
        file_modified_at: Time(asset.file_modified_at),
        has_metadata: true,
        is_archived: asset.visibility == Visibility::Archive,
        is_favorite: is_owner && asset.is_favorite,
        is_offline: asset.is_offline,
        is_trashed,
        library_id: asset.library_id,
        local_date_time: Time(asset.local_date_time),
        original_file_name: asset.original_file_name.clone(),
        original_path: if is_owner {
            asset.original_path.clone()
        } else {
            String::new()
        },
        owner: Some(owner),
        people: Some(faces.people),
        resized: Some(true),
        stack: stack.filter(|_| is_owner).map(Into::into),
        tags: Some(if is_owner { tags } else { Vec::new() }),
        unassigned_faces: Some(faces.unassigned),
        updated_at: Time(asset.updated_at),
        later: LaterFields {
            width,
            height,
            is_edited: false,
        },
        ..bare(asset, wire)
    }
}

/// The moment that stands where one is demanded and none is told.
const NO_MOMENT: Time = Time(0);

/// What a link that hides metadata shows: enough to draw the picture. What the answer's shape demands beyond that says
/// nothing, not even when the picture was taken.
fn bare(asset: AssetRow, wire: Wire) -> AssetResponseDto {
    AssetResponseDto {
        id: asset.id,
        checksum: String::new(),
        created_at: NO_MOMENT,
        device_asset_id: String::new(),
        device_id: String::new(),
        duplicate_id: None,
        duration: Duration {
            length: asset.duration,
            wire,
        },
        exif_info: None,
        file_created_at: NO_MOMENT,
        file_modified_at: NO_MOMENT,
        has_metadata: false,
        is_archived: false,
        is_favorite: false,
        is_offline: false,
        is_trashed: false,
        library_id: None,
        live_photo_video_id: asset.live_photo_video_id,
        local_date_time: NO_MOMENT,
        original_file_name: String::new(),
        original_mime_type: FileType::of_name(&asset.original_file_name)
            .map(|known| known.mime.to_owned()),
        original_path: String::new(),
        owner: None,
        owner_id: asset.owner_id,
        people: None,
        resized: None,
        stack: None,
        tags: None,
        thumbhash: asset.thumbhash.map(|hash| STANDARD.encode(hash)),
        kind: asset.kind,
        unassigned_faces: None,
        updated_at: NO_MOMENT,
        visibility: asset.visibility,
        later: LaterFields {
            width: None,
            height: None,
            is_edited: false,
        },
    }
}

/// The picture's width and height as they are seen, its orientation applied.
#[must_use]
pub(crate) fn upright(
    (width, height): (Option<i64>, Option<i64>),
    orientation: Option<&str>,
) -> (Option<i64>, Option<i64>) {
    match orientation {
        Some("5" | "6" | "7" | "8") => (height, width),
        _ => (width, height),
    }
}

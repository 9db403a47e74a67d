//! The wire of the synchronisation, but for what its lines say.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::asset_details::AssetResponseDto;
use kallitype_web::fields::Fields;
use kallitype_web::request;
use kallitype_web::wire_enum;

/// How many acknowledgements come in one request.
const MAX_ACKS: usize = 1000;

wire_enum! {
    /// What an app asks for.
    pub enum SyncRequestType as "SyncRequestType" {
        AlbumsV1 = "AlbumsV1",
        AlbumUsersV1 = "AlbumUsersV1",
        AlbumToAssetsV1 = "AlbumToAssetsV1",
        AlbumAssetsV1 = "AlbumAssetsV1",
        AlbumAssetExifsV1 = "AlbumAssetExifsV1",
        AssetsV1 = "AssetsV1",
        AssetExifsV1 = "AssetExifsV1",
        AssetMetadataV1 = "AssetMetadataV1",
        AuthUsersV1 = "AuthUsersV1",
        MemoriesV1 = "MemoriesV1",
        MemoryToAssetsV1 = "MemoryToAssetsV1",
        PartnersV1 = "PartnersV1",
        PartnerAssetsV1 = "PartnerAssetsV1",
        PartnerAssetExifsV1 = "PartnerAssetExifsV1",
        PartnerStacksV1 = "PartnerStacksV1",
        StacksV1 = "StacksV1",
        UsersV1 = "UsersV1",
        PeopleV1 = "PeopleV1",
        AssetFacesV1 = "AssetFacesV1",
        UserMetadataV1 = "UserMetadataV1",
    }
}

wire_enum! {
    /// What a line tells.
    pub enum SyncEntityType as "SyncEntityType" {
        AuthUserV1 = "AuthUserV1",
        UserV1 = "UserV1",
        UserDeleteV1 = "UserDeleteV1",
        AssetV1 = "AssetV1",
        AssetDeleteV1 = "AssetDeleteV1",
        AssetExifV1 = "AssetExifV1",
        AssetMetadataV1 = "AssetMetadataV1",
        AssetMetadataDeleteV1 = "AssetMetadataDeleteV1",
        PartnerV1 = "PartnerV1",
        PartnerDeleteV1 = "PartnerDeleteV1",
        PartnerAssetV1 = "PartnerAssetV1",
        PartnerAssetBackfillV1 = "PartnerAssetBackfillV1",
        PartnerAssetDeleteV1 = "PartnerAssetDeleteV1",
        PartnerAssetExifV1 = "PartnerAssetExifV1",
        PartnerAssetExifBackfillV1 = "PartnerAssetExifBackfillV1",
        PartnerStackBackfillV1 = "PartnerStackBackfillV1",
        PartnerStackDeleteV1 = "PartnerStackDeleteV1",
        PartnerStackV1 = "PartnerStackV1",
        AlbumV1 = "AlbumV1",
        AlbumDeleteV1 = "AlbumDeleteV1",
        AlbumUserV1 = "AlbumUserV1",
        AlbumUserBackfillV1 = "AlbumUserBackfillV1",
        AlbumUserDeleteV1 = "AlbumUserDeleteV1",
        AlbumAssetCreateV1 = "AlbumAssetCreateV1",
        AlbumAssetUpdateV1 = "AlbumAssetUpdateV1",
        AlbumAssetBackfillV1 = "AlbumAssetBackfillV1",
        AlbumAssetExifCreateV1 = "AlbumAssetExifCreateV1",
        AlbumAssetExifUpdateV1 = "AlbumAssetExifUpdateV1",
        AlbumAssetExifBackfillV1 = "AlbumAssetExifBackfillV1",
        AlbumToAssetV1 = "AlbumToAssetV1",
        AlbumToAssetDeleteV1 = "AlbumToAssetDeleteV1",
        AlbumToAssetBackfillV1 = "AlbumToAssetBackfillV1",
        MemoryV1 = "MemoryV1",
        MemoryDeleteV1 = "MemoryDeleteV1",
        MemoryToAssetV1 = "MemoryToAssetV1",
        MemoryToAssetDeleteV1 = "MemoryToAssetDeleteV1",
        StackV1 = "StackV1",
        StackDeleteV1 = "StackDeleteV1",
        PersonV1 = "PersonV1",
        PersonDeleteV1 = "PersonDeleteV1",
        AssetFaceV1 = "AssetFaceV1",
        AssetFaceDeleteV1 = "AssetFaceDeleteV1",
        UserMetadataV1 = "UserMetadataV1",
        UserMetadataDeleteV1 = "UserMetadataDeleteV1",
        SyncAckV1 = "SyncAckV1",
        SyncResetV1 = "SyncResetV1",
        SyncCompleteV1 = "SyncCompleteV1",
    }
}

impl SyncEntityType {
    /// Whether its lines come later than others of what someone was let into.
    pub(super) fn is_backfill(self) -> bool {
        matches!(
            self,
            Self::PartnerAssetBackfillV1
                | Self::PartnerAssetExifBackfillV1
                | Self::PartnerStackBackfillV1
                | Self::AlbumUserBackfillV1
                | Self::AlbumAssetBackfillV1
                | Self::AlbumAssetExifBackfillV1
                | Self::AlbumToAssetBackfillV1
        )
    }

    /// Whether its lines follow the changes.
    pub(super) fn is_followed(self) -> bool {
        !self.is_backfill() && !matches!(self, Self::SyncAckV1 | Self::SyncResetV1)
    }
}

request! {
    /// What is to be synchronised.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct SyncStreamDto {
        #[schema(nullable = false)]
        reset: Option<bool> = boolean(),
        types: Vec<SyncRequestType> = with(request_types),
    }
}

request! {
    /// What an app has.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct SyncAckSetDto {
        #[schema(max_items = 1000)]
        acks: Vec<String> = with(acks),
    }
}

request! {
    /// What an app wants to have again; everything if it does not say.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct SyncAckDeleteDto {
        #[schema(nullable = false)]
        types: Option<Vec<SyncEntityType>> = optional(entity_types),
    }
}

fn request_types(fields: &Fields<'_>, name: &str) -> Vec<SyncRequestType> {
    if fields.is_empty_list(name) {
        return Vec::new();
    }
    if !fields.has(name) {
        fields.refuse(name, "should not be empty");
    }
    fields.enumerations(name)
}

fn entity_types(fields: &Fields<'_>, name: &str) -> Vec<SyncEntityType> {
    match fields.is_empty_list(name) {
        true => Vec::new(),
        false => fields.enumerations(name),
    }
}

fn acks(fields: &Fields<'_>, name: &str) -> Vec<String> {
    if fields.count(name) > MAX_ACKS {
        fields.refuse(
            name,
            &format!("must contain no more than {MAX_ACKS} elements"),
        );
        return Vec::new();
    }
    fields.texts(name)
}

/// Up to where an app has the lines of a type.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SyncAckDto {
    pub ack: String,
    #[serde(rename = "type")]
    pub entity: SyncEntityType,
}

request! {
    /// What is asked for of all that changed since.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetDeltaSyncDto {
        #[schema(value_type = String, format = DateTime)]
        updated_after: i64 = required_date(),
        #[schema(value_type = Vec<Uuid>)]
        user_ids: Vec<Uuid> = distinct_uuids(),
    }
}

/// What changed since, unless it is too much or too long ago.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetDeltaSyncResponseDto {
    #[schema(value_type = Vec<String>)]
    pub deleted: Vec<Uuid>,
    pub needs_full_sync: bool,
    pub upserted: Vec<AssetResponseDto>,
}

request! {
    /// A page of all assets of a user.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetFullSyncDto {
        #[schema(nullable = false)]
        last_id: Option<Uuid> = uuid(),
        #[schema(value_type = i32, minimum = 1)]
        limit: i64 = with(page_limit),
        #[schema(value_type = String, format = DateTime)]
        updated_until: i64 = required_date(),
        #[schema(nullable = false)]
        user_id: Option<Uuid> = uuid(),
    }
}

fn page_limit(fields: &Fields<'_>, name: &str) -> i64 {
    if !fields.has(name) {
        fields.refuse(name, "must be an integer number");
    }
    let most = i64::try_from(fields.max_items()).unwrap_or(i64::MAX);
    fields.integer(name, 1, most).unwrap_or(1)
}

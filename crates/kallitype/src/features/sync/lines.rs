//! What lines say, but for assets.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::assets::model::AssetMetadataKey;
use crate::core::choices::{AssetOrder, AvatarColor, SharedRole, SourceType};
use crate::core::memories::memory::MemoryType;
use kallitype_db::{Json, row};
use kallitype_web::time::Time;
use kallitype_web::wire_enum;

/// A line that says nothing by itself.
macro_rules! empty {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {
        $($(#[$meta])*
        #[derive(Debug, Clone, Copy, Serialize, ToSchema)]
        pub(crate) struct $name {})*
    };
}

empty! {
    /// Only something to be sent back.
    SyncAckV1,
    /// The app has to begin anew.
    SyncResetV1,
    /// That was all.
    SyncCompleteV1,
}

/// Declares what is told of something that is gone, and where it stands in its tombstone.
macro_rules! gone {
    ($($(#[$meta:meta])* $name:ident { $($field:ident = $column:literal),* })*) => {
        $(row! {
            $(#[$meta])*
            #[derive(Debug, Clone, Serialize, ToSchema)]
            #[serde(rename_all = "camelCase")]
            pub(crate) struct $name {
                $(#[schema(value_type = String)]
                pub $field: Uuid = $column,)*
            }
        })*
    };
}

gone! {
    SyncUserDeleteV1 { user_id = "tombstone.entity_id" }
    SyncAssetDeleteV1 { asset_id = "tombstone.entity_id" }
    SyncStackDeleteV1 { stack_id = "tombstone.entity_id" }
    SyncAlbumDeleteV1 { album_id = "tombstone.entity_id" }
    SyncAlbumUserDeleteV1 { album_id = "tombstone.owner_id", user_id = "tombstone.entity_id" }
    SyncAlbumToAssetDeleteV1 { album_id = "tombstone.owner_id", asset_id = "tombstone.entity_id" }
    SyncMemoryDeleteV1 { memory_id = "tombstone.entity_id" }
    SyncMemoryAssetDeleteV1 { asset_id = "tombstone.other_id", memory_id = "tombstone.entity_id" }
    SyncPersonDeleteV1 { person_id = "tombstone.entity_id" }
    SyncPartnerDeleteV1 { shared_by_id = "tombstone.entity_id", shared_with_id = "tombstone.other_id" }
}

row! {
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncAssetFaceDeleteV1 {
        pub asset_face_id: String = "tombstone.part",
    }
}

row! {
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncAssetMetadataDeleteV1 {
        #[schema(value_type = String)]
        pub asset_id: Uuid = "tombstone.entity_id",
        pub key: AssetMetadataKey = "tombstone.part",
    }
}

row! {
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncUserMetadataDeleteV1 {
        pub key: UserMetadataKey = "tombstone.part",
        #[schema(value_type = String)]
        pub user_id: Uuid = "tombstone.entity_id",
    }
}

row! {
    /// Someone with an account.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncUserV1 {
        #[schema(required)]
        pub avatar_color: Option<AvatarColor> = "account.avatar_color",
        #[schema(value_type = Option<String>, format = DateTime, required)]
        pub deleted_at: Option<Time> = "account.deleted_at",
        pub email: String = "account.email",
        pub has_profile_image: bool = "account.profile_image_path IS NOT NULL",
        #[schema(value_type = String)]
        pub id: Uuid = "account.id",
        pub name: String = "account.name",
        #[schema(value_type = String, format = DateTime)]
        pub profile_changed_at: Time = "account.profile_changed_at",
    }
}

row! {
    /// The app's own user.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncAuthUserV1 {
        #[schema(required)]
        pub avatar_color: Option<AvatarColor> = "account.avatar_color",
        #[schema(value_type = Option<String>, format = DateTime, required)]
        pub deleted_at: Option<Time> = "account.deleted_at",
        pub email: String = "account.email",
        pub has_profile_image: bool = "account.profile_image_path IS NOT NULL",
        #[schema(value_type = String)]
        pub id: Uuid = "account.id",
        pub is_admin: bool = "account.is_admin",
        pub name: String = "account.name",
        pub oauth_id: String = "account.oauth_id",
        /// Its hash is no one's business, so there never is one.
        #[schema(required)]
        pub pin_code: Option<String> = "CAST(NULL AS TEXT)",
        #[schema(value_type = String, format = DateTime)]
        pub profile_changed_at: Time = "account.profile_changed_at",
        #[schema(value_type = Option<i32>, required)]
        pub quota_size_in_bytes: Option<i64> = "account.quota_bytes",
        #[schema(value_type = i32)]
        pub quota_usage_in_bytes: i64 =
            "(SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM asset_count WHERE asset_count.owner_id = account.id)",
        #[schema(required)]
        pub storage_label: Option<String> = "account.storage_label",
    }
}

wire_enum! {
    /// What is kept for a user by name.
    pub enum UserMetadataKey as "UserMetadataKey" {
        Preferences = "preferences",
        License = "license",
        Onboarding = "onboarding",
    }
}

/// Something that is kept for a user.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncUserMetadataV1 {
    pub key: UserMetadataKey,
    #[schema(value_type = String)]
    pub user_id: Uuid,
    #[schema(value_type = Object)]
    pub value: Value,
}

row! {
    /// One user who shows another their timeline.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncPartnerV1 {
        pub in_timeline: bool = "partner.in_timeline",
        #[schema(value_type = String)]
        pub shared_by_id: Uuid = "partner.shared_by_id",
        #[schema(value_type = String)]
        pub shared_with_id: Uuid = "partner.shared_with_id",
    }
}

row! {
    /// Something that an app keeps with an asset.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncAssetMetadataV1 {
        #[schema(value_type = String)]
        pub asset_id: Uuid = "asset_metadata.asset_id",
        pub key: AssetMetadataKey = "asset_metadata.key",
        #[schema(value_type = Object)]
        pub value: Json<Value> = "asset_metadata.value",
    }
}

row! {
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncStackV1 {
        #[schema(value_type = String, format = DateTime)]
        pub created_at: Time = "stack.created_at",
        #[schema(value_type = String)]
        pub id: Uuid = "stack.id",
        #[schema(value_type = String)]
        pub owner_id: Uuid = "stack.owner_id",
        #[schema(value_type = String)]
        pub primary_asset_id: Uuid = "stack.primary_asset_id",
        #[schema(value_type = String, format = DateTime)]
        pub updated_at: Time = "stack.updated_at",
    }
}

row! {
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncAlbumV1 {
        #[schema(value_type = String, format = DateTime)]
        pub created_at: Time,
        pub description: String,
        #[schema(value_type = String)]
        pub id: Uuid,
        pub is_activity_enabled: bool,
        pub name: String,
        pub order: AssetOrder = "sort_order",
        #[schema(value_type = String)]
        pub owner_id: Uuid,
        #[schema(value_type = Option<String>, required)]
        pub thumbnail_asset_id: Option<Uuid>,
        #[schema(value_type = String, format = DateTime)]
        pub updated_at: Time,
    }
}

row! {
    /// Someone who was let into an album.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncAlbumUserV1 {
        #[schema(value_type = String)]
        pub album_id: Uuid = "album_user.album_id",
        pub role: SharedRole = "album_user.role",
        #[schema(value_type = String)]
        pub user_id: Uuid = "album_user.user_id",
    }
}

row! {
    /// An asset in an album.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncAlbumToAssetV1 {
        #[schema(value_type = String)]
        pub album_id: Uuid = "held.album_id",
        #[schema(value_type = String)]
        pub asset_id: Uuid = "held.asset_id",
    }
}

row! {
    /// A memory as the database has it.
    pub(super) struct MemoryRow {
        pub created_at: Time,
        pub year: i64,
        pub hide_at: Option<Time>,
        pub id: Uuid,
        pub is_saved: bool,
        pub memory_at: Time,
        pub owner_id: Uuid,
        pub seen_at: Option<Time>,
        pub show_at: Option<Time>,
        pub kind: MemoryType = "type",
        pub updated_at: Time,
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncMemoryV1 {
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = Object)]
    pub data: Value,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub deleted_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub hide_at: Option<Time>,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub is_saved: bool,
    #[schema(value_type = String, format = DateTime)]
    pub memory_at: Time,
    #[schema(value_type = String)]
    pub owner_id: Uuid,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub seen_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub show_at: Option<Time>,
    #[serde(rename = "type")]
    pub kind: MemoryType,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

impl From<MemoryRow> for SyncMemoryV1 {
    fn from(memory: MemoryRow) -> Self {
        Self {
            created_at: memory.created_at,
            data: serde_json::json!({"year": memory.year}),
            deleted_at: None,
            hide_at: memory.hide_at,
            id: memory.id,
            is_saved: memory.is_saved,
            memory_at: memory.memory_at,
            owner_id: memory.owner_id,
            seen_at: memory.seen_at,
            show_at: memory.show_at,
            kind: memory.kind,
            updated_at: memory.updated_at,
        }
    }
}

row! {
    /// An asset in a memory.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncMemoryAssetV1 {
        #[schema(value_type = String)]
        pub asset_id: Uuid = "memory_asset.asset_id",
        #[schema(value_type = String)]
        pub memory_id: Uuid = "memory_asset.memory_id",
    }
}

row! {
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncPersonV1 {
        /// Midnight of that day.
        #[schema(format = DateTime, required)]
        pub birth_date: Option<String> = "person.birth_date || 'T00:00:00.000Z'",
        #[schema(required)]
        pub color: Option<String> = "person.color",
        #[schema(value_type = String, format = DateTime)]
        pub created_at: Time = "person.created_at",
        #[schema(value_type = Option<String>, required)]
        pub face_asset_id: Option<Uuid> = "person.face_id",
        #[schema(value_type = String)]
        pub id: Uuid = "person.id",
        pub is_favorite: bool = "person.is_favorite",
        pub is_hidden: bool = "person.is_hidden",
        pub name: String = "person.name",
        #[schema(value_type = String)]
        pub owner_id: Uuid = "person.owner_id",
        #[schema(value_type = String, format = DateTime)]
        pub updated_at: Time = "person.updated_at",
    }
}

row! {
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncAssetFaceV1 {
        #[schema(value_type = String)]
        pub asset_id: Uuid = "asset_face.asset_id",
        #[serde(rename = "boundingBoxX1")]
        #[schema(value_type = i32)]
        pub x1: i64 = "asset_face.x1",
        #[serde(rename = "boundingBoxX2")]
        #[schema(value_type = i32)]
        pub x2: i64 = "asset_face.x2",
        #[serde(rename = "boundingBoxY1")]
        #[schema(value_type = i32)]
        pub y1: i64 = "asset_face.y1",
        #[serde(rename = "boundingBoxY2")]
        #[schema(value_type = i32)]
        pub y2: i64 = "asset_face.y2",
        #[schema(value_type = String)]
        pub id: Uuid = "asset_face.id",
        #[schema(value_type = i32)]
        pub image_height: i64 = "asset_face.image_height",
        #[schema(value_type = i32)]
        pub image_width: i64 = "asset_face.image_width",
        #[schema(value_type = Option<String>, required)]
        pub person_id: Option<Uuid> = "asset_face.person_id",
        #[schema(value_type = String)]
        pub source_type: SourceType = "asset_face.source",
    }
}

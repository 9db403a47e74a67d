//! The wire of the activities.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::accounts::user::UserResponseDto;
use kallitype_db::row;
use kallitype_web::fields::{Fields, FromFields};
use kallitype_web::time::Time;
use kallitype_web::wire_enum;

/// The longest comment, in characters.
const MAX_COMMENT: usize = 10_000;

wire_enum! {
    /// What someone did.
    pub enum ReactionType as "ReactionType" {
        Comment = "comment",
        Like = "like",
    }
}

wire_enum! {
    /// What it is about.
    pub enum ReactionLevel as "ReactionLevel" {
        Album = "album",
        Asset = "asset",
    }
}

/// A comment or a like.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ActivityCreateDto {
    #[schema(value_type = Uuid)]
    pub album_id: Option<Uuid>,
    #[schema(nullable = false)]
    pub asset_id: Option<Uuid>,
    #[schema(nullable = false)]
    pub comment: Option<String>,
    #[schema(rename = "type", value_type = ReactionType)]
    pub kind: Option<ReactionType>,
}

impl FromFields for ActivityCreateDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("comment", MAX_COMMENT);
        let kind = fields.required_enumeration("type");
        let comment = match kind {
            Some(ReactionType::Comment) => Some(fields.required_text("comment")),
            _ => fields.text("comment"),
        };
        Self {
            album_id: fields.required_uuid("albumId"),
            asset_id: fields.uuid("assetId"),
            comment,
            kind,
        }
    }
}

/// Which activities are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActivityQuery {
    pub album_id: Uuid,
    pub asset_id: Option<Uuid>,
    pub level: Option<ReactionLevel>,
    pub kind: Option<ReactionType>,
    pub user_id: Option<Uuid>,
}

impl FromFields for ActivityQuery {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            album_id: fields.required_uuid("albumId").unwrap_or_default(),
            asset_id: fields.uuid("assetId"),
            level: fields.enumeration("level"),
            kind: fields.enumeration("type"),
            user_id: fields.uuid("userId"),
        }
    }
}

row! {
    /// What someone did.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct ActivityResponseDto {
        #[schema(value_type = Option<String>, required)]
        pub asset_id: Option<Uuid> = "activity.asset_id",
        /// Null for a like.
        pub comment: Option<String> = "activity.comment",
        #[schema(value_type = String, format = DateTime)]
        pub created_at: Time = "activity.created_at",
        #[schema(value_type = String)]
        pub id: Uuid = "activity.id",
        #[serde(rename = "type")]
        pub kind: ReactionType = "CASE WHEN activity.comment IS NULL THEN 'like' ELSE 'comment' END",
        pub user: UserResponseDto = UserResponseDto::COLUMNS,
    }
}

row! {
    /// How much was said.
    #[derive(Debug, Clone, Copy, Serialize, ToSchema)]
    pub(crate) struct ActivityStatisticsResponseDto {
        #[schema(value_type = i32)]
        pub comments: i64 = "COUNT(activity.comment)",
        #[schema(value_type = i32)]
        pub likes: i64 = "COUNT(*) - COUNT(activity.comment)",
    }
}

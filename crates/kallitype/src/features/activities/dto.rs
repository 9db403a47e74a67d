//! The wire of the activities.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::core::accounts::user::UserResponseDto;
use kallitype_db::row;
use kallitype_web::fields::Fields;
use kallitype_web::query;
use kallitype_web::request;
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

request! {
    /// A comment or a like.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct ActivityCreateDto {
        album_id: Uuid = required_uuid(),
        #[schema(nullable = false)]
        asset_id: Option<Uuid> = uuid(),
        #[schema(nullable = false)]
        comment: Option<String> = limited(MAX_COMMENT, comment),
        kind as "type": ReactionType = required_enumeration(),
    }
}

/// What is said. Comments have to say something, likes need not.
fn comment(fields: &Fields<'_>, name: &str) -> Option<String> {
    if fields.is("type", ReactionType::Comment.name()) {
        Some(fields.required_text(name))
    } else {
        fields.text(name)
    }
}

query! {
    /// Which activities are asked for.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct ActivityQuery {
        album_id: Uuid = required_uuid(),
        #[param(nullable = false)]
        asset_id: Option<Uuid> = uuid(),
        #[param(nullable = false)]
        level: Option<ReactionLevel> = enumeration(),
        #[param(nullable = false)]
        kind as "type": Option<ReactionType> = enumeration(),
        #[param(nullable = false)]
        user_id: Option<Uuid> = uuid(),
    }
}

query! {
    /// Whose activities are counted.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct ActivityStatisticsQuery {
        album_id: Uuid = required_uuid(),
        #[param(nullable = false)]
        asset_id: Option<Uuid> = uuid(),
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

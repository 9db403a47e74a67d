use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use kallitype_db::{Json, row};
use kallitype_web::time::Time;

/// What a library passes by unless its administrator says something else: what network disks and other systems put
/// beside files.
pub(crate) const DEFAULT_EXCLUSIONS: [&str; 4] = [
    "**/@eaDir/**",
    "**/._*",
    "**/#recycle/**",
    "**/#snapshot/**",
];

row! {
    /// An external library.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct LibraryResponseDto {
        #[schema(value_type = i32)]
        pub asset_count: i64 = "(SELECT CAST(COALESCE(SUM(assets), 0) AS BIGINT) FROM library_count \
            WHERE library_id = library.id)",
        #[schema(value_type = String, format = DateTime)]
        pub created_at: Time = "library.created_at",
        #[schema(value_type = Vec<String>)]
        pub exclusion_patterns: Json<Vec<String>> = "library.exclusion_patterns",
        #[schema(value_type = String)]
        pub id: Uuid = "library.id",
        #[schema(value_type = Vec<String>)]
        pub import_paths: Json<Vec<String>> = "library.import_paths",
        pub name: String = "library.name",
        #[schema(value_type = String)]
        pub owner_id: Uuid = "library.owner_id",
        #[schema(value_type = Option<String>, format = DateTime, required)]
        pub refreshed_at: Option<Time> = "library.refreshed_at",
        #[schema(value_type = String, format = DateTime)]
        pub updated_at: Time = "library.updated_at",
    }
}

/// A library about to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewLibrary {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub name: String,
    pub import_paths: Vec<String>,
    pub exclusion_patterns: Vec<String>,
}

/// What is to change of a library.
#[derive(Debug, Clone, Default)]
pub(crate) struct LibraryChanges {
    pub name: Option<String>,
    pub import_paths: Option<Vec<String>>,
    pub exclusion_patterns: Option<Vec<String>>,
}

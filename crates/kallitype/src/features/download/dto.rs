//! The wire of downloads.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use kallitype_web::fields::Fields;
use kallitype_web::request;

/// Bytes of an archive, unless it is said how many.
const DEFAULT_ARCHIVE_SIZE: i64 = 4 << 30;

request! {
    /// What is to be downloaded: some assets, else an album, else everything of the caller's.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct DownloadInfoDto {
        #[schema(nullable = false)]
        album_id: Option<Uuid> = uuid(),
        /// Bytes after which an archive takes no further file.
        #[schema(value_type = i32, minimum = 1, required = false)]
        archive_size: i64 = or(DEFAULT_ARCHIVE_SIZE, archive_size),
        #[schema(nullable = false)]
        asset_ids: Option<Vec<Uuid>> = optional(Fields::distinct_uuids),
        #[schema(nullable = false)]
        user_id: Option<Uuid> = uuid(),
    }
}

/// Whole numbers that every client can count to.
fn archive_size(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 1, (1 << 53) - 1)
}

/// Archives that hold everything together.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DownloadResponseDto {
    pub archives: Vec<DownloadArchiveInfo>,
    /// Bytes.
    #[schema(value_type = i32)]
    pub total_size: i64,
}

/// An archive that can be asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DownloadArchiveInfo {
    #[schema(value_type = Vec<String>)]
    pub asset_ids: Vec<Uuid>,
    /// Bytes of its files.
    #[schema(value_type = i32)]
    pub size: i64,
}

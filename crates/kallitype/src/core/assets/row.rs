//! An asset as the database has it.

use uuid::Uuid;

use crate::core::assets::model::{AssetType, Visibility};
use crate::queue::kind::JobKind;
use kallitype_db::row;
use kallitype_storage::is_external;

row! {
    /// A row of `asset`.
    #[derive(Debug, Clone)]
    pub(crate) struct AssetRow {
        pub id: Uuid = "asset.id",
        pub owner_id: Uuid = "asset.owner_id",
        pub library_id: Option<Uuid> = "asset.library_id",
        pub device_asset_id: String = "asset.device_asset_id",
        pub device_id: String = "asset.device_id",
        pub kind: AssetType = "asset.type",
        pub original_path: String = "asset.original_path",
        pub original_file_name: String = "asset.original_file_name",
        /// Bytes.
        pub file_size: i64 = "asset.file_size",
        /// SHA-1.
        pub checksum: Vec<u8> = "asset.checksum",
        pub thumbhash: Option<Vec<u8>> = "asset.thumbhash",
        pub file_created_at: i64 = "asset.file_created_at",
        pub file_modified_at: i64 = "asset.file_modified_at",
        pub local_date_time: i64 = "asset.local_date_time",
        /// Microseconds.
        pub duration: Option<i64> = "asset.duration",
        pub visibility: Visibility = "asset.visibility",
        pub is_favorite: bool = "asset.is_favorite",
        pub live_photo_video_id: Option<Uuid> = "asset.live_photo_video_id",
        pub duplicate_id: Option<Uuid> = "asset.duplicate_id",
        pub deleted_at: Option<i64> = "asset.deleted_at",
        /// Whether the file of a library's asset is gone.
        pub is_offline: bool = "asset.offline_at IS NOT NULL",
        pub created_at: i64 = "asset.created_at",
        pub updated_at: i64 = "asset.updated_at",
    }
}

row! {
    /// Every file that an asset has below the library's root, as keys. Those of external libraries are others'.
    #[derive(Debug, Clone)]
    pub(crate) struct FilePaths {
        original: Option<String> = "original_path",
        sidecar: Option<String> = "sidecar_path",
        thumbnail: Option<String> = "thumbnail_path",
        preview: Option<String> = "preview_path",
        fullsize: Option<String> = "fullsize_path",
        encoded_video: Option<String> = "encoded_video_path",
        bare_video: Option<String> = "bare_video_path",
    }
}

impl FilePaths {
    /// The files beside the original, each with the work that makes it again, if any does.
    pub(crate) fn others(self) -> impl Iterator<Item = (String, Option<JobKind>)> {
        let thumbnails = Some(JobKind::GenerateThumbnails);
        let others = [
            (self.sidecar, None),
            (self.thumbnail, thumbnails),
            (self.preview, thumbnails),
            (self.fullsize, thumbnails),
            (self.encoded_video, Some(JobKind::TranscodeVideo)),
            (self.bare_video, Some(JobKind::RemuxVideo)),
        ];
        others
            .into_iter()
            .filter_map(|(path, made_by)| Some((path?, made_by)))
            .filter(|(path, _)| !is_external(path))
    }
}

impl IntoIterator for FilePaths {
    type Item = String;
    type IntoIter = std::iter::Flatten<std::array::IntoIter<Option<String>, 7>>;

    fn into_iter(self) -> Self::IntoIter {
        let paths = [
            self.original,
            self.sidecar,
            self.thumbnail,
            self.preview,
            self.fullsize,
            self.encoded_video,
            self.bare_video,
        ];
        paths
            .map(|path| path.filter(|path| !is_external(path)))
            .into_iter()
            .flatten()
    }
}

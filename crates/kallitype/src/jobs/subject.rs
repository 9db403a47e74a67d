use uuid::Uuid;

use crate::core::assets::location::{IMPORT_PATHS, locate};
use crate::jobs::error::JobError;
use kallitype_db::{Connection, Json, Result, Sql, row};
use kallitype_storage::Location;

row! {
    /// What a job on an asset has to know.
    #[derive(Debug, Clone)]
    pub(crate) struct Subject {
        pub owner_id: Uuid = "asset.owner_id",
        pub original_path: String = "asset.original_path",
        /// What tells its file from another one that it may get; the path may change while the file stays.
        pub checksum: Vec<u8> = "asset.checksum",
        pub import_paths: Option<Json<Vec<String>>> = IMPORT_PATHS,
        pub original_file_name: String = "asset.original_file_name",
        pub file_created_at: i64 = "asset.file_created_at",
        pub file_modified_at: i64 = "asset.file_modified_at",
        /// Whether the file of a library's asset is gone: when it is back, all is done that there is to do.
        pub is_offline: bool = "asset.offline_at IS NOT NULL",
        pub edited: String = "exif.edited",
        pub has_encoded_video: bool = "asset.encoded_video_path IS NOT NULL",
        pub sidecar_path: Option<String> = "asset.sidecar_path",
        /// Whether the user changed facts that the sidecar does not say yet.
        pub sidecar_due: bool = "exif.sidecar_due",
        /// Whether what the file says of itself is not known yet.
        pub is_unread: bool = "exif.tags_read = FALSE",
    }
}

impl Subject {
    /// Where its original is.
    ///
    /// # Errors
    /// When no path leads there any more.
    pub(crate) fn original(&self) -> std::result::Result<Location, JobError> {
        let original = locate(&self.original_path, self.import_paths.as_ref());
        original.ok_or_else(|| JobError::Permanent("no path leads to the original".into()))
    }

    /// Where its sidecar is.
    pub(crate) fn sidecar(&self) -> Option<Location> {
        locate(self.sidecar_path.as_deref()?, self.import_paths.as_ref())
    }
}

pub(crate) fn find_subject(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Subject>> {
    select_asset(Subject::COLUMNS, id).query_optional(connection)
}

fn select_asset(columns: &'static str, id: Uuid) -> Sql {
    Sql::select(columns)
        .push(" FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id = ")
        .bind(id)
}

row! {
    /// What the user changed of an asset, to be written to its sidecar. Times are microseconds.
    #[derive(Debug, Clone)]
    pub(crate) struct Edited {
        /// What was changed, by commas.
        pub edited: String = "exif.edited",
        pub description: String = "exif.description",
        pub rating: Option<i64> = "exif.rating",
        pub latitude: Option<f64> = "exif.latitude",
        pub longitude: Option<f64> = "exif.longitude",
        pub moment: i64 = "asset.file_created_at",
        /// The wall clock at that moment, as if it were UTC.
        pub local: i64 = "asset.local_date_time",
        pub zone: Option<String> = "exif.time_zone",
        /// Pixels, as stored.
        pub width: Option<i64> = "exif.width",
        pub height: Option<i64> = "exif.height",
        pub orientation: Option<String> = "exif.orientation",
        /// Whether the tags that the file names are known.
        pub tags_read: bool = "exif.tags_read",
        /// Tells this state from later ones.
        pub update_id: Uuid = "exif.update_id",
    }
}

pub(crate) fn find_edited(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Edited>> {
    select_asset(Edited::COLUMNS, id).query_optional(connection)
}

/// Notes that the sidecar says what the user had changed by then, unless more was changed meanwhile.
pub(crate) fn set_sidecar_written(
    connection: &mut Connection<'_>,
    id: Uuid,
    update_id: Uuid,
) -> Result<()> {
    let sql = "UPDATE exif SET sidecar_due = FALSE WHERE asset_id = $1 AND update_id = $2";
    connection
        .execute(sql, &[id.into(), update_id.into()])
        .map(drop)
}

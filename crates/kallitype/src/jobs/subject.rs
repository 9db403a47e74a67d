use uuid::Uuid;

use kallitype_db::{Connection, Result};

/// What a job on an asset has to know.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub owner_id: Uuid,
    pub original_path: String,
    pub original_file_name: String,
    pub file_created_at: i64,
    pub file_modified_at: i64,
    pub edited: String,
    pub has_encoded_video: bool,
    pub sidecar_path: Option<String>,
    /// Whether the user changed facts that the sidecar does not say yet.
    pub sidecar_due: bool,
}

pub(crate) fn find_subject(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Subject>> {
    let sql = "SELECT asset.owner_id, asset.original_path, asset.original_file_name, asset.file_created_at, \
        asset.file_modified_at, exif.edited, asset.encoded_video_path IS NOT NULL, asset.sidecar_path, \
        exif.sidecar_due FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id = $1";
    connection.query_optional(sql, &[id.into()], |row| {
        Ok(Subject {
            owner_id: row.get(0)?,
            original_path: row.get(1)?,
            original_file_name: row.get(2)?,
            file_created_at: row.get(3)?,
            file_modified_at: row.get(4)?,
            edited: row.get(5)?,
            has_encoded_video: row.get(6)?,
            sidecar_path: row.get(7)?,
            sidecar_due: row.get(8)?,
        })
    })
}

/// What the user changed of an asset, to be written to its sidecar. Times are microseconds.
#[derive(Debug, Clone)]
pub(crate) struct Edited {
    /// What was changed, by commas.
    pub edited: String,
    pub description: String,
    pub rating: Option<i64>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub moment: i64,
    /// The wall clock at that moment, as if it were UTC.
    pub local: i64,
    pub zone: Option<String>,
    /// Whether the tags that the file names are known.
    pub tags_read: bool,
    /// Tells this state from later ones.
    pub update_id: Uuid,
}

pub(crate) fn find_edited(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Edited>> {
    let sql = "SELECT exif.edited, exif.description, exif.rating, exif.latitude, exif.longitude, \
        asset.file_created_at, asset.local_date_time, exif.time_zone, exif.tags_read, exif.update_id \
        FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id = $1";
    connection.query_optional(sql, &[id.into()], |row| {
        Ok(Edited {
            edited: row.get(0)?,
            description: row.get(1)?,
            rating: row.get(2)?,
            latitude: row.get(3)?,
            longitude: row.get(4)?,
            moment: row.get(5)?,
            local: row.get(6)?,
            zone: row.get(7)?,
            tags_read: row.get(8)?,
            update_id: row.get(9)?,
        })
    })
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

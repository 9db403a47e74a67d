//! What jobs find out about an asset.

use uuid::Uuid;

use crate::app::events;
use crate::app::events::Event;
use crate::app::file_deletions::schedule_file_deletion;
use crate::places::Place;
use kallitype_db::{Connection, Result, Value};

/// Facts from a file, as they are stored. Times are microseconds UTC.
#[derive(Debug, Clone)]
pub(crate) struct FactsRow {
    pub make: Option<String>,
    pub model: Option<String>,
    pub lens_model: Option<String>,
    pub exposure_time: Option<String>,
    pub f_number: Option<f64>,
    /// Millimetres.
    pub focal_length: Option<f64>,
    pub iso: Option<i64>,
    /// Pixels, as stored.
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub orientation: Option<String>,
    /// Whether the file says when it was taken.
    pub is_dated: bool,
    pub moment: i64,
    /// The wall clock at that moment, as if it were UTC.
    pub local: i64,
    pub zone: Option<String>,
    pub modify_date: i64,
    /// Latitude and longitude in degrees.
    pub position: Option<(f64, f64)>,
    /// What the position is called.
    pub place: Place,
    pub description: String,
    pub rating: Option<i64>,
    pub projection_type: Option<String>,
    /// What the halves of a live photo have in common.
    pub content_identifier: Option<String>,
    /// What the pictures of one burst have in common.
    pub burst_id: Option<String>,
}

/// What stands in `edited` when the user chose a picture's moving part, or removed it.
pub(crate) const MOTION: &str = "motion";

/// Whether the user decided on a fact: date, description, place, rating, tags or motion. `edited` holds them by commas.
#[must_use]
pub(crate) fn is_edited(edited: &str, what: &str) -> bool {
    edited.split(',').any(|known| known == what)
}

/// Records facts, except for what the user `edited`.
pub(crate) fn apply(
    connection: &mut Connection<'_>,
    id: Uuid,
    facts: &FactsRow,
    edited: &str,
    now: i64,
) -> Result<()> {
    let is_edited = |what: &str| is_edited(edited, what);
    set(
        connection,
        id,
        [
            ("make", (&facts.make).into()),
            ("model", (&facts.model).into()),
            ("lens_model", (&facts.lens_model).into()),
            ("exposure_time", (&facts.exposure_time).into()),
            ("f_number", facts.f_number.into()),
            ("focal_length", facts.focal_length.into()),
            ("iso", facts.iso.into()),
            ("width", facts.width.into()),
            ("height", facts.height.into()),
            ("orientation", (&facts.orientation).into()),
            ("modify_date", facts.modify_date.into()),
            ("projection_type", (&facts.projection_type).into()),
            ("is_dated", facts.is_dated.into()),
            ("burst_id", (&facts.burst_id).into()),
        ],
    )?;
    if !is_edited("description") {
        set(
            connection,
            id,
            [("description", (&facts.description).into())],
        )?;
    }
    if !is_edited("rating") {
        set(connection, id, [("rating", facts.rating.into())])?;
    }
    if !is_edited(MOTION) {
        let identifier = (&facts.content_identifier).into();
        set(connection, id, [("live_photo_cid", identifier)])?;
    }
    if !is_edited("place") {
        let (latitude, longitude) = facts.position.unzip();
        set(
            connection,
            id,
            [
                ("latitude", latitude.into()),
                ("longitude", longitude.into()),
                ("city", (&facts.place.city).into()),
                ("state", (&facts.place.state).into()),
                ("country", (&facts.place.country).into()),
            ],
        )?;
    }
    let mut asset: Vec<(&'static str, Value)> = vec![("updated_at", now.into())];
    if !is_edited("date") {
        set(
            connection,
            id,
            [
                ("date_time_original", facts.moment.into()),
                ("time_zone", (&facts.zone).into()),
            ],
        )?;
        asset.extend([
            ("file_created_at", facts.moment.into()),
            ("local_date_time", facts.local.into()),
        ]);
    }
    connection.update_row("asset", "id", id, asset)
}

/// Records how long a video is, in microseconds.
pub(crate) fn set_duration(
    connection: &mut Connection<'_>,
    id: Uuid,
    microseconds: i64,
) -> Result<()> {
    connection.update_row("asset", "id", id, [("duration", microseconds.into())])
}

fn set(
    connection: &mut Connection<'_>,
    id: Uuid,
    values: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<()> {
    connection.update_row("exif", "asset_id", id, values)
}

/// The keys of the files that were made from an original.
#[derive(Debug, Clone)]
pub(crate) struct DerivedFiles {
    pub thumbnail: String,
    pub preview: String,
    pub fullsize: Option<String>,
    pub thumbhash: Vec<u8>,
}

/// Records derived files, if the asset still has the original with the checksum that they were made from. Answers whether it has.
pub(crate) fn set_derived(
    connection: &mut Connection<'_>,
    id: Uuid,
    checksum: &[u8],
    derived: &DerivedFiles,
    now: i64,
) -> Result<bool> {
    connection.lock("asset", id)?;
    let sql = "SELECT thumbnail_path, preview_path, fullsize_path FROM asset WHERE id = $1 AND checksum = $2";
    type Paths = (Option<String>, Option<String>, Option<String>);
    let before = connection.query_optional::<Paths>(sql, &[id.into(), checksum.into()])?;
    let Some(before) = before else {
        return Ok(false);
    };
    let (thumbnail, preview, fullsize) = before;
    let is_first = thumbnail.is_none();
    for path in [thumbnail, preview, fullsize].into_iter().flatten() {
        schedule_file_deletion(connection, &path, now)?;
    }
    connection.update_row(
        "asset",
        "id",
        id,
        [
            ("thumbnail_path", (&derived.thumbnail).into()),
            ("preview_path", (&derived.preview).into()),
            ("fullsize_path", (&derived.fullsize).into()),
            ("thumbhash", derived.thumbhash.as_slice().into()),
            ("updated_at", now.into()),
        ],
    )?;
    if is_first {
        tell_if_ready(connection, id)?;
    }
    Ok(true)
}

/// Tells the owner's apps of an asset that shows up by itself, if it was read and drawn: then it is all that they show.
///
/// # Errors
/// When the database fails.
pub(crate) fn tell_if_ready(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    let sql = "SELECT owner_id FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id = $1 \
        AND asset.thumbnail_path IS NOT NULL AND exif.tags_read = TRUE AND asset.visibility IN ('timeline', 'archive')";
    match connection.query_optional(sql, &[id.into()])? {
        Some(owner) => events::note(connection, &Event::AssetReady { owner, asset: id }),
        None => Ok(()),
    }
}

/// Records a video's version for browsers, or that there is none, if the asset still has the original with the
/// checksum that it was made from. Answers whether it has.
pub(crate) fn set_encoded_video(
    connection: &mut Connection<'_>,
    id: Uuid,
    checksum: &[u8],
    encoded: Option<&str>,
    now: i64,
) -> Result<bool> {
    connection.lock("asset", id)?;
    let sql = "SELECT encoded_video_path FROM asset WHERE id = $1 AND checksum = $2";
    let before = connection.query_optional::<Option<String>>(sql, &[id.into(), checksum.into()])?;
    let Some(before) = before else {
        return Ok(false);
    };
    if before.is_none() && encoded.is_none() {
        return Ok(true);
    }
    if let Some(path) = before {
        schedule_file_deletion(connection, &path, now)?;
    }
    connection.update_row(
        "asset",
        "id",
        id,
        [
            ("encoded_video_path", encoded.map(str::to_owned).into()),
            ("updated_at", now.into()),
        ],
    )?;
    Ok(true)
}

/// Records a video without what it says of itself, if the asset still has the original with the
/// checksum that it was made from. Answers whether it has.
pub(crate) fn set_bare_video(
    connection: &mut Connection<'_>,
    id: Uuid,
    checksum: &[u8],
    bare: &str,
    now: i64,
) -> Result<bool> {
    connection.lock("asset", id)?;
    let sql = "SELECT bare_video_path FROM asset WHERE id = $1 AND checksum = $2";
    let before = connection.query_optional::<Option<String>>(sql, &[id.into(), checksum.into()])?;
    let Some(before) = before else {
        return Ok(false);
    };
    if let Some(path) = before {
        schedule_file_deletion(connection, &path, now)?;
    }
    let sql = "UPDATE asset SET bare_video_path = $2 WHERE id = $1";
    connection.execute(sql, &[id.into(), bare.into()])?;
    Ok(true)
}

//! Looks into a file for what it says of itself, and records it. What the user said stays.

use jiff::tz::{Offset, TimeZone};
use kallitype_media::{Facts, WallClock, WorkerPool};
use uuid::Uuid;

use super::queries::{self, Subject};
use super::workers::JobError;
use super::{extract_video, video};
use crate::assets::facts::{self, FactsRow};
use crate::assets::file_type::FileType;
use crate::http::state::App;
use crate::http::time::{now, zone_name};
use crate::places::{self, Place};
use crate::storage::Key;

pub async fn run(app: &App, media: &WorkerPool, id: Uuid) -> Result<(), JobError> {
    let Some(subject) = app
        .db
        .read(move |connection| queries::find_subject(connection, id))
        .await?
    else {
        return Ok(());
    };
    if video::is_video(&subject) {
        return extract_video::run(app, media, id, subject).await;
    }
    let found = read_file(app, media, &subject).await?;
    let row = to_row(found, subject.file_created_at, subject.file_modified_at);
    app.db
        .write(move |connection| {
            // Meanwhile the user may have changed the asset, given it another file or deleted it.
            connection.lock("asset", id)?;
            match queries::find_subject(connection, id)? {
                Some(present) if present.original_path == subject.original_path => {
                    facts::apply(connection, id, &row, &present.edited, now())
                }
                _ => Ok(()),
            }
        })
        .await?;
    Ok(())
}

/// What the original's headers say.
pub async fn read_file(
    app: &App,
    media: &WorkerPool,
    subject: &Subject,
) -> Result<Facts, JobError> {
    let key = Key::parse(&subject.original_path)
        .ok_or_else(|| JobError::Permanent("the path is no key".into()))?;
    let extension =
        FileType::of_name(&subject.original_file_name).map_or("", |known| known.extension);
    Ok(media
        .extract(app.storage.open_file(&key)?, extension)
        .await?)
}

/// A file's facts as they are stored.
pub fn to_row(found: Facts, file_created_at: i64, file_modified_at: i64) -> FactsRow {
    // A file that does not say when it was taken existed at the earlier of its two dates at the latest.
    let earliest = file_created_at.min(file_modified_at);
    let taken = found.taken_at.and_then(to_moment);
    let (moment, local) = taken
        .as_ref()
        .map_or((earliest, earliest), |(moment, local, _)| (*moment, *local));
    let position = found.latitude.zip(found.longitude);
    let place = position.map_or_else(Place::default, |(latitude, longitude)| {
        places::name(latitude, longitude)
    });
    FactsRow {
        make: found.make,
        model: found.model,
        lens_model: found.lens_model,
        exposure_time: found.exposure_time,
        f_number: found.f_number,
        focal_length: found.focal_length,
        iso: found.iso.map(i64::from),
        width: found.width.map(i64::from),
        height: found.height.map(i64::from),
        orientation: found.orientation.map(|orientation| orientation.to_string()),
        moment,
        local,
        zone: taken.and_then(|(_, _, zone)| zone),
        modify_date: found
            .modified_at
            .and_then(to_moment)
            .map_or(file_modified_at, |(moment, _, _)| moment),
        position,
        place,
        description: found.description.unwrap_or_default(),
        rating: found.rating.map(i64::from),
        projection_type: found.projection_type,
    }
}

/// The moment, the wall clock as if it were UTC, both in microseconds, and the zone if the file says one.
fn to_moment(clock: WallClock) -> Option<(i64, i64, Option<String>)> {
    let local = clock
        .local
        .to_zoned_datetime(TimeZone::UTC)
        .ok()?
        .timestamp()
        .as_microsecond();
    let Some(seconds) = clock.offset_seconds else {
        return Some((local, local, None));
    };
    let offset = Offset::from_seconds(seconds).ok()?;
    let moment = offset.to_timestamp(clock.local).ok()?.as_microsecond();
    Some((moment, local, Some(zone_name(seconds))))
}

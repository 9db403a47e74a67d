//! From what a file says to what is stored of it.

use jiff::tz::{Offset, TimeZone};

use crate::core::assets::facts::FactsRow;
use crate::places;
use crate::places::Place;
use kallitype_media::{Facts, WallClock};
use kallitype_web::time::zone_name;

/// A file's facts as they are stored, with the names of its place if `names_place` says so.
pub(crate) fn of(
    found: Facts,
    file_created_at: i64,
    file_modified_at: i64,
    names_place: bool,
) -> FactsRow {
    // A file that does not say when it was taken existed at the earlier of its two dates at the latest.
    let earliest = file_created_at.min(file_modified_at);
    let taken = found.taken_at.and_then(to_moment);
    let (moment, local) = taken
        .as_ref()
        .map_or((earliest, earliest), |(moment, local, _)| (*moment, *local));
    let position = found.latitude.zip(found.longitude);
    let named = position.filter(|_| names_place);
    let place = named.map_or_else(Place::default, |(latitude, longitude)| {
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
        is_dated: taken.is_some(),
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
        content_identifier: found.content_identifier,
        burst_id: found.burst_id,
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

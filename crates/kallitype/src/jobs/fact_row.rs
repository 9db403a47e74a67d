//! From what a file says to what is stored of it.

use jiff::tz::{Offset, TimeZone};

use crate::core::assets::facts::FactsRow;
use crate::places;
use crate::places::Place;
use kallitype_media::{Facts, WallClock};
use kallitype_web::time::{wall_clock, wall_moment, zone_name};

/// A file's facts as they are stored, with the names of its place if `names_place` says so.
pub(crate) fn of(
    found: Facts,
    file_created_at: i64,
    file_modified_at: i64,
    names_place: bool,
) -> FactsRow {
    // A file that does not say when it was taken existed at the earlier of its two dates at the latest.
    let earliest = file_created_at.min(file_modified_at);
    let position = found.latitude.zip(found.longitude);
    let taken = found
        .taken_at
        .and_then(|clock| taken(clock, position).or_else(|| to_moment(clock)))
        .map(|moment| named(moment, found.zone));
    let (moment, local) = taken
        .as_ref()
        .map_or((earliest, earliest), |(moment, local, _)| (*moment, *local));
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

/// As [`to_moment`], of a date that does not say its zone, where the place says it.
fn taken(clock: WallClock, position: Option<(f64, f64)>) -> Option<Moment> {
    if clock.offset_seconds.is_some() && !clock.is_universal {
        return None;
    }
    let (latitude, longitude) = position?;
    let zone = places::zone_at(latitude, longitude)?;
    let shown = microseconds(clock)?;
    let (moment, local) = match clock.is_universal {
        true => (shown, wall_clock(shown, zone)?),
        false => (wall_moment(shown, zone)?, shown),
    };
    Some((moment, local, Some(zone.to_owned())))
}

/// With the name of its zone instead of the offset, if the zone of that name had this offset then.
fn named((moment, local, zone): Moment, name: Option<String>) -> Moment {
    let known = name.filter(|name| zone.is_some() && wall_clock(moment, name) == Some(local));
    (moment, local, known.or(zone))
}

/// The moment, the wall clock as if it were UTC, both in microseconds, and the zone if it is known.
type Moment = (i64, i64, Option<String>);

fn to_moment(clock: WallClock) -> Option<Moment> {
    let local = microseconds(clock)?;
    let Some(seconds) = clock.offset_seconds else {
        return Some((local, local, None));
    };
    let offset = Offset::from_seconds(seconds).ok()?;
    let moment = offset.to_timestamp(clock.local).ok()?.as_microsecond();
    Some((moment, local, Some(zone_name(seconds))))
}

/// What a clock shows, as if it were UTC.
fn microseconds(clock: WallClock) -> Option<i64> {
    let shown = clock.local.to_zoned_datetime(TimeZone::UTC).ok()?;
    Some(shown.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const SANTIAGO: Option<(f64, f64)> = Some((-33.45, -70.65));

    fn row(taken_at: WallClock, position: Option<(f64, f64)>) -> FactsRow {
        let (latitude, longitude) = position.unzip();
        let facts = Facts {
            taken_at: Some(taken_at),
            latitude,
            longitude,
            ..Facts::default()
        };
        of(facts, 0, 0, false)
    }

    fn hour(microseconds: i64) -> i64 {
        microseconds.div_euclid(3_600_000_000).rem_euclid(24)
    }

    #[test]
    fn the_place_tells_the_zone_that_nothing_else_does() {
        let clock = |month: i8| WallClock::new(date(2024, month, 18).at(12, 0, 0, 0), None);
        // In summer and in winter.
        for (month, expected) in [(1, 15), (7, 16)] {
            let row = row(clock(month), SANTIAGO);
            assert_eq!((hour(row.moment), hour(row.local)), (expected, 12));
            assert_eq!(row.zone.as_deref(), Some("America/Santiago"));
        }
        let nowhere = row(clock(1), None);
        assert_eq!((hour(nowhere.moment), nowhere.zone), (12, None));
        let said = WallClock {
            offset_seconds: Some(7200),
            ..clock(1)
        };
        let said = row(said, SANTIAGO);
        assert_eq!(
            (hour(said.moment), said.zone.as_deref()),
            (10, Some("UTC+2"))
        );
    }

    #[test]
    fn a_zone_has_its_name_where_its_offset_fits() {
        let clock = WallClock::new(date(2024, 7, 18).at(12, 0, 0, 0), Some(-6 * 3600));
        for (name, expected) in [
            ("America/Denver", "America/Denver"),
            ("America/New_York", "UTC-6"),
            ("Mars/Olympus", "UTC-6"),
        ] {
            let facts = Facts {
                taken_at: Some(clock),
                zone: Some(name.into()),
                ..Facts::default()
            };
            assert_eq!(of(facts, 0, 0, false).zone.as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_always_counts_in_utc_is_shown_by_the_clock_of_the_place() {
        let utc = WallClock {
            is_universal: true,
            ..WallClock::new(date(2024, 1, 18).at(12, 0, 0, 0), Some(0))
        };
        let there = row(utc, SANTIAGO);
        assert_eq!((hour(there.moment), hour(there.local)), (12, 9));
        assert_eq!(there.zone.as_deref(), Some("America/Santiago"));
        let nowhere = row(utc, None);
        assert_eq!((hour(nowhere.moment), hour(nowhere.local)), (12, 12));
        assert_eq!(nowhere.zone.as_deref(), Some("UTC"));
    }
}

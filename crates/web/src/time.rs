//! Times on the wire: ISO 8601 UTC with milliseconds and `Z`. Inside they are microseconds UTC.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};
use kallitype_db::{ColumnType, FromRow, Row};
use serde::{Serialize, Serializer};

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds of a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Microseconds of an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Microseconds of a day.
pub const DAY: i64 = 24 * HOUR;

/// A moment as the wire shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(pub i64);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_iso(self.0))
    }
}

impl FromRow for Time {
    fn read_optional(row: &mut Row<'_>) -> kallitype_db::Result<Option<Self>> {
        Ok(i64::read_optional(row)?.map(Self))
    }

    fn add_columns(columns: &mut Vec<ColumnType>) {
        i64::add_columns(columns);
    }
}

/// Now, as microseconds UTC.
#[must_use]
pub fn now() -> i64 {
    Timestamp::now().as_microsecond()
}

/// Whether microseconds UTC are a moment that dates can be written for.
#[must_use]
pub fn is_on_calendar(microseconds: i64) -> bool {
    Timestamp::from_microsecond(microseconds).is_ok()
}

/// `2024-01-15T20:30:00.000Z`.
#[must_use]
pub fn format_iso(microseconds: i64) -> String {
    let moment = Timestamp::from_microsecond(microseconds.div_euclid(1000) * 1000)
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let wall = Offset::UTC.to_datetime(moment);
    // Years before the common era have a sign and six digits.
    let year = match wall.year() {
        year @ 0.. => format!("{year:04}"),
        year => format!("{year:07}"),
    };
    format!(
        "{year}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        wall.month(),
        wall.day(),
        wall.hour(),
        wall.minute(),
        wall.second(),
        wall.millisecond()
    )
}

/// A moment in any ISO 8601 form that clients send; without an offset it is read as UTC.
#[must_use]
pub fn parse_date(text: &str) -> Option<i64> {
    parse_zoned(text).map(|zoned| zoned.moment)
}

/// A moment with the wall clock it was written on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonedDate {
    /// Microseconds UTC.
    pub moment: i64,
    /// The wall clock as if it were UTC, in microseconds.
    pub local: i64,
    /// The zone as it was written, `UTC+2` style, if there was one.
    pub zone: Option<String>,
}

/// Reads a date with its offset kept.
#[must_use]
pub fn parse_zoned(text: &str) -> Option<ZonedDate> {
    let text = text.trim();
    if let Some(civil) = parse_civil(text) {
        let moment = civil
            .to_zoned_datetime(TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_microsecond();
        return Some(ZonedDate {
            moment,
            local: moment,
            zone: None,
        });
    }
    let moment: Timestamp = text.parse().ok()?;
    let offset = jiff::fmt::temporal::Pieces::parse(text)
        .ok()?
        .to_numeric_offset()
        .unwrap_or(Offset::UTC);
    // ISO 8601 has no offsets with seconds, and the names of zones end before 25 hours.
    let seconds = offset.seconds();
    if seconds % 60 != 0 || seconds.abs() >= 25 * 3600 {
        return None;
    }
    let local = offset
        .to_datetime(moment)
        .to_zoned_datetime(TimeZone::UTC)
        .ok()?;
    Some(ZonedDate {
        moment: moment.as_microsecond(),
        local: local.timestamp().as_microsecond(),
        zone: Some(zone_name(offset.seconds())),
    })
}

fn parse_civil(text: &str) -> Option<DateTime> {
    let has_offset =
        text.ends_with(['Z', 'z']) || text.get(10..).is_some_and(|time| time.contains(['+', '-']));
    if has_offset {
        return None;
    }
    text.parse().ok().or_else(|| {
        text.parse::<Date>()
            .ok()
            .map(|date| date.to_datetime(jiff::civil::Time::midnight()))
    })
}

/// `UTC`, `UTC+2`, `UTC-3:30`: how an offset is named where a zone is wanted.
#[must_use]
pub fn zone_name(offset_seconds: i32) -> String {
    let (hours, minutes) = (offset_seconds.abs() / 3600, offset_seconds.abs() / 60 % 60);
    let sign = if offset_seconds < 0 { '-' } else { '+' };
    match (hours, minutes) {
        (0, 0) => "UTC".into(),
        (_, 0) => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// The wall clock of a moment in a zone: an IANA name, `UTC+2` or `+02:00`. Microseconds, as if it were UTC.
#[must_use]
pub fn wall_clock(moment: i64, zone: &str) -> Option<i64> {
    let zoned: ZonedDateTime = Timestamp::from_microsecond(moment)
        .ok()?
        .to_zoned_datetime(parse_zone(zone)?);
    zoned
        .datetime()
        .to_zoned_datetime(TimeZone::UTC)
        .ok()
        .map(|local| local.timestamp().as_microsecond())
}

/// The moment at which a wall clock in a zone shows `local`, which is given as if it were UTC. Microseconds.
#[must_use]
pub fn wall_moment(local: i64, zone: &str) -> Option<i64> {
    let wall = Offset::UTC.to_datetime(Timestamp::from_microsecond(local).ok()?);
    let zoned = wall.to_zoned_datetime(parse_zone(zone)?).ok()?;
    Some(zoned.timestamp().as_microsecond())
}

/// A zone by its IANA name, or an offset as `UTC+2`, `UTC-3:30`, `+02:00`.
#[must_use]
pub fn parse_zone(zone: &str) -> Option<TimeZone> {
    if zone.eq_ignore_ascii_case("utc") || zone == "Z" {
        return Some(TimeZone::UTC);
    }
    let offset = zone
        .strip_prefix("UTC")
        .or_else(|| zone.strip_prefix("GMT"))
        .unwrap_or(zone);
    match offset.chars().next() {
        Some(sign @ ('+' | '-')) => parse_offset(&offset[1..], sign == '-'),
        _ => TimeZone::get(zone).ok(),
    }
}

fn parse_offset(text: &str, negative: bool) -> Option<TimeZone> {
    let (hours, minutes) = match text.split_once(':') {
        Some((hours, minutes)) => (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?),
        None if text.len() == 4 => (text.get(..2)?.parse().ok()?, text.get(2..)?.parse().ok()?),
        None => (text.parse().ok()?, 0),
    };
    if !(0..60).contains(&minutes) || !(0..=24).contains(&hours) {
        return None;
    }
    let seconds = (hours * 3600 + minutes * 60) * if negative { -1 } else { 1 };
    Offset::from_seconds(seconds).ok().map(TimeZone::fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_keep_the_wall_clock_they_were_written_on() {
        let zoned = parse_zoned("2024-03-01T23:30:00.250+02:00").unwrap();
        assert_eq!(format_iso(zoned.moment), "2024-03-01T21:30:00.250Z");
        assert_eq!(format_iso(zoned.local), "2024-03-01T23:30:00.250Z");
        assert_eq!(zoned.zone.as_deref(), Some("UTC+2"));
        let utc = parse_zoned("2024-03-01T23:30:00Z").unwrap();
        assert_eq!(utc.zone.as_deref(), Some("UTC"));
    }

    #[test]
    fn dates_without_an_offset_are_utc() {
        assert_eq!(
            format_iso(parse_date("2024-03-01").unwrap()),
            "2024-03-01T00:00:00.000Z"
        );
        assert_eq!(
            format_iso(parse_date("1955-11-05T06:15:00").unwrap()),
            "1955-11-05T06:15:00.000Z"
        );
        assert_eq!(parse_date("yesterday"), None);
        assert_eq!(parse_date("2024-13-01"), None);
    }

    #[test]
    fn dates_before_the_common_era_are_written_as_they_are_read() {
        let shown = format_iso(parse_date("-000044-03-15T12:00:00+01:00").unwrap());
        assert_eq!(shown, "-000044-03-15T11:00:00.000Z");
        assert_eq!(shown, format_iso(parse_date(&shown).unwrap()));
    }

    #[test]
    fn every_offset_that_is_read_names_a_zone() {
        for text in ["1900-01-01T00:00:00+24:59", "1900-01-01T00:00:00-00:30"] {
            let zoned = parse_zoned(text).unwrap();
            let zone = zoned.zone.unwrap();
            assert_eq!(wall_clock(zoned.moment, &zone), Some(zoned.local));
        }
        assert_eq!(parse_zoned("1900-01-01T00:00:00+00:19:32"), None);
        assert_eq!(parse_zoned("1900-01-01T00:00:00+25:00"), None);
    }

    #[test]
    fn zones_are_names_or_offsets() {
        let noon = parse_date("2024-07-01T12:00:00Z").unwrap();
        for (zone, wall) in [
            ("Europe/Berlin", "14"),
            ("UTC-3:30", "08"),
            ("+05:30", "17"),
            ("UTC", "12"),
        ] {
            let local = wall_clock(noon, zone).unwrap();
            assert_eq!(&format_iso(local)[11..13], wall, "{zone}");
        }
        assert_eq!(wall_clock(noon, "Mars/Olympus"), None);
        assert_eq!(zone_name(-12_600), "UTC-3:30");
    }
}

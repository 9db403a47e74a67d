//! When a picture was taken: which of a file's dates counts.
//!
//! A file may carry many dates. The first of these that is there and possible counts:
//!
//! | | source | zone |
//! | --- | --- | --- |
//! | 1 | EXIF `DateTimeOriginal` with `SubSecTimeOriginal` | as written, or `OffsetTimeOriginal` |
//! | 2 | EXIF `DateTimeDigitized` (exiftool's `CreateDate`) with `SubSecTimeDigitized` | as written, or `OffsetTimeDigitized` |
//! | 3 | XMP `exif:DateTimeOriginal`, `photoshop:DateCreated` | as written |
//! | 4 | QuickTime `com.apple.quicktime.creationdate`, else `date`, else `©day` | as written |
//! | 5 | XMP `xmp:CreateDate`, `exif:DateTimeDigitized`, `pdf:CreationDate` | as written |
//! | 6 | IPTC date and time created, else of digital creation | as written |
//! | 7 | the movie header's creation time | UTC, always |
//! | 8 | the date and time of GPS, in EXIF or XMP | UTC, always |
//!
//! Precision decides before order: where one that counts less agrees with the one that counts and knows more (the
//! day beside the year, the second beside the minute, its fraction, the zone), what it knows is taken from it. One
//! without a zone agrees also with another's moment in UTC: many programs write that and do not say so.
//!
//! A date that never was (month 13, 30 February), or that a clock shows before it is set (year 0, the first second of
//! 1904 or 1970 in a movie header, the beginning of GPS), is no date.
//!
//! Where no date that agrees says a zone, the first of these does:
//!
//! 1. EXIF `TimeZoneOffset`;
//! 2. the difference between the camera's clock and GPS, whose receivers know the time in UTC: if it is within two
//!    minutes of a whole quarter of an hour and no more than fourteen hours, for a fix may be old and a clock wrong;
//! 3. the offset of another date of the same EXIF.
//!
//! If it is still unknown then, whoever knows the place may know its zone. So it is with dates of sources that always
//! count in UTC, see [`WallClock::is_universal`].

mod written;

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::Offset;

use crate::{Precision, WallClock};

pub(crate) use written::{parse, parse_fraction, parse_iptc, parse_offset};

/// No zone in use is further from UTC than this many seconds.
const LARGEST_GPS_OFFSET: i64 = 14 * 3600;
const QUARTER_OF_AN_HOUR: i64 = 15 * 60;
/// How many seconds a camera's clock may be off for its zone to be told from GPS.
const CLOCK_TOLERANCE: i64 = 2 * 60;
/// Seconds from the beginning of 1904, from which QuickTime counts, to that of 1970.
const UNIX_EPOCH_IN_QUICKTIME: u64 = 2_082_844_800;
/// More dates than this are not kept of a file.
const DATE_LIMIT: usize = 64;

/// Where a date stands, the one that counts most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    ExifOriginal,
    ExifDigitized,
    XmpOriginal,
    QuickTime,
    XmpCreated,
    Iptc,
    MovieHeader,
}

/// All dates that were found in a file, and what tells the zone of those that do not.
#[derive(Debug, Default)]
pub(crate) struct Dates {
    found: Vec<(Source, WallClock)>,
    gps: Option<DateTime>,
    zone: Option<i32>,
    other_zone: Option<i32>,
}

impl Dates {
    /// Adds a date. Of several of one source the first counts most.
    pub(crate) fn offer(&mut self, source: Source, date: Option<WallClock>) {
        if let Some(date) = date
            && self.found.len() < DATE_LIMIT
        {
            self.found.push((source, date));
        }
    }

    /// Adds the time that a GPS receiver gave, in UTC.
    pub(crate) fn offer_gps(&mut self, utc: Option<DateTime>) {
        // What a receiver says that has not heard of any satellite.
        let beginning = date(1980, 1, 6);
        self.gps = self.gps.or(utc.filter(|utc| utc.date() > beginning));
    }

    /// Adds what is said of the zone of the camera's clock, apart from any date.
    pub(crate) fn offer_zone(&mut self, offset_seconds: Option<i32>) {
        self.zone = self.zone.or(offset_seconds);
    }

    /// Adds the zone of a date on which nothing was taken.
    pub(crate) fn offer_other_zone(&mut self, offset_seconds: Option<i32>) {
        self.other_zone = self.other_zone.or(offset_seconds);
    }

    /// The date that counts.
    pub(crate) fn taken_at(&self) -> Option<WallClock> {
        let Some(clock) = self.merged() else {
            return self.gps.map(WallClock::universal);
        };
        let zone = || {
            let gps = self.gps.filter(|_| clock.precision >= Precision::Minute);
            let from_gps = gps.and_then(|utc| offset_from_gps(clock.local, utc));
            self.zone.or(from_gps).or_else(|| self.offset_of_another())
        };
        Some(WallClock {
            offset_seconds: clock.offset_seconds.or_else(zone),
            ..clock
        })
    }

    /// The first date with what the others know of the same moment.
    fn merged(&self) -> Option<WallClock> {
        let mut found = self.found.clone();
        found.sort_by_key(|(source, _)| *source);
        let ((_, first), others) = found.split_first()?;
        let others = others.iter().map(|(source, date)| match source {
            Source::Iptc => without_idle_zone(*date),
            _ => *date,
        });
        Some(others.fold(*first, |date, other| date.refined_by(other).unwrap_or(date)))
    }

    fn offset_of_another(&self) -> Option<i32> {
        let of_exif = |(source, _): &&(Source, WallClock)| *source <= Source::ExifDigitized;
        let said = self.found.iter().filter(of_exif);
        said.filter_map(|(_, date)| date.said_offset())
            .next()
            .or(self.other_zone)
    }
}

/// Many programs that do not know the zone write that of UTC into IPTC, for its form wants one: it tells nothing of
/// other dates.
fn without_idle_zone(date: WallClock) -> WallClock {
    WallClock {
        offset_seconds: date.offset_seconds.filter(|&offset| offset != 0),
        ..date
    }
}

/// Seconds east of UTC, from the same moment on a camera's clock and in UTC.
fn offset_from_gps(local: DateTime, utc: DateTime) -> Option<i32> {
    let seconds = local.duration_since(utc).as_secs();
    let rounded =
        (seconds + QUARTER_OF_AN_HOUR / 2).div_euclid(QUARTER_OF_AN_HOUR) * QUARTER_OF_AN_HOUR;
    let plausible =
        rounded.abs() <= LARGEST_GPS_OFFSET && (seconds - rounded).abs() <= CLOCK_TOLERANCE;
    plausible.then(|| i32::try_from(rounded).ok()).flatten()
}

/// A movie header's count of seconds since 1904, in UTC.
pub(crate) fn from_quicktime(seconds: u64) -> Option<WallClock> {
    // There was no digital video before 1970: who counts less counts from there, against the format.
    let since_1970 = match seconds.checked_sub(UNIX_EPOCH_IN_QUICKTIME) {
        Some(since_1970) => since_1970,
        None => seconds,
    };
    if since_1970 == 0 {
        return None;
    }
    let moment = Timestamp::from_second(i64::try_from(since_1970).ok()?).ok()?;
    Some(WallClock::universal(Offset::UTC.to_datetime(moment)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times_of_movie_headers() {
        let expected = Some(WallClock::universal(date(2024, 2, 29).at(12, 0, 0, 0)));
        assert_eq!(from_quicktime(2_082_844_800 + 1_709_208_000), expected);
        assert_eq!(from_quicktime(1_709_208_000), expected, "counted from 1970");
        assert_eq!(from_quicktime(0), None);
        assert_eq!(from_quicktime(2_082_844_800), None);
        assert_eq!(from_quicktime(u64::MAX), None);
    }

    #[test]
    fn tells_zones_from_gps() {
        let utc = date(2024, 2, 29).at(12, 0, 0, 0);
        let ahead = |seconds: i64| utc + jiff::SignedDuration::from_secs(seconds);
        for (difference, expected) in [
            (0, Some(0)),
            (3600, Some(3600)),
            (-3600 + 119, Some(-3600)),
            (-3600 - 120, Some(-3600)),
            (20_700 + 60, Some(20_700)),
            (3600 + 121, None),
            (14 * 3600, Some(50_400)),
            (14 * 3600 + 900, None),
            (-40 * 86_400, None),
        ] {
            assert_eq!(
                offset_from_gps(ahead(difference), utc),
                expected,
                "{difference}"
            );
        }
    }

    fn found(offers: &[(Source, &str)]) -> Option<WallClock> {
        let mut dates = Dates::default();
        for (source, text) in offers {
            dates.offer(*source, parse(text));
        }
        dates.taken_at()
    }

    #[test]
    fn prefers_the_first_source() {
        let mut offers = Vec::new();
        for (source, text) in [
            (Source::MovieHeader, "2024-02-09T12:00:00"),
            (Source::Iptc, "2024-02-08T12:00:00"),
            (Source::XmpCreated, "2024-02-07T12:00:00"),
            (Source::QuickTime, "2024-02-06T12:00:00"),
            (Source::XmpOriginal, "2024-02-05T12:00:00"),
            (Source::ExifDigitized, "2024-02-04T12:00:00"),
            (Source::ExifOriginal, "2024-02-03T12:00:00"),
            (Source::ExifOriginal, "2024-02-02T12:00:00"),
        ] {
            offers.push((source, text));
            let first = match text {
                "2024-02-02T12:00:00" => "2024-02-03T12:00:00",
                text => text,
            };
            assert_eq!(found(&offers), parse(first));
        }
    }

    #[test]
    fn the_finer_of_dates_that_agree_counts() {
        for (first, second, expected) in [
            ("2024-02-02", "2024-02-02T10:00:00", "2024-02-02T10:00:00"),
            (
                "2024-02-02T10:00",
                "2024-02-02T10:00:07Z",
                "2024-02-02T10:00:07Z",
            ),
            (
                "2024-02-02T10:00:07",
                "2024-02-02T10:00:07.5+01:00",
                "2024-02-02T10:00:07.5+01:00",
            ),
            ("2024-02-02T10:00:07", "2024-02-01", "2024-02-02T10:00:07"),
            ("2024-02-02", "2024-02-03T10:00:00", "2024-02-02"),
        ] {
            let offers = [(Source::XmpOriginal, first), (Source::XmpCreated, second)];
            assert_eq!(found(&offers), parse(expected), "{first} and {second}");
        }
    }

    #[test]
    fn what_iptc_has_to_say_of_zones_is_not_always_meant() {
        for (zone, expected) in [("+01:00", "+01:00"), ("+00:00", "")] {
            let iptc = format!("2024-02-02T10:00:00{zone}");
            let offers = [
                (Source::ExifOriginal, "2024-02-02T10:00:00"),
                (Source::Iptc, &iptc),
            ];
            assert_eq!(
                found(&offers),
                parse(&format!("2024-02-02T10:00:00{expected}"))
            );
            assert_eq!(found(&offers[1..]), parse(&iptc));
        }
    }

    #[test]
    fn a_year_does_not_hide_the_header() {
        let header = from_quicktime(2_082_844_800 + 1_709_208_000);
        let mut dates = Dates::default();
        dates.offer(Source::MovieHeader, header);
        dates.offer(Source::QuickTime, parse("2024"));
        assert_eq!(dates.taken_at(), header);
        let mut dates = Dates::default();
        dates.offer(Source::MovieHeader, header);
        dates.offer(Source::QuickTime, parse("2023"));
        assert_eq!(dates.taken_at(), parse("2023"));
    }

    #[test]
    fn zones_are_told_in_their_order() {
        let clock = parse("2024-02-04T12:00:00");
        let with = |offset: i32| {
            clock.map(|clock| WallClock {
                offset_seconds: Some(offset),
                ..clock
            })
        };
        let mut dates = Dates::default();
        dates.offer(Source::ExifOriginal, clock);
        assert_eq!(dates.taken_at(), clock);
        dates.offer_other_zone(Some(3600));
        assert_eq!(dates.taken_at(), with(3600));
        dates.offer(Source::ExifDigitized, parse("2024-02-05T12:00:00+05:00"));
        assert_eq!(dates.taken_at(), with(5 * 3600));
        dates.offer_gps(Some(date(2024, 2, 4).at(10, 0, 30, 0)));
        assert_eq!(dates.taken_at(), with(7200));
        dates.offer_zone(Some(3 * 3600));
        assert_eq!(dates.taken_at(), with(3 * 3600));
        dates.offer(Source::XmpCreated, parse("2024-02-04T12:00:00+04:00"));
        assert_eq!(dates.taken_at(), with(4 * 3600));
    }

    #[test]
    fn the_time_of_gps_is_better_than_none() {
        let mut dates = Dates::default();
        dates.offer_gps(Some(date(1980, 1, 6).at(0, 0, 0, 0)));
        assert_eq!(dates.taken_at(), None);
        let utc = date(2024, 2, 4).at(10, 0, 30, 0);
        dates.offer_gps(Some(utc));
        assert_eq!(dates.taken_at(), Some(WallClock::universal(utc)));
        dates.offer(Source::Iptc, parse("2024-02-03"));
        assert_eq!(dates.taken_at(), parse("2024-02-03"));
    }
}

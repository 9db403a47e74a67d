//! When a picture was taken: which of a file's dates counts, and how dates are written.
//!
//! A file may carry many dates. The first of these that is there and possible counts:
//!
//! | | source | zone |
//! | --- | --- | --- |
//! | 1 | EXIF `DateTimeOriginal` with `SubSecTimeOriginal` | `OffsetTimeOriginal`, else from GPS |
//! | 2 | EXIF `DateTimeDigitized` (exiftool's `CreateDate`) with `SubSecTimeDigitized` | `OffsetTimeDigitized`, else from GPS |
//! | 3 | XMP `exif:DateTimeOriginal`, `photoshop:DateCreated`, `xmp:CreateDate`, `exif:DateTimeDigitized` | as written |
//! | 4 | IPTC date and time created, else of digital creation | as written |
//! | 5 | QuickTime `com.apple.quicktime.creationdate`, else `©day` | as written |
//! | 6 | the movie header's creation time | UTC, always |
//!
//! Fractions of a second are kept. A date that never was (month 13, 30 February), or that a clock
//! shows before it is set (year 0, the first second of 1904 or 1970 in a movie header), is no date.
//!
//! GPS receivers know the time in UTC. Where EXIF names no zone, the difference between the
//! camera's clock and GPS is taken for it, if it is within two minutes of a whole quarter of an
//! hour and no more than fourteen hours: a fix may be old, and a clock wrong, and then the zone is
//! unknown.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::WallClock;

/// No zone that is written down is further from UTC than this many seconds.
const LARGEST_OFFSET: i32 = 18 * 3600;
/// No zone in use is further from UTC than this many seconds.
const LARGEST_GPS_OFFSET: i64 = 14 * 3600;
const QUARTER_OF_AN_HOUR: i64 = 15 * 60;
/// How many seconds a camera's clock may be off for its zone to be told from GPS.
const CLOCK_TOLERANCE: i64 = 2 * 60;
/// Seconds from the beginning of 1904, from which QuickTime counts, to that of 1970.
const UNIX_EPOCH_IN_QUICKTIME: u64 = 2_082_844_800;

/// Where a date stands, the one that counts most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    ExifOriginal,
    ExifDigitized,
    Xmp,
    Iptc,
    QuickTime,
    MovieHeader,
}

/// All dates that were found in a file.
#[derive(Debug, Default)]
pub(crate) struct Dates {
    found: BTreeMap<Source, WallClock>,
    gps: Option<DateTime>,
}

impl Dates {
    /// Adds a date. Of several of one source the first counts.
    pub(crate) fn offer(&mut self, source: Source, date: Option<WallClock>) {
        if let Some(date) = date {
            self.found.entry(source).or_insert(date);
        }
    }

    /// Adds the time that a GPS receiver gave, in UTC.
    pub(crate) fn offer_gps(&mut self, utc: Option<DateTime>) {
        self.gps = self.gps.or(utc);
    }

    /// The date that counts.
    pub(crate) fn taken_at(&self) -> Option<WallClock> {
        let (&source, &clock) = self.found.first_key_value()?;
        let from_gps = self
            .gps
            .filter(|_| matches!(source, Source::ExifOriginal | Source::ExifDigitized))
            .and_then(|utc| offset_from_gps(clock.local, utc));
        Some(WallClock {
            offset_seconds: clock.offset_seconds.or(from_gps),
            ..clock
        })
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

/// `2024:02:29 23:59:58`, as EXIF writes it; other separators are accepted.
pub(crate) fn parse_exif(text: &str, nanoseconds: i32) -> Option<DateTime> {
    let numbers = text
        .trim_matches(is_blank)
        .split([':', '-', '/', ' ', 'T', '.'])
        .take(6)
        .map(|part| part.parse().ok())
        .collect::<Option<Vec<i16>>>()?;
    let &[year, month, day, hour, minute, second] = numbers.as_slice() else {
        return None;
    };
    possible([year, month, day], [hour, minute, second], nanoseconds)
}

/// `2024-02-29T23:59:58.5+01:00`, as XMP and QuickTime write it, or any beginning of it that ends
/// with a whole number. What is missing is the earliest possible.
pub(crate) fn parse_iso(text: &str) -> Option<WallClock> {
    let text = text.trim_matches(is_blank);
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let date = parse_day(date)?;
    let (time, zone) = match time.find(['Z', '+', '-']) {
        Some(position) => time.split_at(position),
        None => (time, ""),
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let local = possible(
        date,
        parse_time(time.trim_end())?,
        parse_fraction(fraction).unwrap_or(0),
    )?;
    Some(WallClock {
        local,
        offset_seconds: parse_offset(zone),
    })
}

/// Year, and month and day or 1.
fn parse_day(text: &str) -> Option<[i16; 3]> {
    let mut numbers = text.splitn(3, ['-', ':']).map(str::parse::<i16>);
    let year = numbers.next()?.ok()?;
    let month = numbers.next().unwrap_or(Ok(1)).ok()?;
    let day = numbers.next().unwrap_or(Ok(1)).ok()?;
    Some([year, month, day])
}

/// Hour, minute and second, or nothing at all, which is midnight.
fn parse_time(text: &str) -> Option<[i16; 3]> {
    if text.is_empty() {
        return Some([0; 3]);
    }
    let mut numbers = text.splitn(3, ':').map(str::parse::<i16>);
    let hour = numbers.next()?.ok()?;
    let minute = numbers.next()?.ok()?;
    let second = numbers.next().unwrap_or(Ok(0)).ok()?;
    Some([hour, minute, second])
}

/// IPTC's date, `20240229` with zeros for what is unknown, and its time, `235958+0100`.
pub(crate) fn parse_iptc(date: &str, time: Option<&str>) -> Option<WallClock> {
    let date = date.trim_matches(is_blank);
    if date.len() != 8 {
        return None;
    }
    let part = |text: &str, start: usize, end: usize| text.get(start..end)?.parse::<i16>().ok();
    let day = [
        part(date, 0, 4)?,
        part(date, 4, 6)?.max(1),
        part(date, 6, 8)?.max(1),
    ];
    let time = time.unwrap_or_default().trim_matches(is_blank);
    let clock = part(time, 0, 2)
        .zip(part(time, 2, 4))
        .zip(part(time, 4, 6))
        .map(|((hour, minute), second)| [hour, minute, second]);
    Some(WallClock {
        local: possible(day, clock.unwrap_or_default(), 0)?,
        offset_seconds: clock.and_then(|_| parse_offset(time.get(6..)?)),
    })
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
    Some(WallClock {
        local: Offset::UTC.to_datetime(moment),
        offset_seconds: Some(0),
    })
}

/// A date that once was.
fn possible(
    [year, month, day]: [i16; 3],
    [hour, minute, second]: [i16; 3],
    nanoseconds: i32,
) -> Option<DateTime> {
    // Cameras that do not know the date write zeros.
    if year < 1 {
        return None;
    }
    let small = |number: i16| i8::try_from(number).ok();
    DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        nanoseconds,
    )
    .ok()
}

/// Decimal digits after the second, as nanoseconds.
pub(crate) fn parse_fraction(text: &str) -> Option<i32> {
    let digits = text.trim_matches(is_blank);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{digits:0<9}").get(..9)?.parse().ok()
}

/// `+05:30`, `-0800` or `Z`, as seconds east of UTC.
pub(crate) fn parse_offset(text: &str) -> Option<i32> {
    let text = text.trim_matches(is_blank);
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text.get(1..)?.chars().filter(|&c| c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits[..2].parse().ok()?;
    let minutes: i32 = digits[2..].parse().ok()?;
    let seconds = hours * 3600 + minutes * 60;
    (minutes < 60 && seconds <= LARGEST_OFFSET).then_some(sign * seconds)
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\0'
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn clock(local: DateTime, offset_seconds: Option<i32>) -> Option<WallClock> {
        Some(WallClock {
            local,
            offset_seconds,
        })
    }

    #[test]
    fn reads_dates_of_exif() {
        let expected = date(2024, 2, 29).at(23, 59, 58, 120_000_000);
        let nanoseconds = parse_fraction("12").unwrap();
        assert_eq!(
            parse_exif("2024:02:29 23:59:58", nanoseconds),
            Some(expected)
        );
        assert_eq!(parse_exif("2024-02-29T23:59:58Z", 0), None);
        assert_eq!(
            parse_exif("2024-02-29T23:59:58", nanoseconds),
            Some(expected)
        );
    }

    #[test]
    fn refuses_impossible_dates() {
        for text in [
            "2023:02:29 12:00:00",
            "0000:00:00 00:00:00",
            "    :  :     :  :  ",
            "2024:13:01 00:00:00",
            "2024:01:01 25:00:00",
            "2024:01:01",
            "nonsense",
            "",
        ] {
            assert_eq!(parse_exif(text, 0), None, "{text}");
        }
        for text in [
            "2024-02-30",
            "0000-01-01",
            "2024-01-01T12",
            "12:30",
            "T",
            "",
        ] {
            assert_eq!(parse_iso(text), None, "{text}");
        }
        assert_eq!(parse_iptc("20230229", None), None);
        assert_eq!(parse_iptc("00000000", None), None);
        assert_eq!(parse_iptc("2024ää", None), None);
    }

    #[test]
    fn reads_dates_of_xmp() {
        let day = date(2024, 2, 29);
        for (text, expected) in [
            (
                "2024-02-29T23:59:58.25+05:30",
                clock(day.at(23, 59, 58, 250_000_000), Some(19_800)),
            ),
            (
                "2024-02-29T23:59:58Z",
                clock(day.at(23, 59, 58, 0), Some(0)),
            ),
            (
                "2024-02-29T23:59:58-0400",
                clock(day.at(23, 59, 58, 0), Some(-14_400)),
            ),
            ("2024-02-29T23:59", clock(day.at(23, 59, 0, 0), None)),
            ("2024-02-29 23:59:58", clock(day.at(23, 59, 58, 0), None)),
            ("2024-02-29", clock(day.at(0, 0, 0, 0), None)),
            ("1965-07", clock(date(1965, 7, 1).at(0, 0, 0, 0), None)),
            ("1965", clock(date(1965, 1, 1).at(0, 0, 0, 0), None)),
        ] {
            assert_eq!(parse_iso(text), expected, "{text}");
        }
    }

    #[test]
    fn reads_dates_of_iptc() {
        let day = date(2024, 2, 29);
        assert_eq!(
            parse_iptc("20240229", Some("235958-0330")),
            clock(day.at(23, 59, 58, 0), Some(-12_600))
        );
        assert_eq!(
            parse_iptc("20240229", Some("235958")),
            clock(day.at(23, 59, 58, 0), None)
        );
        assert_eq!(
            parse_iptc("19650000", Some("??")),
            clock(date(1965, 1, 1).at(0, 0, 0, 0), None)
        );
    }

    #[test]
    fn reads_times_of_movie_headers() {
        let expected = clock(date(2024, 2, 29).at(12, 0, 0, 0), Some(0));
        assert_eq!(from_quicktime(2_082_844_800 + 1_709_208_000), expected);
        assert_eq!(from_quicktime(1_709_208_000), expected, "counted from 1970");
        assert_eq!(from_quicktime(0), None);
        assert_eq!(from_quicktime(2_082_844_800), None);
        assert_eq!(from_quicktime(u64::MAX), None);
    }

    #[test]
    fn reads_fractions_of_seconds() {
        assert_eq!(parse_fraction("5"), Some(500_000_000));
        assert_eq!(parse_fraction("042 "), Some(42_000_000));
        assert_eq!(parse_fraction("1234567899"), Some(123_456_789));
        assert_eq!(parse_fraction("   "), None);
        assert_eq!(parse_fraction("-1"), None);
    }

    #[test]
    fn reads_offsets() {
        assert_eq!(parse_offset("+05:30"), Some(19_800));
        assert_eq!(parse_offset("-08:00\0"), Some(-28_800));
        assert_eq!(parse_offset("Z"), Some(0));
        for text in ["   :  ", "+25:00", "+01:75", "01:00", "+é:00", ""] {
            assert_eq!(parse_offset(text), None, "{text}");
        }
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

    #[test]
    fn prefers_the_first_source() {
        let day = |day: i8| clock(date(2024, 2, day).at(12, 0, 0, 0), None);
        let mut dates = Dates::default();
        dates.offer_gps(Some(date(2024, 2, 4).at(10, 0, 30, 0)));
        assert_eq!(dates.taken_at(), None);
        for (source, number) in [
            (Source::MovieHeader, 9),
            (Source::QuickTime, 8),
            (Source::Iptc, 7),
            (Source::Xmp, 6),
        ] {
            dates.offer(source, day(number));
            assert_eq!(dates.taken_at(), day(number));
        }
        dates.offer(Source::Xmp, day(1));
        assert_eq!(dates.taken_at(), day(6), "the first of a source");
        dates.offer(Source::ExifOriginal, None);
        dates.offer(Source::ExifDigitized, day(5));
        assert_eq!(dates.taken_at(), day(5), "too far from GPS for a zone");
        dates.offer(Source::ExifOriginal, day(4));
        let with_zone = day(4).map(|clock| WallClock {
            offset_seconds: Some(7200),
            ..clock
        });
        assert_eq!(dates.taken_at(), with_zone);
    }
}

//! How dates are written: as EXIF, XMP, IPTC and QuickTime want it, and as cameras, phones and editors do it.

use jiff::civil::DateTime;

use crate::clock::{Precision, WallClock};

/// No zone that is written down is further from UTC than this many seconds.
const LARGEST_OFFSET: i32 = 18 * 3600;
/// What stands between the parts of a date.
const SEPARATORS: &[char] = &[':', '-', '/', '.'];
/// What stands between the parts of a time of day.
const TIME_SEPARATORS: &[char] = &[':', '.'];

/// Year, month and day, of which the last two may be unknown.
type Day = (i16, Option<i16>, Option<i16>);

/// What is left of a text.
struct Rest<'a>(&'a str);

/// A time of day.
struct TimeOfDay {
    hour: i16,
    minute: i16,
    second: Option<i16>,
    nanoseconds: i32,
    offset_seconds: Option<i32>,
}

/// `2024:02:29 23:59:58`, `2024-02-29T23:59:58.5+01:00`, or any beginning of these that ends with the year, the month,
/// the day, the minute or the second. Blanks may stand for what is unknown, or for leading zeros.
pub(crate) fn parse(text: &str) -> Option<WallClock> {
    let text = text.trim_matches(is_blank);
    let mut rest = Rest(text.strip_prefix("D:").unwrap_or(text));
    let day = rest.day()?;
    if rest.says_no_time() {
        return moment(day, None);
    }
    day.2?;
    rest.skip_to_time();
    let time = rest.time_of_day()?;
    moment(day, Some(time))
}

/// IPTC's date, `20240229` with zeros for what is unknown, and its time, `235958+0100`; many write both with separators.
pub(crate) fn parse_iptc(date: &str, time: Option<&str>) -> Option<WallClock> {
    let mut rest = Rest(date.trim_matches(is_blank));
    let (year, month, day) = rest.day()?;
    if !rest.says_no_time() {
        return None;
    }
    let known = |part: Option<i16>| part.filter(|&part| part != 0);
    let time = time.and_then(|time| Rest(time.trim_matches(is_blank)).time_of_day());
    let day = (year, known(month), known(month).and(known(day)));
    moment(day, time)
}

fn moment((year, month, day): Day, time: Option<TimeOfDay>) -> Option<WallClock> {
    // A time of an unknown day says nothing.
    let time = time.filter(|_| day.is_some());
    let precision = match (month, day, &time) {
        (None, ..) => Precision::Year,
        (_, None, _) => Precision::Month,
        (.., None) => Precision::Day,
        (.., Some(time)) if time.second.is_none() => Precision::Minute,
        _ => Precision::Second,
    };
    let [hour, minute, second] = time.as_ref().map_or([0; 3], |time| {
        [time.hour, time.minute, time.second.unwrap_or(0)]
    });
    let local = possible(
        [year, month.unwrap_or(1), day.unwrap_or(1)],
        [hour, minute, second],
        time.as_ref().map_or(0, |time| time.nanoseconds),
    )?;
    Some(WallClock {
        precision,
        ..WallClock::new(local, time.and_then(|time| time.offset_seconds))
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

impl Rest<'_> {
    fn day(&mut self) -> Option<Day> {
        let year = self.number(4, 4)?;
        let month = self.part(SEPARATORS);
        let day = month.and_then(|_| self.part(SEPARATORS));
        Some((year, month, day))
    }

    /// Whether nothing follows a date but blanks, separators between blanks, and perhaps a zone.
    fn says_no_time(&self) -> bool {
        let is_unknown = |character| is_blank(character) || SEPARATORS.contains(&character);
        self.0.chars().all(is_unknown) || parse_offset(self.0).is_some()
    }

    fn skip_to_time(&mut self) {
        let is_between = |character| {
            is_blank(character) || matches!(character, 'T' | 't') || SEPARATORS.contains(&character)
        };
        self.0 = self.0.trim_start_matches(is_between);
    }

    fn time_of_day(&mut self) -> Option<TimeOfDay> {
        let hour = self.number(1, 2)?;
        // A minus begins a zone, unless all parts are parted by it.
        let separators = if self.0.starts_with('-') {
            SEPARATORS
        } else {
            TIME_SEPARATORS
        };
        let minute = self.part(separators)?;
        let second = self.part(separators);
        let nanoseconds = second.and_then(|_| self.fraction()).unwrap_or(0);
        Some(TimeOfDay {
            hour,
            minute,
            second,
            nanoseconds,
            offset_seconds: parse_offset(self.0),
        })
    }

    /// A further part: two digits at once, or one or two behind a separator.
    fn part(&mut self, separators: &[char]) -> Option<i16> {
        if self
            .0
            .starts_with(|character: char| character.is_ascii_digit())
        {
            return self.number(2, 2);
        }
        let behind = self.0.strip_prefix(separators)?;
        let mut rest = Rest(behind.trim_start_matches(is_blank));
        let number = rest.number(1, 2)?;
        self.0 = rest.0;
        Some(number)
    }

    fn fraction(&mut self) -> Option<i32> {
        let digits = self.0.strip_prefix(['.', ','])?;
        let end = digits
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(digits.len());
        let (digits, rest) = digits.split_at(end);
        self.0 = rest;
        parse_fraction(digits)
    }

    /// As many digits as there are, from `least` to `most`.
    fn number(&mut self, least: usize, most: usize) -> Option<i16> {
        let count = self
            .0
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.parse().ok()
    }
}

/// Decimal digits after the second, as nanoseconds.
pub(crate) fn parse_fraction(text: &str) -> Option<i32> {
    let digits = text.trim_matches(is_blank);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{digits:0<9}").get(..9)?.parse().ok()
}

/// `+05:30`, `-0800`, `+02` or `Z`, as seconds east of UTC.
pub(crate) fn parse_offset(text: &str) -> Option<i32> {
    let text = text.trim_matches(is_blank);
    if matches!(text, "Z" | "z" | "UTC" | "GMT") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let mut rest = Rest(text.get(1..)?);
    let hours = rest.number(1, 2)?;
    // What follows a single digit without a separator is not minutes.
    let is_parted = rest.0.starts_with(':');
    let minutes = match rest.0.strip_prefix(':').unwrap_or(rest.0) {
        "" if !is_parted => 0,
        minutes if minutes.len() == 2 => Rest(minutes).number(2, 2)?,
        _ => return None,
    };
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    (minutes < 60 && seconds <= LARGEST_OFFSET).then_some(sign * seconds)
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\0'
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn clock(
        local: DateTime,
        offset_seconds: Option<i32>,
        precision: Precision,
    ) -> Option<WallClock> {
        Some(WallClock {
            precision,
            ..WallClock::new(local, offset_seconds)
        })
    }

    #[test]
    fn refuses_impossible_dates() {
        for text in [
            "2023:02:29 12:00:00",
            "0000:00:00 00:00:00",
            "    :  :     :  :  ",
            "2024:13:01 00:00:00",
            "2024:01:01 25:00:00",
            "2024-02-30",
            "0000-01-01",
            "2024-01-01T12",
            "2024:01:01 nonsense",
            "2024 12:30",
            "12:30",
            "T",
            "nonsense",
            "2024:\u{e4}\u{e4}",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["20230229", "00000000", "2024ää", ""] {
            assert_eq!(parse_iptc(text, None), None, "{text}");
        }
    }

    #[test]
    fn reads_dates_of_all_forms() {
        use Precision::{Day, Minute, Month, Second, Year};
        let day = date(2024, 2, 9);
        let time = day.at(7, 59, 8, 0);
        let exact = day.at(7, 59, 8, 250_000_000);
        let minute = day.at(7, 59, 0, 0);
        let midnight = day.at(0, 0, 0, 0);
        for (text, expected) in [
            ("2024:02:09 07:59:08", clock(time, None, Second)),
            ("2024:02:09 07:59:08\0", clock(time, None, Second)),
            ("2024-02-09T07:59:08", clock(time, None, Second)),
            ("2024/02/09 07:59:08", clock(time, None, Second)),
            ("2024.02.09 07.59.08", clock(time, None, Second)),
            ("2024:02:09:07:59:08", clock(time, None, Second)),
            ("2024-02-09-07-59-08", clock(time, None, Second)),
            ("2024: 2: 9  7:59: 8", clock(time, None, Second)),
            ("20240209T075908Z", clock(time, Some(0), Second)),
            ("D:20240209075908Z", clock(time, Some(0), Second)),
            ("2024:02:09 07:59:08+0000", clock(time, Some(0), Second)),
            ("2024:02:09 07:59:08 Z", clock(time, Some(0), Second)),
            ("2024:02:09 07:59:08 UTC", clock(time, Some(0), Second)),
            (
                "2024-02-09T07:59:08-0400",
                clock(time, Some(-14_400), Second),
            ),
            (
                "2024-02-09T07:59:08 -04:00",
                clock(time, Some(-14_400), Second),
            ),
            ("2024:02:09 07:59:08+02", clock(time, Some(7200), Second)),
            (
                "2024:02:09 07:59:08.25-05:30",
                clock(exact, Some(-19_800), Second),
            ),
            ("2024-02-09T07:59:08,25", clock(exact, None, Second)),
            ("2024:02:09 07:59", clock(minute, None, Minute)),
            (
                "2024-02-09T07:59-0400",
                clock(minute, Some(-14_400), Minute),
            ),
            ("2024-02-09T07:59-08", clock(minute, Some(-28_800), Minute)),
            ("2024-02-09T07:59Z", clock(minute, Some(0), Minute)),
            ("2024:02:09", clock(midnight, None, Day)),
            ("2024:02:09   :  :  ", clock(midnight, None, Day)),
            ("2024-02-09Z", clock(midnight, None, Day)),
            ("2024-02-09+01:00", clock(midnight, None, Day)),
            (
                "1965-07",
                clock(date(1965, 7, 1).at(0, 0, 0, 0), None, Month),
            ),
            (
                "1965:07:     :  :  ",
                clock(date(1965, 7, 1).at(0, 0, 0, 0), None, Month),
            ),
            ("1965", clock(date(1965, 1, 1).at(0, 0, 0, 0), None, Year)),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn reads_dates_of_iptc() {
        use Precision::{Day, Minute, Month, Second, Year};
        let day = date(2024, 2, 9);
        for (date_text, time, expected) in [
            (
                "20240209",
                Some("235958-0330"),
                clock(day.at(23, 59, 58, 0), Some(-12_600), Second),
            ),
            (
                "20240209",
                Some("235958"),
                clock(day.at(23, 59, 58, 0), None, Second),
            ),
            (
                "2024-02-09",
                Some("23:59:58+01:00"),
                clock(day.at(23, 59, 58, 0), Some(3600), Second),
            ),
            (
                "2024:02:09",
                Some("23:59"),
                clock(day.at(23, 59, 0, 0), None, Minute),
            ),
            ("2024/2/9", None, clock(day.at(0, 0, 0, 0), None, Day)),
            (
                "20240200",
                Some("120000"),
                clock(date(2024, 2, 1).at(0, 0, 0, 0), None, Month),
            ),
            (
                "19650000",
                Some("??"),
                clock(date(1965, 1, 1).at(0, 0, 0, 0), None, Year),
            ),
        ] {
            assert_eq!(
                parse_iptc(date_text, time),
                expected,
                "{date_text} {time:?}"
            );
        }
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
        for (text, expected) in [
            ("+05:30", 19_800),
            ("-08:00\0", -28_800),
            ("-0330", -12_600),
            ("+02", 7200),
            ("+2", 7200),
            ("+5:30", 19_800),
            ("Z", 0),
        ] {
            assert_eq!(parse_offset(text), Some(expected), "{text}");
        }
        for text in [
            "   :  ", "+25:00", "+01:75", "01:00", "+é:00", "+", "+2:", "+020", "",
        ] {
            assert_eq!(parse_offset(text), None, "{text}");
        }
    }
}

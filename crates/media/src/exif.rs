//! From an EXIF block to [`Facts`].

use exif::{Context, Exif, In, Rational, Reader, Tag, Value};
use jiff::civil::DateTime;

use crate::{Facts, WallClock, text, xmp};

/// Stars, as Windows and many editors write them (not part of the EXIF standard).
const RATING: Tag = Tag(Context::Tiff, 0x4746);
/// The XMP packet of a TIFF file.
const XMP_PACKET: Tag = Tag(Context::Tiff, 700);
/// No place on Earth is further from UTC.
const LARGEST_OFFSET: i32 = 18 * 3600;

/// Adds what a block (beginning with its TIFF header) says. Unreadable entries are passed over.
///
/// Dimensions are those of a TIFF file's first directory; in other containers that directory has
/// none, or not the picture's, and the container must overrule them.
pub(crate) fn read_into(block: Vec<u8>, facts: &mut Facts) {
    let Some(exif) = parse(block) else { return };
    facts.width = unsigned(&exif, Tag::ImageWidth);
    facts.height = unsigned(&exif, Tag::ImageLength);
    facts.orientation = orientation_of(&exif);
    facts.taken_at = taken_at(&exif);
    facts.modified_at = clock(&exif, Tag::DateTime, Tag::SubSecTime, Tag::OffsetTime);
    facts.make = name(&exif, Tag::Make);
    facts.model = name(&exif, Tag::Model);
    facts.lens_model = name(&exif, Tag::LensModel);
    facts.exposure_time = rational(&exif, Tag::ExposureTime).map(exposure_time);
    facts.f_number = rational(&exif, Tag::FNumber);
    facts.focal_length = rational(&exif, Tag::FocalLength);
    facts.iso = unsigned(&exif, Tag::PhotographicSensitivity);
    facts.rating = unsigned(&exif, RATING)
        .and_then(|stars| i32::try_from(stars).ok())
        .filter(|stars| (0..=5).contains(stars));
    facts.description =
        ascii(&exif, Tag::ImageDescription).and_then(|text| text::description(&text));
    if let Some((latitude, longitude)) = place(&exif) {
        (facts.latitude, facts.longitude) = (Some(latitude), Some(longitude));
    }
    if let Some(Value::Byte(packet)) = value(&exif, XMP_PACKET) {
        xmp::read_into(packet, facts);
    }
}

/// Only the orientation of a block, for drawing.
pub(crate) fn orientation(block: Vec<u8>) -> Option<u16> {
    orientation_of(&parse(block)?)
}

fn parse(block: Vec<u8>) -> Option<Exif> {
    Reader::new()
        .continue_on_error(true)
        .read_raw(block)
        .or_else(|error| error.distill_partial_result(|_| {}))
        .ok()
}

fn value(exif: &Exif, tag: Tag) -> Option<&Value> {
    exif.get_field(tag, In::PRIMARY).map(|field| &field.value)
}

fn unsigned(exif: &Exif, tag: Tag) -> Option<u32> {
    value(exif, tag)?.get_uint(0).filter(|&number| number > 0)
}

/// A positive fraction as a number.
fn rational(exif: &Exif, tag: Tag) -> Option<f64> {
    let Value::Rational(fractions) = value(exif, tag)? else {
        return None;
    };
    quotient(fractions.first()?).filter(|&number| number > 0.0)
}

fn quotient(fraction: &Rational) -> Option<f64> {
    (fraction.denom != 0).then(|| f64::from(fraction.num) / f64::from(fraction.denom))
}

fn ascii(exif: &Exif, tag: Tag) -> Option<String> {
    match value(exif, tag)? {
        Value::Ascii(lines) => lines.first().map(|line| text::decode(line)),
        // Against the standard, but written: UTF-8 text declared as bytes.
        Value::Byte(bytes) | Value::Undefined(bytes, _) => Some(text::decode(bytes)),
        _ => None,
    }
}

fn name(exif: &Exif, tag: Tag) -> Option<String> {
    text::name(&ascii(exif, tag)?)
}

fn orientation_of(exif: &Exif) -> Option<u16> {
    let number = unsigned(exif, Tag::Orientation)?;
    u16::try_from(number)
        .ok()
        .filter(|number| (1..=8).contains(number))
}

fn taken_at(exif: &Exif) -> Option<WallClock> {
    clock(
        exif,
        Tag::DateTimeOriginal,
        Tag::SubSecTimeOriginal,
        Tag::OffsetTimeOriginal,
    )
    .or_else(|| {
        clock(
            exif,
            Tag::DateTimeDigitized,
            Tag::SubSecTimeDigitized,
            Tag::OffsetTimeDigitized,
        )
    })
}

fn clock(exif: &Exif, date: Tag, fraction: Tag, offset: Tag) -> Option<WallClock> {
    let fraction = ascii(exif, fraction).and_then(|digits| parse_fraction(&digits));
    let local = parse_date(&ascii(exif, date)?, fraction.unwrap_or(0))?;
    let offset_seconds = ascii(exif, offset).and_then(|offset| parse_offset(&offset));
    Some(WallClock {
        local,
        offset_seconds,
    })
}

/// `2024:02:29 23:59:58`; other separators are accepted, dates that never were are not.
fn parse_date(text: &str, nanoseconds: i32) -> Option<DateTime> {
    let numbers: Vec<i16> = text
        .trim_matches(|character: char| character.is_whitespace() || character == '\0')
        .split([':', '-', '/', ' ', 'T', '.'])
        .take(6)
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let &[year, month, day, hour, minute, second] = numbers.as_slice() else {
        return None;
    };
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
fn parse_fraction(text: &str) -> Option<i32> {
    let digits =
        text.trim_matches(|character: char| character.is_whitespace() || character == '\0');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{digits:0<9}").get(..9)?.parse().ok()
}

/// `+05:30`, `-0800` or `Z`, as seconds east of UTC.
fn parse_offset(text: &str) -> Option<i32> {
    let text = text.trim_matches(|character: char| character.is_whitespace() || character == '\0');
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

/// Seconds as photographers write them: a unit fraction when short, else with one decimal.
fn exposure_time(seconds: f64) -> String {
    if seconds < 0.25001 {
        return format!("1/{:.0}", 1.0 / seconds);
    }
    let text = format!("{seconds:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// Latitude and longitude in degrees. Zero, zero is what receivers write before they know.
fn place(exif: &Exif) -> Option<(f64, f64)> {
    let latitude = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, ['N', 'S'])?;
    let longitude = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, ['E', 'W'])?;
    let possible = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    (possible && (latitude, longitude) != (0.0, 0.0)).then_some((latitude, longitude))
}

/// Degrees, minutes and seconds with their hemisphere. Without a hemisphere the place is unknown.
fn degrees(exif: &Exif, tag: Tag, reference: Tag, [positive, negative]: [char; 2]) -> Option<f64> {
    let Value::Rational(parts) = value(exif, tag)? else {
        return None;
    };
    let part = |index: usize| parts.get(index).and_then(quotient);
    let degrees = part(0)? + part(1).unwrap_or(0.0) / 60.0 + part(2).unwrap_or(0.0) / 3600.0;
    let hemisphere = ascii(exif, reference)?.trim().chars().next()?;
    match hemisphere.to_ascii_uppercase() {
        letter if letter == positive => Some(degrees),
        letter if letter == negative => Some(-degrees),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn reads_dates() {
        let expected = date(2024, 2, 29).at(23, 59, 58, 120_000_000);
        let nanoseconds = parse_fraction("12").unwrap();
        assert_eq!(
            parse_date("2024:02:29 23:59:58", nanoseconds),
            Some(expected)
        );
        assert_eq!(parse_date("2024-02-29T23:59:58Z", 0), None);
        assert_eq!(
            parse_date("2024-02-29T23:59:58", nanoseconds),
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
            assert_eq!(parse_date(text, 0), None, "{text}");
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
        assert_eq!(parse_offset("+05:30"), Some(19_800));
        assert_eq!(parse_offset("-08:00\0"), Some(-28_800));
        assert_eq!(parse_offset("Z"), Some(0));
        for text in ["   :  ", "+25:00", "+01:75", "01:00", "+é:00", ""] {
            assert_eq!(parse_offset(text), None, "{text}");
        }
    }

    #[test]
    fn writes_exposure_times() {
        assert_eq!(exposure_time(0.008), "1/125");
        assert_eq!(exposure_time(0.25), "1/4");
        assert_eq!(exposure_time(0.5), "0.5");
        assert_eq!(exposure_time(2.5), "2.5");
        assert_eq!(exposure_time(30.0), "30");
    }
}

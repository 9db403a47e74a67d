//! From an EXIF block to [`Findings`].

mod apple;
mod pointers;

use exif::{Context, Exif, In, Rational, Reader, SRational, Tag, Value};
use jiff::civil::{DateTime, Time};

use crate::dates::{self, Source};
use crate::findings::{Findings, fill};
use crate::photoshop::{self, Resources};
use crate::{Facts, Precision, WallClock, iptc, numbers, text, xmp};

/// Stars, as Windows and many editors write them (not part of the EXIF standard).
const RATING: Tag = Tag(Context::Tiff, 0x4746);
/// The XMP packet of a TIFF file.
const XMP_PACKET: Tag = Tag(Context::Tiff, 700);
/// The IPTC data sets of a TIFF file.
const IPTC_DATA_SETS: Tag = Tag(Context::Tiff, 33_723);
/// Photoshop's image resources in a TIFF file.
const PHOTOSHOP_RESOURCES: Tag = Tag(Context::Tiff, 34_377);
/// Hours east of UTC of the clock that the dates are of, in TIFF/EP: one number, and perhaps another for the date on
/// which the file was changed.
const TIME_ZONE_OFFSET: u16 = 0x882a;
/// Where Panasonic keeps the sensitivity in the first directory of raw files, of 16 bits and of 32.
const PANASONIC_SHORT_SENSITIVITY: u16 = 0x17;
const PANASONIC_SENSITIVITY: u16 = 0x37;
/// No zone is further from UTC than this many hours.
const LARGEST_ZONE: i32 = 14;
/// What the 16 bits of `PhotographicSensitivity` say when they do not suffice.
const SENSITIVITY_ELSEWHERE: u32 = 65_535;

/// Adds what a block (beginning with its TIFF header) says. Unreadable entries are passed over.
///
/// Dimensions are those of a TIFF file's first directory; in other containers that directory has
/// none, or not the picture's, and the container must overrule them.
pub(crate) fn read_into(block: Vec<u8>, findings: &mut Findings) {
    if let Some(exif) = parse(block) {
        let block = Block { exif, flat: false };
        read_block(&block, findings);
        read_embedded(&block, findings);
    }
}

/// As [`read_into`], for a block whose first directory is not that of the picture but the one of
/// exposure or place, which other blocks point to.
pub(crate) fn read_flat_into(block: Vec<u8>, findings: &mut Findings) {
    if let Some(exif) = parse(block) {
        read_block(&Block { exif, flat: true }, findings);
    }
}

/// Only the orientation of a block, for drawing.
pub(crate) fn orientation(block: Vec<u8>) -> Option<u16> {
    let exif = parse(block)?;
    Block { exif, flat: false }.orientation()
}

fn parse(block: Vec<u8>) -> Option<Exif> {
    Reader::new()
        .continue_on_error(true)
        .read_raw(pointers::usual(block))
        .or_else(|error| error.distill_partial_result(|_| {}))
        .ok()
}

fn read_block(block: &Block, findings: &mut Findings) {
    let dates = &mut findings.dates;
    dates.offer(
        Source::ExifOriginal,
        block.clock(
            Tag::DateTimeOriginal,
            Tag::SubSecTimeOriginal,
            Tag::OffsetTimeOriginal,
        ),
    );
    dates.offer(
        Source::ExifDigitized,
        block.clock(
            Tag::DateTimeDigitized,
            Tag::SubSecTimeDigitized,
            Tag::OffsetTimeDigitized,
        ),
    );
    dates.offer_gps(block.gps_time());
    dates.offer_zone(block.zone());
    let changed_at = block.changed_at();
    dates.offer_other_zone(changed_at.and_then(|clock| clock.offset_seconds));
    let facts = &mut findings.facts;
    read_camera(block, facts);
    read_picture(block, facts);
    if facts.latitude.is_none() {
        (facts.latitude, facts.longitude) = block.place().unzip();
    }
}

fn read_camera(block: &Block, facts: &mut Facts) {
    fill(&mut facts.make, block.name(Tag::Make));
    fill(&mut facts.model, block.name(Tag::Model));
    fill(&mut facts.lens_model, block.name(Tag::LensModel));
    fill(
        &mut facts.exposure_time,
        block
            .positive(Tag::ExposureTime)
            .and_then(numbers::exposure_time),
    );
    fill(&mut facts.f_number, block.positive(Tag::FNumber));
    fill(&mut facts.focal_length, block.positive(Tag::FocalLength));
    fill(&mut facts.iso, block.sensitivity());
    let note = block.bytes(Tag::MakerNote).and_then(apple::read);
    if let Some(note) = note {
        fill(&mut facts.content_identifier, note.content_identifier);
        fill(&mut facts.burst_id, note.burst_id);
    }
}

fn read_picture(block: &Block, facts: &mut Facts) {
    fill(&mut facts.width, block.unsigned(Tag::ImageWidth));
    fill(&mut facts.height, block.unsigned(Tag::ImageLength));
    fill(&mut facts.orientation, block.orientation());
    fill(&mut facts.modified_at, block.changed_at());
    fill(
        &mut facts.rating,
        block
            .unsigned(RATING)
            .and_then(|stars| numbers::rating(stars.into())),
    );
    fill(
        &mut facts.description,
        block
            .text(Tag::ImageDescription)
            .and_then(|text| text::description(&text)),
    );
}

/// The XMP and IPTC that TIFF files keep among their EXIF.
fn read_embedded(block: &Block, findings: &mut Findings) {
    if let Some(packet) = block.bytes(XMP_PACKET) {
        xmp::read_into(packet, findings);
    }
    let data_sets = block.bytes(IPTC_DATA_SETS).map(<[u8]>::to_vec);
    if let Some(data_sets) = data_sets.or_else(|| block.long_bytes(IPTC_DATA_SETS)) {
        iptc::read_into(&data_sets, findings);
    }
    for resource in Resources(block.bytes(PHOTOSHOP_RESOURCES).unwrap_or_default()) {
        match resource.identifier {
            photoshop::IPTC => iptc::read_into(resource.content, findings),
            photoshop::XMP => {
                xmp::read_into(resource.content, findings);
            }
            _ => {}
        }
    }
}

/// A parsed block.
struct Block {
    exif: Exif,
    /// Whether the first directory holds entries that belong into another.
    flat: bool,
}

impl Block {
    /// What belongs into the directory of exposure stands in the first one in flat blocks, and by TIFF/EP.
    fn value(&self, tag: Tag) -> Option<&Value> {
        let of_first = Tag(Context::Tiff, tag.number());
        let is_first_enough = self.flat || tag.context() == Context::Exif;
        let own = (!self.flat)
            .then(|| self.exif.get_field(tag, In::PRIMARY))
            .flatten();
        let first = || self.exif.get_field(of_first, In::PRIMARY);
        let field = own.or_else(|| is_first_enough.then(first).flatten())?;
        Some(&field.value)
    }

    fn unsigned(&self, tag: Tag) -> Option<u32> {
        let number = whole_numbers(self.value(tag)?)?.first().copied()?;
        u32::try_from(number).ok().filter(|&number| number > 0)
    }

    /// A fraction as a positive number.
    fn positive(&self, tag: Tag) -> Option<f64> {
        self.fractions(tag)?.first()?.filter(|&number| number > 0.0)
    }

    /// Fractions as numbers; nothing for one divided by zero. Some writers make them signed where
    /// the standard does not, and whole where it wants fractions.
    fn fractions(&self, tag: Tag) -> Option<Vec<Option<f64>>> {
        let numbers = match self.value(tag)? {
            Value::Rational(fractions) => fractions.iter().map(quotient).collect(),
            Value::SRational(fractions) => fractions.iter().map(signed_quotient).collect(),
            whole => whole_numbers(whole)?
                .into_iter()
                .map(|number| Some(number as f64))
                .collect(),
        };
        Some(numbers)
    }

    fn bytes(&self, tag: Tag) -> Option<&[u8]> {
        match self.value(tag)? {
            Value::Byte(bytes) | Value::Undefined(bytes, _) => Some(bytes),
            _ => None,
        }
    }

    /// Bytes that were declared to be 32-bit numbers, as libtiff does.
    fn long_bytes(&self, tag: Tag) -> Option<Vec<u8>> {
        let Value::Long(numbers) = self.value(tag)? else {
            return None;
        };
        let bytes = match self.exif.little_endian() {
            true => u32::to_le_bytes,
            false => u32::to_be_bytes,
        };
        Some(numbers.iter().flat_map(|&number| bytes(number)).collect())
    }

    fn text(&self, tag: Tag) -> Option<String> {
        match self.value(tag)? {
            Value::Ascii(lines) => lines.first().map(|line| text::decode(line)),
            // Against the standard, but written: text declared as bytes.
            Value::Byte(bytes) | Value::Undefined(bytes, _) => Some(text::decode(bytes)),
            _ => None,
        }
    }

    fn name(&self, tag: Tag) -> Option<String> {
        text::name(&self.text(tag)?)
    }

    fn orientation(&self) -> Option<u16> {
        numbers::orientation(self.unsigned(Tag::Orientation)?)
    }

    fn sensitivity(&self) -> Option<u32> {
        let number = self.unsigned(Tag::PhotographicSensitivity);
        let elsewhere = || {
            self.unsigned(Tag::RecommendedExposureIndex)
                .or_else(|| self.unsigned(Tag::ISOSpeed))
        };
        match number {
            Some(SENSITIVITY_ELSEWHERE) => elsewhere().or(number),
            _ => number.or_else(|| self.panasonic_sensitivity()),
        }
    }

    /// As raw files of Panasonic's cameras say it, which others make as well.
    fn panasonic_sensitivity(&self) -> Option<u32> {
        let make = self.text(Tag::Make)?.to_ascii_uppercase();
        let tags = ["PANASONIC", "LEICA"]
            .iter()
            .any(|maker| make.starts_with(maker));
        let long = || self.unsigned(Tag(Context::Tiff, PANASONIC_SENSITIVITY));
        tags.then(
            || match self.unsigned(Tag(Context::Tiff, PANASONIC_SHORT_SENSITIVITY)) {
                None | Some(SENSITIVITY_ELSEWHERE) => long(),
                short => short,
            },
        )?
    }

    /// A date; its fraction and its zone stand beside it, or in its own text.
    fn clock(&self, date: Tag, fraction: Tag, offset: Tag) -> Option<WallClock> {
        let clock = dates::parse(&self.text(date)?)?;
        let nanoseconds = self
            .text(fraction)
            .filter(|_| clock.precision == Precision::Second)
            .and_then(|digits| dates::parse_fraction(&digits));
        let local = match nanoseconds {
            Some(nanoseconds) => clock.local.with().subsec_nanosecond(nanoseconds).build(),
            None => Ok(clock.local),
        };
        let offset_seconds = self
            .text(offset)
            .and_then(|offset| dates::parse_offset(&offset));
        Some(WallClock {
            local: local.ok()?,
            offset_seconds: offset_seconds.or(clock.offset_seconds),
            ..clock
        })
    }

    /// When the file was last changed.
    fn changed_at(&self) -> Option<WallClock> {
        self.clock(Tag::DateTime, Tag::SubSecTime, Tag::OffsetTime)
    }

    /// Seconds east of UTC of the camera's clock.
    fn zone(&self) -> Option<i32> {
        let hours = match self.value(Tag(Context::Exif, TIME_ZONE_OFFSET))? {
            Value::SShort(hours) => i32::from(*hours.first()?),
            Value::SByte(hours) => i32::from(*hours.first()?),
            // Against the standard, but written: a negative number without its sign.
            Value::Short(hours) => i32::from(hours.first()?.cast_signed()),
            _ => return None,
        };
        (hours.abs() <= LARGEST_ZONE).then_some(hours * 3600)
    }

    /// Date and time of a GPS fix, in UTC.
    fn gps_time(&self) -> Option<DateTime> {
        let day = dates::parse(&self.text(Tag::GPSDateStamp)?)?;
        let parts = self.fractions(Tag::GPSTimeStamp)?;
        let part = |index: usize| {
            let part = parts.get(index).copied().flatten()?;
            (0.0..=60.0).contains(&part).then(|| part.floor() as i8)
        };
        let time = Time::new(part(0)?, part(1)?, part(2)?, 0).ok()?;
        (day.precision >= Precision::Day).then(|| day.local.date().to_datetime(time))
    }

    /// Latitude and longitude in degrees.
    fn place(&self) -> Option<(f64, f64)> {
        let latitude = self.degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, ['N', 'S'])?;
        let longitude = self.degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, ['E', 'W'])?;
        numbers::place((latitude, longitude))
    }

    /// Degrees, minutes and seconds with their hemisphere. Without a hemisphere the place is unknown.
    fn degrees(&self, tag: Tag, reference: Tag, [positive, negative]: [char; 2]) -> Option<f64> {
        let parts = self.fractions(tag)?;
        let part = |index: usize| parts.get(index).copied().flatten();
        let degrees = part(0)? + part(1).unwrap_or(0.0) / 60.0 + part(2).unwrap_or(0.0) / 3600.0;
        let hemisphere = self.text(reference)?.trim().chars().next()?;
        match hemisphere.to_ascii_uppercase() {
            letter if letter == positive => Some(degrees),
            letter if letter == negative => Some(-degrees),
            _ => None,
        }
    }
}

/// Numbers that are no fractions. Some writers make them signed where the standard does not.
fn whole_numbers(value: &Value) -> Option<Vec<i64>> {
    Some(match value {
        Value::SByte(numbers) => numbers.iter().map(|&number| number.into()).collect(),
        Value::SShort(numbers) => numbers.iter().map(|&number| number.into()).collect(),
        Value::SLong(numbers) => numbers.iter().map(|&number| number.into()).collect(),
        other => other.iter_uint()?.map(i64::from).collect(),
    })
}

fn quotient(fraction: &Rational) -> Option<f64> {
    (fraction.denom != 0).then(|| f64::from(fraction.num) / f64::from(fraction.denom))
}

fn signed_quotient(fraction: &SRational) -> Option<f64> {
    (fraction.denom != 0).then(|| f64::from(fraction.num) / f64::from(fraction.denom))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// Tag, kind and bytes of a value.
    type Entry<'a> = (u16, u16, &'a [u8]);

    const ASCII: u16 = 2;
    const SHORT: u16 = 3;
    const RATIONAL: u16 = 5;
    const SIGNED_SHORT: u16 = 8;
    const ORIGINAL: u16 = 0x9003;
    const DIGITIZED: u16 = 0x9004;
    const OFFSET_DIGITIZED: u16 = 0x9012;
    const DAY: Entry = (0x1d, ASCII, b"2024:02:29\0");
    /// 10:11:12.5 as fractions.
    const TIME: Entry = (
        0x07,
        RATIONAL,
        b"\0\0\0\x0a\0\0\0\x01\0\0\0\x0b\0\0\0\x01\0\0\0\x7d\0\0\0\x0a",
    );

    /// A directory at some place: its entries, and behind them what does not fit into these.
    fn directory(place: usize, entries: &[Entry]) -> Vec<u8> {
        let mut bytes = (entries.len() as u16).to_be_bytes().to_vec();
        let mut behind = Vec::new();
        let begin = place + 2 + entries.len() * 12 + 4;
        for &(tag, kind, value) in entries {
            let size = match kind {
                SHORT | SIGNED_SHORT => 2,
                RATIONAL => 8,
                4 => 4,
                _ => 1,
            };
            bytes.extend(tag.to_be_bytes());
            bytes.extend(kind.to_be_bytes());
            bytes.extend(((value.len() / size) as u32).to_be_bytes());
            if value.len() <= 4 {
                bytes.extend(value);
                bytes.resize(bytes.len() + 4 - value.len(), 0);
            } else {
                bytes.extend(((begin + behind.len()) as u32).to_be_bytes());
                behind.extend(value);
                behind.resize(behind.len().next_multiple_of(2), 0);
            }
        }
        bytes.extend([0; 4]);
        bytes.extend(behind);
        bytes
    }

    /// A block of a first directory, that of exposure and that of place.
    fn taken_at(first: &[Entry], exposure: &[Entry], place: &[Entry]) -> Option<WallClock> {
        let with_pointers = |pointers: [u32; 2]| {
            let [exposure, place] = pointers.map(u32::to_be_bytes);
            let mut entries = first.to_vec();
            entries.extend([(0x8769, 4, &exposure[..]), (0x8825, 4, &place[..])]);
            directory(8, &entries)
        };
        let exposure_at = 8 + with_pointers([0, 0]).len();
        let exposure = directory(exposure_at, exposure);
        let place_at = exposure_at + exposure.len();
        let block = [
            b"MM\0\x2a\0\0\0\x08",
            &with_pointers([exposure_at as u32, place_at as u32])[..],
            &exposure,
            &directory(place_at, place),
        ]
        .concat();
        for length in 0..block.len() {
            read_into(block[..length].to_vec(), &mut Findings::default());
        }
        let mut findings = Findings::default();
        read_into(block, &mut findings);
        findings.into_facts().taken_at
    }

    #[test]
    fn dates_stand_in_both_directories() {
        let entry = (ORIGINAL, ASCII, &b"2011:02:03 04:05:06\0"[..]);
        let expected = dates::parse("2011-02-03T04:05:06");
        assert_eq!(taken_at(&[entry], &[], &[]), expected);
        assert_eq!(taken_at(&[], &[entry], &[]), expected);
    }

    #[test]
    fn a_date_may_say_its_zone_and_fraction_itself() {
        for (text, expected) in [
            (&b"2025:01:14 18:31:30+0000\0"[..], "2025-01-14T18:31:30Z"),
            (
                b"2024:02:21 10:14:22.27-05:30\0",
                "2024-02-21T10:14:22.27-05:30",
            ),
            (b"2022:09:02 14:28\0", "2022-09-02T14:28"),
            (b"2024: 8:13  7:14:26\0", "2024-08-13T07:14:26"),
        ] {
            let found = taken_at(&[], &[(ORIGINAL, ASCII, text)], &[]);
            assert_eq!(found, dates::parse(expected));
        }
        let beside = [
            (ORIGINAL, ASCII, &b"2024:02:21 10:14:22\0"[..]),
            (0x9011, ASCII, b"+03:00\0"),
            (0x9291, ASCII, b"125\0"),
        ];
        assert_eq!(
            taken_at(&[], &beside, &[]),
            dates::parse("2024-02-21T10:14:22.125+03:00")
        );
    }

    #[test]
    fn zones_stand_beside_other_dates_and_apart() {
        let original = (ORIGINAL, ASCII, &b"2024:07:21 02:13:00\0"[..]);
        let expected = dates::parse("2024-07-21T02:13:00+02:00");
        for others in [
            vec![
                (DIGITIZED, ASCII, &b"2024:07:21 02:13:00\0"[..]),
                (OFFSET_DIGITIZED, ASCII, b"+02:00\0"),
            ],
            vec![
                (DIGITIZED, ASCII, b"2024:07:22 02:13:00\0"),
                (OFFSET_DIGITIZED, ASCII, b"+02:00\0"),
            ],
            vec![(TIME_ZONE_OFFSET, SIGNED_SHORT, &[0, 2])],
            vec![(TIME_ZONE_OFFSET, SIGNED_SHORT, &[0, 2, 0, 9])],
            vec![(TIME_ZONE_OFFSET, SHORT, &[0, 2])],
        ] {
            let entries = [&[original][..], &others].concat();
            assert_eq!(taken_at(&[], &entries, &[]), expected, "{others:?}");
        }
        let west = [original, (TIME_ZONE_OFFSET, SIGNED_SHORT, &[0xff, 0xf8])];
        assert_eq!(
            taken_at(&[], &west, &[]),
            dates::parse("2024-07-21T02:13:00-08:00")
        );
        let changed = [(0x0132, ASCII, &b"2024:08:01 10:00:00\0"[..])];
        let entries = [original, (0x9010, ASCII, b"+02:00\0")];
        assert_eq!(taken_at(&changed, &entries, &[]), expected);
        let absurd = [original, (TIME_ZONE_OFFSET, SIGNED_SHORT, &[0, 15])];
        assert_eq!(
            taken_at(&[], &absurd, &[]),
            dates::parse("2024-07-21T02:13:00")
        );
    }

    #[test]
    fn gps_is_a_date_and_tells_the_zone() {
        let utc = date(2024, 2, 29).at(10, 11, 12, 0);
        assert_eq!(
            taken_at(&[], &[], &[DAY, TIME]),
            Some(WallClock::universal(utc))
        );
        let original = [(ORIGINAL, ASCII, &b"2024:02:29 15:41:30\0"[..])];
        let expected = dates::parse("2024-02-29T15:41:30+05:30");
        assert_eq!(taken_at(&[], &original, &[DAY, TIME]), expected);
        assert_eq!(taken_at(&[], &[], &[TIME]), None);
    }

    fn facts(block: Vec<u8>) -> Facts {
        let mut findings = Findings::default();
        read_into(block, &mut findings);
        findings.into_facts()
    }

    #[test]
    fn pointers_of_every_kind_are_followed() {
        let exposure = [(ORIGINAL, ASCII, &b"2011:02:03 04:05:06\0"[..])];
        for (kind, bytes) in [
            (SHORT, &b"\0\x1a\0\0"[..2]),
            (SIGNED_SHORT, b"\0\x1a"),
            (4, b"\0\0\0\x1a"),
            (9, b"\0\0\0\x1a"),
            (13, b"\0\0\0\x1a"),
        ] {
            let mut first = directory(8, &[(0x8769, kind, bytes)]);
            // One pointer, however many bytes it has.
            first[6..10].copy_from_slice(&1_u32.to_be_bytes());
            let block = [b"MM\0\x2a\0\0\0\x08", &first[..], &directory(26, &exposure)].concat();
            assert_eq!(
                facts(block).taken_at,
                dates::parse("2011-02-03T04:05:06"),
                "{kind}"
            );
        }
    }

    #[test]
    fn signed_numbers_are_numbers() {
        let block =
            |entries: &[Entry]| [b"MM\0\x2a\0\0\0\x08", &directory(8, entries)[..]].concat();
        let orientation = (0x0112, SIGNED_SHORT, &b"\0\x06"[..]);
        let found = facts(block(&[orientation, (0x4746, SIGNED_SHORT, b"\0\x04")]));
        assert_eq!((found.orientation, found.rating), (Some(6), Some(4)));
        let negative = facts(block(&[(0x0112, SIGNED_SHORT, b"\xff\xfa")]));
        assert_eq!(negative.orientation, None);
    }

    #[test]
    fn panasonic_says_the_sensitivity_elsewhere() {
        let block = |maker: &'static [u8]| {
            let entries = [(0x17, SHORT, &b"\0\x50"[..]), (0x010f, ASCII, maker)];
            [b"MM\0\x2a\0\0\0\x08", &directory(8, &entries)[..]].concat()
        };
        assert_eq!(facts(block(b"Panasonic\0")).iso, Some(80));
        assert_eq!(facts(block(b"Another\0")).iso, None);
    }
}

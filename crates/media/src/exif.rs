//! From an EXIF block to [`Findings`].

mod apple;

use exif::{Context, Exif, In, Rational, Reader, SRational, Tag, Value};
use jiff::civil::DateTime;

use crate::dates::{self, Source};
use crate::findings::{Findings, fill};
use crate::{Facts, WallClock, iptc, numbers, text, xmp};

/// Stars, as Windows and many editors write them (not part of the EXIF standard).
const RATING: Tag = Tag(Context::Tiff, 0x4746);
/// The XMP packet of a TIFF file.
const XMP_PACKET: Tag = Tag(Context::Tiff, 700);
/// The IPTC data sets of a TIFF file.
const IPTC_DATA_SETS: Tag = Tag(Context::Tiff, 33_723);
/// Photoshop's image resources in a TIFF file.
const PHOTOSHOP_RESOURCES: Tag = Tag(Context::Tiff, 34_377);
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
        .read_raw(block)
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
    fill(
        &mut facts.modified_at,
        block.clock(Tag::DateTime, Tag::SubSecTime, Tag::OffsetTime),
    );
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
    let resources = block.bytes(PHOTOSHOP_RESOURCES);
    if let Some(data_sets) = resources.and_then(iptc::among_resources) {
        iptc::read_into(data_sets, findings);
    }
}

/// A parsed block.
struct Block {
    exif: Exif,
    /// Whether the first directory holds entries that belong into another.
    flat: bool,
}

impl Block {
    fn value(&self, tag: Tag) -> Option<&Value> {
        let tag = match self.flat {
            true => Tag(Context::Tiff, tag.number()),
            false => tag,
        };
        let field = self.exif.get_field(tag, In::PRIMARY)?;
        Some(&field.value)
    }

    fn unsigned(&self, tag: Tag) -> Option<u32> {
        self.value(tag)?.get_uint(0).filter(|&number| number > 0)
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
            whole => whole
                .iter_uint()?
                .map(|number| Some(number.into()))
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
            _ => number,
        }
    }

    fn clock(&self, date: Tag, fraction: Tag, offset: Tag) -> Option<WallClock> {
        let fraction = self
            .text(fraction)
            .and_then(|digits| dates::parse_fraction(&digits));
        let local = dates::parse_exif(&self.text(date)?, fraction.unwrap_or(0))?;
        let offset_seconds = self
            .text(offset)
            .and_then(|offset| dates::parse_offset(&offset));
        Some(WallClock {
            local,
            offset_seconds,
        })
    }

    /// Date and time of a GPS fix, in UTC.
    fn gps_time(&self) -> Option<DateTime> {
        let day = self.text(Tag::GPSDateStamp)?;
        let parts = self.fractions(Tag::GPSTimeStamp)?;
        let part = |index: usize| parts.get(index).copied().flatten();
        let (hour, minute, second) = (part(0)?, part(1)?, part(2)?);
        let text = format!(
            "{} {hour:.0}:{minute:.0}:{:.0}",
            day.trim_matches(['\0', ' ']),
            second.floor()
        );
        dates::parse_exif(&text, 0)
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

fn quotient(fraction: &Rational) -> Option<f64> {
    (fraction.denom != 0).then(|| f64::from(fraction.num) / f64::from(fraction.denom))
}

fn signed_quotient(fraction: &SRational) -> Option<f64> {
    (fraction.denom != 0).then(|| f64::from(fraction.num) / f64::from(fraction.denom))
}

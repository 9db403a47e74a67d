//! The parsers one by one, for the targets in `fuzz`. Each takes any bytes, and panics when what it makes of them is
//! not what it promises.

use std::io::Cursor;

use crate::container::{self, Contents, Format};
use crate::extract::read_facts;
use crate::findings::{Findings, MotionClaim};
use crate::render::decode_alone;
use crate::video::probe;
use crate::worker::wire;
use crate::{ByteRange, Facts, dates, exif, iptc, motion, text, xmp};

/// A picture of more pixels is refused: what is looked for are faults, not patience.
const PIXEL_LIMIT: u64 = 1 << 18;
/// What raw files, which look like others, are told by.
const EXTENSIONS: [&str; 4] = ["jpg", "dng", "raf", "mp4"];

/// Bytes of a segment, chunk or box that a container's reader keeps, together at most.
const CONTENTS_LIMIT: usize = 64 << 20;

/// Everything that is read of a file. Its first byte tells what it is called.
pub fn file(bytes: &[u8]) {
    let Some((&choice, bytes)) = bytes.split_first() else {
        return;
    };
    let extension = EXTENSIONS[usize::from(choice) % EXTENSIONS.len()];
    if let Ok(facts) = read_facts(&mut Cursor::new(bytes), extension) {
        check(&facts, bytes.len());
    }
}

pub fn jpeg(bytes: &[u8]) {
    read_container(Format::Jpeg, bytes);
}

pub fn png(bytes: &[u8]) {
    read_container(Format::Png, bytes);
}

pub fn webp(bytes: &[u8]) {
    read_container(Format::WebP, bytes);
}

pub fn heif(bytes: &[u8]) {
    read_container(Format::Heif, bytes);
}

pub fn jpegxl(bytes: &[u8]) {
    read_container(Format::Jxl, bytes);
}

pub fn movie(bytes: &[u8]) {
    let contents = read_container(Format::Movie, bytes);
    if let Some(movie) = contents.movie {
        let mut findings = Findings::default();
        movie.read_into(&mut findings);
        check(&findings.into_facts(), bytes.len());
    }
}

pub fn raw(bytes: &[u8]) {
    read_container(Format::Raw, bytes);
}

/// Formats of which but the size is read.
pub fn sizes(bytes: &[u8]) {
    for format in [Format::Gif, Format::Bmp, Format::Jpeg2000, Format::Psd] {
        read_container(format, bytes);
    }
}

/// Blocks of EXIF, and what stands in them: makers' notes, XMP and IPTC.
pub fn exif(bytes: &[u8]) {
    let mut findings = Findings::default();
    exif::read_into(bytes.to_vec(), &mut findings);
    exif::read_flat_into(bytes.to_vec(), &mut findings);
    let facts = findings.into_facts();
    check(&facts, bytes.len());
    let orientation = exif::orientation(bytes.to_vec());
    assert!(orientation.is_none() || facts.orientation.is_some());
}

pub fn xmp(bytes: &[u8]) {
    let mut findings = Findings::default();
    xmp::read_into(bytes, &mut findings);
    check(&findings.into_facts(), bytes.len());
}

/// Data sets, and the resources of Photoshop that hold them.
pub fn iptc(bytes: &[u8]) {
    let mut findings = Findings::default();
    iptc::read_into(bytes, &mut findings);
    iptc::read_into(
        iptc::among_resources(bytes).unwrap_or_default(),
        &mut findings,
    );
    check(&findings.into_facts(), bytes.len());
}

/// All ways in which files write dates.
pub fn dates(bytes: &[u8]) {
    let text = text::decode(bytes);
    let nanoseconds = dates::parse_fraction(&text).unwrap_or(0);
    assert!((0..1_000_000_000).contains(&nanoseconds));
    let offset = dates::parse_offset(&text).unwrap_or(0);
    assert!(offset % 60 == 0 && offset.abs() <= 18 * 3600);
    dates::parse_exif(&text, nanoseconds);
    dates::parse_iso(&text);
    let (date, time) = text.split_once('\n').unwrap_or((&text, ""));
    dates::parse_iptc(date, Some(time));
    if let Some(seconds) = bytes.first_chunk() {
        dates::from_quicktime(u64::from_le_bytes(*seconds));
    }
}

/// The video in a picture. The first sixteen bytes are what metadata claims of it.
pub fn motion(bytes: &[u8]) {
    let Some((from_end, rest)) = bytes.split_first_chunk() else {
        return;
    };
    let Some((length, file)) = rest.split_first_chunk() else {
        return;
    };
    let claim = MotionClaim {
        from_end: Some(u64::from_le_bytes(*from_end)),
        length: Some(u64::from_le_bytes(*length)),
    };
    let found = motion::find(&mut Cursor::new(file), &claim);
    check_part(found.ok().flatten(), file.len());
}

pub fn psd(bytes: &[u8]) {
    decode_alone(Format::Psd, bytes, PIXEL_LIMIT);
}

pub fn tiff(bytes: &[u8]) {
    decode_alone(Format::Tiff, bytes, PIXEL_LIMIT);
}

/// What a server and its worker say to each other, as either of them hears it.
pub fn wire(bytes: &[u8]) {
    wire::receive::<wire::Limits>(&mut &*bytes).ok();
    wire::receive::<wire::Request>(&mut &*bytes).ok();
    let mut rest = bytes;
    if let Ok(wire::Response::Pictures { lengths, .. }) = wire::receive(&mut rest) {
        for length in lengths {
            wire::receive_file(&mut rest, length).ok();
        }
    }
}

/// What `ffprobe` reports, and what a Matroska file calls itself.
pub fn video(bytes: &[u8]) {
    if let Ok(facts) = probe::read(bytes) {
        assert!(matches!(facts.orientation(), 1 | 3 | 6 | 8));
        let (width, height) = facts.upright_size();
        assert!(width > 0 && height > 0);
        assert!(!facts.plays_in_browsers() || facts.has_common_picture());
    }
    probe::document_type(bytes);
}

fn read_container(format: Format, bytes: &[u8]) -> Contents {
    let contents = container::read(format, &mut Cursor::new(bytes)).unwrap_or_default();
    let kept = [&contents.exif, &contents.xmp, &contents.iptc, &contents.icc];
    let length: usize = kept.into_iter().flatten().map(Vec::len).sum();
    assert!(length <= CONTENTS_LIMIT, "{length} bytes were kept");
    assert!(contents.orientation.is_none_or(is_orientation));
    check_part(contents.motion_part, bytes.len());
    contents
}

/// That facts are in the ranges that are documented.
fn check(facts: &Facts, file_length: usize) {
    assert!(facts.orientation.is_none_or(is_orientation));
    assert!(facts.rating.is_none_or(|stars| (-1..=5).contains(&stars)));
    assert_eq!(facts.latitude.is_some(), facts.longitude.is_some());
    assert!(facts.latitude.is_none_or(|latitude| latitude.abs() <= 90.0));
    assert!(
        facts
            .longitude
            .is_none_or(|longitude| longitude.abs() <= 180.0)
    );
    for number in [facts.f_number, facts.focal_length] {
        assert!(number.is_none_or(|number| number.is_finite() && number > 0.0));
    }
    for name in [
        &facts.make,
        &facts.model,
        &facts.lens_model,
        &facts.projection_type,
        &facts.content_identifier,
    ] {
        check_text(name.as_deref(), text::NAME_LIMIT);
    }
    check_text(facts.description.as_deref(), text::DESCRIPTION_LIMIT);
    let is_number = |character: char| character.is_ascii_digit() || matches!(character, '.' | '/');
    if let Some(seconds) = &facts.exposure_time {
        assert!(
            seconds.chars().all(is_number) && seconds.len() < 20,
            "{seconds}"
        );
    }
    check_part(facts.motion_part, file_length);
    assert!(facts.tags.len() <= 1000);
    for tag in &facts.tags {
        check_text(Some(tag), text::NAME_LIMIT);
    }
}

fn check_text(text: Option<&str>, limit: usize) {
    let Some(text) = text else { return };
    assert!((1..=limit).contains(&text.chars().count()), "{text:?}");
    let is_clean = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    assert!(text.chars().all(is_clean), "{text:?}");
}

fn check_part(part: Option<ByteRange>, file_length: usize) {
    if let Some(ByteRange { offset, length }) = part {
        let end = offset.checked_add(length);
        assert!(length > 0 && end.is_some_and(|end| end <= file_length as u64));
    }
}

fn is_orientation(orientation: u16) -> bool {
    (1..=8).contains(&orientation)
}

//! The parsers one by one, for the targets in `fuzz`. Each takes any bytes, and panics when what it makes of them is
//! not what it promises.

use std::fs::File;
use std::io::{self, Cursor, Write};

use rustix::fs::{MemfdFlags, memfd_create};

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
    for kind in [b"VP8 ", b"ALPH"] {
        if let Ok(stream) = container::webp::chunk_bytes(Cursor::new(bytes), kind) {
            assert!(stream.into_inner().position() <= bytes.len() as u64);
        }
    }
    decode(Format::WebP, bytes);
}

/// What is turned is not any more once its turns are taken out, and nothing else is changed.
pub fn heif(bytes: &[u8]) {
    let contents = read_container(Format::Heif, bytes);
    let mut file = bytes.to_vec();
    let is_turned = container::heif::take_turns(&mut file);
    assert!(is_turned || (file == bytes && contents.orientation.is_none_or(|known| known == 1)));
    assert!(!container::heif::take_turns(&mut file));
    // Pictures have numbers of two bytes, most of them small ones.
    for item in 0..16 {
        if let Some(grid) = container::heif::grid(&file, item) {
            assert!(grid.columns > 0 && grid.tiles.len().is_multiple_of(grid.columns));
        }
        let colours = container::heif::colours(&file, item);
        assert_eq!(colours, container::heif::colours(bytes, item));
        assert!(container::heif::layer_choice(&file, item).operating_point < 32);
    }
    let upright = read_container(Format::Heif, &file);
    assert!(upright.orientation.is_none_or(|known| known == 1));
    assert_eq!(upright.dimensions, contents.dimensions);
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
    if let Some(clock) = dates::parse(&text) {
        clock.refined_by(clock);
    }
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
        is_made: true,
        from_end: Some(u64::from_le_bytes(*from_end)),
        length: Some(u64::from_le_bytes(*length)),
    };
    for format in [Format::Jpeg, Format::Heif] {
        let found = motion::find(&mut Cursor::new(file), format, &claim);
        check_part(found.ok().flatten(), file.len());
    }
}

pub fn psd(bytes: &[u8]) {
    decode(Format::Psd, bytes);
}

pub fn bmp(bytes: &[u8]) {
    decode(Format::Bmp, bytes);
}

pub fn tiff(bytes: &[u8]) {
    decode(Format::Tiff, bytes);
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

/// Decoders read files. These are none of a disk's.
#[allow(clippy::expect_used, reason = "nothing can be tried without")]
fn decode(format: Format, bytes: &[u8]) {
    let input = file_of(bytes).expect("a file in memory");
    decode_alone(format, &input, PIXEL_LIMIT);
}

fn file_of(bytes: &[u8]) -> io::Result<File> {
    let mut file = File::from(memfd_create("fuzzed", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    Ok(file)
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
        &facts.burst_id,
        &facts.zone,
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
    let tags = facts.tags.as_deref().unwrap_or_default();
    assert!(tags.len() <= 1000);
    for tag in tags {
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    type Target = (&'static str, fn(&[u8]));

    const TARGETS: [Target; 19] = [
        ("bmp", bmp),
        ("jpeg", jpeg),
        ("png", png),
        ("webp", webp),
        ("heif", heif),
        ("jpegxl", jpegxl),
        ("movie", movie),
        ("raw", raw),
        ("sizes", sizes),
        ("exif", exif),
        ("xmp", xmp),
        ("iptc", iptc),
        ("dates", dates),
        ("motion", motion),
        ("psd", psd),
        ("tiff", tiff),
        ("wire", wire),
        ("video", video),
        ("file", file),
    ];
    /// Each file is also cut off at as many places.
    const CUTS: usize = 12;

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.filter(|path| path.is_file()).collect()
    }

    /// The targets are built by no one who does not fuzz: here they have to compile, and to hold for what is sound.
    #[test]
    fn fuzz_targets_hold_for_samples() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let samples = root.join("tests/samples");
        let mut inputs = [files(&samples), files(&samples.join("kinds"))].concat();
        for (name, _) in TARGETS {
            let seeds = root.join("../../fuzz/seeds").join(name);
            inputs.extend(seeds.is_dir().then(|| files(&seeds)).into_iter().flatten());
        }
        assert!(inputs.len() > TARGETS.len());
        for path in inputs {
            let bytes = fs::read(&path).unwrap();
            for (name, target) in TARGETS {
                println!("{name} with {}", path.display());
                for cut in 0..=CUTS {
                    target(&bytes[..bytes.len() * cut / CUTS]);
                }
            }
            for extension in 0..EXTENSIONS.len() as u8 {
                file(&[&[extension], &bytes[..]].concat());
            }
        }
    }

    #[test]
    fn fuzz_targets_are_all_tried() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/targets");
        for path in files(&folder) {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let is_ours = fs::read_to_string(&path)
                .unwrap()
                .contains("kallitype_media");
            let is_tried = TARGETS.iter().any(|(target, _)| *target == name);
            assert_eq!(is_ours, is_tried, "{name}");
        }
    }
}

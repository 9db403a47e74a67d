//! QuickTime, MP4 and what is built like them. Only headers are read, never a film.

use std::io::{self, BufRead, Seek};

use super::Contents;
use super::boxes::{self, Boxes, Found, XMP};
use super::bytes::Bytes;
use crate::movie::Movie;

/// What Canon's raw files keep their EXIF in.
const CANON: [u8; 16] = [
    0x85, 0xc0, 0xb6, 0x87, 0x82, 0x0f, 0x11, 0xe0, 0x81, 0x11, 0xf4, 0xce, 0x46, 0x2b, 0x6a, 0x48,
];
/// Tracks of one film.
const TRACK_LIMIT: usize = 100;

/// Whether the first box of a file, by its kind, is one that films begin with.
pub(super) fn is_first_box(kind: &[u8]) -> bool {
    matches!(
        kind,
        b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot"
    )
}

pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let mut boxes = Boxes::of_file(reader)?;
    let mut has_header = false;
    while let Some(found) = boxes.next(reader)? {
        match &found.kind {
            b"moov" if !has_header => {
                has_header = true;
                read_header(reader, &found, contents)?;
            }
            b"uuid" => read_extension(reader, &found, contents)?,
            // Of a film in pieces these are the pieces, of which there are many and none says more.
            b"moof" => break,
            _ => {}
        }
    }
    Ok(())
}

fn read_header(
    reader: &mut (impl BufRead + Seek),
    header: &Found,
    contents: &mut Contents,
) -> io::Result<()> {
    let mut movie = Movie::default();
    let mut tracks = 0;
    let mut boxes = header.children();
    while let Some(found) = boxes.next(reader)? {
        match &found.kind {
            b"mvhd" => read_movie_header(&content(reader, &found)?, &mut movie),
            b"trak" if tracks < TRACK_LIMIT => {
                tracks += 1;
                read_track(reader, &found, contents)?;
            }
            b"udta" => read_user_data(&content(reader, &found)?, &mut movie, contents),
            b"meta" => read_metadata(&content(reader, &found)?, &mut movie),
            b"uuid" => read_extension(reader, &found, contents)?,
            _ => {}
        }
    }
    if contents.flat_exif.is_empty() {
        contents.movie = Some(movie);
    } else {
        // A raw file, whose tracks are its pictures in several sizes.
        contents.dimensions = None;
        contents.orientation = None;
    }
    Ok(())
}

fn content(reader: &mut (impl BufRead + Seek), found: &Found) -> io::Result<Vec<u8>> {
    Ok(found.read(reader)?.unwrap_or_default())
}

/// An extension, which begins with the identifier of its kind.
fn read_extension(
    reader: &mut (impl BufRead + Seek),
    found: &Found,
    contents: &mut Contents,
) -> io::Result<()> {
    let mut start = Found {
        kind: found.kind,
        content: found.content.clone(),
    };
    start.content.end = start.content.end.min(start.content.start + 16);
    let identifier = content(reader, &start)?;
    if identifier == CANON {
        let bytes = content(reader, found)?;
        read_canon(bytes.get(16..).unwrap_or_default(), contents);
    } else if identifier == XMP && contents.xmp.is_none() {
        contents.xmp = found
            .read(reader)?
            .and_then(|bytes| bytes.get(16..).map(<[u8]>::to_vec));
    }
    Ok(())
}

/// Each directory of EXIF is a block of its own; the third, the maker's notes, is not read.
fn read_canon(bytes: &[u8], contents: &mut Contents) {
    for (kind, block) in boxes::in_memory(bytes) {
        match &kind {
            b"CMT1" if contents.exif.is_none() => contents.exif = Some(block.to_vec()),
            b"CMT2" | b"CMT4" if contents.flat_exif.len() < 2 => {
                contents.flat_exif.push(block.to_vec());
            }
            _ => {}
        }
    }
}

fn read_movie_header(content: &[u8], movie: &mut Movie) {
    let mut content = Bytes(content);
    let Some((created, scale, duration)) = times(&mut content, true) else {
        return;
    };
    movie.created = Some(created);
    movie.duration_milliseconds = duration
        .filter(|&duration| duration > 0 && scale > 0)
        .and_then(|duration| {
            let milliseconds = u128::from(duration) * 1000 / u128::from(scale);
            u64::try_from(milliseconds).ok()
        });
}

/// Seconds of creation, units per second and the duration in them (unless it is unknown), in the
/// form that headers of films have, or of tracks, which have an identifier and a gap instead of the units.
fn times(content: &mut Bytes, of_movie: bool) -> Option<(u64, u32, Option<u64>)> {
    let size = if content.u32()? >> 24 == 0 { 4 } else { 8 };
    let created = content.number(size)?;
    let _modified = content.number(size)?;
    let scale = content.u32()?;
    if !of_movie {
        content.u32()?;
    }
    let duration = content.number(size)?;
    let unknown = u64::MAX >> (64 - 8 * size);
    Some((created, scale, (duration != unknown).then_some(duration)))
}

/// The largest track with a picture gives the size and the rotation of the film.
fn read_track(
    reader: &mut (impl BufRead + Seek),
    track: &Found,
    contents: &mut Contents,
) -> io::Result<()> {
    let Some(found) = track.children().find(reader, b"tkhd")? else {
        return Ok(());
    };
    let Some((size, orientation)) = track_header(&content(reader, &found)?) else {
        return Ok(());
    };
    let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    if area(size) > contents.dimensions.map_or(0, area) {
        contents.dimensions = Some(size);
        contents.orientation = Some(orientation);
    }
    Ok(())
}

/// Size and orientation of a track.
fn track_header(content: &[u8]) -> Option<((u32, u32), u16)> {
    let mut content = Bytes(content);
    times(&mut content, false)?;
    // Reserved, layer, group, volume, reserved.
    content.take(16)?;
    let matrix: [u32; 9] = [(); 9].map(|()| content.u32().unwrap_or(0));
    let side = |fixed: u32| fixed >> 16;
    let size = (side(content.u32()?), side(content.u32()?));
    Some((size, orientation(matrix)))
}

/// As EXIF counts, from a matrix that turns or mirrors; of others nothing is known.
fn orientation(matrix: [u32; 9]) -> u16 {
    let [a, b, _, c, d, ..] = matrix.map(|number| number.cast_signed().signum());
    match (a, b, c, d) {
        (-1, 0, 0, 1) => 2,
        (-1, 0, 0, -1) => 3,
        (1, 0, 0, -1) => 4,
        (0, 1, 1, 0) => 5,
        (0, 1, -1, 0) => 6,
        (0, -1, -1, 0) => 7,
        (0, -1, 1, 0) => 8,
        _ => 1,
    }
}

/// What QuickTime and phones say of a film: texts whose kinds begin with ©, and perhaps XMP.
fn read_user_data(content: &[u8], movie: &mut Movie, contents: &mut Contents) {
    for (kind, content) in boxes::in_memory(content) {
        match &kind {
            b"meta" => read_metadata(content, movie),
            b"XMP_" if contents.xmp.is_none() => contents.xmp = Some(content.to_vec()),
            b"date" => movie.set_tagged(kind, content),
            // A length and a language, then the text.
            _ => {
                if let Some(text) = content.get(4..) {
                    movie.set_tagged(kind, text);
                }
            }
        }
    }
}

/// A list of values, whose kinds either name them or count in a table of keys.
fn read_metadata(content: &[u8], movie: &mut Movie) {
    // In MP4 a version and flags come first, in QuickTime they do not.
    let content = match content.get(4..8) {
        Some(b"hdlr") => content,
        _ => content.get(4..).unwrap_or_default(),
    };
    let keys = boxes::first(content, b"keys").map(keys).unwrap_or_default();
    let list = boxes::first(content, b"ilst").unwrap_or_default();
    for (kind, entry) in boxes::in_memory(list) {
        // A type and a language, then the value.
        let Some(value) = boxes::first(entry, b"data").and_then(|data| data.get(8..)) else {
            continue;
        };
        let position = usize::try_from(u32::from_be_bytes(kind)).ok();
        let key = position
            .and_then(|position| position.checked_sub(1))
            .and_then(|index| keys.get(index));
        match key {
            Some(key) => movie.set_named(key, value),
            None => movie.set_tagged(kind, value),
        }
    }
}

/// The names in a table of keys. Each is, like a box, its length, a kind, and the name.
fn keys(table: &[u8]) -> Vec<&[u8]> {
    let entries = table.get(8..).unwrap_or_default();
    boxes::in_memory(entries).map(|(_, name)| name).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Cursor;

    use super::super::boxes::tests::wrap;
    use super::*;
    use crate::findings::Findings;
    use crate::{Facts, WallClock, dates};

    const UNITY: u32 = 0x0001_0000;
    const MINUS: u32 = 0xffff_0000;

    fn header(created: u32, scale: u32, duration: u32) -> Vec<u8> {
        let numbers = [0, created, created, scale, duration];
        wrap(b"mvhd", &numbers.map(u32::to_be_bytes).concat())
    }

    fn track([a, b, c, d]: [u32; 4], width: u32, height: u32) -> Vec<u8> {
        let mut numbers = vec![0; 10];
        numbers.extend([a, b, 0, c, d, 0, 0, 0, 0x4000_0000]);
        numbers.extend([width << 16, height << 16]);
        let bytes: Vec<u8> = numbers.into_iter().flat_map(u32::to_be_bytes).collect();
        wrap(b"trak", &wrap(b"tkhd", &bytes))
    }

    fn text(kind: &[u8; 4], text: &str) -> Vec<u8> {
        let length = (text.len() as u16).to_be_bytes();
        wrap(
            kind,
            &[&length[..], &[0x15, 0xc7], text.as_bytes()].concat(),
        )
    }

    fn metadata(values: &[(&str, &str)]) -> Vec<u8> {
        let mut keys = vec![0; 4];
        keys.extend((values.len() as u32).to_be_bytes());
        let mut list = Vec::new();
        for (index, (key, value)) in values.iter().enumerate() {
            keys.extend(wrap(b"mdta", key.as_bytes()));
            let data = wrap(b"data", &[&[0; 8], value.as_bytes()].concat());
            list.extend(wrap(&(index as u32 + 1).to_be_bytes(), &data));
        }
        let handler = wrap(b"hdlr", &[0; 24]);
        wrap(
            b"meta",
            &[handler, wrap(b"keys", &keys), wrap(b"ilst", &list)].concat(),
        )
    }

    fn film(parts: &[Vec<u8>]) -> Vec<u8> {
        [
            wrap(b"ftyp", b"qt  "),
            wrap(b"mdat", b"much"),
            wrap(b"moov", &parts.concat()),
        ]
        .concat()
    }

    fn contents(bytes: &[u8]) -> Contents {
        let mut contents = Contents::default();
        read(&mut Cursor::new(bytes), &mut contents).unwrap();
        contents
    }

    fn facts(contents: Contents) -> Facts {
        let mut findings = Findings::default();
        contents.movie.unwrap().read_into(&mut findings);
        findings.into_facts()
    }

    #[test]
    fn reads_headers() {
        let found = contents(&film(&[
            header(0x7c25_b080 + 1_709_208_000, 600, 750),
            track([UNITY, 0, 0, UNITY], 0, 0),
            track([0, UNITY, MINUS, 0], 1920, 1080),
            text(b"free", ""),
        ]));
        assert_eq!(found.dimensions, Some((1920, 1080)));
        assert_eq!(found.orientation, Some(6));
        let facts = facts(found);
        assert_eq!(facts.duration_milliseconds, Some(1250));
        let utc = dates::parse("2024-02-29T12:00:00").unwrap().local;
        assert_eq!(facts.taken_at, Some(WallClock::universal(utc)));
    }

    #[test]
    fn knows_no_duration_of_a_live_film() {
        for (scale, duration) in [(600, u32::MAX), (0, 100), (600, 0)] {
            let found = contents(&film(&[header(0, scale, duration)]));
            assert_eq!(facts(found).duration_milliseconds, None);
        }
    }

    #[test]
    fn turns_as_the_matrix_says() {
        for (matrix, expected) in [
            ([UNITY, 0, 0, UNITY], 1),
            ([MINUS, 0, 0, MINUS], 3),
            ([0, MINUS, UNITY, 0], 8),
            ([MINUS, 0, 0, UNITY], 2),
            ([UNITY, UNITY, 0, UNITY], 1),
        ] {
            let found = contents(&film(&[track(matrix, 4, 2)]));
            assert_eq!(found.orientation, Some(expected));
        }
    }

    #[test]
    fn reads_keys() {
        let found = contents(&film(&[
            header(0x7c25_b080 + 1_709_208_000, 600, 750),
            metadata(&[
                ("com.apple.quicktime.content.identifier", "A1-B2"),
                (
                    "com.apple.quicktime.creationdate",
                    "2024-02-29T13:00:01+0100",
                ),
                (
                    "com.apple.quicktime.location.ISO6709",
                    "+51.5100-000.1250+010.000/",
                ),
                ("com.apple.quicktime.make", "Apple"),
                ("com.apple.quicktime.model", "iPhone"),
            ]),
        ]));
        let facts = facts(found);
        assert_eq!(facts.content_identifier.as_deref(), Some("A1-B2"));
        assert_eq!(facts.taken_at, dates::parse("2024-02-29T13:00:01+01:00"));
        assert_eq!(
            (facts.latitude, facts.longitude),
            (Some(51.51), Some(-0.125))
        );
        assert_eq!(facts.make.as_deref(), Some("Apple"));
        assert_eq!(facts.model.as_deref(), Some("iPhone"));
    }

    #[test]
    fn reads_user_data() {
        let user_data = [
            text(b"\xa9xyz", "+51.5100-000.1250/"),
            text(b"\xa9mak", "Maker"),
            text(b"\xa9mod", "Model"),
            text(b"\xa9day", "2024"),
            wrap(b"date", b"2024-02-29T13:00:01+0100"),
        ]
        .concat();
        let facts = facts(contents(&film(&[wrap(b"udta", &user_data)])));
        assert_eq!(
            (facts.latitude, facts.longitude),
            (Some(51.51), Some(-0.125))
        );
        assert_eq!(facts.make.as_deref(), Some("Maker"));
        assert_eq!(facts.model.as_deref(), Some("Model"));
        assert_eq!(facts.taken_at, dates::parse("2024-02-29T13:00:01+01:00"));
    }

    #[test]
    fn reads_raw_files_of_canon() {
        let blocks = [
            wrap(b"CMT1", b"first"),
            wrap(b"CMT2", b"second"),
            wrap(b"CMT3", b"notes"),
            wrap(b"CMT4", b"fourth"),
        ]
        .concat();
        let extension = wrap(b"uuid", &[&CANON[..], &blocks].concat());
        let mut bytes = film(&[extension, track([UNITY, 0, 0, UNITY], 6000, 4000)]);
        bytes.extend(wrap(b"uuid", &[&XMP[..], b"packet"].concat()));
        let found = contents(&bytes);
        assert_eq!(found.exif.as_deref(), Some(&b"first"[..]));
        assert_eq!(found.flat_exif, [b"second".to_vec(), b"fourth".to_vec()]);
        assert_eq!(found.xmp.as_deref(), Some(&b"packet"[..]));
        assert_eq!(found.dimensions, None);
        assert!(found.movie.is_none());
    }

    #[test]
    fn survives_cuts_and_changes() {
        let bytes = film(&[
            header(1, 600, 750),
            track([UNITY, 0, 0, UNITY], 4, 2),
            metadata(&[("com.apple.quicktime.make", "Apple")]),
            wrap(b"udta", &text(b"\xa9xyz", "+51.5100-000.1250/")),
        ]);
        for position in 0..bytes.len() {
            let mut contents = Contents::default();
            read(&mut Cursor::new(&bytes[..position]), &mut contents).ok();
            for byte in [0, 1, 0x7f, 0xff] {
                let mut changed = bytes.clone();
                changed[position] = byte;
                read(&mut Cursor::new(changed), &mut contents).ok();
            }
        }
    }
}

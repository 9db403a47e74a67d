//! Raw files of cameras: most are TIFF files, some are boxes, and a few are neither.

use std::collections::HashSet;
use std::io::{self, BufRead, Seek, SeekFrom};

use super::bytes::Bytes;
use super::tiff::{Order, size_of_kind};
use super::{
    Contents, Embedded, array, block, boxes, jpeg, largest_jpeg, movie, read_as_far_as_possible,
    skip, tiff,
};
use crate::MediaError;

/// Directories of a TIFF file that follow one another. Cameras write less than ten.
const DIRECTORY_LIMIT: usize = 64;
/// Entries of a directory that are looked at; the decoder looks at no more.
const ENTRY_LIMIT: usize = 4096;
/// Boxes that hold others, as far as the decoder opens them.
const CONTAINERS: [&[u8; 4]; 6] = [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl"];
/// Entries that lead to further directories: of other pictures, of exposure, of place.
const LEADS: [u16; 3] = [0x014a, 0x8769, 0x8825];
/// Canon's box of boxes, in `moov`.
const CANON: [u8; 16] = [
    0x85, 0xc0, 0xb6, 0x87, 0x82, 0x0f, 0x11, 0xe0, 0x81, 0x11, 0xf4, 0xce, 0x46, 0x2b, 0x6a, 0x48,
];

/// How raw files of Minolta begin.
const MINOLTA: [u8; 4] = *b"\0MRM";

/// What some cameras write in the place of TIFF's 42.
const OWN_MARKS: [&[u8; 4]; 4] = [b"IIRO", b"IIRS", b"MMOR", b"IIU\0"];

/// The first directory describes a small picture, or the sensor. The size that counts is that of
/// the largest picture in the file.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let largest = largest_jpeg(reader)?;
    let outcome = read_metadata(reader, largest, contents);
    let sensor = contents
        .dimensions
        .filter(|_| is_minolta(reader).unwrap_or(false));
    let largest = largest.map(|picture| (picture.width, picture.height));
    contents.dimensions = sensor.or(largest);
    outcome
}

fn read_metadata(
    reader: &mut (impl BufRead + Seek),
    largest: Option<Embedded>,
    contents: &mut Contents,
) -> io::Result<()> {
    reader.rewind()?;
    let mut start = [0; 8];
    read_as_far_as_possible(reader, &mut start)?;
    match start {
        [mark @ .., _, _, _, _] if is_tiff(&mark) => {
            contents.exif = Some(with_usual_mark(tiff::read_metadata(reader)?));
            Ok(())
        }
        [_, _, _, _, b'f', b't', b'y', b'p'] => movie::read(reader, contents),
        [mark @ .., _, _, _, _] if mark == MINOLTA => read_minolta(reader, contents),
        // What is neither keeps its EXIF in a picture that was made with it.
        _ => match largest {
            Some(picture) => {
                reader.seek(SeekFrom::Start(picture.offset))?;
                jpeg::read(reader, contents)
            }
            None => Ok(()),
        },
    }
}

fn is_minolta(reader: &mut (impl BufRead + Seek)) -> io::Result<bool> {
    reader.rewind()?;
    Ok(array::<4>(reader)? == MINOLTA)
}

/// Blocks, each behind a name and its length: the size of the picture, and EXIF as a TIFF file.
fn read_minolta(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    reader.seek(SeekFrom::Start(4))?;
    let mut left = u64::from(u32::from_be_bytes(array(reader)?));
    while let Some(after) = left.checked_sub(8) {
        let name: [u8; 4] = array(reader)?;
        let length = u32::from_be_bytes(array(reader)?).into();
        match &name {
            b"\0PRD" if length >= 16 => {
                // The camera's name and the sensor's size come before.
                let [.., h0, h1, w0, w1] = array::<16>(reader)?;
                let side = |bytes| u32::from(u16::from_be_bytes(bytes));
                contents.dimensions = Some((side([w0, w1]), side([h0, h1])));
                skip(reader, length - 16)?;
            }
            b"\0TTW" => contents.exif = block(reader, length)?,
            _ => skip(reader, length)?,
        }
        left = after.saturating_sub(length);
    }
    Ok(())
}

/// Takes out of a file what would have its decoder take memory without end: directories that lead back to themselves and
/// values of more bytes than there are. Refuses boxes that lie about what is in them, and those of films.
///
/// # Errors
/// [`MediaError::Unsupported`] and [`MediaError::Malformed`].
pub(crate) fn tame(file: &mut [u8]) -> Result<(), MediaError> {
    match file {
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => check_boxes(file),
        _ => {
            if file.first_chunk().is_some_and(is_tiff) {
                tame_directories(file);
            }
            Ok(())
        }
    }
}

fn check_boxes(file: &[u8]) -> Result<(), MediaError> {
    let brands = boxes::first(file, b"ftyp").unwrap_or_default();
    if !brands.as_chunks().0.contains(b"crx ") {
        return Err(MediaError::Unsupported(
            "boxes, but not those of a raw file".into(),
        ));
    }
    match are_sound(file, true) {
        true => Ok(()),
        false => Err(MediaError::malformed("boxes that lie")),
    }
}

/// Whether boxes are as long as they say, and so are the tables in them. The last of a file may be cut.
fn are_sound(content: &[u8], is_file: bool) -> bool {
    let mut rest = Bytes(content);
    while !rest.0.is_empty() {
        let Some((length, kind)) = rest.u32().zip(rest.array::<4>()) else {
            return is_file;
        };
        let length = match length {
            1 => rest.number(8).and_then(|length| length.checked_sub(16)),
            _ => u64::from(length).checked_sub(8),
        };
        let Some(length) = length.and_then(|length| usize::try_from(length).ok()) else {
            return false;
        };
        let Some(inner) = rest.take(length) else {
            return is_file && !CONTAINERS.contains(&&kind);
        };
        let is_sound = match (&kind, inner.split_first_chunk()) {
            (b"uuid", Some((&CANON, inner))) => are_sound(inner, false),
            _ if CONTAINERS.contains(&&kind) => are_sound(inner, false),
            _ => fits_its_count(kind, inner),
        };
        if !is_sound {
            return false;
        }
    }
    true
}

/// Whether a table has no more entries than there is room for.
fn fits_its_count(kind: [u8; 4], content: &[u8]) -> bool {
    // Where the number of entries stands, behind a version and flags, and how long they are.
    let (place, length) = match &kind {
        b"stts" | b"co64" | b"ctts" => (4, 8),
        b"stsc" => (4, 12),
        b"stco" | b"stss" => (4, 4),
        b"stsz" => (8, 4),
        _ => return true,
    };
    let mut rest = Bytes(content);
    let count = rest.take(place).and_then(|_| rest.u32());
    count.is_some_and(|count| u64::from(count) * length <= rest.0.len() as u64)
}

fn tame_directories(file: &mut [u8]) {
    let Some(start) = file.first_chunk::<8>().copied() else {
        return;
    };
    let order = Order::of(&start);
    let [.., a, b, c, d] = start;
    // What all values together may take: each may be said twice.
    let mut room = 2 * file.len() as u64;
    let mut seen = HashSet::from([order.long([a, b, c, d])]);
    let mut waiting: Vec<u32> = seen.iter().copied().collect();
    while let Some(directory) = waiting.pop() {
        let Some((further, next)) = tame_directory(file, order, directory, &mut room) else {
            continue;
        };
        waiting.extend(further.into_iter().filter(|&place| seen.insert(place)));
        let follows = long(file, order, next).filter(|&follows| follows != 0);
        match follows {
            Some(follows) if seen.len() < DIRECTORY_LIMIT && seen.insert(follows) => {
                waiting.push(follows);
            }
            Some(_) => file[next..next + 4].fill(0),
            None => {}
        }
    }
}

/// Answers where further directories are, and where it says which one follows it.
fn tame_directory(
    file: &mut [u8],
    order: Order,
    directory: u32,
    room: &mut u64,
) -> Option<(Vec<u32>, usize)> {
    let start = directory as usize;
    let count = order.short(*file.get(start..)?.first_chunk()?);
    let mut further = Vec::new();
    for index in 0..usize::from(count).min(ENTRY_LIMIT) {
        let entry = start + 2 + index * 12;
        let &[t0, t1, k0, k1, c0, c1, c2, c3, v0, v1, v2, v3] = file.get(entry..)?.first_chunk()?;
        let number = order.long([c0, c1, c2, c3]);
        let length = u64::from(number) * size_of_kind(order.short([k0, k1]));
        match room.checked_sub(length) {
            Some(left) => *room = left,
            None => file[entry + 4..entry + 8].fill(0),
        }
        if number == 1 && LEADS.contains(&order.short([t0, t1])) {
            further.push(order.long([v0, v1, v2, v3]));
        }
    }
    Some((further, start + 2 + usize::from(count) * 12))
}

fn long(file: &[u8], order: Order, place: usize) -> Option<u32> {
    Some(order.long(*file.get(place..)?.first_chunk()?))
}

fn is_tiff(mark: &[u8; 4]) -> bool {
    matches!(mark, b"II\x2a\0" | b"MM\0\x2a") || OWN_MARKS.contains(&mark)
}

/// So that it can be read as any TIFF file.
fn with_usual_mark(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(mark) = bytes.first_chunk_mut::<4>()
        && OWN_MARKS.contains(&&*mark)
    {
        *mark = if mark[0] == b'I' {
            *b"II\x2a\0"
        } else {
            *b"MM\0\x2a"
        };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::boxes::tests::wrap;
    use super::*;

    fn cr3(inner: &[u8]) -> Vec<u8> {
        [
            wrap(b"ftyp", b"crx \0\0\0\x01crx isom"),
            wrap(b"moov", inner),
        ]
        .concat()
    }

    #[test]
    fn boxes_are_as_long_as_they_say() {
        let table = |kind: &[u8; 4], content: &[u8]| {
            let table = wrap(b"stbl", &wrap(kind, content));
            cr3(&wrap(b"trak", &wrap(b"mdia", &wrap(b"minf", &table))))
        };
        let sound = |mut file: Vec<u8>| tame(&mut file).is_ok();
        assert!(sound(cr3(&wrap(b"mvhd", &[0; 8]))));
        assert!(sound(table(b"stco", b"\0\0\0\0\0\0\0\x01\0\0\0\x09")));
        // A box without length, or longer than what it is in; one that the file cuts.
        assert!(!sound(cr3(b"\0\0\0\0mvhd....")));
        assert!(!sound(cr3(b"\0\0\0\x07mvhd....")));
        assert!(!sound(cr3(b"\0\0\x01\0mvhd....")));
        assert!(!sound(cr3(b"\0\0\0\x01mvhd\0\0\0\0\0\0\0\0")));
        assert!(sound([cr3(b""), b"\0\0\x10\0mdat..".to_vec()].concat()));
        // Tables of more entries than there are.
        for kind in [b"stts", b"stsc", b"stsz", b"stco", b"co64"] {
            let lying = table(kind, b"\0\0\0\0\x40\0\0\0\x40\0\0\0");
            assert!(!sound(lying), "{}", String::from_utf8_lossy(kind));
        }
        // A film is none of them.
        assert!(!sound(
            [wrap(b"ftyp", b"isom\0\0\0\x01isom"), cr3(b"")].concat()
        ));
    }

    /// A directory of little endian entries, and where the next one is.
    fn directory(entries: &[(u16, u16, u32, u32)], next: u32) -> Vec<u8> {
        let mut bytes = (entries.len() as u16).to_le_bytes().to_vec();
        for (tag, kind, count, value) in entries {
            bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            bytes.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
        }
        bytes.extend(next.to_le_bytes());
        bytes
    }

    #[test]
    fn directories_end_and_values_are_there() {
        let text = (0x010f, 2, 5, 8);
        for mark in [b"II*\0", b"IIU\0"] {
            let head = [&mark[..], &8_u32.to_le_bytes()].concat();
            // What is sound stays as it is.
            let mut sound = [head.clone(), directory(&[text], 26), directory(&[text], 0)].concat();
            let before = sound.clone();
            tame(&mut sound).unwrap();
            assert_eq!(sound, before);
            // The second leads back to the first.
            let mut circle = [head.clone(), directory(&[text], 26), directory(&[text], 8)].concat();
            tame(&mut circle).unwrap();
            assert_eq!(circle, before);
            // More bytes than there are.
            let lying = (0x010f, 4, 0x4000_0000, 8);
            let mut lying = [head, directory(&[lying, text], 0)].concat();
            tame(&mut lying).unwrap();
            assert_eq!(lying[14..18], [0; 4]);
            assert_eq!(lying[26..30], 5_u32.to_le_bytes());
        }
    }

    #[test]
    fn survives_cuts_and_changes() {
        let head = b"II*\0\x08\0\0\0".to_vec();
        let tiff = [
            head,
            directory(&[(0x8769, 4, 1, 26)], 26),
            directory(&[], 8),
        ]
        .concat();
        for file in [tiff, cr3(&wrap(b"mvhd", &[0; 8]))] {
            for position in 0..file.len() {
                tame(&mut file[..position].to_vec()).ok();
                for byte in [0, 1, 0x7f, 0xff] {
                    let mut changed = file.clone();
                    changed[position] = byte;
                    tame(&mut changed).ok();
                }
            }
        }
    }
}

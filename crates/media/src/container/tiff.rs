use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::{BLOCK_LIMIT, Contents, array, block, read_as_far_as_possible};

/// A raw file is kept up to this many bytes, with what its maker's notes point to. Most of the rest are its sensor's
/// data.
const HEAD_LIMIT: u64 = 64 * 1024 * 1024;

/// Bytes of directories and what they say that are kept of a TIFF file.
const KEPT_LIMIT: usize = 32 * 1024 * 1024;

/// Entries that lead to further directories: those of exposure and of place.
const POINTERS: [u16; 2] = [0x8769, 0x8825];

/// A TIFF file is an EXIF block with pixels.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    contents.exif = Some(without_pixels(reader)?);
    Ok(())
}

/// A file's first directory and those it leads to as a TIFF file of their own. They may stand anywhere, before the
/// pixels or after them, and the pixels are most of a file.
fn without_pixels(reader: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
    reader.rewind()?;
    let start: [u8; 8] = array(reader)?;
    let order = Order::of(&start);
    let first = order.long(start[4..].first_chunk().copied().unwrap_or_default());
    let mut kept = start[..4].to_vec();
    kept.extend(order.bytes(8));
    keep_directory(reader, order, first, &mut kept, true)?;
    Ok(kept)
}

/// Where the last of the first directory and those it leads to begins.
fn last_directory(reader: &mut (impl Read + Seek), order: Order, first: u32) -> io::Result<u64> {
    let mut last = u64::from(first);
    for entry in read_entries(reader, order, first)? {
        let [t0, t1, _, _, _, _, _, _, v0, v1, v2, v3] = entry;
        if POINTERS.contains(&order.short([t0, t1])) {
            last = last.max(order.long([v0, v1, v2, v3]).into());
        }
    }
    Ok(last)
}

/// The entries of a directory, as far as there are bytes.
fn read_entries(
    reader: &mut (impl Read + Seek),
    order: Order,
    offset: u32,
) -> io::Result<Vec<[u8; 12]>> {
    reader.seek(SeekFrom::Start(offset.into()))?;
    let count = order.short(array(reader)?);
    let mut entries = vec![0; usize::from(count) * 12];
    let read = read_as_far_as_possible(reader, &mut entries)?;
    entries.truncate(read);
    Ok(entries.as_chunks().0.to_vec())
}

/// Appends a directory; what cannot be read or is too large is left out.
fn keep_directory(
    reader: &mut (impl Read + Seek),
    order: Order,
    offset: u32,
    kept: &mut Vec<u8>,
    is_first: bool,
) -> io::Result<()> {
    let entries = read_entries(reader, order, offset)?;
    let place = kept.len();
    kept.extend(order.short_bytes(entries.len() as u16));
    // No directory follows: it would be that of another picture.
    kept.resize(place + 2 + entries.len() * 12 + 4, 0);
    for (index, entry) in entries.into_iter().enumerate() {
        let entry = keep_entry(reader, order, entry, kept, is_first).unwrap_or_default();
        kept[place + 2 + index * 12..][..12].copy_from_slice(&entry);
    }
    Ok(())
}

/// Appends what an entry points to; answers the entry with its new place.
fn keep_entry(
    reader: &mut (impl Read + Seek),
    order: Order,
    mut entry: [u8; 12],
    kept: &mut Vec<u8>,
    is_first: bool,
) -> io::Result<[u8; 12]> {
    let [t0, t1, k0, k1, c0, c1, c2, c3, v0, v1, v2, v3] = entry;
    let length = u64::from(order.long([c0, c1, c2, c3])) * size_of_kind(order.short([k0, k1]));
    let offset = order.long([v0, v1, v2, v3]);
    let is_pointer = is_first && POINTERS.contains(&order.short([t0, t1]));
    if length <= 4 && !is_pointer {
        return Ok(entry);
    }
    // Values begin at even places.
    kept.resize(kept.len().next_multiple_of(2), 0);
    let place = u32::try_from(kept.len()).map_err(|_| io::ErrorKind::OutOfMemory)?;
    if is_pointer {
        keep_directory(reader, order, offset, kept, false)?;
    } else {
        let room = (KEPT_LIMIT.saturating_sub(kept.len()) as u64).min(BLOCK_LIMIT);
        if length > room {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        reader.seek(SeekFrom::Start(offset.into()))?;
        kept.extend(block(reader, length)?.unwrap_or_default());
    }
    entry[8..].copy_from_slice(&order.bytes(place));
    Ok(entry)
}

/// Bytes of a value.
fn size_of_kind(kind: u16) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => 1,
    }
}

/// In which order the bytes of numbers are.
#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    /// By the start of a file.
    fn of(start: &[u8; 8]) -> Self {
        match start {
            [b'I', ..] => Self::Little,
            _ => Self::Big,
        }
    }

    fn short(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    fn long(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    fn short_bytes(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn bytes(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

/// What a raw file says of itself, at the places where it says it; of one that says it far behind, the directories
/// alone.
pub(super) fn read_metadata(reader: &mut (impl BufRead + Seek)) -> io::Result<Vec<u8>> {
    let length = reader.seek(SeekFrom::End(0))?;
    reader.rewind()?;
    let start: [u8; 8] = array(reader)?;
    let order = Order::of(&start);
    let first = order.long(start[4..].first_chunk().copied().unwrap_or_default());
    if last_directory(reader, order, first)? >= HEAD_LIMIT {
        return without_pixels(reader);
    }
    reader.rewind()?;
    let mut bytes = crate::source::filled(length.min(HEAD_LIMIT), 0)
        .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let count = read_as_far_as_possible(reader, &mut bytes)?;
    bytes.truncate(count);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A file that has its directory behind the pixels, as most writers have it.
    #[test]
    fn keeps_all_but_the_pixels() {
        let mut file = b"MM\0\x2a\0\0\x04\0".to_vec();
        file.resize(1024, 7);
        file.extend(b"\0\x03");
        file.extend(b"\x01\x0f\0\x02\0\0\0\x06\0\0\x04\x2a");
        file.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
        file.extend(b"\x87\x69\0\x04\0\0\0\x01\0\0\x04\x30");
        file.extend(b"\0\0\0\0");
        file.extend(b"Maker\0");
        file.extend(b"\0\x01\x88\x27\0\x03\0\0\0\x01\0\xc8\0\0\0\0\0\0");
        let kept = without_pixels(&mut Cursor::new(&file)).unwrap();
        assert!(kept.len() < 100, "{}", kept.len());
        let read = |block: &[u8]| {
            let mut findings = crate::findings::Findings::default();
            crate::exif::read_into(block.to_vec(), &mut findings);
            findings.into_facts()
        };
        let facts = read(&kept);
        assert_eq!(facts.make.as_deref(), Some("Maker"));
        assert_eq!((facts.orientation, facts.iso), (Some(6), Some(200)));
        assert_eq!(facts, read(&file));
        // What is missing is left out.
        for length in 0..file.len() {
            drop(without_pixels(&mut Cursor::new(&file[..length])));
        }
    }
}

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::{BLOCK_LIMIT, Contents, array, block, read_as_far_as_possible};

/// A raw file is kept up to this many bytes, with what its maker's notes point to. Most of the rest are its sensor's
/// data.
const HEAD_LIMIT: u64 = 64 * 1024 * 1024;

/// Bytes of directories and what they say that are kept of a TIFF file.
const KEPT_LIMIT: usize = 32 * 1024 * 1024;

/// Entries that lead to further directories: those of exposure and of place.
const POINTERS: [u16; 2] = [0x8769, 0x8825];

/// What stands behind the order of bytes, in a usual file and in one that may be larger than 4 GiB.
const USUAL: u16 = 42;
const BIG: u16 = 43;
/// Kinds of values: four bytes, and those of eight that only large files have.
const LONG: u16 = 4;
const LONG_8: u16 = 16;
const DIRECTORY_8: u16 = 18;

/// A TIFF file is an EXIF block with pixels.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    contents.exif = Some(without_pixels(reader)?);
    Ok(())
}

/// A file's first directory and those it leads to as a TIFF file of their own. They may stand anywhere, before the
/// pixels or after them, and the pixels are most of a file. What is made of a BigTIFF is a usual one.
fn without_pixels(reader: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
    reader.rewind()?;
    let start: [u8; 8] = array(reader)?;
    let order = Order::of(&start);
    let [a, b, c, d, first @ ..] = start;
    let layout = Layout {
        order,
        is_big: order.short([c, d]) == BIG,
    };
    let first = match layout.is_big {
        true => order.long_long(array(reader)?),
        false => order.long(first).into(),
    };
    let mut kept = vec![a, b];
    kept.extend(order.short_bytes(USUAL));
    kept.extend(order.bytes(8));
    keep_directory(reader, layout, first, &mut kept, true)?;
    Ok(kept)
}

/// Where the last of the first directory and those it leads to begins.
fn last_directory(reader: &mut (impl Read + Seek), order: Order, first: u32) -> io::Result<u64> {
    let layout = Layout {
        order,
        is_big: false,
    };
    let entries = read_entries(reader, layout, first.into())?;
    let pointers = entries.iter().filter(|entry| entry.is_pointer());
    let places = pointers.map(|entry| layout.place(entry));
    Ok(places.fold(first.into(), u64::max))
}

/// An entry of a directory.
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    /// What it says, or where that is; of usual files, four bytes of it.
    value: [u8; 8],
}

impl Entry {
    fn is_pointer(&self) -> bool {
        POINTERS.contains(&self.tag)
    }
}

/// How a file is laid out.
#[derive(Clone, Copy)]
struct Layout {
    order: Order,
    /// Whether offsets have eight bytes.
    is_big: bool,
}

impl Layout {
    /// Bytes that a value has room for in its entry.
    fn room(self) -> u64 {
        if self.is_big { 8 } else { 4 }
    }

    /// Where something stands, as an entry says.
    fn place(self, entry: &Entry) -> u64 {
        let [a, b, c, d, ..] = entry.value;
        match (self.is_big, entry.kind) {
            (_, 3) => self.order.short([a, b]).into(),
            (true, 16 | 18) => self.order.long_long(entry.value),
            (true, _) if entry.count * size_of_kind(entry.kind) > 8 => {
                self.order.long_long(entry.value)
            }
            _ => self.order.long([a, b, c, d]).into(),
        }
    }
}

/// The entries of a directory, as far as there are bytes.
fn read_entries(
    reader: &mut (impl Read + Seek),
    layout: Layout,
    offset: u64,
) -> io::Result<Vec<Entry>> {
    reader.seek(SeekFrom::Start(offset))?;
    let order = layout.order;
    let (count, size) = match layout.is_big {
        true => (order.long_long(array(reader)?), 20),
        false => (order.short(array(reader)?).into(), 12),
    };
    let count = count.min(u16::MAX.into()) as usize;
    let mut bytes = vec![0; count * size];
    let read = read_as_far_as_possible(reader, &mut bytes)?;
    bytes.truncate(read);
    let entries = bytes.chunks_exact(size).map(|bytes| {
        let mut value = [0; 8];
        let (head, said) = bytes.split_at(size - layout.room() as usize);
        value[..said.len()].copy_from_slice(said);
        Entry {
            tag: order.short([head[0], head[1]]),
            kind: order.short([head[2], head[3]]),
            count: match layout.is_big {
                true => order.long_long(head[4..].first_chunk().copied().unwrap_or_default()),
                false => order
                    .long(head[4..].first_chunk().copied().unwrap_or_default())
                    .into(),
            },
            value,
        }
    });
    Ok(entries.collect())
}

/// Appends a directory; what cannot be read or is too large is left out.
fn keep_directory(
    reader: &mut (impl Read + Seek),
    layout: Layout,
    offset: u64,
    kept: &mut Vec<u8>,
    is_first: bool,
) -> io::Result<()> {
    let entries = read_entries(reader, layout, offset)?;
    let place = kept.len();
    kept.extend(layout.order.short_bytes(entries.len() as u16));
    // No directory follows: it would be that of another picture.
    kept.resize(place + 2 + entries.len() * 12 + 4, 0);
    for (index, entry) in entries.into_iter().enumerate() {
        let entry = keep_entry(reader, layout, &entry, kept, is_first).unwrap_or_default();
        kept[place + 2 + index * 12..][..12].copy_from_slice(&entry);
    }
    Ok(())
}

/// Appends what an entry points to; answers the entry as a usual file has it, with its new place.
fn keep_entry(
    reader: &mut (impl Read + Seek),
    layout: Layout,
    entry: &Entry,
    kept: &mut Vec<u8>,
    is_first: bool,
) -> io::Result<[u8; 12]> {
    let order = layout.order;
    if is_first && entry.is_pointer() {
        let place = begin_value(kept)?;
        keep_directory(reader, layout, layout.place(entry), kept, false)?;
        return Ok(order.entry(entry.tag, LONG, 1, order.bytes(place)));
    }
    let length = entry.count.saturating_mul(size_of_kind(entry.kind));
    if matches!(entry.kind, LONG_8..=DIRECTORY_8) {
        // Where pixels are, of which there may be many; but a single one may be a size.
        let number = u32::try_from(order.long_long(entry.value)).ok();
        let number = number
            .filter(|_| entry.count == 1)
            .ok_or(io::ErrorKind::InvalidData)?;
        return Ok(order.entry(entry.tag, LONG, 1, order.bytes(number)));
    }
    let count = u32::try_from(entry.count).map_err(|_| io::ErrorKind::InvalidData)?;
    let [a, b, c, d, ..] = entry.value;
    if length <= 4 {
        return Ok(order.entry(entry.tag, entry.kind, count, [a, b, c, d]));
    }
    let room = (KEPT_LIMIT.saturating_sub(kept.len()) as u64).min(BLOCK_LIMIT);
    if length > room {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    let place = begin_value(kept)?;
    if length <= layout.room() {
        kept.extend_from_slice(&entry.value[..length as usize]);
    } else {
        let offset = match layout.is_big {
            true => order.long_long(entry.value),
            false => order.long([a, b, c, d]).into(),
        };
        reader.seek(SeekFrom::Start(offset))?;
        kept.extend(block(reader, length)?.unwrap_or_default());
    }
    Ok(order.entry(entry.tag, entry.kind, count, order.bytes(place)))
}

/// Where the next value begins: at an even place.
fn begin_value(kept: &mut Vec<u8>) -> io::Result<u32> {
    kept.resize(kept.len().next_multiple_of(2), 0);
    u32::try_from(kept.len()).map_err(|_| io::ErrorKind::OutOfMemory.into())
}

/// Bytes of a value.
pub(super) fn size_of_kind(kind: u16) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | LONG_8..=DIRECTORY_8 => 8,
        _ => 1,
    }
}

/// In which order the bytes of numbers are.
#[derive(Clone, Copy)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// By the start of a file.
    pub(super) fn of(start: &[u8; 8]) -> Self {
        match start {
            [b'I', ..] => Self::Little,
            _ => Self::Big,
        }
    }

    pub(super) fn short(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    pub(super) fn long(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    fn long_long(self, bytes: [u8; 8]) -> u64 {
        match self {
            Self::Little => u64::from_le_bytes(bytes),
            Self::Big => u64::from_be_bytes(bytes),
        }
    }

    /// An entry of a directory in a usual file.
    fn entry(self, tag: u16, kind: u16, count: u32, value: [u8; 4]) -> [u8; 12] {
        let [t0, t1] = self.short_bytes(tag);
        let [k0, k1] = self.short_bytes(kind);
        let [c0, c1, c2, c3] = self.bytes(count);
        let [v0, v1, v2, v3] = value;
        [t0, t1, k0, k1, c0, c1, c2, c3, v0, v1, v2, v3]
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

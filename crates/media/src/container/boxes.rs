//! The boxes of ISO base media files, of which HEIF, AVIF, JPEG XL, MP4, QuickTime and CR3 are made.

use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};
use std::ops::Range;

use super::{array, block, without_jpeg_prefix};

/// Boxes in one box. A long fragmented film has some ten thousand.
const BOX_LIMIT: usize = 100_000;

/// The kind of extension that an XMP packet is kept in.
pub(super) const XMP: [u8; 16] = [
    0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac,
];

/// A box, and where in the file its content stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub kind: [u8; 4],
    pub content: Range<u64>,
}

impl Found {
    /// The content, or nothing when that is unreasonably much.
    pub(super) fn read(&self, reader: &mut (impl Read + Seek)) -> io::Result<Option<Vec<u8>>> {
        reader.seek(SeekFrom::Start(self.content.start))?;
        block(reader, self.content.end.saturating_sub(self.content.start))
    }

    /// The boxes in this one.
    pub(super) fn children(&self) -> Boxes {
        Boxes::new(self.content.clone())
    }
}

/// Boxes that stand one after another in a part of a file.
#[derive(Debug)]
pub(super) struct Boxes {
    left: Range<u64>,
    count: usize,
}

impl Boxes {
    pub(super) fn new(part: Range<u64>) -> Self {
        Self {
            left: part,
            count: 0,
        }
    }

    /// Those of a whole file.
    pub(super) fn of_file(reader: &mut impl Seek) -> io::Result<Self> {
        Ok(Self::new(0..reader.seek(SeekFrom::End(0))?))
    }

    /// The next box; nothing at the end or where no box can be. One that claims to reach beyond
    /// what it stands in is cut there: the file may have been.
    pub(super) fn next(&mut self, reader: &mut (impl BufRead + Seek)) -> io::Result<Option<Found>> {
        let start = self.left.start;
        if self.left.end.saturating_sub(start) < 8 || self.count == BOX_LIMIT {
            return Ok(None);
        }
        self.count += 1;
        reader.seek(SeekFrom::Start(start))?;
        let short = u32::from_be_bytes(array(reader)?);
        let kind = array(reader)?;
        let (length, header) = match short {
            // To the end.
            0 => (self.left.end - start, 8),
            1 => (u64::from_be_bytes(array(reader)?), 16),
            _ => (u64::from(short), 8),
        };
        if length < header {
            return Ok(None);
        }
        let end = start.saturating_add(length).min(self.left.end);
        let content = (start + header).min(end)..end;
        self.left.start = end;
        Ok(Some(Found { kind, content }))
    }

    /// The next box of a kind.
    pub(super) fn find(
        &mut self,
        reader: &mut (impl BufRead + Seek),
        kind: &[u8; 4],
    ) -> io::Result<Option<Found>> {
        while let Some(found) = self.next(reader)? {
            if found.kind == *kind {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// The kinds and contents of boxes in memory.
pub(super) fn in_memory(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut reader = Cursor::new(bytes);
    let mut boxes = Boxes::new(0..bytes.len() as u64);
    std::iter::from_fn(move || {
        let found = boxes.next(&mut reader).ok()??;
        let start = usize::try_from(found.content.start).ok()?;
        let end = usize::try_from(found.content.end).ok()?;
        Some((found.kind, bytes.get(start..end)?))
    })
}

/// The content of the first box of a kind, in memory.
pub(super) fn first<'a>(bytes: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    in_memory(bytes)
        .find(|(kind, _)| kind == wanted)
        .map(|(_, content)| content)
}

/// The TIFF block in an `Exif` item or box, which begins with the distance to it.
pub(super) fn exif_block(content: &[u8]) -> Option<Vec<u8>> {
    let (distance, rest) = content.split_first_chunk::<4>()?;
    let start = usize::try_from(u32::from_be_bytes(*distance)).ok()?;
    rest.get(start..).map(without_jpeg_prefix)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A box around some content.
    pub(crate) fn wrap(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u32 + 8).to_be_bytes();
        [&length[..], kind, content].concat()
    }

    #[test]
    fn walks_boxes() {
        let mut bytes = wrap(b"free", b"abc");
        bytes.extend([0, 0, 0, 1]);
        bytes.extend(b"long");
        bytes.extend(18_u64.to_be_bytes());
        bytes.extend(b"de");
        bytes.extend([0, 0, 0, 0]);
        bytes.extend(b"restfgh");
        let found: Vec<_> = in_memory(&bytes).collect();
        assert_eq!(
            found,
            [
                (*b"free", &b"abc"[..]),
                (*b"long", &b"de"[..]),
                (*b"rest", &b"fgh"[..])
            ]
        );
    }

    #[test]
    fn survives_hostile_lengths() {
        let huge = [
            0, 0, 0, 1, b'h', b'u', b'g', b'e', 255, 255, 255, 255, 255, 255, 255, 255,
        ];
        let found: Vec<_> = in_memory(&huge).collect();
        assert_eq!(found, [(*b"huge", &b""[..])]);
        assert_eq!(in_memory(&[0, 0, 0, 7, b'b', b'a', b'd', b' ']).count(), 0);
        assert_eq!(
            in_memory(&[0, 0, 0, 1, b'c', b'u', b't', b' ', 0]).count(),
            0
        );
        let empty = wrap(b"none", b"").repeat(BOX_LIMIT + 1);
        assert_eq!(in_memory(&empty).count(), BOX_LIMIT);
    }
}

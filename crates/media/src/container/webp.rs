use std::io::{self, BufRead, Seek};

use super::{Contents, array, block, skip, without_jpeg_prefix};

const HEADER_LENGTH: u64 = 12;

/// Walks the RIFF chunks. The canvas of the extended header counts before that of the bitstreams.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    skip(reader, HEADER_LENGTH)?;
    loop {
        let (kind, length) = chunk(reader)?;
        // Chunks are padded to an even length.
        let padded = length + length % 2;
        match &kind {
            b"VP8X" | b"VP8L" | b"VP8 " if contents.dimensions.is_none() && padded >= 10 => {
                contents.dimensions = dimensions(&kind, array(reader)?);
                skip(reader, padded - 10)?;
            }
            b"EXIF" => {
                contents.exif = block(reader, padded)?.map(|exif| without_jpeg_prefix(&exif))
            }
            b"XMP " => contents.xmp = block(reader, padded)?,
            _ => skip(reader, padded)?,
        }
    }
}

/// The bytes of the first chunk of a kind.
pub(crate) fn chunk_bytes<R: BufRead + Seek>(
    mut reader: R,
    wanted: &[u8; 4],
) -> io::Result<io::Take<R>> {
    skip(&mut reader, HEADER_LENGTH)?;
    loop {
        let (kind, length) = chunk(&mut reader)?;
        if &kind == wanted {
            return Ok(reader.take(length));
        }
        skip(&mut reader, length + length % 2)?;
    }
}

/// The kind of the next chunk, and how many bytes it holds.
fn chunk(reader: &mut impl BufRead) -> io::Result<([u8; 4], u64)> {
    let kind = array(reader)?;
    Ok((kind, u32::from_le_bytes(array(reader)?).into()))
}

/// Width and height from the first bytes of a chunk.
fn dimensions(kind: &[u8; 4], start: [u8; 10]) -> Option<(u32, u32)> {
    let [a, b, c, d, e, f, g, h, i, j] = start;
    match kind {
        // Flags, then two 24-bit numbers, each one less than the size.
        b"VP8X" => Some((
            1 + u32::from_le_bytes([e, f, g, 0]),
            1 + u32::from_le_bytes([h, i, j, 0]),
        )),
        // A signature, then two 14-bit numbers, each one less than the size.
        b"VP8L" if a == 0x2f => {
            let bits = u32::from_le_bytes([b, c, d, e]);
            Some((1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff)))
        }
        // A frame tag, the start code, then two 14-bit numbers with two bits of scaling each.
        b"VP8 " if [d, e, f] == [0x9d, 0x01, 0x2a] => Some((
            u32::from(u16::from_le_bytes([g, h]) & 0x3fff),
            u32::from(u16::from_le_bytes([i, j]) & 0x3fff),
        )),
        _ => None,
    }
}

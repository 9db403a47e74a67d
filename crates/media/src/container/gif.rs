//! GIF: blocks one after another, of which one may be an XMP packet.

use std::io::{self, BufRead, Read, Seek};

use super::{BLOCK_LIMIT, Contents, array, skip};

const SIGNATURE_LENGTH: u64 = 6;
const XMP: &[u8; 11] = b"XMP DataXMP";
/// What stands behind a packet, so that whoever takes its letters for the lengths of pieces comes out at the end.
const XMP_TRAILER_LENGTH: usize = 257;
/// A picture of hundreds of megabytes has fewer pieces.
const PIECE_LIMIT: usize = 4_000_000;

/// Walks all blocks: metadata may stand behind the pixels.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    skip(reader, SIGNATURE_LENGTH)?;
    let [w0, w1, h0, h1, flags, _, _] = array(reader)?;
    contents.dimensions = Some((
        u16::from_le_bytes([w0, w1]).into(),
        u16::from_le_bytes([h0, h1]).into(),
    ));
    skip_palette(reader, flags)?;
    let mut pieces = 0;
    while contents.xmp.is_none() && pieces < PIECE_LIMIT {
        match array(reader)? {
            // An extension, and its kind.
            [0x21] => {
                let [kind] = array(reader)?;
                if kind == 0xff && is_xmp(reader)? {
                    contents.xmp = xmp(reader)?;
                } else {
                    pieces += skip_pieces(reader, PIECE_LIMIT - pieces)?;
                }
            }
            // A picture: its place and size, its palette, the least length of a code, and the codes.
            [0x2c] => {
                let [.., flags] = array::<9>(reader)?;
                skip_palette(reader, flags)?;
                skip(reader, 1)?;
                pieces += skip_pieces(reader, PIECE_LIMIT - pieces)?;
            }
            _ => return Ok(()),
        }
    }
    Ok(())
}

fn skip_palette(reader: &mut impl Seek, flags: u8) -> io::Result<()> {
    match flags & 0x80 {
        0 => Ok(()),
        _ => skip(reader, 3 << ((flags & 7) + 1)),
    }
}

/// Whether an application's extension is an XMP packet. Reads its name if it is, and else nothing.
fn is_xmp(reader: &mut impl BufRead) -> io::Result<bool> {
    let buffer = reader.fill_buf()?;
    let is_xmp = buffer
        .strip_prefix(&[XMP.len() as u8])
        .is_some_and(|rest| rest.starts_with(XMP));
    if is_xmp {
        reader.consume(1 + XMP.len());
    }
    Ok(is_xmp)
}

/// A packet stands there as it is, not in pieces, but is read as if it were.
fn xmp(reader: &mut (impl BufRead + Seek)) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    loop {
        let [length] = array(reader)?;
        if length == 0 {
            break;
        }
        if bytes.len() as u64 > BLOCK_LIMIT {
            return Ok(None);
        }
        bytes.push(length);
        reader
            .by_ref()
            .take(length.into())
            .read_to_end(&mut bytes)?;
    }
    let end = bytes.len().checked_sub(XMP_TRAILER_LENGTH);
    Ok(end.map(|end| {
        bytes.truncate(end);
        bytes
    }))
}

/// Goes behind the pieces of a block; answers how many there were, up to a limit.
fn skip_pieces(reader: &mut (impl Read + Seek), limit: usize) -> io::Result<usize> {
    let mut count = 0;
    while count < limit {
        let [length] = array(reader)?;
        count += 1;
        if length == 0 {
            break;
        }
        skip(reader, length.into())?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn contents(bytes: &[u8]) -> Contents {
        let mut contents = Contents::default();
        read(&mut Cursor::new(bytes), &mut contents).ok();
        contents
    }

    /// Two pictures of 3 × 2 pixels whose codes are of no interest, and metadata before, between or behind them.
    fn file(metadata: [&[u8]; 3]) -> Vec<u8> {
        let header = b"GIF89a\x03\0\x02\0\x80\0\0abcdef";
        let comment = b"\x21\xfe\x03abc\x02de\0";
        let picture = b"\x2c\0\0\0\0\x03\0\x02\0\x80abcdef\x02\x03abc\x01d\0";
        let [first, second, third] = metadata;
        [
            &header[..],
            first,
            comment,
            picture,
            second,
            picture,
            third,
            b";",
        ]
        .concat()
    }

    fn extension(packet: &[u8]) -> Vec<u8> {
        let trailer: Vec<u8> = [1].into_iter().chain((0..=255).rev()).chain([0]).collect();
        [b"\x21\xff\x0bXMP DataXMP", packet, &trailer].concat()
    }

    #[test]
    fn finds_the_packet_wherever_it_stands() {
        let packet = "<x>ö, and something longer than a piece could be</x>".repeat(20);
        let extension = extension(packet.as_bytes());
        for place in 0..3 {
            let mut metadata: [&[u8]; 3] = [b""; 3];
            metadata[place] = &extension;
            let bytes = file(metadata);
            let found = contents(&bytes);
            assert_eq!(found.dimensions, Some((3, 2)));
            assert_eq!(found.xmp.as_deref(), Some(packet.as_bytes()), "{place}");
            for length in 0..bytes.len() {
                contents(&bytes[..length]);
            }
        }
        assert_eq!(contents(&file([b""; 3])).xmp, None);
        assert_eq!(
            contents(&file([b"\x21\xff\x0bNETSCAPE2.0\x03abc\0", b"", b""])).xmp,
            None
        );
    }
}

//! JPEG 2000: a bare codestream, or one in boxes beside its metadata.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::boxes::{Boxes, Found, XMP};
use super::{Contents, read_as_far_as_possible, without_jpeg_prefix};
use crate::source;

/// How far the header of a codestream, or the box of headers, may reach, in bytes.
const HEADER_LIMIT: u64 = 1024 * 1024;
const CODESTREAM: &[u8] = b"\xff\x4f\xff\x51";
/// What an EXIF block is kept in.
const EXIF: [u8; 16] = *b"JpgTiffExif->JP2";
/// What IPTC data sets are kept in.
const IPTC: [u8; 16] = [
    0x33, 0xc7, 0xa4, 0xd2, 0xb8, 0x1d, 0x47, 0x23, 0xa0, 0xba, 0xf1, 0xa3, 0xe0, 0x97, 0xad, 0x38,
];

pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let header = read_header(reader)?;
    contents.dimensions = dimensions(&header);
    match header.starts_with(CODESTREAM) {
        true => Ok(()),
        false => read_boxes(reader, contents),
    }
}

/// The size stands in the `ihdr` box of a file, and in the SIZ marker of a bare codestream.
fn dimensions(header: &[u8]) -> Option<(u32, u32)> {
    let numbers = |position: usize| -> Option<[u32; 4]> {
        let (numbers, _) = header.get(position..position + 16)?.as_chunks::<4>();
        Some([0, 1, 2, 3].map(|index| u32::from_be_bytes(numbers[index])))
    };
    if header.starts_with(CODESTREAM) {
        // The end of the grid in both directions, then its beginning.
        let [right, bottom, left, top] = numbers(8)?;
        return Some((right.checked_sub(left)?, bottom.checked_sub(top)?));
    }
    let position = memchr::memmem::find(header, b"ihdr")?;
    let [height, width, ..] = numbers(position + 4)?;
    Some((width, height))
}

fn read_header(reader: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
    let mut header =
        source::filled(HEADER_LIMIT, 0).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let length = read_as_far_as_possible(reader, &mut header)?;
    header.truncate(length);
    Ok(header)
}

fn read_boxes(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let mut boxes = Boxes::of_file(reader)?;
    let mut plain = None;
    while let Some(found) = boxes.next(reader)? {
        match &found.kind {
            b"uuid" => read_extension(reader, &found, contents)?,
            b"xml " if plain.is_none() => plain = found.read(reader)?,
            _ => {}
        }
    }
    // XML that is no packet is passed over where it is read.
    contents.xmp = contents.xmp.take().or(plain);
    Ok(())
}

/// An extension, which begins with the identifier of its kind. Of several of a kind the first is kept.
fn read_extension(
    reader: &mut (impl BufRead + Seek),
    found: &Found,
    contents: &mut Contents,
) -> io::Result<()> {
    let mut identifier = [0; 16];
    reader.seek(SeekFrom::Start(found.content.start))?;
    read_as_far_as_possible(reader, &mut identifier)?;
    let place = match identifier {
        XMP => &mut contents.xmp,
        EXIF => &mut contents.exif,
        IPTC => &mut contents.iptc,
        _ => return Ok(()),
    };
    if place.is_none() {
        let content = found.read(reader)?;
        *place = content
            .as_deref()
            .and_then(|content| content.get(identifier.len()..))
            .map(without_jpeg_prefix);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::boxes::tests::wrap;
    use super::*;

    fn contents(bytes: &[u8]) -> Contents {
        let mut contents = Contents::default();
        read(&mut Cursor::new(bytes), &mut contents).ok();
        contents
    }

    fn file(metadata: &[Vec<u8>]) -> Vec<u8> {
        let size = wrap(b"ihdr", b"\0\0\0\x02\0\0\0\x03\0\x03\x07\x07\0\0");
        let mut bytes = wrap(b"jP  ", b"\r\n\x87\n");
        bytes.extend(wrap(b"ftyp", b"jp2 \0\0\0\0jp2 "));
        bytes.extend(wrap(b"jp2h", &size));
        bytes.extend(wrap(b"jp2c", b"codes"));
        bytes.extend(metadata.concat());
        bytes
    }

    fn extension(identifier: [u8; 16], content: &[u8]) -> Vec<u8> {
        wrap(b"uuid", &[&identifier, content].concat())
    }

    #[test]
    fn finds_metadata_in_boxes() {
        let bytes = file(&[
            extension([7; 16], b"something else"),
            wrap(b"xml ", b"other"),
            extension(EXIF, b"Exif\0\0block"),
            extension(IPTC, b"data sets"),
            extension(XMP, b"packet"),
            extension(XMP, b"another"),
        ]);
        let found = contents(&bytes);
        assert_eq!(found.dimensions, Some((3, 2)));
        assert_eq!(found.exif.as_deref(), Some(&b"block"[..]));
        assert_eq!(found.iptc.as_deref(), Some(&b"data sets"[..]));
        assert_eq!(found.xmp.as_deref(), Some(&b"packet"[..]));
        for length in 0..bytes.len() {
            contents(&bytes[..length]);
        }
        let plain = contents(&file(&[wrap(b"xml ", b"packet")]));
        assert_eq!(plain.xmp.as_deref(), Some(&b"packet"[..]));
    }
}

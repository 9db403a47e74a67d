//! JPEG XL: a bare codestream, or one in boxes beside its metadata.

use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::ops::Range;

use brotli_decompressor::Decompressor;
use jxl_bitstream::Bitstream;
use jxl_oxide::ImageHeader;
use jxl_oxide_common::Bundle;

use super::boxes::{self, Boxes, Found};
use super::{BLOCK_LIMIT, Contents};

const CODESTREAM: [u8; 2] = [0xff, 0x0a];
/// The first box of a file in boxes.
pub(super) const CONTAINER: [u8; 12] = *b"\0\0\0\x0cJXL \r\n\x87\n";
/// How far a codestream's header may reach, in bytes: extra channels have names.
const HEADER_LIMIT: u64 = 64 * 1024;
/// Compressed boxes that are read: there is one of each kind of metadata, and a short one can unfold to much.
const COMPRESSED_LIMIT: usize = 16;
/// Bytes that are decompressed at once.
const CHUNK: usize = 4096;

/// Finds the metadata, and reads the codestream's header.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let mut header = Vec::new();
    let outcome = if reader.fill_buf()?.starts_with(&CODESTREAM) {
        reader.take(HEADER_LIMIT).read_to_end(&mut header).map(drop)
    } else {
        read_boxes(reader, contents, &mut header)
    };
    read_codestream(&header, contents);
    outcome
}

/// Gathers the codestream's header, which may be spread over boxes, on the way.
fn read_boxes(
    reader: &mut (impl BufRead + Seek),
    contents: &mut Contents,
    header: &mut Vec<u8>,
) -> io::Result<()> {
    let mut boxes = Boxes::of_file(reader)?;
    let mut compressed = 0;
    while let Some(found) = boxes.next(reader)? {
        match &found.kind {
            b"Exif" | b"xml " => {
                let content = found.read(reader)?.unwrap_or_default();
                keep(found.kind, content, contents);
            }
            b"brob" if compressed < COMPRESSED_LIMIT => {
                compressed += 1;
                read_compressed(reader, &found, contents)?;
            }
            b"jxlc" => append(reader, found.content, header)?,
            // A part of a codestream begins with its number.
            b"jxlp" => append(reader, found.content.start + 4..found.content.end, header)?,
            _ => {}
        }
    }
    Ok(())
}

fn append(
    reader: &mut (impl Read + Seek),
    part: Range<u64>,
    header: &mut Vec<u8>,
) -> io::Result<()> {
    let room = HEADER_LIMIT.saturating_sub(header.len() as u64);
    let length = part.end.saturating_sub(part.start).min(room);
    reader.seek(SeekFrom::Start(part.start))?;
    reader.take(length).read_to_end(header).map(drop)
}

/// Keeps the content of a box if it is metadata; of several of a kind the first.
fn keep(kind: [u8; 4], content: Vec<u8>, contents: &mut Contents) {
    match &kind {
        b"Exif" if contents.exif.is_none() => contents.exif = boxes::exif_block(&content),
        b"xml " if contents.xmp.is_none() => contents.xmp = Some(content),
        _ => {}
    }
}

/// A compressed box begins with the kind of the one it stands for. Damaged ones are passed over.
fn read_compressed(
    reader: &mut (impl BufRead + Seek),
    found: &Found,
    contents: &mut Contents,
) -> io::Result<()> {
    let content = found.read(reader)?.unwrap_or_default();
    let Some((kind, compressed)) = content.split_first_chunk::<4>() else {
        return Ok(());
    };
    if matches!(kind, b"Exif" | b"xml ") {
        let mut plain = Vec::new();
        let decompressed = Decompressor::new(compressed, CHUNK)
            .take(BLOCK_LIMIT)
            .read_to_end(&mut plain);
        if decompressed.is_ok() {
            keep(*kind, plain, contents);
        }
    }
    Ok(())
}

/// Of the header only its beginning: a colour profile and frames follow, for which decoders reserve as much memory as
/// these say they need.
fn read_codestream(header: &[u8], contents: &mut Contents) {
    if let Ok(image) = ImageHeader::parse(&mut Bitstream::new(header), ()) {
        let size = (
            image.width_with_orientation(),
            image.height_with_orientation(),
        );
        // The picture as it is shown: its orientation is no one else's business.
        contents.dimensions = Some(size);
        contents.orientation = Some(1);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::boxes::tests::wrap;
    use super::*;

    const PLAIN: &[u8] = include_bytes!("../../tests/samples/plain.jxl");

    fn contents(bytes: &[u8]) -> Contents {
        let mut contents = Contents::default();
        read(&mut Cursor::new(bytes), &mut contents).unwrap();
        contents
    }

    /// As the compression's specification stores bytes: a window of 16 bits, one uncompressed
    /// block of up to 65,536 bytes, the end.
    fn compressed(plain: &[u8]) -> Vec<u8> {
        let length = plain.len() as u32 - 1;
        // Window 0, not the last block, four nibbles of length, the length, uncompressed.
        let header: u32 = length << 4 | 1 << 20;
        [&header.to_le_bytes()[..3], plain, &[3]].concat()
    }

    #[test]
    fn reads_boxes() {
        assert!(PLAIN.starts_with(&CODESTREAM));
        let parts = [&[0, 0, 0, 0], PLAIN].concat();
        for (exif, xmp) in [
            (wrap(b"Exif", b"\0\0\0\0block"), wrap(b"xml ", b"packet")),
            (
                wrap(
                    b"brob",
                    &[&b"Exif"[..], &compressed(b"\0\0\0\0block")].concat(),
                ),
                wrap(b"brob", &[&b"xml "[..], &compressed(b"packet")].concat()),
            ),
        ] {
            let bytes = [CONTAINER.to_vec(), exif, wrap(b"jxlp", &parts), xmp].concat();
            let found = contents(&bytes);
            assert!(found.dimensions.is_some());
            assert_eq!(found.dimensions, contents(PLAIN).dimensions);
            assert_eq!(found.exif.as_deref(), Some(&b"block"[..]));
            assert_eq!(found.xmp.as_deref(), Some(&b"packet"[..]));
            for length in 0..bytes.len() {
                read(&mut Cursor::new(&bytes[..length]), &mut Contents::default()).ok();
            }
        }
    }

    #[test]
    fn sizes_are_upright() {
        let turned = include_bytes!("../../tests/samples/turned.jxl");
        let (width, height) = contents(PLAIN).dimensions.unwrap();
        assert_ne!(width, height);
        assert_eq!(contents(turned).dimensions, Some((height, width)));
    }

    #[test]
    fn only_the_header_is_read() {
        let whole = contents(PLAIN).dimensions;
        assert!(whole.is_some());
        // What follows is lies.
        let lying = [&PLAIN[..16], &[0xff; 4096]].concat();
        assert_eq!(contents(&lying).dimensions, whole);
    }

    #[test]
    fn compressed_boxes_are_counted() {
        let with = |others: usize| {
            let damaged = wrap(b"brob", b"xml \xff").repeat(others);
            let sound = wrap(b"brob", &[&b"xml "[..], &compressed(b"packet")].concat());
            contents(&[CONTAINER.to_vec(), damaged, sound].concat()).xmp
        };
        assert_eq!(with(COMPRESSED_LIMIT - 1).as_deref(), Some(&b"packet"[..]));
        assert_eq!(with(COMPRESSED_LIMIT), None);
    }
}

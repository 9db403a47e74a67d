//! Photoshop's own files: of the sections only the image resources, in which the metadata is.

use std::io::{self, Read, Seek};

use super::{BLOCK_LIMIT, Contents, array, skip, without_jpeg_prefix};
use crate::photoshop::{self, Resources};

pub(super) fn read(reader: &mut (impl Read + Seek), contents: &mut Contents) -> io::Result<()> {
    // Signature, version, reserved, channels; height, width; depth, colour mode.
    let start: [u8; 26] = array(reader)?;
    let number = |from: usize| u32::from_be_bytes([0, 1, 2, 3].map(|offset| start[from + offset]));
    contents.dimensions = Some((number(18), number(14)));
    let colours = u32::from_be_bytes(array(reader)?);
    skip(reader, colours.into())?;
    let length = u64::from(u32::from_be_bytes(array(reader)?));
    let mut resources = Vec::new();
    reader
        .take(length.min(BLOCK_LIMIT))
        .read_to_end(&mut resources)?;
    keep(&resources, contents);
    Ok(())
}

/// Keeps the metadata among resources; of several of a kind the first.
fn keep(resources: &[u8], contents: &mut Contents) {
    for resource in Resources(resources) {
        let place = match resource.identifier {
            photoshop::EXIF => &mut contents.exif,
            photoshop::XMP => &mut contents.xmp,
            photoshop::IPTC => &mut contents.iptc,
            _ => continue,
        };
        place.get_or_insert_with(|| without_jpeg_prefix(resource.content));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::photoshop::tests::resource;

    #[test]
    fn finds_metadata_behind_a_palette() {
        let resources = [
            resource(0x03ed, b"resolution", b"12345"),
            resource(photoshop::IPTC, b"", b"data sets"),
            resource(photoshop::XMP, b"", b"packet"),
            resource(photoshop::EXIF, b"", b"block"),
            resource(photoshop::EXIF, b"", b"another"),
        ]
        .concat();
        let header = b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x02\0\0\0\x03\0\x08\0\x03";
        let length = (resources.len() as u32).to_be_bytes();
        let bytes = [
            &header[..],
            b"\0\0\0\x04abcd",
            &length,
            &resources,
            b"layers",
        ]
        .concat();
        let read = |bytes: &[u8]| {
            let mut contents = Contents::default();
            super::read(&mut Cursor::new(bytes), &mut contents).ok();
            contents
        };
        let found = read(&bytes);
        assert_eq!(found.dimensions, Some((3, 2)));
        assert_eq!(found.exif.as_deref(), Some(&b"block"[..]));
        assert_eq!(found.xmp.as_deref(), Some(&b"packet"[..]));
        assert_eq!(found.iptc.as_deref(), Some(&b"data sets"[..]));
        for length in 0..bytes.len() {
            read(&bytes[..length]);
        }
    }
}

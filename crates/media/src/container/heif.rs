use std::io::{self, BufRead, Cursor, Seek};

use super::{Contents, array, block, skip};

/// Whether an `ftyp` brand is one of still pictures in HEIF, whatever codec is inside.
pub(super) fn is_brand(brand: &[u8]) -> bool {
    matches!(
        brand,
        b"heic"
            | b"heix"
            | b"heim"
            | b"heis"
            | b"hevc"
            | b"hevx"
            | b"mif1"
            | b"mif2"
            | b"msf1"
            | b"miaf"
            | b"avif"
            | b"avis"
    )
}

/// Finds the EXIF item, the dimensions and the rotation in the `meta` box.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    contents.exif = exif_item(reader);
    reader.rewind()?;
    while let Some((kind, length)) = next_box(reader)? {
        if &kind == b"meta" {
            let meta = block(reader, length)?.unwrap_or_default();
            return read_properties(&meta, contents);
        }
        skip(reader, length)?;
    }
    Ok(())
}

/// The EXIF item's bytes; none when there is none or its table is unsound.
fn exif_item(reader: &mut (impl BufRead + Seek)) -> Option<Vec<u8>> {
    let parsed = ::exif::Reader::new()
        .continue_on_error(true)
        .read_from_container(reader)
        .or_else(|error| error.distill_partial_result(|_| {}));
    parsed.ok().map(|exif| exif.buf().to_vec())
}

/// Reads the properties of all items. The primary picture is the largest of them: what else a
/// file holds are its tiles, thumbnails and depth maps.
fn read_properties(meta: &[u8], contents: &mut Contents) -> io::Result<()> {
    // `meta` begins with a version and flags.
    let Some(container) = meta
        .get(4..)
        .and_then(|children| child(children, b"iprp"))
        .and_then(|properties| child(properties, b"ipco"))
    else {
        return Ok(());
    };
    let mut reader = Cursor::new(container);
    while let Some((kind, length)) = next_box(&mut reader)? {
        let property = block(&mut reader, length)?.unwrap_or_default();
        match (&kind, property.as_slice()) {
            // A version and flags, then width and height.
            (b"ispe", [_, _, _, _, w0, w1, w2, w3, h0, h1, h2, h3, ..]) => {
                let size = (
                    u32::from_be_bytes([*w0, *w1, *w2, *w3]),
                    u32::from_be_bytes([*h0, *h1, *h2, *h3]),
                );
                let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
                contents.dimensions = contents
                    .dimensions
                    .into_iter()
                    .chain([size])
                    .max_by_key(|&size| area(size));
            }
            // Quarter turns against the clock.
            (b"irot", [turns, ..]) => {
                contents.orientation = Some([1, 8, 3, 6][usize::from(turns & 3)]);
            }
            _ => {}
        }
    }
    Ok(())
}

/// The content of the first box of a kind.
fn child<'a>(boxes: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    let mut reader = Cursor::new(boxes);
    while let Some((kind, length)) = next_box(&mut reader).ok()? {
        let start = usize::try_from(reader.position()).ok()?;
        if &kind == wanted {
            return boxes.get(start..start.checked_add(usize::try_from(length).ok()?)?);
        }
        skip(&mut reader, length).ok()?;
    }
    None
}

/// The kind and the length of the content of the next box; nothing at the end.
fn next_box(reader: &mut (impl BufRead + Seek)) -> io::Result<Option<([u8; 4], u64)>> {
    if reader.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let short = u32::from_be_bytes(array(reader)?);
    let kind = array(reader)?;
    let (length, header) = match short {
        1 => (u64::from_be_bytes(array(reader)?), 16),
        _ => (u64::from(short), 8),
    };
    // A length of zero means "to the end of the file", which only the last box may have.
    Ok(length.checked_sub(header).map(|length| (kind, length)))
}

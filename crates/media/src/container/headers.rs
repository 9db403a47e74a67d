//! Dimensions of formats whose headers say little else that is of interest.

use std::io::{self, Read, Seek};

use super::{Contents, array};

/// The largest drawing that is read, in bytes.
const DRAWING_LIMIT: u64 = 16 * 1024 * 1024;

pub(super) fn read_bmp(reader: &mut (impl Read + Seek), contents: &mut Contents) -> io::Result<()> {
    let start: [u8; 26] = array(reader)?;
    let number = |from: usize| [0, 1, 2, 3].map(|offset| start[from + offset]);
    contents.dimensions = match u32::from_le_bytes(number(14)) {
        // The header of OS/2 has shorter numbers.
        12 => Some((
            u16::from_le_bytes([start[18], start[19]]).into(),
            u16::from_le_bytes([start[20], start[21]]).into(),
        )),
        // A negative height means that rows go from the top down.
        _ => Some((
            i32::from_le_bytes(number(18)).unsigned_abs(),
            i32::from_le_bytes(number(22)).unsigned_abs(),
        )),
    };
    Ok(())
}

pub(super) fn read_svg(reader: &mut (impl Read + Seek), contents: &mut Contents) -> io::Result<()> {
    let mut text = Vec::new();
    reader.take(DRAWING_LIMIT).read_to_end(&mut text)?;
    contents.dimensions = crate::render::drawing_size(&text);
    // A packet among the drawing's own elements, or RDF alone.
    contents.xmp = memchr::memmem::find(&text, b"RDF").map(|_| text);
    Ok(())
}

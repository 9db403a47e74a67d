//! Dimensions of formats whose headers say little else that is of interest.

use std::io::{self, Read, Seek};

use super::{Contents, array, read_as_far_as_possible};
use crate::source;

/// How far a header may reach, in bytes.
const HEADER_LIMIT: u64 = 1024 * 1024;
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

pub(super) fn read_psd(reader: &mut (impl Read + Seek), contents: &mut Contents) -> io::Result<()> {
    let start: [u8; 22] = array(reader)?;
    let number = |from: usize| u32::from_be_bytes([0, 1, 2, 3].map(|offset| start[from + offset]));
    contents.dimensions = Some((number(18), number(14)));
    Ok(())
}

/// The size stands in the `ihdr` box of a file, and in the SIZ marker of a bare codestream.
pub(super) fn read_jpeg2000(
    reader: &mut (impl Read + Seek),
    contents: &mut Contents,
) -> io::Result<()> {
    let header = read_header(reader)?;
    let numbers = |position: usize| -> Option<[u32; 4]> {
        let (numbers, _) = header.get(position..position + 16)?.as_chunks::<4>();
        Some([0, 1, 2, 3].map(|index| u32::from_be_bytes(numbers[index])))
    };
    contents.dimensions = if header.starts_with(b"\xff\x4f\xff\x51") {
        // The end of the grid in both directions, then its beginning.
        numbers(8).and_then(|[right, bottom, left, top]| {
            Some((right.checked_sub(left)?, bottom.checked_sub(top)?))
        })
    } else {
        memchr::memmem::find(&header, b"ihdr")
            .and_then(|position| numbers(position + 4))
            .map(|[height, width, ..]| (width, height))
    };
    Ok(())
}

pub(super) fn read_svg(reader: &mut (impl Read + Seek), contents: &mut Contents) -> io::Result<()> {
    let mut text = Vec::new();
    reader.take(DRAWING_LIMIT).read_to_end(&mut text)?;
    contents.dimensions = crate::render::drawing_size(&text);
    Ok(())
}

fn read_header(reader: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
    let mut header =
        source::filled(HEADER_LIMIT, 0).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let length = read_as_far_as_possible(reader, &mut header)?;
    header.truncate(length);
    Ok(header)
}

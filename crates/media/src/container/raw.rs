//! Raw files of cameras: most are TIFF files, some are boxes, and a few are neither.

use std::io::{self, BufRead, Cursor, Seek};

use super::{Contents, find_jpegs, jpeg, movie, tiff};

/// What some cameras write in the place of TIFF's 42.
const OWN_MARKS: [&[u8; 4]; 4] = [b"IIRO", b"IIRS", b"MMOR", b"IIU\0"];

/// The first directory describes a small picture, or the sensor. The size that counts is that of
/// the largest picture in the file.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let bytes = tiff::read_bytes(reader)?;
    let largest =
        find_jpegs(&bytes).max_by_key(|(width, height, _)| u64::from(*width) * u64::from(*height));
    let dimensions = largest.map(|(width, height, _)| (width, height));
    let outcome = match bytes.first_chunk::<4>() {
        Some(mark) if is_tiff(mark) => {
            contents.exif = Some(with_usual_mark(bytes));
            Ok(())
        }
        _ if bytes.get(4..8) == Some(b"ftyp") => movie::read(reader, contents),
        // What is neither keeps its EXIF in a picture that was made with it.
        _ => {
            let picture = largest.map_or(&[][..], |(_, _, jpeg)| jpeg);
            jpeg::read(&mut Cursor::new(picture), contents)
        }
    };
    contents.dimensions = dimensions;
    outcome
}

fn is_tiff(mark: &[u8; 4]) -> bool {
    matches!(mark, b"II\x2a\0" | b"MM\0\x2a") || OWN_MARKS.contains(&mark)
}

/// So that it can be read as any TIFF file.
fn with_usual_mark(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(mark) = bytes.first_chunk_mut::<4>()
        && OWN_MARKS.contains(&&*mark)
    {
        *mark = if mark[0] == b'I' {
            *b"II\x2a\0"
        } else {
            *b"MM\0\x2a"
        };
    }
    bytes
}

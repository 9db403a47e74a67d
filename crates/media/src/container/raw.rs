//! Raw files of cameras: most are TIFF files, some are boxes, and a few are neither.

use std::io::{self, BufRead, Seek, SeekFrom};

use super::{Contents, Embedded, jpeg, largest_jpeg, movie, read_as_far_as_possible, tiff};

/// What some cameras write in the place of TIFF's 42.
const OWN_MARKS: [&[u8; 4]; 4] = [b"IIRO", b"IIRS", b"MMOR", b"IIU\0"];

/// The first directory describes a small picture, or the sensor. The size that counts is that of
/// the largest picture in the file.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let largest = largest_jpeg(reader)?;
    let outcome = read_metadata(reader, largest, contents);
    contents.dimensions = largest.map(|picture| (picture.width, picture.height));
    outcome
}

fn read_metadata(
    reader: &mut (impl BufRead + Seek),
    largest: Option<Embedded>,
    contents: &mut Contents,
) -> io::Result<()> {
    reader.rewind()?;
    let mut start = [0; 8];
    read_as_far_as_possible(reader, &mut start)?;
    match start {
        [mark @ .., _, _, _, _] if is_tiff(&mark) => {
            contents.exif = Some(with_usual_mark(tiff::read_metadata(reader)?));
            Ok(())
        }
        [_, _, _, _, b'f', b't', b'y', b'p'] => movie::read(reader, contents),
        // What is neither keeps its EXIF in a picture that was made with it.
        _ => match largest {
            Some(picture) => {
                reader.seek(SeekFrom::Start(picture.offset))?;
                jpeg::read(reader, contents)
            }
            None => Ok(()),
        },
    }
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

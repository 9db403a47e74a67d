use std::io::{self, BufRead, Seek};

use super::{Contents, read_as_far_as_possible};

/// Directories may stand anywhere in a TIFF file, so all of it is kept, up to this many bytes.
const FILE_LIMIT: u64 = 256 * 1024 * 1024;

/// A TIFF file is an EXIF block with pixels.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    contents.exif = Some(read_bytes(reader)?);
    Ok(())
}

/// The file from its start, as far as it is kept.
pub(super) fn read_bytes(reader: &mut (impl BufRead + Seek)) -> io::Result<Vec<u8>> {
    let length = reader.seek(io::SeekFrom::End(0))?.min(FILE_LIMIT);
    reader.rewind()?;
    let mut bytes = crate::source::filled(length, 0)
        .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let count = read_as_far_as_possible(reader, &mut bytes)?;
    bytes.truncate(count);
    Ok(bytes)
}

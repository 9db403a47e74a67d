use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::MediaError;

/// Reads a whole file from its start, refusing more than `limit` bytes.
pub(crate) fn read_all(mut input: &File, limit: u64) -> Result<Vec<u8>, MediaError> {
    let length = input.seek(SeekFrom::End(0))?;
    if length > limit {
        return Err(MediaError::TooLarge(format!(
            "{length} bytes, the limit is {limit}"
        )));
    }
    input.rewind()?;
    let mut bytes = reserve(length)?;
    // The file may still be growing; what was reserved is the limit.
    input.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// An empty vector with room for `length` bytes, or an error where a plain allocation would end
/// the process.
pub(crate) fn reserve(length: u64) -> Result<Vec<u8>, MediaError> {
    let length = usize::try_from(length).map_err(|_| MediaError::OutOfMemory)?;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(length)
        .map_err(|_| MediaError::OutOfMemory)?;
    Ok(bytes)
}

/// A vector of `length` bytes, each of value `fill`.
pub(crate) fn filled(length: u64, fill: u8) -> Result<Vec<u8>, MediaError> {
    let mut bytes = reserve(length)?;
    bytes.resize(bytes.capacity().min(length as usize), fill);
    Ok(bytes)
}

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

/// An empty vector with room for `length` values, or an error where a plain allocation would end
/// the process.
pub(crate) fn reserve<T>(length: u64) -> Result<Vec<T>, MediaError> {
    let length = usize::try_from(length).map_err(|_| MediaError::OutOfMemory)?;
    let mut values = Vec::new();
    values
        .try_reserve_exact(length)
        .map_err(|_| MediaError::OutOfMemory)?;
    Ok(values)
}

/// A vector of `length` times the value `fill`.
pub(crate) fn filled<T: Clone>(length: u64, fill: T) -> Result<Vec<T>, MediaError> {
    let mut values = reserve(length)?;
    values.resize(values.capacity().min(length as usize), fill);
    Ok(values)
}

/// Why nothing was drawn of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// More than [`SCAN_LIMIT`](crate::SCAN_LIMIT) scans: such files are made to keep decoders busy.
    #[error("too many scans")]
    TooManyScans,
    /// The file is damaged or ends early, and nothing that is kept was told before.
    #[error("nothing can be decoded")]
    Nothing,
    /// An allocation failed.
    #[error("out of memory")]
    OutOfMemory,
}

/// A vector of `length` times the value `fill`, or an error where a plain allocation would end the process.
pub(crate) fn filled<T: Clone>(length: u64, fill: T) -> Result<Vec<T>, Error> {
    let length = usize::try_from(length).map_err(|_| Error::OutOfMemory)?;
    let mut values = Vec::new();
    values
        .try_reserve_exact(length)
        .map_err(|_| Error::OutOfMemory)?;
    values.resize(length, fill);
    Ok(values)
}

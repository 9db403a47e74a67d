//! From an XMP packet to [`Findings`], and from a user's edits to a sidecar.

mod names;
mod packet;
mod read;

pub(crate) use read::read_into;

//! From an XMP packet to [`Findings`](crate::findings::Findings), and from a user's edits to a sidecar.

mod names;
mod packet;
mod read;
mod regions;
mod rewrite;
mod write;

pub(crate) use read::read_into;
pub(crate) use rewrite::rewrite;
pub(crate) use write::EMPTY;

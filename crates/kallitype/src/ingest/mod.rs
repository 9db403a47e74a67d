//! The way of an upload: multipart → hash → durable file → record → jobs.

pub(crate) mod multipart;
pub(crate) mod received;
mod record;
mod writer;

pub use writer::copy;

pub use multipart::{receive, receive_file};
pub use received::asset_type;
pub use received::{Received, ReceivedFile};
pub use record::{
    NewAsset, Occasion, Recorded, place, record, require_active, require_distinct_keys,
    require_quota,
};

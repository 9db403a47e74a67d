//! The way of an upload: multipart → hash → durable file → record → jobs.

pub(crate) mod context;
pub(crate) mod multipart;
pub(crate) mod received;
pub(crate) mod record;
pub(crate) mod writer;

pub(crate) use context::Outlook;
pub(crate) use context::UploadContext;
pub(crate) use multipart::receive;
pub(crate) use multipart::receive_file;
pub(crate) use received::Received;
pub(crate) use received::ReceivedAsset;
pub(crate) use received::ReceivedFile;
pub(crate) use record::AssetSource;
pub(crate) use record::Recorded;
pub(crate) use record::place;
pub(crate) use record::record;
pub(crate) use writer::copy;

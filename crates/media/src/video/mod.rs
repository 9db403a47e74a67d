//! Videos, by the programs `ffprobe` and `ffmpeg`.
//!
//! Demuxers and decoders are the largest heap of C code a library meets, so the two run as [`launcher`] confines
//! them: without network, with one readable input, one writable output and limits on memory, time and size. What a
//! file is called never reaches them, and only containers that can be uploaded are opened, no playlists.

mod arguments;
mod facts;
mod filters;
mod launcher;
mod poster;
pub(crate) mod probe;
mod program;
mod remux;
mod tools;
mod transcode;

pub use facts::VideoFacts;
pub use launcher::run_launcher;
pub use remux::Container;
pub use tools::{VideoSettings, VideoTools};
pub use transcode::{Acceleration, PRESETS, Target, VideoCodec};

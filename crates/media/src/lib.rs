//! Bytes in, pictures and facts out.
//!
//! This crate reads what a photograph says about itself ([`extract`]) and makes the small pictures
//! that clients show ([`render`], [`crop`]). It knows nothing of HTTP, databases or users.
//!
//! Files are written by strangers, and some decoders are written in C. A server therefore does not
//! call these functions itself but asks a [`WorkerPool`], which passes the opened file to a
//! confined process running [`run_worker`]: whatever a file does there, it costs one call.
//!
//! Videos are left to `ffmpeg` and `ffprobe`, see [`VideoTools`]; they too run confined, through [`run_launcher`].
//!
//! Adding a format takes a branch in `container` (what the file says) and one in `render::decode`
//! (its pixels); everything after that is common.

mod clock;
mod container;
mod dates;
mod error;
mod exif;
mod extract;
mod faces;
mod facts;
mod findings;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod iptc;
mod motion;
mod movie;
mod numbers;
mod photoshop;
mod render;
mod sidecar;
mod source;
mod tags;
mod text;
mod video;
mod worker;
mod xmp;

pub use clock::{Precision, WallClock};
pub use error::MediaError;
pub use extract::extract;
pub use faces::{FaceArea, FaceEdits, FaceRegion, MAX_FACES};
pub use facts::{ByteRange, Facts};
pub use render::{
    CropOptions, Encoding, Fingerprint, OutputFormat, RenderOptions, Rendered, crop, render,
};
pub use sidecar::{SidecarEdits, new_sidecar, read_sidecar, rewrite_sidecar};
pub use video::{
    Acceleration, Container, PRESETS, Target, VideoCodec, VideoFacts, VideoSettings, VideoTools,
    run_launcher,
};
pub use worker::{WorkerPool, WorkerSettings, run_worker};

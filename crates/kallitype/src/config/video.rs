use std::path::PathBuf;

use clap::{Args, ValueEnum};

use kallitype_media::{Acceleration, PRESETS, VideoCodec};

/// What is done with videos, and by which programs.
#[derive(Debug, Clone, Args)]
pub struct VideoOptions {
    /// The program that converts videos: a name in PATH, or a path
    #[arg(long, env = "KALLITYPE_FFMPEG_PATH", default_value = "ffmpeg")]
    pub ffmpeg_path: PathBuf,

    /// The program that looks into videos: a name in PATH, or a path
    #[arg(long, env = "KALLITYPE_FFPROBE_PATH", default_value = "ffprobe")]
    pub ffprobe_path: PathBuf,

    /// Bytes of memory that either of the two may take
    #[arg(long, env = "KALLITYPE_VIDEO_MEMORY_BYTES", default_value_t = 2 << 30)]
    pub video_memory_bytes: u64,

    /// Seconds that converting one video may take; looking into one is a matter of --media-timeout-seconds
    #[arg(
        long,
        env = "KALLITYPE_VIDEO_TIMEOUT_SECONDS",
        default_value_t = 14_400
    )]
    pub video_timeout_seconds: u64,

    /// Videos converted at once
    #[arg(long, env = "KALLITYPE_VIDEO_WORKERS", default_value_t = 1)]
    pub video_workers: usize,

    /// Which videos get a version for browsers: none (off), those that browsers do not play (required), or all
    #[arg(
        long,
        env = "KALLITYPE_TRANSCODE",
        value_enum,
        default_value = "required"
    )]
    pub transcode: TranscodePolicy,

    /// The codec of those versions
    #[arg(
        long,
        env = "KALLITYPE_TRANSCODE_CODEC",
        value_enum,
        default_value = "h264"
    )]
    pub transcode_codec: Codec,

    /// Pixels of the short edge of those versions at most; 0 keeps every size
    #[arg(long, env = "KALLITYPE_TRANSCODE_RESOLUTION", default_value_t = 720)]
    pub transcode_resolution: u32,

    /// Their quality, as the codec counts it: lower is better and larger
    #[arg(long, env = "KALLITYPE_TRANSCODE_CRF", default_value_t = 23,
        value_parser = clap::value_parser!(u32).range(0..=63))]
    pub transcode_crf: u32,

    /// How much time is taken to make them small, as x264 calls it
    #[arg(long, env = "KALLITYPE_TRANSCODE_PRESET", default_value = "veryfast", value_parser = PRESETS)]
    pub transcode_preset: String,

    /// The hardware that encodes them
    #[arg(
        long,
        env = "KALLITYPE_TRANSCODE_ACCELERATION",
        value_enum,
        default_value = "off"
    )]
    pub transcode_acceleration: Hardware,

    /// The graphics card for vaapi and qsv
    #[arg(
        long,
        env = "KALLITYPE_TRANSCODE_DEVICE",
        default_value = "/dev/dri/renderD128"
    )]
    pub transcode_device: PathBuf,

    /// Processor threads for one of them; 0 takes as many as there are
    #[arg(long, env = "KALLITYPE_TRANSCODE_THREADS", default_value_t = 0)]
    pub transcode_threads: u32,

    /// Bytes of one of them at most
    #[arg(long, env = "KALLITYPE_TRANSCODE_MAX_BYTES", default_value_t = 100 << 30)]
    pub transcode_max_bytes: u64,
}

/// Which videos get a version for browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TranscodePolicy {
    Off,
    Required,
    All,
}

/// Codecs to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Codec {
    H264,
    Hevc,
    Vp9,
    Av1,
}

impl From<Codec> for VideoCodec {
    fn from(codec: Codec) -> Self {
        match codec {
            Codec::H264 => Self::H264,
            Codec::Hevc => Self::Hevc,
            Codec::Vp9 => Self::Vp9,
            Codec::Av1 => Self::Av1,
        }
    }
}

/// Hardware to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Hardware {
    Off,
    Vaapi,
    Qsv,
    Nvenc,
}

impl From<Hardware> for Acceleration {
    fn from(hardware: Hardware) -> Self {
        match hardware {
            Hardware::Off => Self::Off,
            Hardware::Vaapi => Self::Vaapi,
            Hardware::Qsv => Self::Qsv,
            Hardware::Nvenc => Self::Nvenc,
        }
    }
}

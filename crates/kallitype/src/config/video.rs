use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::fixed::FixedSettings;
use super::system::ffmpeg::{ORIGINAL, TranscodeHWAccel, TranscodePolicy};
use super::system::job::MAX_CONCURRENCY;
use kallitype_media::PRESETS;

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

    /// Videos converted at once [default: 1]
    #[arg(long, env = "KALLITYPE_VIDEO_WORKERS", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_CONCURRENCY)))]
    pub video_workers: Option<u32>,

    /// Which videos get a version for browsers: none (off), those that browsers do not play (required), or all
    /// [default: required]
    #[arg(long, env = "KALLITYPE_TRANSCODE", value_enum)]
    pub transcode: Option<Transcode>,

    /// The codec of those versions [default: h264]
    #[arg(long, env = "KALLITYPE_TRANSCODE_CODEC", value_enum)]
    pub transcode_codec: Option<Codec>,

    /// Pixels of the short edge of those versions at most; 0 keeps every size [default: 720]
    #[arg(long, env = "KALLITYPE_TRANSCODE_RESOLUTION")]
    pub transcode_resolution: Option<u16>,

    /// Their quality, as the codec counts it, 0 to 51: lower is better and larger [default: 23]
    #[arg(long, env = "KALLITYPE_TRANSCODE_CRF", value_parser = clap::value_parser!(u32).range(0..=51))]
    pub transcode_crf: Option<u32>,

    /// How much time is taken to make them small, as x264 calls it [default: veryfast]
    #[arg(long, env = "KALLITYPE_TRANSCODE_PRESET", value_parser = PRESETS)]
    pub transcode_preset: Option<String>,

    /// The hardware that encodes them [default: off]
    #[arg(long, env = "KALLITYPE_TRANSCODE_ACCELERATION", value_enum)]
    pub transcode_acceleration: Option<Hardware>,

    /// The graphics card for vaapi and qsv [default: /dev/dri/renderD128]
    #[arg(long, env = "KALLITYPE_TRANSCODE_DEVICE")]
    pub transcode_device: Option<String>,

    /// Processor threads for one of them; 0 takes as many as there are [default: 0]
    #[arg(long, env = "KALLITYPE_TRANSCODE_THREADS", value_parser = clap::value_parser!(u32).range(..=i64::from(i32::MAX)))]
    pub transcode_threads: Option<u32>,

    /// Bytes of one of them at most
    #[arg(long, env = "KALLITYPE_TRANSCODE_MAX_BYTES", default_value_t = 100 << 30)]
    pub transcode_max_bytes: u64,
}

/// Which videos get a version for browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Transcode {
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

/// Hardware to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Hardware {
    Off,
    Vaapi,
    Qsv,
    Nvenc,
}

impl VideoOptions {
    pub(super) fn fix(&self, fixed: &mut FixedSettings<'_>) {
        fixed.set(
            "job.videoConversion.concurrency",
            "video-workers",
            self.video_workers,
        );
        let policy = self.transcode.map(policy);
        fixed.set(
            "ffmpeg.transcode",
            "transcode",
            policy.map(TranscodePolicy::name),
        );
        fixed.name(
            "ffmpeg.targetVideoCodec",
            "transcode-codec",
            self.transcode_codec,
        );
        let resolution = self.transcode_resolution.map(resolution);
        fixed.set(
            "ffmpeg.targetResolution",
            "transcode-resolution",
            resolution,
        );
        fixed.set("ffmpeg.crf", "transcode-crf", self.transcode_crf);
        fixed.set(
            "ffmpeg.preset",
            "transcode-preset",
            self.transcode_preset.clone(),
        );
        let hardware = self.transcode_acceleration.map(hardware);
        fixed.set(
            "ffmpeg.accel",
            "transcode-acceleration",
            hardware.map(TranscodeHWAccel::name),
        );
        fixed.set(
            "ffmpeg.preferredHwDevice",
            "transcode-device",
            self.transcode_device.clone(),
        );
        fixed.set(
            "ffmpeg.threads",
            "transcode-threads",
            self.transcode_threads,
        );
    }
}

fn policy(transcode: Transcode) -> TranscodePolicy {
    match transcode {
        Transcode::Off => TranscodePolicy::Disabled,
        Transcode::Required => TranscodePolicy::Required,
        Transcode::All => TranscodePolicy::All,
    }
}

fn resolution(pixels: u16) -> String {
    match pixels {
        0 => ORIGINAL.into(),
        pixels => pixels.to_string(),
    }
}

fn hardware(hardware: Hardware) -> TranscodeHWAccel {
    match hardware {
        Hardware::Off => TranscodeHWAccel::Disabled,
        Hardware::Vaapi => TranscodeHWAccel::Vaapi,
        Hardware::Qsv => TranscodeHWAccel::Qsv,
        Hardware::Nvenc => TranscodeHWAccel::Nvenc,
    }
}

//! A video as browsers can play it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::VideoFacts;
use super::arguments::Arguments;
use super::filters::{self, ToneMapping};
use super::remux;
use crate::MediaError;

/// Sound for a film on a phone or a laptop.
const AUDIO_BIT_RATE: &str = "160k";

/// The codec of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VideoCodec {
    H264,
    Hevc,
    Vp9,
    Av1,
}

/// What encodes it. Decoding is left to the processor, which reads every file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceleration {
    Off,
    Vaapi,
    Qsv,
    Nvenc,
}

/// What a video is made into: an MP4 file that begins with its index.
#[derive(Debug, Clone)]
pub struct Target {
    pub codec: VideoCodec,
    /// The longest short edge in pixels; 0 keeps the size.
    pub short_edge: u32,
    /// The quality: lower is better and larger.
    pub constant_rate_factor: u32,
    /// `ultrafast` to `veryslow`, as x264 counts speed.
    pub preset: String,
    pub acceleration: Acceleration,
    /// The graphics card, for VA-API and Quick Sync.
    pub device: PathBuf,
    /// Processor threads; 0 takes as many as there are.
    pub threads: u32,
    /// Whether a picture that browsers decode is kept as it is, bit for bit.
    pub keeps_common_picture: bool,
    /// Bytes of the result.
    pub max_bytes: u64,
}

/// The presets, from the fastest to the slowest.
pub const PRESETS: [&str; 9] = [
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
];

/// The arguments that write the target.
///
/// # Errors
/// [`MediaError::Unavailable`] when the codec cannot be had from that hardware, or there is no such preset.
pub(super) fn arguments(
    input: &Path,
    output: &Path,
    facts: &VideoFacts,
    target: &Target,
    mapping: ToneMapping,
) -> Result<Vec<OsString>, MediaError> {
    let mut arguments = open_device(Arguments::ffmpeg(), target)
        .pair("-threads", target.threads)
        .input(input)
        .pair("-map", format!("0:{}", facts.video_stream));
    if let Some(audio) = facts.audio_stream {
        arguments = arguments.pair("-map", format!("0:{audio}"));
    }
    // What the file says of place and camera is the library's to tell.
    arguments = remux::without_words(arguments);
    let silencer = remux::silencer(&facts.video_codec);
    arguments = match silencer.filter(|_| target.keeps_common_picture && facts.has_common_picture())
    {
        Some(silencer) => arguments.all(&["-c:v", "copy"]).pair("-bsf:v", silencer),
        None => encode(arguments, facts, target, mapping)?,
    };
    Ok(sound(arguments, facts)
        .pair("-threads", target.threads)
        .all(&["-max_muxing_queue_size", "4096"])
        .all(&["-movflags", "+faststart", "-progress", "pipe:1"])
        .output("mp4", output))
}

fn open_device(arguments: Arguments, target: &Target) -> Arguments {
    let device = target.device.to_string_lossy();
    match target.acceleration {
        Acceleration::Off | Acceleration::Nvenc => arguments,
        Acceleration::Vaapi => arguments.pair("-vaapi_device", device),
        Acceleration::Qsv => arguments
            .pair("-init_hw_device", format!("qsv=card,child_device={device}"))
            .pair("-filter_hw_device", "card"),
    }
}

fn encode(
    arguments: Arguments,
    facts: &VideoFacts,
    target: &Target,
    mapping: ToneMapping,
) -> Result<Arguments, MediaError> {
    let size = filters::fit_short_edge(facts, target.short_edge);
    let filter = filters::prepare(facts, size, mapping);
    let upload = match target.acceleration {
        Acceleration::Off | Acceleration::Nvenc => "format=yuv420p",
        Acceleration::Vaapi => "format=nv12,hwupload",
        Acceleration::Qsv => "format=nv12,hwupload=extra_hw_frames=64",
    };
    let arguments = arguments.pair("-vf", format!("{filter},{upload}"));
    let arguments = arguments.pair("-c:v", encoder(target)?);
    let arguments = quality(arguments, target)?;
    Ok(match target.codec {
        // Without it, Apple's players do not recognise the stream.
        VideoCodec::Hevc => arguments.pair("-tag:v", "hvc1"),
        _ => arguments,
    })
}

fn encoder(target: &Target) -> Result<String, MediaError> {
    use Acceleration::{Nvenc, Off, Qsv, Vaapi};
    let codec = match target.codec {
        VideoCodec::H264 => "h264",
        VideoCodec::Hevc => "hevc",
        VideoCodec::Vp9 => "vp9",
        VideoCodec::Av1 => "av1",
    };
    Ok(match (target.acceleration, target.codec) {
        (Off, VideoCodec::H264) => "libx264".into(),
        (Off, VideoCodec::Hevc) => "libx265".into(),
        (Off, VideoCodec::Vp9) => "libvpx-vp9".into(),
        (Off, VideoCodec::Av1) => "libsvtav1".into(),
        (Nvenc, VideoCodec::Vp9) => {
            return Err(MediaError::Unavailable("NVENC does not encode VP9".into()));
        }
        (Vaapi, _) => format!("{codec}_vaapi"),
        (Qsv, _) => format!("{codec}_qsv"),
        (Nvenc, _) => format!("{codec}_nvenc"),
    })
}

/// How good and how fast, in the words of each encoder.
fn quality(arguments: Arguments, target: &Target) -> Result<Arguments, MediaError> {
    let speed = PRESETS
        .iter()
        .position(|preset| *preset == target.preset)
        .ok_or_else(|| MediaError::Unavailable(format!("there is no preset {}", target.preset)))?;
    let factor = target.constant_rate_factor;
    Ok(match (target.acceleration, target.codec) {
        (Acceleration::Off, VideoCodec::H264 | VideoCodec::Hevc) => arguments
            .pair("-preset", &target.preset)
            .pair("-crf", factor),
        (Acceleration::Off, VideoCodec::Vp9) => arguments
            .pair("-crf", factor)
            .all(&["-b:v", "0", "-deadline", "good", "-row-mt", "1"])
            .pair("-cpu-used", 8_usize.saturating_sub(speed).min(5)),
        (Acceleration::Off, VideoCodec::Av1) => {
            arguments.pair("-preset", 12 - speed).pair("-crf", factor)
        }
        (Acceleration::Vaapi, _) => arguments.pair("-qp", factor),
        (Acceleration::Qsv, _) => arguments.pair("-global_quality", factor),
        (Acceleration::Nvenc, _) => arguments
            .pair("-preset", format!("p{}", (speed + 1).min(7)))
            .all(&["-rc", "vbr", "-b:v", "0"])
            .pair("-cq", factor),
    })
}

fn sound(arguments: Arguments, facts: &VideoFacts) -> Arguments {
    match facts.audio_codec.as_deref() {
        None => arguments.all(&["-an"]),
        Some("aac") => arguments.all(&["-c:a", "copy"]),
        Some(_) => arguments.all(&["-c:a", "aac", "-ac", "2", "-b:a", AUDIO_BIT_RATE]),
    }
}

/// What `ffmpeg` says of its progress, as it comes.
#[derive(Debug, Default)]
pub(super) struct Progress {
    line: Vec<u8>,
    percent: u8,
}

/// The longest line of a report; what is longer is none.
const MAX_LINE_BYTES: usize = 1024;

impl Progress {
    /// Takes in more of the report; answers the percentage when it has grown.
    pub(super) fn hear(&mut self, bytes: &[u8], duration_milliseconds: u64) -> Option<u8> {
        let before = self.percent;
        for byte in bytes {
            if *byte == b'\n' {
                self.end_line(duration_milliseconds);
            } else if self.line.len() < MAX_LINE_BYTES {
                self.line.push(*byte);
            }
        }
        (self.percent > before).then_some(self.percent)
    }

    fn end_line(&mut self, duration_milliseconds: u64) {
        let line = std::mem::take(&mut self.line);
        let reached = std::str::from_utf8(&line)
            .ok()
            .and_then(|line| line.strip_prefix("out_time_us="))
            .and_then(|text| text.trim().parse::<u64>().ok());
        if let (Some(reached), 1..) = (reached, duration_milliseconds) {
            let percent = (reached / 10 / duration_milliseconds).min(100);
            self.percent = self.percent.max(u8::try_from(percent).unwrap_or(100));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_heard_in_pieces() {
        let mut progress = Progress::default();
        assert_eq!(progress.hear(b"frame=1\nout_time_us=50", 1000), None);
        assert_eq!(progress.hear(b"0000\nspeed=1x\n", 1000), Some(50));
        assert_eq!(
            progress.hear(b"out_time_us=N/A\nout_time_us=100\n", 1000),
            None
        );
        assert_eq!(progress.hear(b"out_time_us=9999999\n", 1000), Some(100));
    }
}

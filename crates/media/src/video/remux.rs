//! A video in another container of the same kind, bit for bit the same picture and sound, without what it says of itself.

use std::ffi::OsString;
use std::path::Path;

use super::VideoFacts;
use super::arguments::Arguments;
use crate::MediaError;

/// What a video is put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    Mp4,
    QuickTime,
    WebM,
    Matroska,
}

impl Container {
    /// The kind that a video of this extension is kept in: its own where that can be written, else what holds anything.
    #[must_use]
    pub fn of_extension(extension: &str) -> Self {
        match extension {
            "mp4" | "m4v" | "3gp" | "3gpp" | "insv" => Self::Mp4,
            "mov" => Self::QuickTime,
            "webm" => Self::WebM,
            _ => Self::Matroska,
        }
    }

    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::QuickTime => "mov",
            Self::WebM => "webm",
            Self::Matroska => "mkv",
        }
    }

    /// As `ffmpeg` calls it.
    fn format(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::QuickTime => "mov",
            Self::WebM => "webm",
            Self::Matroska => "matroska",
        }
    }

    fn has_index(self) -> bool {
        matches!(self, Self::Mp4 | Self::QuickTime)
    }
}

/// The filter that takes out of a stream what cameras write into it beside the picture, such as when and where it was
/// taken. Nothing for codecs of which that is not known.
pub(super) fn silencer(codec: &str) -> Option<&'static str> {
    match codec {
        // Supplemental enhancement information.
        "h264" => Some("filter_units=remove_types=6"),
        "hevc" => Some("filter_units=remove_types=39|40"),
        // Metadata units.
        "av1" => Some("filter_units=remove_types=5"),
        // They have no room for it.
        "vp8" | "vp9" => Some("null"),
        _ => None,
    }
}

/// The arguments that write the same picture and sound.
///
/// # Errors
/// [`MediaError::Unsupported`] for a codec whose stream may tell more than the picture.
pub(super) fn arguments(
    input: &Path,
    output: &Path,
    facts: &VideoFacts,
    container: Container,
) -> Result<Vec<OsString>, MediaError> {
    let silencer = silencer(&facts.video_codec).ok_or_else(|| {
        MediaError::Unsupported(format!(
            "what {} says beside the picture",
            facts.video_codec
        ))
    })?;
    let mut arguments = Arguments::ffmpeg()
        .input(input)
        .pair("-map", format!("0:{}", facts.video_stream));
    if let Some(audio) = facts.audio_stream {
        arguments = arguments.pair("-map", format!("0:{audio}"));
    }
    let arguments = without_words(arguments)
        .all(&["-fflags", "+bitexact", "-c", "copy"])
        .pair("-bsf:v", silencer)
        .all(&["-max_muxing_queue_size", "4096"]);
    let arguments = match container.has_index() {
        true => arguments.all(&["-movflags", "+faststart"]),
        false => arguments,
    };
    Ok(arguments.output(container.format(), output))
}

/// Leaves out what a file says of itself: texts, chapters, and all streams but picture and sound.
pub(super) fn without_words(arguments: Arguments) -> Arguments {
    arguments.all(&["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"])
}

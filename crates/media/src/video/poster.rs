//! One frame that stands for a video.

use std::ffi::OsString;
use std::path::Path;

use super::VideoFacts;
use super::arguments::Arguments;
use super::filters::{self, ToneMapping};

/// Which part of a video is looked at, one after the other until a frame is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    /// A bit in, where films have begun: the most typical of the frames that are not black.
    WellIn,
    /// The same from the beginning, for files whose end comes early or that cannot be sought in.
    FromTheStart,
    /// Whatever comes first, black or not.
    FirstFrame,
}

pub(super) const ATTEMPTS: [Attempt; 3] =
    [Attempt::WellIn, Attempt::FromTheStart, Attempt::FirstFrame];

/// How far in the search begins: a tenth, but not further than this, in seconds.
const FARTHEST_START: f64 = 30.0;

/// How many seconds are searched for something to see.
const SEARCHED_SECONDS: u32 = 120;

/// How many frames the typical one is chosen from. Each is kept in memory meanwhile.
const CANDIDATES: u32 = 24;

/// The percentage of dark pixels from which on a frame shows nothing.
const BLACK_PERCENT: u32 = 98;

/// The arguments that write one upright frame as a PNG file.
pub(super) fn arguments(
    input: &Path,
    output: &Path,
    facts: &VideoFacts,
    long_edge: u32,
    mapping: ToneMapping,
    attempt: Attempt,
) -> Vec<OsString> {
    let size = filters::fit_long_edge(facts, long_edge);
    let mut filter = filters::prepare(facts, size, mapping);
    if attempt != Attempt::FirstFrame {
        filter.push_str(&format!(
            ",blackframe=amount=0,metadata=mode=select:key=lavfi.blackframe.pblack:value={BLACK_PERCENT}:function=less,\
             thumbnail=n={CANDIDATES}"
        ));
    }
    let mut arguments = Arguments::ffmpeg();
    if attempt == Attempt::WellIn {
        arguments = arguments.pair("-ss", start(facts));
    }
    arguments
        .pair("-t", SEARCHED_SECONDS)
        .input(input)
        .pair("-map", format!("0:{}", facts.video_stream))
        .all(&["-an", "-sn", "-dn"])
        .pair("-vf", filter)
        .pair("-frames:v", 1)
        .all(&["-c:v", "png", "-pix_fmt", "rgb24"])
        .output("image2pipe", output)
}

fn start(facts: &VideoFacts) -> f64 {
    let seconds = facts.duration_milliseconds.unwrap_or(0) as f64 / 1000.0;
    (seconds / 10.0).min(FARTHEST_START)
}

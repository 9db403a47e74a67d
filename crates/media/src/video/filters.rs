//! What is done to frames before they are encoded.

use super::VideoFacts;

/// What a build of `ffmpeg` can do with colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ToneMapping {
    /// It has `zscale`, which makes light linear, so that `tonemap` can bring it into range.
    Exact,
    /// It has not. Brightness is taken as it comes: such videos look pale, but are seen.
    None,
}

/// The height from which on untagged colours are those of high definition television.
const HIGH_DEFINITION: u32 = 720;

/// Brings colours into the range of ordinary screens, frames to a size, and pixels to squares.
pub(super) fn prepare(facts: &VideoFacts, size: (u32, u32), mapping: ToneMapping) -> String {
    let scale = format!("scale={}:{}", size.0, size.1);
    if !facts.is_high_dynamic_range() {
        return format!("{scale}{},setsar=1", colour_matrix(facts));
    }
    match mapping {
        // Scaled first: linear light takes sixteen bytes a pixel.
        ToneMapping::Exact => format!(
            "{scale},setsar=1,{}zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,\
             tonemap=hable:desat=0,zscale=transfer=bt709:matrix=bt709:range=limited,format=yuv420p",
            stated_colours(facts)
        ),
        ToneMapping::None => format!("{scale}:in_color_matrix=bt2020,setsar=1"),
    }
}

/// `zscale` refuses to guess what a file leaves out.
fn stated_colours(facts: &VideoFacts) -> String {
    let mut missing = Vec::new();
    if facts.colour_primaries.is_none() {
        missing.push("color_primaries=bt2020");
    }
    if facts.colour_matrix.is_none() {
        missing.push("colorspace=bt2020nc");
    }
    if missing.is_empty() {
        return String::new();
    }
    format!("setparams={},", missing.join(":"))
}

fn colour_matrix(facts: &VideoFacts) -> &'static str {
    if facts.colour_matrix.is_none() && facts.height >= HIGH_DEFINITION {
        ":in_color_matrix=bt709"
    } else {
        ""
    }
}

/// The size of an upright frame whose short edge is at most `short`, in even numbers; 0 keeps it as it is.
pub(super) fn fit_short_edge(facts: &VideoFacts, short: u32) -> (u32, u32) {
    let size = facts.upright_size();
    fit(size, size.0.min(size.1), short)
}

/// As [`fit_short_edge`], of the long edge.
pub(super) fn fit_long_edge(facts: &VideoFacts, long: u32) -> (u32, u32) {
    let size = facts.upright_size();
    fit(size, size.0.max(size.1), long)
}

fn fit((width, height): (u32, u32), edge: u32, max_edge: u32) -> (u32, u32) {
    let factor = if max_edge == 0 || edge <= max_edge {
        1.0
    } else {
        f64::from(max_edge) / f64::from(edge)
    };
    let even = |length: u32| ((f64::from(length) * factor / 2.0).round() as u32).max(1) * 2;
    (even(width), even(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_even_and_fit() {
        let facts = VideoFacts {
            width: 1921,
            height: 1081,
            pixel_aspect: 1.0,
            ..VideoFacts::default()
        };
        assert_eq!(fit_short_edge(&facts, 720), (1280, 720));
        assert_eq!(fit_short_edge(&facts, 0), (1922, 1082));
        let upright = VideoFacts {
            rotation: 90,
            ..facts
        };
        assert_eq!(fit_short_edge(&upright, 720), (720, 1280));
        assert_eq!(fit_long_edge(&upright, 640), (360, 640));
        let wide_pixels = VideoFacts {
            width: 720,
            height: 576,
            pixel_aspect: 64.0 / 45.0,
            ..VideoFacts::default()
        };
        assert_eq!(fit_short_edge(&wide_pixels, 720), (1024, 576));
    }
}

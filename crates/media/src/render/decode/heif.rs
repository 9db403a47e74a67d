//! HEIC, HEIF and AVIF.

use heic::{At, DecoderConfig, HeicError, ImageInfo, Limits, PixelLayout, RowSink};

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::reducer::Reducer;
use super::{Colour, Decoded, Task};
use crate::MediaError;

/// Strip by strip; the decoder turns the picture upright.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let bytes = task.bytes()?;
    let info = ImageInfo::from_bytes(&bytes).map_err(MediaError::malformed)?;
    let original = task.accept(info.width, info.height)?;
    let (layout, channels) = match info.has_alpha && is_avif(&bytes) {
        true => (PixelLayout::Rgba8, Channels::Rgba),
        false => (PixelLayout::Rgb8, Channels::Rgb),
    };
    let mut limits = Limits::default();
    limits.max_pixels = Some(task.pixel_limit);
    let mut strips = Strips::new(original, (task.wanted)(original), channels)?;
    let (width, height) = DecoderConfig::new()
        .decode_request(&bytes)
        .with_output_layout(layout)
        .with_limits(&limits)
        .decode_rows(&mut strips)
        .map_err(failed)?;
    // What was announced and what is there may differ; the rows would be read askew.
    if (width, height) != (original.width, original.height) {
        return Err(MediaError::malformed(
            "the picture is not of its announced size",
        ));
    }
    Ok(Decoded {
        picture: strips.finish().into(),
        original,
        colour: colour(&info),
        is_upright: true,
    })
}

/// Whether the file is by its brand coded as AV1. The decoder gets the transparency of others wrong (heic 0.1.6), so
/// they are shown without.
fn is_avif(bytes: &[u8]) -> bool {
    bytes.get(8..11).is_some_and(|brand| brand == b"avi")
}

/// Hands each strip to the reducer when the next one is asked for.
struct Strips {
    reducer: Reducer,
    strip: Vec<u8>,
    length: usize,
}

impl Strips {
    fn new(original: Size, wanted: Size, channels: Channels) -> Result<Self, MediaError> {
        Ok(Self {
            reducer: Reducer::new(original, wanted, channels)?,
            strip: Vec::new(),
            length: 0,
        })
    }

    fn hand_over(&mut self) {
        if let Some(rows) = self.strip.get(..self.length) {
            self.reducer.push(rows);
        }
        self.length = 0;
    }

    fn finish(mut self) -> Raster {
        self.hand_over();
        self.reducer.finish()
    }
}

impl RowSink for Strips {
    fn demand(&mut self, _y: u32, height: u32, min_bytes: usize) -> &mut [u8] {
        self.hand_over();
        if self.strip.len() < min_bytes {
            self.strip.resize(min_bytes, 0);
        }
        self.length = self.reducer.row_bytes().saturating_mul(height as usize);
        &mut self.strip
    }
}

fn colour(info: &ImageInfo) -> Colour {
    match &info.icc_profile {
        Some(profile) => Colour::Profile(profile.clone()),
        None => Colour::CodePoints {
            primaries: info.color_primaries.try_into().unwrap_or_default(),
            transfer: info.transfer_characteristics.try_into().unwrap_or_default(),
        },
    }
}

fn failed(error: At<HeicError>) -> MediaError {
    match error.error() {
        HeicError::LimitExceeded(what) => MediaError::TooLarge((*what).to_owned()),
        HeicError::OutOfMemory => MediaError::OutOfMemory,
        HeicError::Unsupported(what) | HeicError::UnsupportedCodec(what) => {
            MediaError::Unsupported((*what).to_owned())
        }
        other => MediaError::malformed(other),
    }
}

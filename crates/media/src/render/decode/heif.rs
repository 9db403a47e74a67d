//! HEIC, HEIF and AVIF.

use heic::{At, DecodeRequest, DecoderConfig, HeicError, ImageInfo, Limits, PixelLayout, RowSink};

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::reducer::Reducer;
use super::{Colour, Decoded, Task, check_size};
use crate::container::heif;
use crate::{MediaError, source};

/// Rows that are given their colours at once. An even number: two rows share theirs.
const BAND_HEIGHT: u32 = 64;

/// The most pixels of an AV1 picture that is not made of tiles: its decoder takes eleven bytes for each, and a worker
/// has a gigabyte.
const AV1_PIXEL_LIMIT: u64 = 80_000_000;

/// Turning is left until the picture is small.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut bytes = task.bytes()?;
    let is_turned = heif::take_turns(&mut bytes);
    let info = ImageInfo::from_bytes(&bytes).map_err(MediaError::malformed)?;
    let original = task.accept(info.width, info.height)?;
    let (layout, channels) = match info.has_alpha && is_avif(&bytes) {
        true => (PixelLayout::Rgba8, Channels::Rgba),
        false => (PixelLayout::Rgb8, Channels::Rgb),
    };
    let mut limits = Limits::default();
    limits.max_pixels = Some(task.pixel_limit);
    let reducer = Reducer::new(original, (task.wanted)(original), channels)?;
    let config = DecoderConfig::new();
    let request = config
        .decode_request(&bytes)
        .with_output_layout(layout)
        .with_limits(&limits);
    let is_tiled = heif::is_tiled(&bytes);
    if is_avif(&bytes) && !is_tiled && original.pixels() > AV1_PIXEL_LIMIT {
        return Err(MediaError::TooLarge(format!(
            "an AV1 picture of {} pixels, the limit is {AV1_PIXEL_LIMIT}",
            original.pixels()
        )));
    }
    let raster = match is_tiled && !is_avif(&bytes) {
        true => read_tiles(request, original, reducer)?,
        false => read_frame(request, original, reducer)?,
    };
    Ok(Decoded {
        picture: raster.into(),
        original,
        colour: colour(&info),
        is_upright: !is_turned,
    })
}

/// A row of tiles after the other.
fn read_tiles(
    request: DecodeRequest<'_>,
    original: Size,
    reducer: Reducer,
) -> Result<Raster, MediaError> {
    let mut strips = Strips::new(reducer);
    let (width, height) = request.decode_rows(&mut strips).map_err(failed)?;
    check_size(original, width, height)?;
    Ok(strips.finish())
}

/// A picture that can only be decoded whole. It is kept in the form in which it is coded.
fn read_frame(
    request: DecodeRequest<'_>,
    original: Size,
    mut reducer: Reducer,
) -> Result<Raster, MediaError> {
    let mut frame = request.decode_yuv().map_err(failed)?;
    check_size(original, frame.cropped_width(), frame.cropped_height())?;
    let bottom = frame.crop_top + original.height;
    let mut rows = source::filled(u64::from(BAND_HEIGHT) * reducer.row_bytes() as u64, 0)?;
    while frame.crop_top < bottom {
        let height = BAND_HEIGHT.min(bottom - frame.crop_top);
        frame.crop_bottom = frame.height - frame.crop_top - height;
        let written = match reducer.channels() {
            Channels::Rgba => frame.write_rgba_into(&mut rows),
            _ => frame.write_rgb_into(&mut rows),
        };
        reducer.push(rows.get(..written).unwrap_or_default());
        frame.crop_top += height;
    }
    Ok(reducer.finish())
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
    fn new(reducer: Reducer) -> Self {
        Self {
            reducer,
            strip: Vec::new(),
            length: 0,
        }
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

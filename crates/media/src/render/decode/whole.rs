//! Formats whose decoders give a picture as a whole: GIF and WebP (the first frame), BMP.

use image::codecs::{bmp::BmpDecoder, gif::GifDecoder, webp::WebPDecoder};
use image::{ColorType, ImageDecoder, ImageError, ImageResult};

use super::super::raster::{Channels, Raster};
use super::{Decoded, Task};
use crate::{MediaError, source};

pub(super) fn decode_gif(task: Task<'_>) -> Result<Decoded, MediaError> {
    decode(GifDecoder::new(task.reader()?), &task)
}

pub(super) fn decode_webp(task: Task<'_>) -> Result<Decoded, MediaError> {
    decode(WebPDecoder::new(task.reader()?), &task)
}

pub(super) fn decode_bmp(task: Task<'_>) -> Result<Decoded, MediaError> {
    decode(BmpDecoder::new(task.reader()?), &task)
}

fn decode(decoder: ImageResult<impl ImageDecoder>, task: &Task<'_>) -> Result<Decoded, MediaError> {
    let mut decoder = decoder.map_err(failed)?;
    let (width, height) = decoder.dimensions();
    let original = task.accept(width, height)?;
    let profile = decoder.icc_profile().map_err(failed)?;
    let channels = match decoder.color_type() {
        ColorType::L8 => Channels::Gray,
        ColorType::La8 => Channels::GrayAlpha,
        ColorType::Rgb8 => Channels::Rgb,
        ColorType::Rgba8 => Channels::Rgba,
        other => return Err(MediaError::Unsupported(format!("{other:?} pixels"))),
    };
    let mut pixels = source::filled(decoder.total_bytes(), 0)?;
    decoder.read_image(&mut pixels).map_err(failed)?;
    Ok(Decoded {
        picture: Raster {
            size: original,
            channels,
            pixels,
        }
        .into(),
        original,
        colour: profile.into(),
        is_upright: false,
    })
}

fn failed(error: ImageError) -> MediaError {
    match error {
        ImageError::Unsupported(error) => MediaError::Unsupported(error.to_string()),
        ImageError::Limits(error) => MediaError::TooLarge(error.to_string()),
        other => MediaError::malformed(other),
    }
}

use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};
use webp::{Encoder, WebPConfig};

use super::planes::Planes;
use super::raster::{Channels, Raster};
use super::{Encoding, OutputFormat};
use crate::MediaError;

/// WebP has 14 bits for each side.
pub(super) const SIDE_LIMIT: u32 = 16_383;

/// How hard the WebP encoder tries, 0 to 6: for small pictures, more costs half as much again and saves nothing.
const WEBP_EFFORT: i32 = 2;

/// An sRGB picture as a file.
pub(super) fn encode(picture: &Raster, encoding: Encoding) -> Result<Vec<u8>, MediaError> {
    match encoding.format {
        OutputFormat::Jpeg => {
            let mut compressor = compressor(encoding.quality)?;
            jpeg(&mut compressor, &picture.onto_white())
        }
        OutputFormat::Webp => webp(picture, encoding.quality),
    }
}

/// An opaque sRGB picture as a baseline JPEG.
pub(super) fn jpeg(compressor: &mut Compressor, picture: &Raster) -> Result<Vec<u8>, MediaError> {
    let width = picture.size.width as usize;
    let image = Image {
        pixels: picture.pixels.as_slice(),
        width,
        pitch: width * Channels::Rgb.count(),
        height: picture.size.height as usize,
        format: PixelFormat::RGB,
    };
    compressor
        .compress_to_vec(image)
        .map_err(MediaError::malformed)
}

/// The same of a picture that is in the form of a JPEG already.
pub(super) fn planes_as_jpeg(planes: &Planes, quality: u8) -> Result<Vec<u8>, MediaError> {
    compressor(quality)?
        .compress_yuv_to_vec(planes.as_image())
        .map_err(MediaError::malformed)
}

/// Keeps colours for squares of four pixels.
pub(super) fn compressor(quality: u8) -> Result<Compressor, MediaError> {
    let set_up = || {
        let mut compressor = Compressor::new()?;
        compressor.set_quality(quality.clamp(1, 100).into())?;
        compressor.set_subsamp(Subsamp::Sub2x2)?;
        Ok::<_, turbojpeg::Error>(compressor)
    };
    set_up().map_err(MediaError::malformed)
}

/// An sRGB picture as a lossy WebP.
fn webp(picture: &Raster, quality: u8) -> Result<Vec<u8>, MediaError> {
    let failed = |reason: String| MediaError::Malformed(format!("WebP encoder: {reason}"));
    let (width, height) = (picture.size.width, picture.size.height);
    let encoder = match picture.channels {
        Channels::Rgba => Encoder::from_rgba(&picture.pixels, width, height),
        _ => Encoder::from_rgb(&picture.pixels, width, height),
    };
    let mut settings = WebPConfig::new().map_err(|()| failed("no settings".to_owned()))?;
    settings.method = WEBP_EFFORT;
    settings.quality = f32::from(quality.min(100));
    let encoded = encoder
        .encode_advanced(&settings)
        .map_err(|error| failed(format!("{error:?}")))?;
    Ok(encoded.to_vec())
}

/// The ThumbHash of a picture with alpha channel of at most 100 by 100 pixels.
pub(super) fn thumbhash(picture: &Raster) -> Vec<u8> {
    let (width, height) = (picture.size.width as usize, picture.size.height as usize);
    thumbhash::rgba_to_thumb_hash(width, height, &picture.pixels)
}

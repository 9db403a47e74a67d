use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{ColorType, ImageDecoder, ImageError, ImageResult};
use turbojpeg::{Colorspace, Decompressor, Image, PixelFormat, ScalingFactor};

use super::raster::{Channels, Raster};
use super::size::Size;
use crate::container::{Contents, Format};
use crate::{MediaError, source};

/// Progressive JPEG files have about ten scans; thousands of them are made to keep decoders busy.
const SCAN_LIMIT: u32 = 500;
/// What a JPEG raster holds before decoding, to tell whether anything was decoded.
const UNTOUCHED: u8 = 128;

/// Pixels as stored, perhaps already scaled down while decoding.
pub(super) struct Decoded {
    pub raster: Raster,
    /// The size of the stored picture.
    pub original: Size,
    /// The profile that says what the channels mean.
    pub icc: Option<Vec<u8>>,
}

/// Decodes a file. `wanted` tells for an original's size how large the raster must at least be.
pub(super) fn decode(
    format: Format,
    bytes: &[u8],
    contents: Contents,
    pixel_limit: u64,
    wanted: impl Fn(Size) -> Size,
) -> Result<Decoded, MediaError> {
    let reader = Cursor::new(bytes);
    match format {
        Format::Jpeg => decode_jpeg(bytes, contents, pixel_limit, wanted),
        Format::Png => decode_image(PngDecoder::new(reader), pixel_limit),
        Format::Gif => decode_image(GifDecoder::new(reader), pixel_limit),
        Format::WebP => decode_image(WebPDecoder::new(reader), pixel_limit),
        _ => Err(MediaError::Unsupported(format!(
            "no decoder for {format:?}"
        ))),
    }
}

fn check(size: Size, pixel_limit: u64) -> Result<(), MediaError> {
    if size.pixels() == 0 {
        return Err(MediaError::malformed("the picture has no pixels"));
    }
    if size.pixels() > pixel_limit {
        return Err(MediaError::TooLarge(format!(
            "{} × {} pixels, the limit is {pixel_limit}",
            size.width, size.height
        )));
    }
    Ok(())
}

fn decode_jpeg(
    bytes: &[u8],
    contents: Contents,
    pixel_limit: u64,
    wanted: impl Fn(Size) -> Size,
) -> Result<Decoded, MediaError> {
    let mut decoder = Decompressor::new().map_err(jpeg_error)?;
    let header = decoder.read_header(bytes).map_err(jpeg_error)?;
    let original = size(header.width, header.height)?;
    check(original, pixel_limit)?;

    let factor = match header.is_lossless {
        true => ScalingFactor::ONE,
        false => scaling_factor(original, wanted(original)),
    };
    decoder.set_scaling_factor(factor).map_err(jpeg_error)?;
    decoder.set_scan_limit(SCAN_LIMIT).map_err(jpeg_error)?;

    let (format, channels) = match header.colorspace {
        Colorspace::Gray => (PixelFormat::GRAY, Channels::Gray),
        Colorspace::CMYK | Colorspace::YCCK => (PixelFormat::CMYK, Channels::InvertedCmyk),
        _ => (PixelFormat::RGB, Channels::Rgb),
    };
    let scaled = header.scaled(factor);
    let scaled = size(scaled.width, scaled.height)?;
    let mut raster = Raster::filled(scaled, channels, UNTOUCHED)?;
    let outcome = decoder.decompress(
        bytes,
        Image {
            width: scaled.width as usize,
            pitch: scaled.width as usize * channels.count(),
            height: scaled.height as usize,
            format,
            pixels: raster.pixels.as_mut_slice(),
        },
    );
    // A damaged or shortened file is reported as an error but drawn as far as it goes, and half a
    // photograph is better than none.
    match outcome {
        Err(error) if raster.pixels.iter().all(|&value| value == UNTOUCHED) => {
            Err(jpeg_error(error))
        }
        _ => Ok(Decoded {
            raster,
            original,
            icc: contents.icc,
        }),
    }
}

/// The smallest scale at which the decoded picture still covers what is wanted.
fn scaling_factor(original: Size, wanted: Size) -> ScalingFactor {
    (1..8)
        .map(|eighths| ScalingFactor::new(eighths, 8))
        .find(|factor| {
            let scale = |length: u32| factor.scale(length as usize) as u64;
            scale(original.width) >= wanted.width.into()
                && scale(original.height) >= wanted.height.into()
        })
        .unwrap_or(ScalingFactor::ONE)
}

fn size(width: usize, height: usize) -> Result<Size, MediaError> {
    match (u32::try_from(width), u32::try_from(height)) {
        (Ok(width), Ok(height)) => Ok(Size { width, height }),
        _ => Err(MediaError::malformed("impossible dimensions")),
    }
}

fn jpeg_error(error: turbojpeg::Error) -> MediaError {
    let text = error.to_string();
    if text.contains("Insufficient memory") {
        return MediaError::OutOfMemory;
    }
    MediaError::Malformed(format!("JPEG: {text}"))
}

fn decode_image(
    decoder: ImageResult<impl ImageDecoder>,
    pixel_limit: u64,
) -> Result<Decoded, MediaError> {
    let mut decoder = decoder.map_err(image_error)?;
    let (width, height) = decoder.dimensions();
    let original = Size { width, height };
    check(original, pixel_limit)?;
    let icc = decoder.icc_profile().map_err(image_error)?;
    let colour = decoder.color_type();
    let mut pixels = source::filled(decoder.total_bytes(), 0)?;
    decoder.read_image(&mut pixels).map_err(image_error)?;
    let (channels, deep) = match colour {
        ColorType::L8 => (Channels::Gray, false),
        ColorType::La8 => (Channels::GrayAlpha, false),
        ColorType::Rgb8 => (Channels::Rgb, false),
        ColorType::Rgba8 => (Channels::Rgba, false),
        ColorType::L16 => (Channels::Gray, true),
        ColorType::La16 => (Channels::GrayAlpha, true),
        ColorType::Rgb16 => (Channels::Rgb, true),
        ColorType::Rgba16 => (Channels::Rgba, true),
        other => return Err(MediaError::Unsupported(format!("{other:?} pixels"))),
    };
    if deep {
        narrow(&mut pixels);
    }
    Ok(Decoded {
        raster: Raster {
            size: original,
            channels,
            pixels,
        },
        original,
        icc,
    })
}

/// From two bytes a channel (in the machine's order) to one, in place.
fn narrow(pixels: &mut Vec<u8>) {
    let length = pixels.len() / 2;
    for index in 0..length {
        let value = u16::from_ne_bytes([pixels[2 * index], pixels[2 * index + 1]]);
        pixels[index] = ((u32::from(value) + 128) / 257) as u8;
    }
    pixels.truncate(length);
}

fn image_error(error: ImageError) -> MediaError {
    match error {
        ImageError::Unsupported(error) => MediaError::Unsupported(error.to_string()),
        ImageError::Limits(error) => MediaError::TooLarge(error.to_string()),
        ImageError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            MediaError::malformed(error)
        }
        other => MediaError::malformed(other),
    }
}

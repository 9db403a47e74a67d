use std::borrow::Cow;

use kallitype_progressive_jpeg::SCAN_LIMIT;
use turbojpeg::{
    Colorspace, DecompressHeader, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp,
};

use super::super::picture::Picture;
use super::super::planes::Planes;
use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::super::{colour, splice};
use super::progressive::{self, Wanted};
use super::{Colour, Decoded, Task};
use crate::MediaError;

/// Progressive files with more bytes of coefficients are decoded without keeping them all, as libjpeg-turbo would.
const COEFFICIENT_LIMIT: u64 = 64 << 20;
/// At more eighths of the original's sides most of them are needed anyway.
const KEPT_LIMIT: u32 = 4;
/// What a raster holds before decoding, to tell whether anything was decoded.
pub(super) const UNTOUCHED: u8 = 128;

/// Scales down while decoding.
pub(super) fn decode(mut task: Task<'_>) -> Result<Decoded, MediaError> {
    let colour = task.contents.icc.take().into();
    decode_bytes(&task.bytes()?, colour, &task)
}

/// The same of a file within the task's one.
pub(super) fn decode_bytes(
    bytes: &[u8],
    colour: Colour,
    task: &Task<'_>,
) -> Result<Decoded, MediaError> {
    let mut decoder = Decompressor::new().map_err(failed)?;
    let (header, bytes) = match decoder.read_header(bytes) {
        Ok(header) => (header, Cow::Borrowed(bytes)),
        Err(error) => {
            let plain = splice::with_plain_header(bytes).ok_or_else(|| failed(error))?;
            (
                decoder.read_header(&plain).map_err(failed)?,
                Cow::Owned(plain),
            )
        }
    };
    let bytes = &*bytes;
    let original = task.accept(header.width, header.height)?;
    let wanted = task.wanted_at_once(original);

    let wanted = Wanted {
        original,
        eighths: match header.is_lossless {
            true => 8,
            false => eighths(original, wanted),
        },
        in_planes: stays_in_planes(&header, wanted) && colour::is_srgb(&colour),
        colorspace: header.colorspace,
    };
    let in_part = match header.is_progressive && wanted.eighths <= KEPT_LIMIT {
        true => progressive::decode(bytes, wanted, COEFFICIENT_LIMIT)?,
        false => None,
    };
    let picture = match in_part {
        Some(picture) => picture,
        None => decode_whole(&mut decoder, bytes, &header, wanted, task)?,
    };
    Ok(Decoded::at_once(picture, original, colour))
}

/// With all of its coefficients.
fn decode_whole(
    decoder: &mut Decompressor,
    bytes: &[u8],
    header: &DecompressHeader,
    wanted: Wanted,
    task: &Task<'_>,
) -> Result<Picture, MediaError> {
    let factor = ScalingFactor::new(wanted.eighths as usize, 8);
    decoder.set_scaling_factor(factor).map_err(failed)?;
    decoder.set_scan_limit(SCAN_LIMIT).map_err(failed)?;

    let scaled = header.scaled(factor);
    let scaled = task.accept(scaled.width, scaled.height)?;
    Ok(match wanted.in_planes {
        true => decode_planes(decoder, bytes, scaled)?.into(),
        false => decode_pixels(decoder, bytes, scaled, header.colorspace)?.into(),
    })
}

/// Whether the file is in the form that the outputs have, too.
fn stays_in_planes(header: &DecompressHeader, wanted: Size) -> bool {
    header.subsamp == Subsamp::Sub2x2
        && header.colorspace == Colorspace::YCbCr
        && !header.is_lossless
        && wanted.is_even()
}

pub(super) fn decode_planes(
    decoder: &mut Decompressor,
    bytes: &[u8],
    size: Size,
) -> Result<Planes, MediaError> {
    let mut planes = Planes::filled(size, UNTOUCHED)?;
    let outcome = decoder.decompress_to_yuv(bytes, planes.as_image_mut());
    as_far_as_it_goes(outcome, planes.bytes())?;
    Ok(planes)
}

pub(super) fn decode_pixels(
    decoder: &mut Decompressor,
    bytes: &[u8],
    size: Size,
    colorspace: Colorspace,
) -> Result<Raster, MediaError> {
    let channels = channels(colorspace);
    let format = match channels {
        Channels::Gray => PixelFormat::GRAY,
        Channels::InvertedCmyk => PixelFormat::CMYK,
        _ => PixelFormat::RGB,
    };
    let mut raster = Raster::filled(size, channels, UNTOUCHED)?;
    let outcome = decoder.decompress(
        bytes,
        Image {
            width: size.width as usize,
            pitch: size.width as usize * channels.count(),
            height: size.height as usize,
            format,
            pixels: raster.pixels.as_mut_slice(),
        },
    );
    as_far_as_it_goes(outcome, &raster.pixels)?;
    Ok(raster)
}

/// What is made of a file's channels.
pub(super) fn channels(colorspace: Colorspace) -> Channels {
    match colorspace {
        Colorspace::Gray => Channels::Gray,
        Colorspace::CMYK | Colorspace::YCCK => Channels::InvertedCmyk,
        _ => Channels::Rgb,
    }
}

/// A damaged or shortened file is reported as an error but drawn as far as it goes, and half a photograph is better
/// than none.
fn as_far_as_it_goes(outcome: turbojpeg::Result<()>, drawn: &[u8]) -> Result<(), MediaError> {
    match outcome {
        Err(error) if drawn.iter().all(|&value| value == UNTOUCHED) => Err(failed(error)),
        _ => Ok(()),
    }
}

/// The smallest scale at which the decoded picture still covers what is wanted.
fn eighths(original: Size, wanted: Size) -> u32 {
    let covers = |eighths: u32, length: u32, wanted: u32| {
        (u64::from(length) * u64::from(eighths)).div_ceil(8) >= wanted.into()
    };
    (1..8)
        .find(|&eighths| {
            covers(eighths, original.width, wanted.width)
                && covers(eighths, original.height, wanted.height)
        })
        .unwrap_or(8)
}

fn failed(error: turbojpeg::Error) -> MediaError {
    let text = error.to_string();
    if text.contains("Insufficient memory") {
        return MediaError::OutOfMemory;
    }
    MediaError::Malformed(format!("JPEG: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture whose colours change evenly from side to side.
    fn gradients(size: Size) -> Vec<u8> {
        let level = |place: u32, length: u32| (place * 255 / length) as u8;
        let mut pixels = Vec::new();
        for y in 0..size.height {
            for x in 0..size.width {
                let (across, down) = (level(x, size.width), level(y, size.height));
                pixels.extend([across, down, 255 - across / 2 - down / 2]);
            }
        }
        let image = Image {
            pixels: pixels.as_slice(),
            width: size.width as usize,
            pitch: size.width as usize * 3,
            height: size.height as usize,
            format: PixelFormat::RGB,
        };
        turbojpeg::compress(image, 95, Subsamp::Sub2x2)
            .unwrap()
            .to_vec()
    }

    fn decoder(bytes: &[u8], factor: ScalingFactor) -> (Decompressor, Size) {
        let mut decoder = Decompressor::new().unwrap();
        let scaled = decoder.read_header(bytes).unwrap().scaled(factor);
        decoder.set_scaling_factor(factor).unwrap();
        let size = Size {
            width: scaled.width as u32,
            height: scaled.height as u32,
        };
        (decoder, size)
    }

    /// The picture turned, then at half its size, as red, green and blue.
    fn show(picture: Picture, orientation: u16) -> Raster {
        let upright = picture.into_upright(orientation).unwrap();
        let whole = upright.to_pixels(upright.size()).unwrap();
        upright
            .into_resized(
                whole
                    .size
                    .within(whole.size.width.max(whole.size.height).div_ceil(2)),
            )
            .unwrap()
            .to_pixels(whole.size)
            .unwrap()
    }

    #[test]
    fn planes_show_what_pixels_show() {
        for (width, height, eighths) in [
            (640, 480, 8),
            (640, 480, 1),
            (641, 427, 5),
            (333, 500, 3),
            (64, 101, 8),
            (33, 17, 8),
            (1, 1, 8),
        ] {
            let bytes = gradients(Size { width, height });
            let factor = ScalingFactor::new(eighths, 8);
            let (mut decoder, size) = decoder(&bytes, factor);
            let pixels = decode_pixels(&mut decoder, &bytes, size, Colorspace::YCbCr).unwrap();
            let planes = decode_planes(&mut decoder, &bytes, size).unwrap();
            for orientation in 1..=8 {
                let what = format!("{width} × {height}, {eighths}/8, orientation {orientation}");
                let pixels = show(pixels.clone().into(), orientation);
                let planes = show(planes.clone().into(), orientation);
                assert_eq!(planes.size, pixels.size, "{what}");
                let pairs = planes.pixels.iter().zip(&pixels.pixels);
                let apart: Vec<u8> = pairs.map(|(a, b)| a.abs_diff(*b)).collect();
                let sum: usize = apart.iter().map(|&apart| usize::from(apart)).sum();
                let mean = sum as f64 / apart.len() as f64;
                assert!(mean < 1.5, "{what}: {mean} apart in the mean");
            }
        }
    }
}

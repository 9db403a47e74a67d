use turbojpeg::{Colorspace, Decompressor, Image, PixelFormat, ScalingFactor};

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::{Decoded, Task};
use crate::MediaError;

/// Progressive files have about ten scans; thousands of them are made to keep decoders busy.
const SCAN_LIMIT: u32 = 500;
/// What a raster holds before decoding, to tell whether anything was decoded.
const UNTOUCHED: u8 = 128;

/// Scales down while decoding.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut decoder = Decompressor::new().map_err(failed)?;
    let header = decoder.read_header(task.bytes).map_err(failed)?;
    let original = task.accept(header.width, header.height)?;

    let factor = match header.is_lossless {
        true => ScalingFactor::ONE,
        false => scaling_factor(original, (task.wanted)(original)),
    };
    decoder.set_scaling_factor(factor).map_err(failed)?;
    decoder.set_scan_limit(SCAN_LIMIT).map_err(failed)?;

    let (format, channels) = match header.colorspace {
        Colorspace::Gray => (PixelFormat::GRAY, Channels::Gray),
        Colorspace::CMYK | Colorspace::YCCK => (PixelFormat::CMYK, Channels::InvertedCmyk),
        _ => (PixelFormat::RGB, Channels::Rgb),
    };
    let scaled = header.scaled(factor);
    let scaled = task.accept(scaled.width, scaled.height)?;
    let mut raster = Raster::filled(scaled, channels, UNTOUCHED)?;
    let outcome = decoder.decompress(
        task.bytes,
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
        Err(error) if raster.pixels.iter().all(|&value| value == UNTOUCHED) => Err(failed(error)),
        _ => Ok(Decoded {
            raster,
            original,
            colour: task.contents.icc.into(),
            is_upright: false,
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

fn failed(error: turbojpeg::Error) -> MediaError {
    let text = error.to_string();
    if text.contains("Insufficient memory") {
        return MediaError::OutOfMemory;
    }
    MediaError::Malformed(format!("JPEG: {text}"))
}

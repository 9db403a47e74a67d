use std::fs::File;
use std::io::BufReader;

use png::{BitDepth, ColorType, DecodingError, Limits, Reader, Transformations};

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::intake::PixelSink;
use super::scatter::Scatter;
use super::{Colour, Decoded, Task};
use crate::{MediaError, source};

/// Bytes of chunks, such as a colour profile, that are kept.
const CHUNK_LIMIT: usize = 64 * 1024 * 1024;

/// Which pixels of an interlaced picture come together: each `across`th of each `down`th row.
struct Pass {
    x: u32,
    y: u32,
    across: u32,
    down: usize,
}

const fn pass(x: u32, y: u32, across: u32, down: usize) -> Pass {
    Pass { x, y, across, down }
}

/// PNG calls it Adam7.
const PASSES: [Pass; 7] = [
    pass(0, 0, 8, 8),
    pass(4, 0, 8, 8),
    pass(0, 4, 4, 8),
    pass(2, 0, 4, 4),
    pass(0, 2, 2, 4),
    pass(1, 0, 2, 2),
    pass(0, 1, 1, 2),
];

/// Row by row. Of an animation it is the picture for those who show none.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let limits = Limits { bytes: CHUNK_LIMIT };
    let mut decoder = png::Decoder::new_with_limits(task.reader()?, limits);
    // Palettes and few bits become whole bytes, 16 bits become 8.
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.ignore_checksums(true);
    let mut reader = decoder.read_info().map_err(failed)?;
    let original = task.accept(reader.info().width, reader.info().height)?;
    let channels = match reader.output_color_type() {
        (ColorType::Grayscale, BitDepth::Eight) => Channels::Gray,
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => Channels::GrayAlpha,
        (ColorType::Rgb, BitDepth::Eight) => Channels::Rgb,
        (ColorType::Rgba, BitDepth::Eight) => Channels::Rgba,
        other => return Err(MediaError::Unsupported(format!("{other:?} pixels"))),
    };
    let colour = colour(&reader);
    if !reader.info().interlaced {
        let intake = PixelSink::new(&task, original, channels, colour, false)?;
        return read_rows(&mut reader, intake);
    }
    let wanted = task.wanted_at_once(original);
    let raster = match Scatter::new(original, wanted, channels)? {
        Some(scatter) => read_passes(&mut reader, original, scatter)?,
        None => read_whole(&mut reader, original, channels)?,
    };
    Ok(Decoded::at_once(raster, original, colour))
}

fn read_rows(
    reader: &mut Reader<BufReader<&File>>,
    mut intake: PixelSink,
) -> Result<Decoded, MediaError> {
    loop {
        match reader.next_row() {
            Ok(Some(row)) => intake.push(row.data()),
            Ok(None) => return intake.finish(),
            // A file that ends early is shown as far as it goes.
            Err(error) if intake.is_empty() => return Err(failed(error)),
            Err(_) => return intake.finish(),
        }
    }
}

/// A file that ends early is shown as finely as its passes go.
fn read_passes(
    reader: &mut Reader<BufReader<&File>>,
    original: Size,
    mut scatter: Scatter,
) -> Result<Raster, MediaError> {
    let mut is_empty = true;
    for pass in &PASSES {
        if pass.x >= original.width {
            continue;
        }
        for y in (pass.y..original.height).step_by(pass.down) {
            match reader.next_interlaced_row() {
                Ok(Some(row)) => scatter.add((pass.x, y), pass.across, row.data()),
                Err(error) if is_empty => return Err(failed(error)),
                Ok(None) | Err(_) => return scatter.finish(),
            }
            is_empty = false;
        }
    }
    scatter.finish()
}

fn read_whole(
    reader: &mut Reader<BufReader<&File>>,
    size: Size,
    channels: Channels,
) -> Result<Raster, MediaError> {
    let length = reader.output_buffer_size().ok_or(MediaError::OutOfMemory)?;
    let mut pixels = source::filled(length as u64, 0)?;
    reader.next_frame(&mut pixels).map_err(failed)?;
    Ok(Raster {
        size,
        channels,
        pixels,
    })
}

fn colour(reader: &Reader<BufReader<&File>>) -> Colour {
    let info = reader.info();
    match (&info.coding_independent_code_points, &info.icc_profile) {
        (Some(points), _) => Colour::CodePoints {
            primaries: points.color_primaries,
            transfer: points.transfer_function,
        },
        (None, Some(profile)) => Colour::Profile(profile.to_vec()),
        (None, None) => Colour::Usual,
    }
}

fn failed(error: DecodingError) -> MediaError {
    match error {
        DecodingError::LimitsExceeded => {
            MediaError::TooLarge("the picture's chunks are too long".into())
        }
        other => MediaError::malformed(other),
    }
}

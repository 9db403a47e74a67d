use std::fs::File;
use std::io::BufReader;

use png::{BitDepth, ColorType, DecodingError, Limits, Reader, Transformations};

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::reducer::Reducer;
use super::{Colour, Decoded, Task};
use crate::{MediaError, source};

/// Bytes of chunks, such as a colour profile, that are kept.
const CHUNK_LIMIT: usize = 64 * 1024 * 1024;

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
    let raster = if reader.info().interlaced {
        read_whole(&mut reader, original, channels)?
    } else {
        read_rows(&mut reader, original, (task.wanted)(original), channels)?
    };
    Ok(Decoded {
        picture: raster.into(),
        original,
        colour,
        is_upright: false,
    })
}

fn read_rows(
    reader: &mut Reader<BufReader<&File>>,
    original: Size,
    wanted: Size,
    channels: Channels,
) -> Result<Raster, MediaError> {
    let mut reducer = Reducer::new(original, wanted, channels)?;
    loop {
        match reader.next_row() {
            Ok(Some(row)) => reducer.push(row.data()),
            Ok(None) => return Ok(reducer.finish()),
            // A file that ends early is shown as far as it goes.
            Err(error) if reducer.is_empty() => return Err(failed(error)),
            Err(_) => return Ok(reducer.finish()),
        }
    }
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

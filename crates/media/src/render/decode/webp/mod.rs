mod alpha;
mod bits;
mod lossless;
mod pixels;
mod prefix;
mod transforms;
mod window;

use std::fs::File;
use std::io::{BufRead, BufReader};

use image_webp::vp8::{Frame, Vp8Decoder};
use image_webp::{DecodingError, WebPDecoder};

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::intake::Intake;
use super::{Colour, Decoded, Task, check_size};
use crate::{MediaError, container};
use alpha::AlphaReader;
use lossless::LosslessReader;

/// The first frame. Row by row, unless it is one of an animation or does not shrink.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut decoder = WebPDecoder::new(task.reader()?).map_err(failed)?;
    let (width, height) = decoder.dimensions();
    let original = task.accept(width, height)?;
    let profile = decoder.icc_profile().map_err(failed)?;
    let colour = Colour::from(profile);
    let lacks_alpha = lacks_alpha(&mut decoder, &task)?;
    let channels = match decoder.has_alpha() && !lacks_alpha {
        true => Channels::Rgba,
        false => Channels::Rgb,
    };
    if !decoder.is_animated() {
        let intake = Intake::new(&task, original, channels, colour.clone(), false)?;
        match decoder.is_lossy() {
            _ if !intake.shrinks() && !lacks_alpha => {}
            true => return read_planes(&task, original, intake),
            false => return read_rows(&task, original, intake),
        }
    }
    let mut raster = Raster::filled(original, channels, 0)?;
    decoder.read_image(&mut raster.pixels).map_err(failed)?;
    Ok(Decoded::at_once(raster, original, colour))
}

/// Whether the header of a lossy picture speaks of transparency that is not there. Such files are shown opaque; the
/// library refuses them.
fn lacks_alpha(
    decoder: &mut WebPDecoder<BufReader<&File>>,
    task: &Task<'_>,
) -> Result<bool, MediaError> {
    let is_expected = decoder.has_alpha() && decoder.is_lossy() && !decoder.is_animated();
    Ok(is_expected && container::webp::chunk_bytes(task.reader()?, b"ALPH").is_err())
}

/// Shrinks a lossless picture. One that ends early is shown as far as it goes.
fn read_rows(task: &Task<'_>, original: Size, mut intake: Intake) -> Result<Decoded, MediaError> {
    let stream = container::webp::chunk_bytes(task.reader()?, b"VP8L")?;
    let mut reader = LosslessReader::new(stream, original)?;
    let mut bytes = Vec::with_capacity(intake.row_bytes());
    for _ in 0..original.height {
        let row = match reader.next_row() {
            Ok(row) => row,
            Err(error) if intake.is_empty() => return Err(error),
            Err(_) => break,
        };
        bytes.clear();
        let pixels = row.iter().map(|pixel| pixel.to_be_bytes());
        match intake.channels() {
            Channels::Rgba => {
                bytes.extend(pixels.flat_map(|[alpha, red, green, blue]| [red, green, blue, alpha]))
            }
            _ => bytes.extend(pixels.flat_map(|[_, red, green, blue]| [red, green, blue])),
        }
        intake.push(&bytes);
    }
    intake.finish()
}

/// Shrinks a lossy picture from the form in which it is stored, which takes half the room that its pixels would.
fn read_planes(task: &Task<'_>, original: Size, mut intake: Intake) -> Result<Decoded, MediaError> {
    let stream = container::webp::chunk_bytes(task.reader()?, b"VP8 ")?;
    let frame = Vp8Decoder::decode_frame(stream).map_err(failed)?;
    check_size(original, frame.width.into(), frame.height.into())?;
    if intake.channels().has_alpha() {
        let stream = container::webp::chunk_bytes(task.reader()?, b"ALPH")?;
        let mut alpha = AlphaReader::new(stream, original)?;
        push_transparent_rows(&frame, &mut alpha, &mut intake)?;
    } else {
        push_rows(&frame, &mut intake);
    }
    intake.finish()
}

fn push_rows(frame: &Frame, intake: &mut Intake) {
    let mut row = vec![0; intake.row_bytes()];
    for y in 0..frame.height.into() {
        fill_colours::<3>(frame, y, &mut row);
        intake.push(&row);
    }
}

/// Those whose transparency is missing are not shown, unless it is that of all of them.
fn push_transparent_rows(
    frame: &Frame,
    alpha: &mut AlphaReader<impl BufRead>,
    intake: &mut Intake,
) -> Result<(), MediaError> {
    let mut row = vec![0; intake.row_bytes()];
    for y in 0..frame.height.into() {
        let values = match alpha.next_row() {
            Ok(values) => values,
            Err(error) if intake.is_empty() => return Err(error),
            Err(_) => return Ok(()),
        };
        fill_colours::<4>(frame, y, &mut row);
        for (pixel, &value) in row.as_chunks_mut::<4>().0.iter_mut().zip(values) {
            pixel[3] = value;
        }
        intake.push(&row);
    }
    Ok(())
}

/// Each square of four pixels shares its colour: smoothing that would be lost in shrinking.
fn fill_colours<const CHANNELS: usize>(frame: &Frame, y: usize, row: &mut [u8]) {
    // Planes consist of blocks of sixteen pixels, or eight colours, in both directions.
    let stride = usize::from(frame.width).next_multiple_of(16);
    let (start, colour_start) = (y * stride, y / 2 * (stride / 2));
    let (Some(luma), Some(blue), Some(red)) = (
        frame.ybuf.get(start..start + stride),
        frame.ubuf.get(colour_start..colour_start + stride / 2),
        frame.vbuf.get(colour_start..colour_start + stride / 2),
    ) else {
        return;
    };
    let pixels = row.as_chunks_mut::<CHANNELS>().0;
    for (x, (pixel, &luma)) in pixels.iter_mut().zip(luma).enumerate() {
        let colour = to_rgb(luma, blue[x / 2], red[x / 2]);
        pixel[..3].copy_from_slice(&colour);
    }
}

/// As ITU-R BT.601 defines it, from 16 for black to 235 for white, in fractions of 65,536.
fn to_rgb(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let (luma, blue, red) = (
        (i32::from(luma) - 16) * 76_309 + (1 << 15),
        i32::from(blue) - 128,
        i32::from(red) - 128,
    );
    [
        luma + 104_597 * red,
        luma - 25_675 * blue - 53_279 * red,
        luma + 132_201 * blue,
    ]
    .map(|value| (value >> 16).clamp(0, 255) as u8)
}

fn failed(error: DecodingError) -> MediaError {
    match error {
        DecodingError::UnsupportedFeature(what) => MediaError::Unsupported(what),
        DecodingError::ImageTooLarge | DecodingError::MemoryLimitExceeded => {
            MediaError::TooLarge(error.to_string())
        }
        other => MediaError::malformed(other),
    }
}

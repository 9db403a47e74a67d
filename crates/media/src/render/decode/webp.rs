use std::fs::File;
use std::io::BufReader;

use image_webp::vp8::{Frame, Vp8Decoder};
use image_webp::{DecodingError, WebPDecoder};

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::intake::PixelSink;
use super::{Decoded, Task, check_size};
use crate::{MediaError, container};

/// The first frame. Opaque lossy pictures are shrunk from the form in which they are stored; all others are decoded
/// whole.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut decoder = WebPDecoder::new(task.reader()?).map_err(failed)?;
    let (width, height) = decoder.dimensions();
    let original = task.accept(width, height)?;
    let profile = decoder.icc_profile().map_err(failed)?;
    let lacks_alpha = lacks_alpha(&mut decoder, &task)?;
    let channels = match decoder.has_alpha() && !lacks_alpha {
        true => Channels::Rgba,
        false => Channels::Rgb,
    };
    let intake = PixelSink::new(&task, original, channels, profile.into(), false)?;
    let is_plain = decoder.is_lossy() && !decoder.is_animated() && !channels.has_alpha();
    match is_plain && (intake.shrinks() || lacks_alpha) {
        true => read_planes(&task, original, intake),
        false => read_whole(&mut decoder, original, intake),
    }
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

/// Takes all pixels at once, and what the library needs besides: up to seven bytes a pixel of a lossless picture, and
/// eleven of a lossy one with transparency. Where that cannot be had, the process ends.
fn read_whole(
    decoder: &mut WebPDecoder<BufReader<&File>>,
    original: Size,
    mut intake: PixelSink,
) -> Result<Decoded, MediaError> {
    let mut raster = Raster::filled(original, intake.channels(), 0)?;
    decoder.read_image(&mut raster.pixels).map_err(failed)?;
    intake.push(&raster.pixels);
    intake.finish()
}

/// Shrinks a lossy picture from the form in which it is stored, which takes half the room that its pixels would.
fn read_planes(
    task: &Task<'_>,
    original: Size,
    mut intake: PixelSink,
) -> Result<Decoded, MediaError> {
    let stream = container::webp::chunk_bytes(task.reader()?, b"VP8 ")?;
    let frame = Vp8Decoder::decode_frame(stream).map_err(failed)?;
    check_size(original, frame.width.into(), frame.height.into())?;
    push_rows(&frame, &mut intake);
    intake.finish()
}

fn push_rows(frame: &Frame, intake: &mut PixelSink) {
    let mut row = vec![0; intake.row_bytes()];
    for y in 0..frame.height.into() {
        fill_colours(frame, y, &mut row);
        intake.push(&row);
    }
}

/// Each square of four pixels shares its colour: smoothing that would be lost in shrinking.
fn fill_colours(frame: &Frame, y: usize, row: &mut [u8]) {
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
    let pixels = row.as_chunks_mut().0;
    for (x, (pixel, &luma)) in pixels.iter_mut().zip(luma).enumerate() {
        *pixel = to_rgb(luma, blue[x / 2], red[x / 2]);
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

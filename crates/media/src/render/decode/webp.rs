use image_webp::vp8::{Frame, Vp8Decoder};
use image_webp::{DecodingError, WebPDecoder};

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::intake::Intake;
use super::{Colour, Decoded, Task, check_size};
use crate::{MediaError, container};

/// The first frame.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut decoder = WebPDecoder::new(task.reader()?).map_err(failed)?;
    let (width, height) = decoder.dimensions();
    let original = task.accept(width, height)?;
    let profile = decoder.icc_profile().map_err(failed)?;
    let is_plain = decoder.is_lossy() && !decoder.has_alpha() && !decoder.is_animated();
    let colour = Colour::from(profile);
    if is_plain {
        let intake = Intake::new(&task, original, Channels::Rgb, colour.clone(), false)?;
        if intake.shrinks() {
            return read_planes(&task, original, intake);
        }
    }
    let channels = match decoder.has_alpha() {
        true => Channels::Rgba,
        false => Channels::Rgb,
    };
    let mut raster = Raster::filled(original, channels, 0)?;
    decoder.read_image(&mut raster.pixels).map_err(failed)?;
    Ok(Decoded::at_once(raster, original, colour))
}

/// Shrinks a lossy picture from the form in which it is stored, which takes half the room that its pixels would.
fn read_planes(task: &Task<'_>, original: Size, mut intake: Intake) -> Result<Decoded, MediaError> {
    let reader = container::webp::lossy_stream(task.reader()?)?;
    let frame = Vp8Decoder::decode_frame(reader).map_err(failed)?;
    check_size(original, frame.width.into(), frame.height.into())?;
    push_rows(&frame, &mut intake);
    intake.finish()
}

/// Each square of four pixels shares its colour: smoothing that would be lost in shrinking.
fn push_rows(frame: &Frame, intake: &mut Intake) {
    let width = usize::from(frame.width);
    // Planes consist of blocks of sixteen pixels, or eight colours, in both directions.
    let stride = width.next_multiple_of(16);
    let lumas = frame.ybuf.chunks_exact(stride).take(frame.height.into());
    let mut row = vec![0; intake.row_bytes()];
    for (y, luma) in lumas.enumerate() {
        let start = y / 2 * (stride / 2);
        let (Some(blue), Some(red)) = (
            frame.ubuf.get(start..start + stride / 2),
            frame.vbuf.get(start..start + stride / 2),
        ) else {
            return;
        };
        let pixels = row.as_chunks_mut::<3>().0;
        for (x, (pixel, &luma)) in pixels.iter_mut().zip(luma).enumerate() {
            *pixel = to_rgb(luma, blue[x / 2], red[x / 2]);
        }
        intake.push(&row);
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

use jxl_oxide::{
    AllocTracker, CropInfo, EnumColourEncoding, JxlImage, JxlThreadPool, RenderingIntent,
};

use super::super::raster::Channels;
use super::super::size::Size;
use super::intake::PixelSink;
use super::{Decoded, Task};
use crate::{MediaError, source};

/// Bytes that the decoder may take for its own, before the worker's limit ends the worker.
const MEMORY_LIMIT: usize = 900 * 1024 * 1024;
/// Pictures of more pixels are decoded in tiles. What surrounds a tile is decoded with it, so that takes longer.
const WHOLE_LIMIT: u64 = 12 * 1024 * 1024;
/// Pixels of a tile's side. The format codes squares of 256 each for itself.
const TILE_SIDE: u32 = 1024;

/// The first frame, upright.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut image = JxlImage::builder()
        .pool(JxlThreadPool::none())
        .alloc_tracker(AllocTracker::with_limit(MEMORY_LIMIT))
        .read(task.reader()?)
        .map_err(failed)?;
    let original = task.accept(image.width(), image.height())?;
    if image.hdr_type().is_some() {
        // Brings what is brighter than a screen down to it.
        image.request_color_encoding(EnumColourEncoding::srgb(RenderingIntent::Relative));
    }
    let colour = Some(image.rendered_icc()).into();
    let intake = PixelSink::new(&task, original, channels(&image)?, colour, true)?;
    read_tiles(&mut image, original, intake)
}

fn channels(image: &JxlImage) -> Result<Channels, MediaError> {
    let format = image.pixel_format();
    match (format.channels(), format.has_black()) {
        (1, _) => Ok(Channels::Gray),
        (2, _) => Ok(Channels::GrayAlpha),
        (3, _) => Ok(Channels::Rgb),
        (4, false) => Ok(Channels::Rgba),
        (other, _) => Err(MediaError::Unsupported(format!(
            "a JPEG XL picture of {other} channels"
        ))),
    }
}

fn read_tiles(
    image: &mut JxlImage,
    size: Size,
    mut intake: PixelSink,
) -> Result<Decoded, MediaError> {
    let tile = match size.pixels() <= WHOLE_LIMIT {
        true => size,
        false => Size {
            width: TILE_SIDE.min(size.width),
            height: TILE_SIDE.min(size.height),
        },
    };
    let row_bytes = intake.row_bytes();
    let count = intake.channels().count();
    for top in (0..size.height).step_by(tile.height as usize) {
        let height = tile.height.min(size.height - top);
        let mut rows = source::filled(u64::from(height) * row_bytes as u64, 0)?;
        for left in (0..size.width).step_by(tile.width as usize) {
            let width = tile.width.min(size.width - left);
            let pixels = read_tile(
                image,
                CropInfo {
                    width,
                    height,
                    left,
                    top,
                },
                count,
            )?;
            let (start, length) = (left as usize * count, width as usize * count);
            let tile_rows = pixels.chunks_exact(length);
            for (row, tile_row) in rows.chunks_exact_mut(row_bytes).zip(tile_rows) {
                row[start..start + length].copy_from_slice(tile_row);
            }
        }
        intake.push(&rows);
    }
    intake.finish()
}

/// The pixels of a part, each of `count` channels.
fn read_tile(image: &mut JxlImage, part: CropInfo, count: usize) -> Result<Vec<u8>, MediaError> {
    image.set_image_region(part);
    let render = image.render_frame(0).map_err(failed)?;
    let mut stream = render.stream();
    let form = (stream.width(), stream.height(), stream.channels() as usize);
    if form != (part.width, part.height, count) {
        return Err(MediaError::malformed(
            "a frame that is not of the picture's form",
        ));
    }
    let length = u64::from(part.width) * u64::from(part.height) * count as u64;
    let mut pixels = source::filled(length, 0)?;
    stream.write_to_buffer::<u8>(&mut pixels);
    Ok(pixels)
}

/// The library has many errors for running into its memory limit, which have these words in common.
fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> MediaError {
    let text = error.to_string();
    if text.contains("failed to allocate") {
        return MediaError::TooLarge(text);
    }
    MediaError::Malformed(text)
}

use jxl_oxide::{AllocTracker, EnumColourEncoding, JxlImage, JxlThreadPool, RenderingIntent};

use super::super::raster::{Channels, Raster};
use super::{Decoded, Task};
use crate::{MediaError, source};

/// Bytes that the decoder may take for its own, before the worker's limit ends the worker.
const MEMORY_LIMIT: usize = 900 * 1024 * 1024;

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
    let profile = image.rendered_icc();
    let render = image.render_frame(0).map_err(failed)?;
    let mut stream = render.stream();
    let size = task.accept(stream.width(), stream.height())?;
    let channels = match stream.channels() {
        1 => Channels::Gray,
        2 => Channels::GrayAlpha,
        3 => Channels::Rgb,
        4 if !image.pixel_format().has_black() => Channels::Rgba,
        other => {
            return Err(MediaError::Unsupported(format!(
                "a JPEG XL picture of {other} channels"
            )));
        }
    };
    let mut pixels = source::filled(size.pixels() * channels.count() as u64, 0)?;
    stream.write_to_buffer::<u8>(&mut pixels);
    Ok(Decoded {
        picture: Raster {
            size,
            channels,
            pixels,
        }
        .into(),
        original,
        colour: Some(profile).into(),
        is_upright: true,
    })
}

/// The library has many errors for running into its memory limit, which have these words in common.
fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> MediaError {
    let text = error.to_string();
    if text.contains("failed to allocate") {
        return MediaError::TooLarge(text);
    }
    MediaError::Malformed(text)
}

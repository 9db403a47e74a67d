//! Raw files of cameras: the picture that the camera put in, or else the sensor's data, developed.

use std::sync::Arc;

use rawler::decoders::RawDecodeParams;
use rawler::imgop::develop::RawDevelop;
use rawler::rawsource::RawSource;

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::{Colour, Decoded, Task, jpeg};
use crate::MediaError;
use crate::container::{Contents, find_jpegs};

/// An embedded picture whose long edge is shorter than this, in pixels, is for a camera's display; then the
/// sensor's data is tried first.
const USEFUL_EDGE: u32 = 1000;

pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let embedded = largest_jpeg(task.bytes);
    let is_useful = embedded
        .as_ref()
        .is_some_and(|(size, _)| size.width.max(size.height) >= USEFUL_EDGE);
    if is_useful {
        return show(task, embedded);
    }
    develop(&task).or_else(|error| match embedded {
        Some(_) => show(task, embedded),
        None => Err(error),
    })
}

/// The largest picture in the file, by its pixels.
fn largest_jpeg(bytes: &[u8]) -> Option<(Size, &[u8])> {
    find_jpegs(bytes)
        .map(|(width, height, jpeg)| (Size { width, height }, jpeg))
        .max_by_key(|(size, _)| size.pixels())
}

fn show(task: Task<'_>, embedded: Option<(Size, &[u8])>) -> Result<Decoded, MediaError> {
    let (_, bytes) = embedded.ok_or_else(|| MediaError::malformed("no picture in the file"))?;
    let mut reader = std::io::Cursor::new(bytes);
    let contents =
        crate::container::read(crate::container::Format::Jpeg, &mut reader).unwrap_or_default();
    jpeg::decode(Task {
        bytes,
        contents: Contents {
            icc: contents.icc,
            ..Contents::default()
        },
        ..task
    })
}

fn develop(task: &Task<'_>) -> Result<Decoded, MediaError> {
    let source = RawSource::new_from_shared_vec(Arc::new(task.bytes.to_vec()));
    let params = RawDecodeParams::default();
    // Without decoding first, for the size.
    let outline = rawler::get_decoder(&source)
        .and_then(|decoder| decoder.raw_image(&source, &params, true))
        .map_err(failed)?;
    task.accept(outline.width, outline.height)?;
    let sensor = rawler::decode(&source, &params).map_err(failed)?;
    let picture = RawDevelop::default()
        .develop_intermediate(&sensor)
        .map_err(failed)?
        .to_dynamic_image()
        .ok_or(MediaError::OutOfMemory)?;
    let original = task.accept(picture.width(), picture.height())?;
    Ok(Decoded {
        raster: Raster {
            size: original,
            channels: Channels::Rgb,
            pixels: picture.into_rgb8().into_raw(),
        },
        original,
        colour: Colour::Usual,
        is_upright: false,
    })
}

fn failed(error: rawler::RawlerError) -> MediaError {
    match error {
        rawler::RawlerError::Unsupported { .. } => MediaError::Unsupported(error.to_string()),
        other => MediaError::malformed(other),
    }
}

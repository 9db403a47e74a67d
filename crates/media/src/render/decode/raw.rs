//! Raw files of cameras: the picture that the camera put in, or else the sensor's data, developed.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use rawler::decoders::RawDecodeParams;
use rawler::imgop::develop::RawDevelop;
use rawler::imgop::{Dim2, Point, Rect};
use rawler::rawimage::RawPhotometricInterpretation;
use rawler::rawsource::RawSource;
use rawler::{RawImage, RawImageData};

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::{Colour, Decoded, Task, jpeg};
use crate::MediaError;
use crate::container::find_jpegs;

/// An embedded picture whose long edge is shorter than this, in pixels, is for a camera's display; then the
/// sensor's data is tried first.
const USEFUL_EDGE: u32 = 1000;

/// Pixels that are developed at most: each takes some forty bytes while that is done.
const DEVELOPED_PIXELS: usize = 16_000_000;

pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let bytes = Arc::new(task.bytes()?);
    let embedded = largest_jpeg(&bytes);
    let is_useful = embedded
        .as_ref()
        .is_some_and(|(size, _)| size.width.max(size.height) >= USEFUL_EDGE);
    if is_useful {
        return show(&task, embedded);
    }
    develop(&task, &bytes).or_else(|error| match embedded {
        Some(_) => show(&task, embedded),
        None => Err(error),
    })
}

/// The largest picture in the file, by its pixels.
fn largest_jpeg(bytes: &[u8]) -> Option<(Size, &[u8])> {
    find_jpegs(bytes)
        .map(|(width, height, jpeg)| (Size { width, height }, jpeg))
        .max_by_key(|(size, _)| size.pixels())
}

fn show(task: &Task<'_>, embedded: Option<(Size, &[u8])>) -> Result<Decoded, MediaError> {
    let (_, bytes) = embedded.ok_or_else(|| MediaError::malformed("no picture in the file"))?;
    let mut reader = std::io::Cursor::new(bytes);
    let contents =
        crate::container::read(crate::container::Format::Jpeg, &mut reader).unwrap_or_default();
    jpeg::decode_bytes(bytes, contents.icc.into(), task)
}

/// Develops the sensor's data. The library gives up by panicking on some files, which must not look like a crash that
/// is worth trying again.
fn develop(task: &Task<'_>, bytes: &Arc<Vec<u8>>) -> Result<Decoded, MediaError> {
    let developing = AssertUnwindSafe(|| develop_or_panic(task, bytes));
    std::panic::catch_unwind(developing).unwrap_or_else(|_| {
        Err(MediaError::Unsupported(
            "a raw file of an unknown kind".into(),
        ))
    })
}

fn develop_or_panic(task: &Task<'_>, bytes: &Arc<Vec<u8>>) -> Result<Decoded, MediaError> {
    let source = RawSource::new_from_shared_vec(bytes.clone());
    let params = RawDecodeParams::default();
    // Without decoding first, for the size.
    let outline = rawler::get_decoder(&source)
        .and_then(|decoder| decoder.raw_image(&source, &params, true))
        .map_err(failed)?;
    task.accept(outline.width, outline.height)?;
    let mut sensor = rawler::decode(&source, &params).map_err(failed)?;
    drop(source);
    bin(&mut sensor);
    let picture = RawDevelop::default()
        .develop_intermediate(&sensor)
        .map_err(failed)?
        .to_dynamic_image()
        .ok_or(MediaError::OutOfMemory)?;
    drop(sensor);
    let original = task.accept(picture.width(), picture.height())?;
    let raster = Raster {
        size: original,
        channels: Channels::Rgb,
        pixels: picture.into_rgb8().into_raw(),
    };
    Ok(Decoded::at_once(raster, original, Colour::Usual))
}

/// Takes the means of neighbours of the same colour, until few enough pixels are left to be developed.
fn bin(sensor: &mut RawImage) {
    let (RawPhotometricInterpretation::Cfa(filter), RawImageData::Integer(values), 1, None) = (
        &sensor.photometric,
        &sensor.data,
        sensor.cpp,
        sensor.fuji_rotation_width,
    ) else {
        return;
    };
    let (columns, rows) = (filter.cfa.width.max(1), filter.cfa.height.max(1));
    let factor = (1..)
        .find(|factor| values.len() / (factor * factor) <= DEVELOPED_PIXELS)
        .unwrap_or(1);
    let (width, height) = (
        sensor.width / (columns * factor) * columns,
        sensor.height / (rows * factor) * rows,
    );
    if factor == 1 || width == 0 || height == 0 || values.len() < sensor.width * sensor.height {
        return;
    }
    let mut binned = Vec::with_capacity(width * height);
    for y in 0..height {
        let top = y / rows * rows * factor + y % rows;
        for x in 0..width {
            let left = x / columns * columns * factor + x % columns;
            let mut sum = 0_usize;
            for row in 0..factor {
                let start = (top + row * rows) * sensor.width + left;
                sum += values[start..]
                    .iter()
                    .step_by(columns)
                    .take(factor)
                    .map(|&value| usize::from(value))
                    .sum::<usize>();
            }
            binned.push((sum / (factor * factor)) as u16);
        }
    }
    let shrink = |area: Rect| {
        let scale = |length: usize, cell: usize| length / factor / cell * cell;
        Rect::new(
            Point::new(scale(area.p.x, columns), scale(area.p.y, rows)),
            Dim2::new(scale(area.d.w, columns), scale(area.d.h, rows)),
        )
    };
    sensor.data = RawImageData::Integer(binned);
    (sensor.width, sensor.height) = (width, height);
    sensor.active_area = sensor.active_area.map(shrink);
    sensor.crop_area = sensor.crop_area.map(shrink);
    sensor.blackareas.clear();
}

fn failed(error: rawler::RawlerError) -> MediaError {
    match error {
        rawler::RawlerError::Unsupported { .. } => MediaError::Unsupported(error.to_string()),
        other => MediaError::malformed(other),
    }
}

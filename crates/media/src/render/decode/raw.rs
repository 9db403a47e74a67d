//! Raw files of cameras: the picture that the camera put in, or else the sensor's data, developed.

use std::io::Cursor;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use rawler::decoders::RawDecodeParams;
use rawler::imgop::develop::RawDevelop;
use rawler::imgop::{Dim2, Point, Rect};
use rawler::rawimage::RawPhotometricInterpretation;
use rawler::rawsource::RawSource;
use rawler::{RawImage, RawImageData};

use super::super::raster::{Channels, Raster};
use super::super::{RenderOptions, splice};
use super::{Colour, Decoded, FILE_LIMIT, Task, jpeg};
use crate::MediaError;
use crate::container::{self, Contents, Embedded, Format, largest_jpeg, raw, read_embedded};

/// An embedded picture whose long edge is shorter than this, in pixels, is for a camera's display; then the
/// sensor's data is tried first.
const USEFUL_EDGE: u32 = 1000;

/// Pixels that are developed at most: each takes some forty bytes while that is done.
const DEVELOPED_PIXELS: usize = 16_000_000;

/// No way to pack a sensor's data is better than this.
const PIXELS_PER_BYTE: u64 = 100;
/// A sensor of no more pixels takes little memory, whatever the file says.
const SMALL_SENSOR: u64 = 16_000_000;

pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    match largest_jpeg(&mut task.reader()?)? {
        Some(embedded) if embedded.width.max(embedded.height) >= USEFUL_EDGE => {
            show(&task, embedded)
        }
        Some(embedded) => develop(&task).or_else(|_| show(&task, embedded)),
        None => develop(&task),
    }
}

/// The camera's picture. What it shows in full size is that picture itself.
fn show(task: &Task<'_>, embedded: Embedded) -> Result<Decoded, MediaError> {
    let bytes = read_embedded(&mut task.reader()?, embedded, FILE_LIMIT)?;
    let contents = container::read(Format::Jpeg, &mut Cursor::new(&bytes)).unwrap_or_default();
    let fullsize = match task.options.fullsize_quality {
        Some(_) => splice::without_metadata(&bytes, task.orientation),
        None => None,
    };
    let options = RenderOptions {
        fullsize_quality: task.options.fullsize_quality.filter(|_| fullsize.is_none()),
        ..task.options.clone()
    };
    let shown = Task {
        input: task.input,
        contents: Contents::default(),
        orientation: task.orientation,
        options: &options,
    };
    let decoded = jpeg::decode_bytes(&bytes, contents.icc.into(), &shown)?;
    Ok(Decoded {
        fullsize,
        ..decoded
    })
}

/// Develops the sensor's data. The library gives up by panicking on some files, which must not look like a crash that
/// is worth trying again.
fn develop(task: &Task<'_>) -> Result<Decoded, MediaError> {
    let developing = AssertUnwindSafe(|| develop_or_panic(task));
    std::panic::catch_unwind(developing).unwrap_or_else(|_| {
        Err(MediaError::Unsupported(
            "a raw file of an unknown kind".into(),
        ))
    })
}

fn develop_or_panic(task: &Task<'_>) -> Result<Decoded, MediaError> {
    let mut bytes = task.bytes()?;
    let length = bytes.len() as u64;
    raw::tame(&mut bytes)?;
    let source = RawSource::new_from_shared_vec(Arc::new(bytes));
    let params = RawDecodeParams::default();
    // Without decoding first, for the size.
    let outline = rawler::get_decoder(&source)
        .and_then(|decoder| decoder.raw_image(&source, &params, true))
        .map_err(failed)?;
    let size = task.accept(outline.width, outline.height)?;
    if size.pixels() > length.saturating_mul(PIXELS_PER_BYTE).max(SMALL_SENSOR) {
        return Err(MediaError::malformed("more pixels than its bytes can say"));
    }
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

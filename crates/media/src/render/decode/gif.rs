use std::fs::File;
use std::io::BufReader;

use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, Frame, MemoryLimit};

use super::super::raster::Channels;
use super::super::size::Size;
use super::intake::PixelSink;
use super::{Decoded, Task};
use crate::{MediaError, source};

/// The first frame, laid on a transparent ground. It is kept as it is stored, a byte a pixel, and gets its colours row
/// by row.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    // The one buffer is allocated here.
    options.set_memory_limit(MemoryLimit::Unlimited);
    let mut decoder = options.read_info(task.reader()?).map_err(failed)?;
    let original = task.accept(decoder.width(), decoder.height())?;
    let frame = decoder
        .next_frame_info()
        .map_err(failed)?
        .ok_or_else(|| MediaError::malformed("a GIF without a picture"))?
        .clone();
    let size = task.accept(frame.width, frame.height)?;
    let colours = Colours::of(&decoder, &frame)?;
    let indices = read_indices(&mut decoder, size, colours.ground)?;
    let profile = decoder.icc_profile().map(<[u8]>::to_vec);

    let mut intake = PixelSink::new(&task, original, Channels::Rgba, profile.into(), false)?;
    lay_out(&frame, &indices, &colours, original, &mut intake);
    intake.finish()
}

/// What the bytes of a frame stand for.
struct Colours {
    table: [[u8; 4]; 256],
    /// Stands where a frame ends early.
    ground: u8,
}

impl Colours {
    fn of(decoder: &Decoder<BufReader<&File>>, frame: &Frame<'_>) -> Result<Self, MediaError> {
        let palette = decoder.palette().map_err(failed)?;
        // Bytes beyond the palette are black.
        let mut table = [[0, 0, 0, 255]; 256];
        for (entry, &[red, green, blue]) in table.iter_mut().zip(palette.as_chunks().0) {
            *entry = [red, green, blue, 255];
        }
        if let Some(transparent) = frame.transparent {
            table[usize::from(transparent)] = [0; 4];
        }
        Ok(Self {
            table,
            ground: frame.transparent.unwrap_or(0),
        })
    }
}

/// The frame's bytes. One that ends early is shown as far as it goes.
fn read_indices(
    decoder: &mut Decoder<BufReader<&File>>,
    size: Size,
    ground: u8,
) -> Result<Vec<u8>, MediaError> {
    let mut indices = source::filled(size.pixels(), ground)?;
    match decoder.read_into_buffer(&mut indices) {
        Err(error) if indices.iter().all(|&index| index == ground) => Err(failed(error)),
        _ => Ok(indices),
    }
}

/// Rows of the whole picture, of which the frame may cover a part.
fn lay_out(
    frame: &Frame<'_>,
    indices: &[u8],
    colours: &Colours,
    original: Size,
    intake: &mut PixelSink,
) {
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let mut frame_rows = indices.chunks_exact(usize::from(frame.width));
    let mut row = vec![0; intake.row_bytes()];
    for y in 0..original.height as usize {
        let frame_row = if y < top { None } else { frame_rows.next() };
        row.fill(0);
        let covered = row.as_chunks_mut::<4>().0.iter_mut().skip(left);
        for (pixel, &index) in covered.zip(frame_row.unwrap_or_default()) {
            *pixel = colours.table[usize::from(index)];
        }
        intake.push(&row);
    }
}

fn failed(error: DecodingError) -> MediaError {
    match error {
        DecodingError::OutOfMemory => MediaError::OutOfMemory,
        other => MediaError::malformed(other),
    }
}

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};

use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder, ImageError};

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::intake::PixelSink;
use super::{Colour, Decoded, Task};
use crate::{MediaError, source};

/// Bytes of the rows that are decoded at once.
const BAND_BYTES: u64 = 4 * 1024 * 1024;
/// Header, masks and palette are shorter than this, in bytes.
const HEADER_LIMIT: u64 = 64 * 1024;

/// A band of rows after the other, if it is uncompressed.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let decoder = BmpDecoder::new(task.reader()?).map_err(failed)?;
    let (width, height) = decoder.dimensions();
    let original = task.accept(width, height)?;
    let channels = match decoder.color_type() {
        ColorType::Rgb8 => Channels::Rgb,
        ColorType::Rgba8 => Channels::Rgba,
        other => return Err(MediaError::Unsupported(format!("{other:?} pixels"))),
    };
    if let Some(layout) = Layout::read(task.input, original)? {
        let intake = PixelSink::new(&task, original, channels, Colour::Usual, false)?;
        return read_bands(task.input, &layout, intake);
    }
    let mut raster = Raster::filled(original, channels, 0)?;
    decoder.read_image(&mut raster.pixels).map_err(failed)?;
    Ok(Decoded::at_once(raster, original, Colour::Usual))
}

/// Each band is made a small BMP of its own.
fn read_bands(input: &File, layout: &Layout, mut intake: PixelSink) -> Result<Decoded, MediaError> {
    for first in (0..layout.height).step_by(layout.band_height as usize) {
        let last = layout.height.min(first + layout.band_height);
        let band = BmpDecoder::new(Cursor::new(layout.band(input, first, last)?));
        let band = band.map_err(failed)?;
        let mut rows = source::filled(band.total_bytes(), 0)?;
        band.read_image(&mut rows).map_err(failed)?;
        intake.push(&rows);
    }
    intake.finish()
}

/// Where the rows of an uncompressed BMP lie.
struct Layout {
    /// Everything before the rows.
    header: Vec<u8>,
    /// Bytes of a row.
    stride: u64,
    height: u32,
    is_top_down: bool,
    band_height: u32,
}

impl Layout {
    /// `None` if rows cannot be found without decoding those before them.
    fn read(mut input: &File, size: Size) -> Result<Option<Self>, MediaError> {
        let mut header = Vec::new();
        input.rewind()?;
        input.take(HEADER_LIMIT).read_to_end(&mut header)?;
        let short = |at: usize| Some(u16::from_le_bytes(*header.get(at..)?.first_chunk()?));
        let long = |at: usize| Some(u32::from_le_bytes(*header.get(at..)?.first_chunk()?));
        let (Some(rows_at), Some(bits), Some(compression)) = (long(10), short(28), long(30)) else {
            return Ok(None);
        };
        let height = long(22).map_or(0, u32::cast_signed);
        // The header of OS/2 is laid out otherwise; its files are small.
        let is_old = long(14) == Some(12);
        let is_plain = matches!(compression, 0 | 3 | 6) && matches!(bits, 1 | 4 | 8 | 16 | 24 | 32);
        if is_old || !is_plain || u64::from(rows_at) >= HEADER_LIMIT {
            return Ok(None);
        }
        header.truncate(rows_at as usize);
        let stride = (u64::from(size.width) * u64::from(bits)).div_ceil(32) * 4;
        Ok(Some(Self {
            header,
            stride,
            height: size.height,
            is_top_down: height < 0,
            band_height: (BAND_BYTES / stride).clamp(1, 1 << 16) as u32,
        }))
    }

    /// A BMP of the rows from `first` until `last`. Rows that the file lacks are black.
    fn band(&self, mut input: &File, first: u32, last: u32) -> Result<Vec<u8>, MediaError> {
        let (skipped, height) = match self.is_top_down {
            true => (first, (last - first).cast_signed().wrapping_neg()),
            false => (self.height - last, (last - first).cast_signed()),
        };
        let start = self.header.len() as u64 + u64::from(skipped) * self.stride;
        let length = u64::from(last - first) * self.stride;
        let mut band = source::reserve(self.header.len() as u64 + length)?;
        band.extend_from_slice(&self.header);
        if let Some(place) = band.get_mut(22..26) {
            place.copy_from_slice(&height.to_le_bytes());
        }
        input.seek(SeekFrom::Start(start))?;
        input.take(length).read_to_end(&mut band)?;
        band.resize(self.header.len() + length as usize, 0);
        Ok(band)
    }
}

fn failed(error: ImageError) -> MediaError {
    match error {
        ImageError::Unsupported(error) => MediaError::Unsupported(error.to_string()),
        ImageError::Limits(error) => MediaError::TooLarge(error.to_string()),
        other => MediaError::malformed(other),
    }
}

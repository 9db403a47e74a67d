use std::fs::File;
use std::io::{BufRead, Cursor, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder, ImageError};

use super::super::orientation;
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
    if let Some(rewritten) = Rewritten::of(&task)? {
        return rewritten.decode(&task);
    }
    let decoder = BmpDecoder::new(task.reader()?).map_err(failed)?;
    let (width, height) = decoder.dimensions();
    let original = task.accept(width, height)?;
    let channels = channels(decoder.color_type())?;
    if let Some(layout) = Layout::read(task.input, original)? {
        let intake = PixelSink::new(&task, original, channels, Colour::Usual, false)?;
        return read_bands(task.input, &layout, intake);
    }
    let raster = read_whole(decoder, original, channels)?;
    Ok(Decoded::at_once(raster, original, Colour::Usual))
}

/// A damaged file is drawn as far as it goes.
fn read_whole(
    decoder: BmpDecoder<impl BufRead + Seek>,
    size: Size,
    channels: Channels,
) -> Result<Raster, MediaError> {
    let mut raster = Raster::filled(size, channels, 0)?;
    match decoder.read_image(&mut raster.pixels) {
        Err(error) if raster.pixels.iter().all(|&value| value == 0) => Err(failed(error)),
        _ => Ok(raster),
    }
}

/// A file as the library reads it: of the second version of OS/2, or packed with its first row first.
struct Rewritten {
    bytes: Vec<u8>,
    is_upside_down: bool,
}

/// Bytes of the header that Windows has, of which that of OS/2 has more.
const WINDOWS_HEADER: u32 = 40;
const OS2_HEADER: u32 = 64;

impl Rewritten {
    /// `None` of a file that is read as it is.
    fn of(task: &Task<'_>) -> Result<Option<Self>, MediaError> {
        let mut start = [0; 34];
        if task.input.read_exact_at(&mut start, 0).is_err() {
            return Ok(None);
        }
        let long = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|byte| start[at + byte]));
        let (rows_at, header, height, packing) = (long(10), long(14), long(22), long(30));
        let is_os2 = header == OS2_HEADER;
        let is_upside_down = height.cast_signed() < 0 && matches!(packing, 1 | 2);
        if !is_os2 && !is_upside_down {
            return Ok(None);
        }
        // Its other ways to pack have other numbers.
        if is_os2 && packing > 2 {
            return Err(MediaError::Unsupported(format!(
                "BMP: packing {packing} of OS/2"
            )));
        }
        let mut bytes = task.bytes()?;
        if is_upside_down {
            bytes[22..26].copy_from_slice(&height.wrapping_neg().to_le_bytes());
        }
        if is_os2 {
            let after = 14 + WINDOWS_HEADER as usize..14 + OS2_HEADER as usize;
            drop(bytes.drain(after.start..after.end.min(bytes.len())));
            let rows_at = rows_at.saturating_sub(OS2_HEADER - WINDOWS_HEADER);
            bytes[10..14].copy_from_slice(&rows_at.to_le_bytes());
            bytes[14..18].copy_from_slice(&WINDOWS_HEADER.to_le_bytes());
        }
        Ok(Some(Self {
            bytes,
            is_upside_down,
        }))
    }

    fn decode(self, task: &Task<'_>) -> Result<Decoded, MediaError> {
        let decoder = BmpDecoder::new(Cursor::new(self.bytes)).map_err(failed)?;
        let (width, height) = decoder.dimensions();
        let original = task.accept(width, height)?;
        let channels = channels(decoder.color_type())?;
        let raster = read_whole(decoder, original, channels)?;
        let raster = match self.is_upside_down {
            // As EXIF counts: top and bottom are swapped.
            true => orientation::upright(raster, 4),
            false => raster,
        };
        Ok(Decoded::at_once(raster, original, Colour::Usual))
    }
}

fn channels(colours: ColorType) -> Result<Channels, MediaError> {
    match colours {
        ColorType::Rgb8 => Ok(Channels::Rgb),
        ColorType::Rgba8 => Ok(Channels::Rgba),
        other => Err(MediaError::Unsupported(format!("{other:?} pixels"))),
    }
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

use turbojpeg::Compressor;

use super::colour;
use super::decode::Colour;
use super::encode;
use super::raster::{Channels, Raster};
use super::size::Size;
use super::splice::{JPEG_SIDE_LIMIT, Splicer};
use crate::{MediaError, source};

/// Pixels that are coded together, about.
const BAND_PIXELS: u32 = 1 << 20;

/// The JPEG of an original's size, written while the rows of the original come, so that these need not be kept.
///
/// It is not turned, as that would need all rows at once: it says instead how it is to be turned.
pub(super) struct FullsizeWriter {
    size: Size,
    channels: Channels,
    colour: Colour,
    band_height: u32,
    /// Rows that wait until they are enough.
    band: Vec<u8>,
    /// Rows that are still to come.
    left: u32,
    compressor: Compressor,
    file: Splicer,
    max_bytes: u64,
    outcome: Result<(), MediaError>,
}

impl FullsizeWriter {
    /// Nothing when a JPEG cannot be of that size.
    pub(super) fn new(
        size: Size,
        channels: Channels,
        colour: &Colour,
        orientation: u16,
        (quality, max_bytes): (u8, u64),
    ) -> Result<Option<Self>, MediaError> {
        if size.width.max(size.height) > JPEG_SIDE_LIMIT {
            return Ok(None);
        }
        let band_height = Splicer::part_height(size.width, BAND_PIXELS).min(size.height);
        let band_bytes = u64::from(band_height) * row_bytes(size, channels) as u64;
        Ok(Some(Self {
            size,
            channels,
            colour: colour.clone(),
            band_height,
            band: source::reserve(band_bytes)?,
            left: size.height,
            compressor: encode::compressor(quality)?,
            file: Splicer::new(size, band_height, orientation),
            max_bytes,
            outcome: Ok(()),
        }))
    }

    /// Adds whole rows; what comes after the last one is ignored. What goes wrong is told at the end.
    pub(super) fn push(&mut self, rows: &[u8]) {
        for row in rows.chunks_exact(row_bytes(self.size, self.channels)) {
            if self.is_done() {
                return;
            }
            self.left -= 1;
            self.band.extend_from_slice(row);
            if self.left == 0 || self.rows_waiting() == self.band_height {
                self.outcome = self.write_band();
            }
        }
    }

    /// The file, unless it is too long. Rows that never came are black, or white where the picture is transparent.
    pub(super) fn finish(mut self) -> Result<Option<Vec<u8>>, MediaError> {
        let row = source::filled(row_bytes(self.size, self.channels) as u64, 0)?;
        while !self.is_done() {
            self.push(&row);
        }
        let is_too_long = self.is_too_long();
        self.outcome?;
        Ok((!is_too_long).then(|| self.file.finish()))
    }

    /// Whether nothing more is to be written, for whatever reason.
    fn is_done(&self) -> bool {
        self.left == 0 || self.outcome.is_err() || self.is_too_long()
    }

    fn is_too_long(&self) -> bool {
        self.file.length() as u64 > self.max_bytes
    }

    fn rows_waiting(&self) -> u32 {
        (self.band.len() / row_bytes(self.size, self.channels)) as u32
    }

    fn write_band(&mut self) -> Result<(), MediaError> {
        let size = Size {
            height: self.rows_waiting(),
            ..self.size
        };
        let band = Raster {
            size,
            channels: self.channels,
            pixels: std::mem::take(&mut self.band),
        };
        let room = band.pixels.len() as u64;
        let opaque = colour::to_srgb(band, &self.colour);
        let part = encode::jpeg(&mut self.compressor, &opaque.onto_white())?;
        drop(opaque);
        self.band = source::reserve(room)?;
        self.file.add(&part)
    }
}

fn row_bytes(size: Size, channels: Channels) -> usize {
    size.width as usize * channels.count()
}

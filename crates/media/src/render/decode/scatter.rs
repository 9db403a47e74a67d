use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::reducer::{count_squares, mean, side_of_squares};
use crate::{MediaError, source};

/// Takes the pixels of a picture in any order and keeps it smaller, as the means of squares of what has come.
///
/// It takes more room than a `Reducer`, since no square is finished before the end.
pub(super) struct Scatter {
    channels: Channels,
    /// Pixels of a square's side.
    side: u32,
    reduced: Size,
    /// For each square the sum of each channel, then how many pixels have come; with transparency, of colour times
    /// alpha.
    sums: Vec<u32>,
}

impl Scatter {
    /// `wanted` is how large the result must at least be. Nothing when it would be as large as the original.
    pub fn new(
        original: Size,
        wanted: Size,
        channels: Channels,
    ) -> Result<Option<Self>, MediaError> {
        let side = side_of_squares(original, wanted);
        if side == 1 {
            return Ok(None);
        }
        let reduced = count_squares(original, side);
        let length = reduced.pixels() * (channels.count() as u64 + 1);
        let mut sums = Vec::new();
        let length = usize::try_from(length).map_err(|_| MediaError::OutOfMemory)?;
        sums.try_reserve_exact(length)
            .map_err(|_| MediaError::OutOfMemory)?;
        sums.resize(length, 0);
        Ok(Some(Self {
            channels,
            side,
            reduced,
            sums,
        }))
    }

    /// Adds pixels of row `y`: the first one of column `x`, and the others each `step` columns further.
    pub fn add(&mut self, (x, y): (u32, u32), step: u32, pixels: &[u8]) {
        match self.channels.count() {
            1 => self.add_pixels::<1>((x, y), step, pixels),
            2 => self.add_pixels::<2>((x, y), step, pixels),
            3 => self.add_pixels::<3>((x, y), step, pixels),
            _ => self.add_pixels::<4>((x, y), step, pixels),
        }
    }

    fn add_pixels<const N: usize>(&mut self, (x, y): (u32, u32), step: u32, pixels: &[u8]) {
        let weigh = match self.has_alpha() {
            true => weighted::<N>,
            false => |pixel: [u8; N]| pixel.map(u32::from),
        };
        let stride = self.reduced.width as usize * (N + 1);
        let start = (y / self.side) as usize * stride;
        let Some(row) = self.sums.get_mut(start..start + stride) else {
            return;
        };
        let mut x = x;
        for &pixel in pixels.as_chunks::<N>().0 {
            let square = (x / self.side) as usize * (N + 1);
            let Some((count, sums)) = row
                .get_mut(square..square + N + 1)
                .and_then(<[u32]>::split_last_mut)
            else {
                return;
            };
            *count += 1;
            for (sum, value) in sums.iter_mut().zip(weigh(pixel)) {
                *sum += value;
            }
            x += step;
        }
    }

    fn has_alpha(&self) -> bool {
        matches!(self.channels, Channels::Rgba | Channels::GrayAlpha)
    }

    /// The picture. Squares of which no pixel came are black, or transparent.
    pub fn finish(self) -> Result<Raster, MediaError> {
        let count = self.channels.count();
        let has_alpha = self.has_alpha();
        let mut pixels = source::reserve(self.reduced.pixels() * count as u64)?;
        for square in self.sums.chunks_exact(count + 1) {
            let (sums, came) = square.split_at(count);
            let came = came.first().copied().unwrap_or(0);
            match sums.split_last() {
                Some((&alpha, colours)) if has_alpha => {
                    pixels.extend(colours.iter().map(|&sum| mean(sum, alpha)));
                    pixels.push(mean(alpha, came));
                }
                _ => pixels.extend(sums.iter().map(|&sum| mean(sum, came))),
            }
        }
        Ok(Raster {
            size: self.reduced,
            channels: self.channels,
            pixels,
        })
    }
}

/// Transparent pixels must not bleed into opaque ones, so a colour counts as much as it is opaque.
fn weighted<const N: usize>(pixel: [u8; N]) -> [u32; N] {
    let alpha = pixel.last().copied().map_or(0, u32::from);
    let mut weighted = pixel.map(|value| u32::from(value) * alpha);
    if let Some(last) = weighted.last_mut() {
        *last = alpha;
    }
    weighted
}

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::reducer::{add_plain, add_weighted, count_squares, push_means, side_of_squares};
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
    pub(super) fn new(
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
        Ok(Some(Self {
            channels,
            side,
            reduced,
            sums: source::filled(length, 0)?,
        }))
    }

    /// Adds pixels of row `y`: the first one of column `x`, and the others each `step` columns further.
    pub(super) fn add(&mut self, (x, y): (u32, u32), step: u32, pixels: &[u8]) {
        match self.channels.count() {
            1 => self.add_pixels::<1>((x, y), step, pixels),
            2 => self.add_pixels::<2>((x, y), step, pixels),
            3 => self.add_pixels::<3>((x, y), step, pixels),
            _ => self.add_pixels::<4>((x, y), step, pixels),
        }
    }

    fn add_pixels<const N: usize>(&mut self, (x, y): (u32, u32), step: u32, pixels: &[u8]) {
        let add = match self.channels.has_alpha() {
            true => add_weighted::<N>,
            false => add_plain::<N>,
        };
        let stride = self.reduced.width as usize * (N + 1);
        let start = (y / self.side) as usize * stride;
        let Some(row) = self.sums.get_mut(start..start + stride) else {
            return;
        };
        let mut x = x;
        for pixel in pixels.as_chunks::<N>().0 {
            let square = (x / self.side) as usize * (N + 1);
            let Some((sums, [came, ..])) = row
                .get_mut(square..square + N + 1)
                .and_then(<[u32]>::split_first_chunk_mut::<N>)
            else {
                return;
            };
            add(pixel, sums);
            *came += 1;
            x += step;
        }
    }

    /// The picture. Squares of which no pixel came are black, or transparent.
    pub(super) fn finish(self) -> Result<Raster, MediaError> {
        let count = self.channels.count();
        let mut pixels = source::reserve(self.reduced.pixels() * count as u64)?;
        for square in self.sums.chunks_exact(count + 1) {
            if let Some((&came, sums)) = square.split_last() {
                push_means(sums, came, self.channels, &mut pixels);
            }
        }
        Ok(Raster {
            size: self.reduced,
            channels: self.channels,
            pixels,
        })
    }
}

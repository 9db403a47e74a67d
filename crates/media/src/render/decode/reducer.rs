use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use crate::{MediaError, source};

/// Takes a picture row by row and keeps it smaller: so large a picture never has to be in memory whole.
///
/// Each pixel that is kept is the mean of a square of the original's.
pub(super) struct Reducer {
    original: Size,
    channels: Channels,
    /// Pixels of a square's side.
    side: u32,
    reduced: Size,
    /// The sums of the squares of the row that is being added up; with transparency, of colour times alpha.
    sums: Vec<u32>,
    /// How many rows of the original the sums hold.
    rows: u32,
    /// Rows of the original that are still to come.
    left: u32,
    pixels: Vec<u8>,
}

impl Reducer {
    /// `wanted` is how large the result must at least be.
    pub(super) fn new(
        original: Size,
        wanted: Size,
        channels: Channels,
    ) -> Result<Self, MediaError> {
        let side = side_of_squares(original, wanted);
        let reduced = count_squares(original, side);
        let count = channels.count() as u64;
        let sums = match side {
            1 => Vec::new(),
            _ => source::filled(u64::from(reduced.width) * count, 0)?,
        };
        Ok(Self {
            original,
            channels,
            side,
            reduced,
            sums,
            rows: 0,
            left: original.height,
            pixels: source::reserve(reduced.pixels().saturating_mul(count))?,
        })
    }

    /// What the bytes it is given mean.
    pub(super) fn channels(&self) -> Channels {
        self.channels
    }

    /// Bytes of a row of the original.
    pub(super) fn row_bytes(&self) -> usize {
        self.original.width as usize * self.channels.count()
    }

    /// Whether it keeps fewer pixels than it is given.
    pub(super) fn shrinks(&self) -> bool {
        self.side > 1
    }

    /// Adds whole rows; what comes after the last one is ignored.
    pub(super) fn push(&mut self, rows: &[u8]) {
        for row in rows.chunks_exact(self.row_bytes()) {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            if self.side == 1 {
                self.pixels.extend_from_slice(row);
            } else {
                self.add(row);
            }
        }
    }

    fn add(&mut self, row: &[u8]) {
        let count = self.channels.count();
        let squares = row.chunks(self.side as usize * count);
        match self.channels {
            Channels::Rgba => squares
                .zip(self.sums.as_chunks_mut::<4>().0)
                .for_each(|(square, sums)| add_weighted(square, sums)),
            Channels::GrayAlpha => squares
                .zip(self.sums.as_chunks_mut::<2>().0)
                .for_each(|(square, sums)| add_weighted(square, sums)),
            Channels::Rgb => squares
                .zip(self.sums.as_chunks_mut::<3>().0)
                .for_each(|(square, sums)| add_plain(square, sums)),
            Channels::Gray => squares
                .zip(self.sums.as_chunks_mut::<1>().0)
                .for_each(|(square, sums)| add_plain(square, sums)),
            Channels::InvertedCmyk => squares
                .zip(self.sums.as_chunks_mut::<4>().0)
                .for_each(|(square, sums)| add_plain(square, sums)),
        }
        self.rows += 1;
        if self.rows == self.side || self.left == 0 {
            self.keep();
        }
    }

    fn keep(&mut self) {
        let mut columns_left = self.original.width;
        for sums in self.sums.chunks(self.channels.count()) {
            let columns = columns_left.min(self.side);
            columns_left -= columns;
            push_means(sums, columns * self.rows, self.channels, &mut self.pixels);
        }
        self.sums.fill(0);
        self.rows = 0;
    }

    /// The picture. Rows that never came are black, or transparent.
    pub(super) fn finish(mut self) -> Raster {
        if self.rows > 0 {
            self.keep();
        }
        let length = self.reduced.pixels() as usize * self.channels.count();
        self.pixels.resize(length, 0);
        Raster {
            size: self.reduced,
            channels: self.channels,
            pixels: self.pixels,
        }
    }

    /// Whether no row has come yet.
    pub(super) fn is_empty(&self) -> bool {
        self.left == self.original.height
    }
}

/// How long squares may be for at least as many as are wanted.
pub(super) fn side_of_squares(original: Size, wanted: Size) -> u32 {
    let fits = |length: u32, wanted: u32| length / wanted.max(1);
    fits(original.width, wanted.width)
        .min(fits(original.height, wanted.height))
        // The sums of 255 times 255 stay within 32 bits.
        .clamp(1, 256)
}

/// How many squares there are side by side and one above the other; the last ones may be cut.
pub(super) fn count_squares(original: Size, side: u32) -> Size {
    Size {
        width: original.width.div_ceil(side),
        height: original.height.div_ceil(side),
    }
}

/// Adds the pixel that stands for a square of `area` pixels with these sums.
pub(super) fn push_means(sums: &[u32], area: u32, channels: Channels, pixels: &mut Vec<u8>) {
    match sums.split_last() {
        Some((&alpha, colours)) if channels.has_alpha() => {
            pixels.extend(colours.iter().map(|&sum| mean(sum, alpha)));
            pixels.push(mean(alpha, area));
        }
        _ => pixels.extend(sums.iter().map(|&sum| mean(sum, area))),
    }
}

/// The rounded quotient, 0 of nothing. It is at most 255: a mean of bytes.
fn mean(sum: u32, count: u32) -> u8 {
    (sum.saturating_add(count / 2) / count.max(1)).min(255) as u8
}

pub(super) fn add_plain<const N: usize>(square: &[u8], sums: &mut [u32; N]) {
    for pixel in square.as_chunks::<N>().0 {
        for (sum, &value) in sums.iter_mut().zip(pixel) {
            *sum += u32::from(value);
        }
    }
}

/// Transparent pixels must not bleed into opaque ones, so a colour counts as much as it is opaque.
pub(super) fn add_weighted<const N: usize>(square: &[u8], sums: &mut [u32; N]) {
    for pixel in square.as_chunks::<N>().0 {
        let alpha = u32::from(pixel[N - 1]);
        for (sum, &value) in sums.iter_mut().zip(&pixel[..N - 1]) {
            *sum += u32::from(value) * alpha;
        }
        sums[N - 1] += alpha;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: u32, height: u32) -> Size {
        Size { width, height }
    }

    fn reduce(original: Size, wanted: Size, channels: Channels, pixels: &[u8]) -> Raster {
        let mut reducer = Reducer::new(original, wanted, channels).unwrap();
        reducer.push(pixels);
        reducer.finish()
    }

    #[test]
    fn keeps_means_of_squares() {
        let raster = reduce(
            size(5, 3),
            size(2, 1),
            Channels::Gray,
            &[0, 10, 20, 30, 100, 20, 30, 40, 50, 200, 7, 9, 1, 3, 5],
        );
        assert_eq!(raster.size, size(3, 2));
        assert_eq!(raster.pixels, [15, 35, 150, 8, 2, 5]);
    }

    #[test]
    fn what_is_transparent_does_not_bleed() {
        let raster = reduce(
            size(2, 1),
            size(1, 1),
            Channels::Rgba,
            &[200, 100, 50, 255, 0, 0, 0, 0],
        );
        // One row: the square is limited by the shorter side.
        assert_eq!(raster.size, size(2, 1));
        let raster = reduce(
            size(2, 2),
            size(1, 1),
            Channels::Rgba,
            &[200, 100, 50, 255, 0, 0, 0, 0, 0, 0, 0, 0, 200, 100, 50, 255],
        );
        assert_eq!(raster.pixels, [200, 100, 50, 128]);
    }

    #[test]
    fn rows_that_never_come_are_black() {
        let raster = reduce(size(2, 4), size(1, 2), Channels::Gray, &[8, 8, 8]);
        assert_eq!(raster.pixels, [8, 0]);
    }
}

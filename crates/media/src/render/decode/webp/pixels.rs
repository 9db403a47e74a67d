use std::io::BufRead;

use super::super::super::size::Size;
use super::bits::BitReader;
use super::prefix::{GREENS, PrefixCodeGroup};
use super::window::{ColourCache, Window};
use crate::{MediaError, source};

/// Copies are at most this long, in pixels.
const LONGEST_COPY: usize = 4096;
/// The tables of all prefix codes take at most so many bytes. Encoders write less than a tenth.
const TABLE_LIMIT: usize = 128 * 1024 * 1024;
/// No picture is larger than a block of so many bits.
const WHOLE_BITS: u32 = 14;

/// What holds for blocks of a picture, each a square of pixels.
pub(super) struct Blocks<T> {
    /// Of a square's side, as a power of two.
    pub size_bits: u32,
    across: usize,
    values: Vec<T>,
}

impl<T> Blocks<T> {
    /// Reads an image with a pixel for each block, of which a part is kept.
    pub fn read(
        bits: &mut BitReader<impl BufRead>,
        size: Size,
        keep: impl Fn(u32) -> T,
    ) -> Result<Self, MediaError> {
        let size_bits = 2 + bits.read(3);
        let size = Size {
            width: size.width.div_ceil(1 << size_bits),
            height: size.height.div_ceil(1 << size_bits),
        };
        Ok(Self {
            size_bits,
            across: size.width as usize,
            values: read_image(bits, size, keep)?,
        })
    }

    /// The same everywhere.
    fn uniform(value: T) -> Self {
        Self {
            size_bits: WHOLE_BITS,
            across: 1,
            values: vec![value],
        }
    }

    /// Those that row `y` goes through.
    pub fn in_row(&self, y: usize) -> &[T] {
        let start = (y >> self.size_bits) * self.across;
        self.values
            .get(start..start + self.across)
            .unwrap_or_default()
    }
}

/// A small image that belongs to a picture, of whose pixels a part is kept.
pub(super) fn read_image<T>(
    bits: &mut BitReader<impl BufRead>,
    size: Size,
    keep: impl Fn(u32) -> T,
) -> Result<Vec<T>, MediaError> {
    let mut values = source::reserve(size.pixels())?;
    let mut pixels = PixelReader::new(bits, size, false)?;
    for _ in 0..size.height {
        let row = pixels.next_row(bits)?;
        values.extend(row.iter().map(|&pixel| keep(pixel)));
    }
    Ok(values)
}

/// Decodes pixels in the form that transforms have given them: alpha, red, green and blue from the highest bits down.
pub(super) struct PixelReader {
    codes: PrefixCodes,
    /// Distances to the pixels nearby, which have names of their own.
    near: Vec<usize>,
    width: usize,
    height: usize,
    window: Window,
    /// Where the next row begins in the window.
    start: usize,
    y: usize,
}

impl PixelReader {
    /// Reads what stands before the pixels. Only those of a picture may be written in several groups of codes, not those of
    /// an image that belongs to it.
    pub fn new(
        bits: &mut BitReader<impl BufRead>,
        size: Size,
        is_picture: bool,
    ) -> Result<Self, MediaError> {
        let cache = ColourCache::read(bits)?;
        let group_of = match is_picture && bits.read(1) == 1 {
            true => Blocks::read(bits, size, |pixel| (pixel >> 8) as u16)?,
            false => Blocks::uniform(0),
        };
        let width = size.width as usize;
        Ok(Self {
            codes: PrefixCodes::read(bits, cache.length(), group_of)?,
            near: near_distances(width),
            width,
            height: size.height as usize,
            window: Window::new(size, cache)?,
            start: 0,
            y: 0,
        })
    }

    /// The next row.
    pub fn next_row(&mut self, bits: &mut BitReader<impl BufRead>) -> Result<&[u32], MediaError> {
        let count = self.left().min(self.width + LONGEST_COPY);
        self.start -= self.window.make_room(count);
        let row = self.start..self.start + self.width;
        while self.window.filled < row.end {
            self.read_pixels(bits, row.end)?;
        }
        bits.check()?;
        self.start = row.end;
        self.y += 1;
        self.window.get(row)
    }

    /// How many pixels are still to be read.
    fn left(&self) -> usize {
        (self.height - self.y) * self.width - (self.window.filled - self.start)
    }

    /// Goes on to the end of a block or of the row, or beyond.
    fn read_pixels(
        &mut self,
        bits: &mut BitReader<impl BufRead>,
        row_end: usize,
    ) -> Result<(), MediaError> {
        let x = self.window.filled - self.start;
        let (group, block_end) = self.codes.at(x, self.y)?;
        let end = row_end.min(self.start + block_end);
        while self.window.filled < end {
            let symbol = usize::from(group.green.read_symbol(bits));
            if symbol < 256 {
                self.window.push(read_literal(bits, group, symbol));
            } else if symbol < GREENS {
                let length = read_value(bits, symbol - 256);
                let distance = read_distance(bits, group, &self.near);
                bits.check()?;
                if length > self.left() || !self.window.copy(distance, length) {
                    return Err(MediaError::malformed("a copy of pixels that are not there"));
                }
            } else {
                self.window.push_cached(symbol - GREENS);
            }
        }
        Ok(())
    }
}

/// All the codes of a picture.
struct PrefixCodes {
    groups: Vec<PrefixCodeGroup>,
    /// Which of them is used where.
    group_of: Blocks<u16>,
}

impl PrefixCodes {
    fn read(
        bits: &mut BitReader<impl BufRead>,
        cache_length: usize,
        group_of: Blocks<u16>,
    ) -> Result<Self, MediaError> {
        let last = group_of.values.iter().max().copied().unwrap_or(0);
        let mut groups = source::reserve(u64::from(last) + 1)?;
        let mut room = TABLE_LIMIT;
        for _ in 0..=last {
            groups.push(PrefixCodeGroup::read(bits, cache_length, &mut room)?);
        }
        Ok(Self { groups, group_of })
    }

    /// Those for a pixel, and the column where their block ends.
    fn at(&self, x: usize, y: usize) -> Result<(&PrefixCodeGroup, usize), MediaError> {
        let size_bits = self.group_of.size_bits;
        let block = x >> size_bits;
        let index = self.group_of.in_row(y).get(block);
        let group = index.and_then(|&index| self.groups.get(usize::from(index)));
        let group = group.ok_or_else(|| MediaError::malformed("a block without prefix codes"))?;
        Ok((group, (block + 1) << size_bits))
    }
}

/// The green value has been read.
#[inline]
fn read_literal(bits: &mut BitReader<impl BufRead>, group: &PrefixCodeGroup, green: usize) -> u32 {
    let red = group.red.read_symbol(bits);
    let blue = group.blue.read_symbol(bits);
    let alpha = group.alpha.read_symbol(bits);
    u32::from_be_bytes([alpha as u8, red as u8, green as u8, blue as u8])
}

/// A length or a distance: its prefix has been read, the other bits follow.
fn read_value(bits: &mut BitReader<impl BufRead>, prefix: usize) -> usize {
    if prefix < 4 {
        return prefix + 1;
    }
    let more = (prefix - 2) / 2;
    let start = (2 + prefix % 2) << more;
    start + bits.read(more as u32) as usize + 1
}

fn read_distance(
    bits: &mut BitReader<impl BufRead>,
    group: &PrefixCodeGroup,
    near: &[usize],
) -> usize {
    let prefix = group.distance.read_symbol(bits);
    let code = read_value(bits, prefix.into());
    match near.get(code - 1) {
        Some(&distance) => distance,
        None => code - near.len(),
    }
}

/// Distances to the pixels nearby, from near to far.
fn near_distances(width: usize) -> Vec<usize> {
    let beside = (1..=8).map(|left| (left, 0));
    let above = (1..=7).flat_map(|up| (-7..=8).map(move |left| (left, up)));
    let mut places: Vec<(i32, i32)> = beside.chain(above).collect();
    places.sort_unstable_by_key(|&(left, up)| (left * left + up * up, left.abs(), -left));
    let distances = places
        .into_iter()
        .map(|(left, up)| up * width as i32 + left);
    distances.map(|distance| distance.max(1) as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_pixels_are_in_their_order() {
        let distances = near_distances(100);
        assert_eq!(distances.len(), 120);
        assert_eq!(distances[..8], [100, 1, 101, 99, 200, 2, 201, 199]);
        assert_eq!(distances[34..40], [500, 403, 397, 304, 296, 5]);
        assert_eq!(distances[96..99], [8, 704, 696]);
        assert_eq!(distances[115..], [508, 707, 693, 608, 708]);
        assert_eq!(near_distances(1)[3], 1);
    }
}

use std::io::BufRead;

use super::super::super::size::Size;
use super::bits::BitReader;
use super::prefix::{GREENS, PrefixCodeGroup};
use crate::{MediaError, source};

/// Copies come from less far away, in pixels.
const WINDOW: usize = 1 << 20;
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
    let mut pixels = PixelReader::small(bits, size)?;
    for _ in 0..size.height {
        let row = pixels.next_row(bits)?;
        values.extend(row.iter().map(|&pixel| keep(pixel)));
    }
    Ok(values)
}

/// Decodes pixels in the form that transforms have given them: alpha, red, green and blue from the highest bits down.
pub(super) struct PixelReader {
    groups: Vec<PrefixCodeGroup>,
    /// Which of them is used where.
    group_of: Blocks<u16>,
    /// Distances to the pixels nearby, which have names of their own.
    near: Vec<usize>,
    width: usize,
    rows_left: usize,
    y: usize,
    window: Window,
    /// Where the next row begins in the window.
    start: usize,
}

impl PixelReader {
    /// Reads what stands before the pixels of a picture.
    pub fn new(bits: &mut BitReader<impl BufRead>, size: Size) -> Result<Self, MediaError> {
        let cache = ColourCache::read(bits)?;
        let group_of = match bits.read(1) {
            0 => Blocks::uniform(0),
            _ => Blocks::read(bits, size, |pixel| (pixel >> 8) as u16)?,
        };
        Self::with(bits, size, cache, group_of)
    }

    /// Reads what stands before those of an image that belongs to it.
    fn small(bits: &mut BitReader<impl BufRead>, size: Size) -> Result<Self, MediaError> {
        let cache = ColourCache::read(bits)?;
        Self::with(bits, size, cache, Blocks::uniform(0))
    }

    fn with(
        bits: &mut BitReader<impl BufRead>,
        size: Size,
        cache: ColourCache,
        group_of: Blocks<u16>,
    ) -> Result<Self, MediaError> {
        let width = size.width as usize;
        Ok(Self {
            groups: read_groups(bits, &cache, &group_of)?,
            group_of,
            near: near_distances(width),
            width,
            rows_left: size.height as usize,
            y: 0,
            window: Window::new(size, cache)?,
            start: 0,
        })
    }

    /// The next row.
    pub fn next_row(&mut self, bits: &mut BitReader<impl BufRead>) -> Result<&[u32], MediaError> {
        let left = self.rows_left * self.width - (self.window.filled - self.start);
        self.start -= self.window.make_room(left.min(self.width + LONGEST_COPY));
        let end = self.start + self.width;
        while self.window.filled < end {
            self.read_pixels(bits, end)?;
        }
        bits.check()?;
        let row = self.start..end;
        self.start = end;
        self.y += 1;
        self.rows_left -= 1;
        Ok(&self.window.pixels[row])
    }

    /// Goes on to the end of a block or of the row, or beyond.
    fn read_pixels(
        &mut self,
        bits: &mut BitReader<impl BufRead>,
        row_end: usize,
    ) -> Result<(), MediaError> {
        let x = self.window.filled - self.start;
        let block = x >> self.group_of.size_bits;
        let group = self.group_of.in_row(self.y).get(block);
        let group = group.and_then(|&index| self.groups.get(usize::from(index)));
        let group = group.ok_or_else(|| MediaError::malformed("a block without prefix codes"))?;
        let block_end = self.start + ((block + 1) << self.group_of.size_bits);
        let end = row_end.min(block_end);
        while self.window.filled < end {
            let symbol = usize::from(group.green.read_symbol(bits));
            if symbol < 256 {
                self.window.push(read_literal(bits, group, symbol));
            } else if symbol < GREENS {
                let length = read_value(bits, symbol - 256);
                let distance = read_distance(bits, group, &self.near);
                let left = self.rows_left * self.width - (self.window.filled - self.start);
                bits.check()?;
                if length > left || !self.window.copy(distance, length) {
                    return Err(MediaError::malformed("a copy of pixels that are not there"));
                }
            } else {
                self.window.push(self.window.cache.get(symbol - GREENS));
            }
        }
        Ok(())
    }
}

/// The codes of all groups there are.
fn read_groups(
    bits: &mut BitReader<impl BufRead>,
    cache: &ColourCache,
    group_of: &Blocks<u16>,
) -> Result<Vec<PrefixCodeGroup>, MediaError> {
    let count = 1 + group_of
        .values
        .iter()
        .max()
        .map_or(0, |&last| u64::from(last));
    let mut groups = source::reserve(count)?;
    let mut table_bytes = 0;
    for _ in 0..count {
        let group = PrefixCodeGroup::read(bits, cache.colours.len())?;
        table_bytes += group.table_bytes();
        if table_bytes > TABLE_LIMIT {
            return Err(MediaError::TooLarge("the picture's prefix codes".into()));
        }
        groups.push(group);
    }
    Ok(groups)
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

/// The last pixels.
struct Window {
    pixels: Vec<u32>,
    /// How many there are.
    filled: usize,
    cache: ColourCache,
}

impl Window {
    /// For a picture of this size.
    fn new(size: Size, cache: ColourCache) -> Result<Self, MediaError> {
        Ok(Self {
            pixels: source::filled(size.pixels().min(2 * WINDOW as u64), 0)?,
            filled: 0,
            cache,
        })
    }

    /// Makes room for so many more. Tells by how many places the others have moved down.
    fn make_room(&mut self, count: usize) -> usize {
        if self.filled + count <= self.pixels.len() {
            return 0;
        }
        let moved = self.filled.saturating_sub(WINDOW);
        self.pixels.copy_within(moved..self.filled, 0);
        self.filled -= moved;
        moved
    }

    #[inline]
    fn push(&mut self, pixel: u32) {
        if let Some(place) = self.pixels.get_mut(self.filled) {
            *place = pixel;
        }
        self.filled += 1;
        self.cache.insert(pixel);
    }

    /// Repeats pixels from so far back, where there are any. These may be some that it adds.
    fn copy(&mut self, distance: usize, length: usize) -> bool {
        let end = self.filled + length;
        let start = self.filled.checked_sub(distance);
        let Some(part) = start.and_then(|start| self.pixels.get_mut(start..end)) else {
            return false;
        };
        for place in distance..part.len() {
            part[place] = part[place - distance];
            self.cache.insert(part[place]);
        }
        self.filled = end;
        true
    }
}

/// Colours that were used lately; none if the picture does without.
struct ColourCache {
    colours: Vec<u32>,
    /// How many bits of a colour's product do not count.
    shift: u32,
}

impl ColourCache {
    fn read(bits: &mut BitReader<impl BufRead>) -> Result<Self, MediaError> {
        let size_bits = match bits.read(1) {
            0 => {
                return Ok(Self {
                    colours: Vec::new(),
                    shift: 0,
                });
            }
            _ => bits.read(4),
        };
        if !(1..=11).contains(&size_bits) {
            return Err(MediaError::malformed("a colour cache of impossible size"));
        }
        Ok(Self {
            colours: source::filled(1 << size_bits, 0)?,
            shift: 32 - size_bits,
        })
    }

    fn get(&self, place: usize) -> u32 {
        self.colours.get(place).copied().unwrap_or(0)
    }

    #[inline]
    fn insert(&mut self, colour: u32) {
        let place = colour.wrapping_mul(0x1e35_a7bd) >> self.shift;
        if let Some(kept) = self.colours.get_mut(place as usize) {
            *kept = colour;
        }
    }
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

use std::io::BufRead;
use std::ops::Range;

use super::super::super::size::Size;
use super::bits::BitReader;
use crate::{MediaError, source};

/// Copies come from less far away, in pixels.
const LENGTH: usize = 1 << 20;

/// The last pixels.
pub(super) struct Window {
    pixels: Vec<u32>,
    /// How many there are.
    pub filled: usize,
    cache: ColourCache,
}

impl Window {
    /// For a picture of this size.
    pub fn new(size: Size, cache: ColourCache) -> Result<Self, MediaError> {
        Ok(Self {
            pixels: source::filled(size.pixels().min(2 * LENGTH as u64), 0)?,
            filled: 0,
            cache,
        })
    }

    /// Makes room for so many more. Tells by how many places the others have moved down.
    pub fn make_room(&mut self, count: usize) -> usize {
        if self.filled + count <= self.pixels.len() {
            return 0;
        }
        let moved = self.filled.saturating_sub(LENGTH);
        self.pixels.copy_within(moved..self.filled, 0);
        self.filled -= moved;
        moved
    }

    /// Those at these places.
    pub fn get(&self, places: Range<usize>) -> Result<&[u32], MediaError> {
        let pixels = self.pixels.get(places);
        pixels.ok_or_else(|| MediaError::malformed("more pixels than there are"))
    }

    #[inline]
    pub fn push(&mut self, pixel: u32) {
        if let Some(place) = self.pixels.get_mut(self.filled) {
            *place = pixel;
        }
        self.filled += 1;
        self.cache.insert(pixel);
    }

    /// Repeats a colour that was used lately.
    pub fn push_cached(&mut self, place: usize) {
        self.push(self.cache.colours.get(place).copied().unwrap_or(0));
    }

    /// Repeats pixels from so far back, where there are any. These may be some that it adds.
    pub fn copy(&mut self, distance: usize, length: usize) -> bool {
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
pub(super) struct ColourCache {
    colours: Vec<u32>,
    /// How many bits of a colour's product do not count.
    shift: u32,
}

impl ColourCache {
    pub fn read(bits: &mut BitReader<impl BufRead>) -> Result<Self, MediaError> {
        if bits.read(1) == 0 {
            let colours = Vec::new();
            return Ok(Self { colours, shift: 0 });
        }
        let size_bits = bits.read(4);
        if !(1..=11).contains(&size_bits) {
            return Err(MediaError::malformed("a colour cache of impossible size"));
        }
        Ok(Self {
            colours: source::filled(1 << size_bits, 0)?,
            shift: 32 - size_bits,
        })
    }

    /// How many colours it holds.
    pub fn length(&self) -> usize {
        self.colours.len()
    }

    #[inline]
    fn insert(&mut self, colour: u32) {
        let place = colour.wrapping_mul(0x1e35_a7bd) >> self.shift;
        if let Some(kept) = self.colours.get_mut(place as usize) {
            *kept = colour;
        }
    }
}

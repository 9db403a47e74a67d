use std::io::BufRead;

use super::super::super::size::Size;
use super::bits::BitReader;
use super::pixels::{Blocks, read_image};
use crate::{MediaError, source};

const BLACK: u32 = 0xff00_0000;

/// What was done to a picture before it was written, to be undone row by row.
pub(super) enum Transform {
    Predictor(Predictor),
    Colour(Blocks<Multipliers>),
    SubtractGreen,
    ColourIndexing(ColourTable),
}

/// All of them in the order in which they are to be undone, and the size of the picture before that.
pub(super) fn read_transforms(
    bits: &mut BitReader<impl BufRead>,
    mut size: Size,
) -> Result<(Vec<Transform>, Size), MediaError> {
    let mut transforms = Vec::new();
    let mut is_known = [false; 4];
    while bits.read(1) == 1 {
        let kind = bits.read(2);
        if std::mem::replace(&mut is_known[kind as usize], true) {
            return Err(MediaError::malformed("a transform that is there twice"));
        }
        let transform = match kind {
            0 => Transform::Predictor(Predictor::read(bits, size)?),
            1 => Transform::Colour(Blocks::read(bits, size, Multipliers::of)?),
            2 => Transform::SubtractGreen,
            _ => {
                let table = ColourTable::read(bits, size.width)?;
                size.width = size.width.div_ceil(1 << table.bundle_bits);
                Transform::ColourIndexing(table)
            }
        };
        transforms.push(transform);
    }
    transforms.reverse();
    Ok((transforms, size))
}

impl Transform {
    /// Undoes it in row `y`; rows come one after the other.
    pub fn undo(&mut self, y: usize, row: &mut Vec<u32>) {
        match self {
            Self::Predictor(predictor) => predictor.undo(y, row),
            Self::Colour(blocks) => {
                let parts = row.chunks_mut(1 << blocks.size_bits);
                for (part, multipliers) in parts.zip(blocks.in_row(y)) {
                    part.iter_mut()
                        .for_each(|pixel| *pixel = multipliers.undo(*pixel));
                }
            }
            Self::SubtractGreen => row.iter_mut().for_each(|pixel| *pixel = add_green(*pixel)),
            Self::ColourIndexing(table) => table.undo(row),
        }
    }
}

/// Pixels are written as the difference to what their neighbours let expect.
pub(super) struct Predictor {
    modes: Blocks<u8>,
    /// The row above, and the first pixel of the row below: for the last pixel it is the one above to the right.
    above: Vec<u32>,
}

impl Predictor {
    fn read(bits: &mut BitReader<impl BufRead>, size: Size) -> Result<Self, MediaError> {
        Ok(Self {
            modes: Blocks::read(bits, size, |pixel| (pixel >> 8) as u8 & 15)?,
            above: source::filled(u64::from(size.width) + 1, 0)?,
        })
    }

    fn undo(&mut self, y: usize, row: &mut [u32]) {
        let Some((first, rest)) = row.split_first_mut() else {
            return;
        };
        if y == 0 {
            *first = add(*first, BLACK);
            let mut left = *first;
            for pixel in rest {
                left = add(*pixel, left);
                *pixel = left;
            }
        } else {
            *first = add(*first, self.above[0]);
            if let Some(last) = self.above.last_mut() {
                *last = *first;
            }
            self.undo_blocks(y, row);
        }
        self.above[..row.len()].copy_from_slice(row);
    }

    /// All but the first pixel.
    fn undo_blocks(&self, y: usize, row: &mut [u32]) {
        let mut end = 1;
        for (block, &mode) in (1..).zip(self.modes.in_row(y)) {
            let start = end;
            end = row.len().min(block << self.modes.size_bits);
            if let (Some(above), Some(part)) =
                (self.above.get(start - 1..=end), row.get_mut(start - 1..end))
            {
                undo_mode(mode, above, part);
            }
        }
    }
}

/// `part` begins with a pixel that is done already, and `above` with the one above that.
fn undo_mode(mode: u8, above: &[u32], part: &mut [u32]) {
    match mode {
        1 => undo_with(above, part, |left, _, _, _| left),
        2 => undo_with(above, part, |_, _, top, _| top),
        3 => undo_with(above, part, |_, _, _, top_right| top_right),
        4 => undo_with(above, part, |_, top_left, _, _| top_left),
        5 => undo_with(above, part, |left, _, top, top_right| {
            average(average(left, top_right), top)
        }),
        6 => undo_with(above, part, |left, top_left, _, _| average(left, top_left)),
        7 => undo_with(above, part, |left, _, top, _| average(left, top)),
        8 => undo_with(above, part, |_, top_left, top, _| average(top_left, top)),
        9 => undo_with(above, part, |_, _, top, top_right| average(top, top_right)),
        10 => undo_with(above, part, |left, top_left, top, top_right| {
            average(average(left, top_left), average(top, top_right))
        }),
        11 => undo_with(above, part, |left, top_left, top, _| {
            select(left, top_left, top)
        }),
        12 => undo_with(above, part, |left, top_left, top, _| {
            full_gradient(left, top_left, top)
        }),
        13 => undo_with(above, part, |left, top_left, top, _| {
            half_gradient(left, top_left, top)
        }),
        // Two more can be written, but mean nothing else.
        _ => undo_with(above, part, |_, _, _, _| BLACK),
    }
}

/// `predict` is given the pixels to the left, above to the left, above, and above to the right.
#[inline]
fn undo_with(above: &[u32], part: &mut [u32], predict: impl Fn(u32, u32, u32, u32) -> u32) {
    let Some((&mut mut left, rest)) = part.split_first_mut() else {
        return;
    };
    for (pixel, above) in rest.iter_mut().zip(above.windows(3)) {
        if let &[top_left, top, top_right] = above {
            left = add(*pixel, predict(left, top_left, top, top_right));
            *pixel = left;
        }
    }
}

/// The sums of the channels, each without what is more than 255.
fn add(a: u32, b: u32) -> u32 {
    const ODD: u32 = 0xff00_ff00;
    const EVEN: u32 = 0x00ff_00ff;
    let odd = (a & ODD).wrapping_add(b & ODD) & ODD;
    let even = (a & EVEN).wrapping_add(b & EVEN) & EVEN;
    odd | even
}

/// The means of the channels, rounded down.
fn average(a: u32, b: u32) -> u32 {
    // What both have, and half of what one of them has; the lowest bit of a channel must not get into the next.
    (a & b) + (((a ^ b) & 0xfefe_fefe) >> 1)
}

/// The one of left and top that is closer to their sum minus top left.
fn select(left: u32, top_left: u32, top: u32) -> u32 {
    match difference(top, top_left) < difference(left, top_left) {
        true => left,
        false => top,
    }
}

/// The sum over the channels.
fn difference(a: u32, b: u32) -> u16 {
    let pairs = a.to_le_bytes().into_iter().zip(b.to_le_bytes());
    pairs.map(|(a, b)| u16::from(a.abs_diff(b))).sum()
}

/// Left plus top minus top left.
fn full_gradient(left: u32, top_left: u32, top: u32) -> u32 {
    combine(left, top_left, top, |left, top_left, top| {
        left + top - top_left
    })
}

/// The mean of left and top, plus half of what it differs from top left.
fn half_gradient(left: u32, top_left: u32, top: u32) -> u32 {
    combine(average(left, top), top_left, top, |mean, top_left, _| {
        mean + (mean - top_left) / 2
    })
}

/// Computes each channel on its own.
#[inline]
fn combine(a: u32, b: u32, c: u32, compute: impl Fn(i16, i16, i16) -> i16) -> u32 {
    let [a, b, c] = [a, b, c].map(|pixel| pixel.to_le_bytes().map(i16::from));
    let channel = |index: usize| compute(a[index], b[index], c[index]).clamp(0, 255) as u8;
    u32::from_le_bytes([0, 1, 2, 3].map(channel))
}

/// Red and blue are written as the difference to what other channels let expect, in fractions of 32.
pub(super) struct Multipliers {
    green_to_red: i8,
    green_to_blue: i8,
    red_to_blue: i8,
}

impl Multipliers {
    /// As a pixel tells.
    fn of(pixel: u32) -> Self {
        let [_, red_to_blue, green_to_blue, green_to_red] =
            pixel.to_be_bytes().map(u8::cast_signed);
        Self {
            green_to_red,
            green_to_blue,
            red_to_blue,
        }
    }

    fn undo(&self, pixel: u32) -> u32 {
        let part = |multiplier: i8, value: u8| {
            let product = i16::from(multiplier) * i16::from(value.cast_signed());
            // Only the lowest bits count.
            (product >> 5) as u8
        };
        let [alpha, red, green, blue] = pixel.to_be_bytes();
        let red = red.wrapping_add(part(self.green_to_red, green));
        let blue = blue
            .wrapping_add(part(self.green_to_blue, green))
            .wrapping_add(part(self.red_to_blue, red));
        u32::from_be_bytes([alpha, red, green, blue])
    }
}

/// Red and blue are written as their difference to green.
fn add_green(pixel: u32) -> u32 {
    let green = pixel >> 8 & 0xff;
    add(pixel, green << 16 | green)
}

/// Pixels are written as the place of their colour in a table, up to eight of them in one value of green.
pub(super) struct ColourTable {
    /// Those beyond the last one are transparent.
    colours: Vec<u32>,
    /// How many places stand in one value, as a power of two.
    bundle_bits: u32,
    /// Of the picture.
    width: usize,
}

impl ColourTable {
    fn read(bits: &mut BitReader<impl BufRead>, width: u32) -> Result<Self, MediaError> {
        let count = 1 + bits.read(8);
        let row = Size {
            width: count,
            height: 1,
        };
        let mut colours = read_image(bits, row, |pixel| pixel)?;
        // Each is written as the difference to the one before.
        let mut last = 0;
        for colour in &mut colours {
            last = add(*colour, last);
            *colour = last;
        }
        colours.resize(256, 0);
        let bundle_bits = match count {
            0..=2 => 3,
            3..=4 => 2,
            5..=16 => 1,
            _ => 0,
        };
        Ok(Self {
            colours,
            bundle_bits,
            width: width as usize,
        })
    }

    fn undo(&self, row: &mut Vec<u32>) {
        row.resize(self.width, 0);
        let place_bits = 8 >> self.bundle_bits;
        let places = (1 << place_bits) - 1;
        // From the end, so that no value is overwritten before its last place was looked up.
        for x in (0..self.width).rev() {
            let bundle = x >> self.bundle_bits;
            let within = (x - (bundle << self.bundle_bits)) as u32;
            let place = row[bundle] >> (8 + place_bits * within) & places;
            row[x] = self.colours[place as usize];
        }
    }
}

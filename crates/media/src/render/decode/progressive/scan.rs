use std::ops::Range;

use super::bits::Bits;
use super::coefficients::{Block, Coefficients};
use super::frame::Frame;
use super::tables::{HuffmanTable, Tables};
use crate::render::size::Size;

/// A component that a scan is about.
struct Part {
    /// Its place in the frame.
    component: usize,
    dc_table: usize,
    ac_table: usize,
}

/// A scan: some of the coefficients of some components, or one more bit of them.
pub struct Scan {
    parts: Vec<Part>,
    /// The first and the last coefficient, in the order in which they are coded.
    first: u32,
    last: u32,
    /// Whether coefficients are known up to the bit above.
    refines: bool,
    /// The bit up to which they are known after it.
    low_bit: u32,
}

impl Scan {
    /// From the content of the segment that starts it. `None` if there is no such scan.
    pub fn read(content: &[u8], frame: &Frame) -> Option<Self> {
        let (&count, rest) = content.split_first()?;
        let (parts, rest) = rest.split_at_checked(2 * usize::from(count))?;
        let &[first, last, bits] = rest.first_chunk()?;
        let parts = parts.as_chunks().0.iter();
        let parts: Vec<_> = parts
            .map(|part| Part::read(part, frame))
            .collect::<Option<_>>()?;
        let (high_bit, low_bit) = (bits >> 4, bits & 15);
        let is_band = match first {
            0 => last == 0 && (1..=4).contains(&parts.len()),
            _ => first <= last && last < 64 && parts.len() == 1,
        };
        let is_sound = is_band && low_bit < 14 && (high_bit == 0 || high_bit == low_bit + 1);
        is_sound.then_some(Self {
            parts,
            first: first.into(),
            last: last.into(),
            refines: high_bit > 0,
            low_bit: low_bit.into(),
        })
    }

    /// Reads what is kept of the coefficients. `None` if a table is missing.
    pub fn decode(
        &self,
        frame: &Frame,
        tables: &Tables,
        kept: &mut [Coefficients],
        bits: &mut Bits<'_>,
    ) -> Option<()> {
        for part in &self.parts {
            let table = frame.components.get(part.component)?.quantisation;
            let table = tables.quantisation.get(table)?.as_ref()?;
            kept.get_mut(part.component)?.quantise_by(table);
        }
        if self.first == 0 {
            return self.decode_means(frame, tables, kept, bits);
        }
        let part = self.parts.first()?;
        let kept = kept.get_mut(part.component)?;
        if !kept.has_frequencies() {
            return Some(());
        }
        let band = Band {
            coefficients: u64::MAX >> (63 - self.last) & u64::MAX << self.first,
            low_bit: self.low_bit,
            table: tables.ac.get(part.ac_table)?.as_ref()?,
        };
        let blocks = kept.blocks.pixels() as usize;
        for_intervals(
            blocks,
            tables.restart_interval,
            bits,
            |blocks, bits| match self.refines {
                true => band.refine(kept, blocks, bits),
                false => band.decode(kept, blocks, bits),
            },
        );
        Some(())
    }

    fn decode_means(
        &self,
        frame: &Frame,
        tables: &Tables,
        kept: &mut [Coefficients],
        bits: &mut Bits<'_>,
    ) -> Option<()> {
        let mut means = Vec::new();
        for part in &self.parts {
            means.push(Means {
                component: part.component,
                sampling: frame.components.get(part.component)?.sampling,
                table: match self.refines {
                    true => None,
                    false => Some(tables.dc.get(part.dc_table)?.as_ref()?),
                },
                low_bit: self.low_bit,
                last: 0,
            });
        }
        // The blocks of a component alone are coded row by row.
        let mut units = frame.units()?;
        if let [alone] = means.as_mut_slice() {
            alone.sampling = Size {
                width: 1,
                height: 1,
            };
            units = kept.get(alone.component)?.blocks;
        }
        let count = units.pixels() as usize;
        for_intervals(count, tables.restart_interval, bits, |interval, bits| {
            for means in &mut means {
                means.last = 0;
            }
            for unit in interval {
                if bits.is_exhausted() {
                    return;
                }
                let (row, column) = (unit as u32 / units.width, unit as u32 % units.width);
                for means in &mut means {
                    if let Some(kept) = kept.get_mut(means.component) {
                        means.decode_unit(column, row, kept, bits);
                    }
                }
            }
        });
        Some(())
    }
}

impl Part {
    /// `None` if the frame has no such component.
    fn read(&[identifier, tables]: &[u8; 2], frame: &Frame) -> Option<Self> {
        let mut components = frame.components.iter();
        Some(Self {
            component: components.position(|component| component.identifier == identifier)?,
            dc_table: usize::from(tables >> 4),
            ac_table: usize::from(tables & 15),
        })
    }
}

/// Goes through units that are coded one after the other, from restart to restart as long as there is anything to read.
fn for_intervals<'a>(
    units: usize,
    length: usize,
    bits: &mut Bits<'a>,
    mut decode: impl FnMut(Range<usize>, &mut Bits<'a>),
) {
    let length = if length == 0 { units } else { length };
    for (number, start) in (0..units).step_by(length.max(1)).enumerate() {
        if start > 0 && !bits.restart((number - 1) as u8) {
            return;
        }
        decode(start..units.min(start + length), bits);
    }
}

/// The first coefficients of a component's blocks: eight times their means.
struct Means<'a> {
    component: usize,
    /// How many of its blocks are in a unit.
    sampling: Size,
    /// If they are not known yet.
    table: Option<&'a HuffmanTable>,
    low_bit: u32,
    /// Each is coded as its difference from the one before.
    last: i32,
}

impl Means<'_> {
    fn decode_unit(&mut self, column: u32, row: u32, kept: &mut Coefficients, bits: &mut Bits<'_>) {
        for y in 0..self.sampling.height {
            for x in 0..self.sampling.width {
                let column = column * self.sampling.width + x;
                let row = row * self.sampling.height + y;
                // Units at the edges hold blocks that lie beyond the picture.
                let mut beyond = 0;
                let value = kept.mean_mut(column, row).unwrap_or(&mut beyond);
                self.decode(value, bits);
            }
        }
    }

    #[inline]
    fn decode(&mut self, value: &mut i16, bits: &mut Bits<'_>) {
        let Some(table) = self.table else {
            *value |= (bits.read(1) << self.low_bit).cast_signed();
            return;
        };
        let size = table.decode(bits) & 15;
        self.last = self.last.wrapping_add(bits.read_signed(size.into()));
        *value = (self.last << self.low_bit) as i16;
    }
}

/// All other coefficients that a scan is about.
struct Band<'a> {
    /// A bit for each of them, in the order in which they are coded.
    coefficients: u64,
    low_bit: u32,
    table: &'a HuffmanTable,
}

impl Band<'_> {
    /// Of blocks of which nothing is known yet.
    fn decode(&self, kept: &mut Coefficients, blocks: Range<usize>, bits: &mut Bits<'_>) {
        let mut place = blocks.start;
        while place < blocks.end
            && !bits.is_exhausted()
            && let Some(block) = kept.block_mut(place)
        {
            place += 1 + self.decode_block(block, bits) as usize;
        }
    }

    /// Returns how many blocks with nothing but zeros follow.
    fn decode_block(&self, mut block: Block<'_>, bits: &mut Bits<'_>) -> u32 {
        let (mut next, end) = (
            self.coefficients.trailing_zeros(),
            64 - self.coefficients.leading_zeros(),
        );
        while next < end {
            let (run, size) = run_and_size(self.table.decode(bits));
            if size > 0 {
                next += run;
                let value = bits.read_signed(size) << self.low_bit;
                block.set(next, value as i16);
                next += 1;
            } else if run == 15 {
                next += 16;
            } else {
                return end_of_block_run(run, bits);
            }
        }
        0
    }

    /// One bit more of what is known already, and those that are not zero in this bit alone.
    fn refine(&self, kept: &mut Coefficients, blocks: Range<usize>, bits: &mut Bits<'_>) {
        let reach = kept.reach();
        let mut run = 0;
        for place in blocks {
            let Some(mut block) = kept.block_mut(place).filter(|_| !bits.is_exhausted()) else {
                return;
            };
            if run > 0 {
                run -= 1;
                self.correct(&mut block, self.coefficients, reach, bits);
            } else {
                run = self.refine_block(&mut block, reach, bits);
            }
        }
    }

    /// Returns how many blocks without anything new follow.
    fn refine_block(&self, block: &mut Block<'_>, reach: u64, bits: &mut Bits<'_>) -> u32 {
        let mut rest = self.coefficients;
        while rest != 0 {
            let (run, size) = run_and_size(self.table.decode(bits));
            if size == 0 && run < 15 {
                let run = end_of_block_run(run, bits);
                self.correct(block, rest, reach, bits);
                return run;
            }
            let is_positive = size > 0 && bits.read(1) == 1;
            // The new one comes after as many that stay zero, and all others up to there are corrected before.
            let mut zeros = rest & !*block.known;
            for _ in 0..run {
                zeros &= zeros.wrapping_sub(1);
            }
            let new = zeros & zeros.wrapping_neg();
            let passed = rest & new.wrapping_sub(1);
            self.correct(block, passed, reach, bits);
            rest &= !(passed | new);
            if size > 0 && new != 0 {
                let bit = 1 << self.low_bit;
                block.set(new.trailing_zeros(), if is_positive { bit } else { -bit });
            }
        }
        0
    }

    /// Of some coefficients those that are known already: a bit tells whether their distance from zero grows.
    #[inline]
    fn correct(&self, block: &mut Block<'_>, some: u64, reach: u64, bits: &mut Bits<'_>) {
        let known = some & *block.known;
        let mut near = known & reach;
        while near != 0 {
            if bits.read(1) == 1 {
                block.grow(near.trailing_zeros(), 1 << self.low_bit);
            }
            near &= near - 1;
        }
        let far = (known & !reach).count_ones();
        bits.skip(far.min(32));
        bits.skip(far.saturating_sub(32));
    }
}

/// What a symbol means: how many zeros come before a value, and how many bits that has.
fn run_and_size(symbol: u8) -> (u32, u32) {
    (u32::from(symbol >> 4), u32::from(symbol & 15))
}

/// How many blocks end here after the one that does.
fn end_of_block_run(size: u32, bits: &mut Bits<'_>) -> u32 {
    (1 << size) - 1 + u32::from(bits.read(size))
}

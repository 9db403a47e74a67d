use std::ops::Range;

use crate::bits::Bits;
use crate::coefficients::{Block, Coefficients};
use crate::tables::HuffmanTable;

/// Decodes a band of the AC coefficients, all but the first, of a component.
pub(crate) struct AcDecoder<'a> {
    /// A bit for each of them, in the order in which they are coded.
    pub coefficients: u64,
    pub low_bit: u32,
    pub table: &'a HuffmanTable,
}

impl AcDecoder<'_> {
    /// Of blocks of which nothing is known yet.
    pub(crate) fn decode(
        &self,
        kept: &mut Coefficients,
        blocks: Range<usize>,
        bits: &mut Bits<'_>,
    ) {
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
    pub(crate) fn refine(
        &self,
        kept: &mut Coefficients,
        blocks: Range<usize>,
        bits: &mut Bits<'_>,
    ) {
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

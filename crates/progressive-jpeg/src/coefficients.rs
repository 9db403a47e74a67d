use crate::error::{Error, filled};
use crate::frame::{BLOCK_SIDE, Component};
use crate::size::Size;
use crate::transform::{Basis, zigzag};

/// Stands for coefficients that are not kept.
const NOT_KEPT: u8 = u8::MAX;
/// What is drawn where all coefficients are zero.
const GREY: f32 = 128.0;

/// What is kept of a component: the lowest coefficients of each of its blocks.
pub struct Coefficients {
    pub(crate) blocks: Size,
    /// How a block's samples are made of what is kept of it.
    across: Basis,
    down: Basis,
    /// Places within a block's kept coefficients, row by row, in the order in which they are coded.
    places: [u8; 64],
    /// A bit for each coefficient up to the last one that is kept, in the order in which they are coded.
    reach: u64,
    values: Vec<i16>,
    /// A bit for each coefficient that is not zero, kept or not: further scans are coded accordingly. Empty if only DC
    /// is kept, which takes none of them.
    known: Vec<u64>,
    /// What kept coefficients are multiplied with. Tables may be defined anew: that of the first scan counts.
    steps: Option<Vec<f32>>,
}

/// What there is of a block.
pub(crate) struct Block<'a> {
    values: &'a mut [i16],
    pub known: &'a mut u64,
    places: &'a [u8; 64],
}

impl Coefficients {
    /// As many as it takes for so many samples of a block.
    pub(crate) fn new(component: &Component, samples: Size) -> Result<Self, Error> {
        let (across, down) = (Basis::new(samples.width), Basis::new(samples.height));
        let mut places = [NOT_KEPT; 64];
        let mut reach = 1;
        for ((code, place), (row, column)) in (0..).zip(&mut places).zip(zigzag()) {
            if row < down.kept && column < across.kept {
                *place = (row * across.kept + column) as u8;
                reach = u64::MAX >> (63 - code);
            }
        }
        let blocks = component.blocks.area();
        let kept = across.kept * down.kept;
        Ok(Self {
            blocks: component.blocks,
            values: filled(blocks * kept as u64, 0)?,
            known: filled(if kept > 1 { blocks } else { 0 }, 0)?,
            across,
            down,
            places,
            reach,
            steps: None,
        })
    }

    fn kept(&self) -> usize {
        self.across.kept * self.down.kept
    }

    /// Whether any coefficient but DC is kept.
    pub(crate) fn keeps_ac(&self) -> bool {
        !self.known.is_empty()
    }

    pub(crate) fn reach(&self) -> u64 {
        self.reach
    }

    /// Takes the table that is defined when the first scan begins.
    pub(crate) fn quantise_by(&mut self, table: &[u16; 64]) {
        if self.steps.is_some() {
            return;
        }
        let mut steps = vec![0.0; self.kept()];
        for (&place, &step) in self.places.iter().zip(table) {
            if let Some(kept) = steps.get_mut(usize::from(place)) {
                // Eight times the mean of a block is what its first coefficient stands for.
                *kept = f32::from(step) / BLOCK_SIDE as f32;
            }
        }
        self.steps = Some(steps);
    }

    /// The DC coefficient of a block, which may lie outside the picture.
    #[inline]
    pub(crate) fn dc_mut(&mut self, column: u32, row: u32) -> Option<&mut i16> {
        if column >= self.blocks.width {
            return None;
        }
        let block = row as usize * self.blocks.width as usize + column as usize;
        let kept = self.kept();
        self.values.get_mut(block * kept)
    }

    /// What there is of a block, which are counted row by row. `None` if there is none, or nothing but DC is kept.
    #[inline]
    pub(crate) fn block_mut(&mut self, block: usize) -> Option<Block<'_>> {
        let kept = self.kept();
        let first = block * kept;
        Some(Block {
            values: self.values.get_mut(first..first + kept)?,
            known: self.known.get_mut(block)?,
            places: &self.places,
        })
    }

    /// Whether nothing was told but zeros.
    pub(crate) fn is_blank(&self) -> bool {
        self.values.iter().all(|&value| value == 0)
    }

    /// Draws the component's samples, 0 to 255, row by row from the top left, into rows of `width` bytes. Where its blocks
    /// end, the target stays as it is.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; it takes some rows of samples.
    pub fn draw(&self, width: u32, target: &mut [u8]) -> Result<(), Error> {
        let width = width.max(1) as usize;
        let length = self.blocks.width as usize * self.across.samples;
        let mut lines = filled(length as u64 * self.down.kept as u64, 0.0)?;
        let mut sums = filled(length as u64, 0.0)?;
        let rows = self
            .values
            .chunks_exact(self.blocks.width as usize * self.kept());
        for (band, row) in target.chunks_mut(width * self.down.samples).zip(rows) {
            self.widen(row, &mut lines);
            for (y, target) in band.chunks_mut(width).enumerate() {
                sums.fill(GREY + 0.5);
                for (line, wave) in lines.chunks_exact(length).zip(self.down.waves()) {
                    let weight = wave.get(y).copied().unwrap_or(0.0);
                    for (sum, value) in sums.iter_mut().zip(line) {
                        *sum += weight * value;
                    }
                }
                for (sample, sum) in target.iter_mut().zip(&sums) {
                    // Cut off at both ends.
                    *sample = *sum as u8;
                }
            }
        }
        Ok(())
    }

    /// Makes samples side by side from a row of blocks: a line for each of the frequencies that go down.
    fn widen(&self, row: &[i16], lines: &mut [f32]) {
        let steps = self.steps.as_deref().unwrap_or_default();
        let length = self.blocks.width as usize * self.across.samples;
        for (frequency, line) in lines.chunks_exact_mut(length).enumerate() {
            let skipped = frequency * self.across.kept;
            let blocks = row.chunks_exact(self.kept());
            for (block, samples) in blocks.zip(line.chunks_exact_mut(self.across.samples)) {
                samples.fill(0.0);
                let values = block.iter().zip(steps).skip(skipped);
                for ((&value, step), wave) in values.zip(self.across.waves()) {
                    let amount = f32::from(value) * step;
                    for (sample, wave) in samples.iter_mut().zip(wave) {
                        *sample += amount * wave;
                    }
                }
            }
        }
    }
}

impl Block<'_> {
    /// Sets a coefficient to a value other than zero. They are counted in the order in which they are coded.
    #[inline]
    pub(crate) fn set(&mut self, coefficient: u32, value: i16) {
        *self.known |= 1_u64.unbounded_shl(coefficient);
        if let Some(kept) = self.kept_mut(coefficient) {
            *kept = value;
        }
    }

    /// Moves a coefficient away from zero.
    #[inline]
    pub(crate) fn grow(&mut self, coefficient: u32, by: i16) {
        if let Some(kept) = self.kept_mut(coefficient) {
            *kept = kept.wrapping_add(if *kept < 0 { -by } else { by });
        }
    }

    #[inline]
    fn kept_mut(&mut self, coefficient: u32) -> Option<&mut i16> {
        let place = *self.places.get(coefficient as usize)?;
        self.values.get_mut(usize::from(place))
    }
}

use std::f32::consts::{PI, SQRT_2};

use crate::frame::BLOCK_SIDE;

/// Row and column of a block's coefficients in the order in which they are coded: along its diagonals, to and fro.
pub(crate) fn zigzag() -> impl Iterator<Item = (usize, usize)> {
    let last = BLOCK_SIDE as usize - 1;
    (0..=2 * last).flat_map(move |diagonal| {
        let (lowest, highest) = (diagonal.saturating_sub(last), diagonal.min(last));
        (lowest..=highest).map(move |step| match diagonal % 2 {
            0 => (diagonal - step, step),
            _ => (step, diagonal - step),
        })
    })
}

/// The waves that samples are made of in one direction.
pub(crate) struct Basis {
    /// How many samples are made of a block.
    pub samples: usize,
    /// How many of a block's frequencies they are made of.
    pub kept: usize,
    /// Those of a frequency after the other.
    waves: Vec<f32>,
}

impl Basis {
    pub(crate) fn new(samples: u32) -> Self {
        let kept = samples.min(BLOCK_SIDE);
        // libjpeg-turbo makes samples the means of pixels where each stands for a whole number of them.
        let pixels = match BLOCK_SIDE.is_multiple_of(samples) {
            true => BLOCK_SIDE / samples,
            false => 1,
        };
        let wave = |frequency: u32, sample: u32| {
            let values = (sample * pixels..).take(pixels as usize).map(|pixel| {
                let turns = (2 * pixel + 1) * frequency;
                (turns as f32 * PI / (2 * samples * pixels) as f32).cos()
            });
            let mean = values.sum::<f32>() / pixels as f32;
            if frequency == 0 { 1.0 } else { mean * SQRT_2 }
        };
        let all =
            (0..kept).flat_map(|frequency| (0..samples).map(move |sample| (frequency, sample)));
        Self {
            samples: samples as usize,
            kept: kept as usize,
            waves: all
                .map(|(frequency, sample)| wave(frequency, sample))
                .collect(),
        }
    }

    /// For each frequency its part in each sample.
    pub(crate) fn waves(&self) -> impl Iterator<Item = &[f32]> {
        self.waves.chunks_exact(self.samples)
    }
}

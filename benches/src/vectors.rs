//! Made-up vectors of any number that lie in clusters, as those of pictures do: of what is alike, some are much alike. The
//! same seed makes the same vectors.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// How many vectors a cluster has, about.
const CLUSTER: usize = 100;

/// How far the vectors of a cluster lie from its middle, in parts of its length.
const SPREAD: f32 = 0.6;

/// Vectors one after another, without an end.
pub struct Vectors {
    random: StdRng,
    dimensions: usize,
    middles: Vec<Vec<f32>>,
}

impl Vectors {
    /// So many that they fill some clusters.
    #[must_use]
    pub fn of(count: usize, dimensions: usize, seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let clusters = count.div_ceil(CLUSTER);
        let middles = (0..clusters).map(|_| direction(&mut random, dimensions));
        let middles = middles.collect();
        Self {
            random,
            dimensions,
            middles,
        }
    }
}

impl Iterator for Vectors {
    type Item = Vec<f32>;

    fn next(&mut self) -> Option<Vec<f32>> {
        let middle = self.random.random_range(0..self.middles.len());
        let apart = direction(&mut self.random, self.dimensions);
        let near = self.middles[middle].iter().zip(apart);
        Some(
            near.map(|(middle, apart)| middle + SPREAD * apart)
                .collect(),
        )
    }
}

/// Any direction, of length 1.
fn direction(random: &mut StdRng, dimensions: usize) -> Vec<f32> {
    let numbers: Vec<f32> = (0..dimensions).map(|_| normal(random)).collect();
    let length = numbers
        .iter()
        .map(|number| number * number)
        .sum::<f32>()
        .sqrt();
    numbers.into_iter().map(|number| number / length).collect()
}

/// A number of the normal distribution, as nearly as the sum of twelve others comes to it.
fn normal(random: &mut StdRng) -> f32 {
    (0..12).map(|_| random.random::<f32>()).sum::<f32>() - 6.0
}

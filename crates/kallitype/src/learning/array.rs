//! Vectors side by side in memory, to be compared one by one with another.
//!
//! Each number has 8 bits here, half of what is kept in the database: the processor is through with them twice as soon, and
//! what is compared with them has 12, so that all that is lost is what these 8 do not tell.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use super::vector::Vector;

/// The greatest number of 8 bits, and of 12. The sum of as many products as the longest vector has numbers has 31.
const CODE: f32 = 127.0;
const QUERY_CODE: f32 = 2047.0;

/// Vectors of one length, with what they are of.
#[derive(Debug, Default)]
pub(crate) struct VectorArray {
    dimensions: usize,
    ids: Vec<Uuid>,
    /// What a number of each vector stands for when it is 1.
    steps: Vec<f32>,
    codes: Vec<i8>,
}

/// Something, and how far from what is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Near {
    pub distance: f32,
    pub id: Uuid,
}

impl Near {
    /// The nearest first. Of what is equally far, each has its place, too.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let by_distance = self.distance.total_cmp(&other.distance);
        by_distance.then(self.id.cmp(&other.id))
    }
}

/// What is wanted of what is near.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub limit: usize,
    /// What comes behind this one.
    pub after: Option<Near>,
    pub max_distance: f32,
    /// Among these alone.
    pub among: Option<Arc<HashSet<Uuid>>>,
}

impl Wanted {
    fn includes(&self, near: &Near) -> bool {
        let is_behind = |after: Near| after.order(near) == Ordering::Less;
        near.distance <= self.max_distance && self.after.is_none_or(is_behind)
    }

    fn is_among(&self, id: &Uuid) -> bool {
        self.among.as_ref().is_none_or(|among| among.contains(id))
    }

    /// The nearest of these, in their order.
    pub(crate) fn nearest_of(&self, mut found: Vec<Near>) -> Vec<Near> {
        if found.len() > self.limit {
            found.select_nth_unstable_by(self.limit, Near::order);
            found.truncate(self.limit);
        }
        found.sort_unstable_by(Near::order);
        found
    }
}

impl VectorArray {
    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Adds one that is not in it. Answers whether it has the length of the others.
    pub(crate) fn push(&mut self, id: Uuid, vector: &Vector) -> bool {
        if self.is_empty() {
            self.dimensions = vector.numbers().len();
        }
        if self.dimensions != vector.numbers().len() {
            return false;
        }
        let (step, codes) = encode(vector, CODE);
        self.ids.push(id);
        self.steps.push(step);
        self.codes.extend(codes.map(|code| code as i8));
        true
    }

    /// Takes over what another has, which may be newer states of what is in it.
    pub(crate) fn take(&mut self, newer: Self) {
        if newer.is_empty() {
            return;
        }
        if self.dimensions != newer.dimensions {
            *self = newer;
            return;
        }
        let ids = newer.ids.iter().enumerate();
        let mut places: HashMap<Uuid, usize> = ids.map(|(place, id)| (*id, place)).collect();
        for place in 0..self.ids.len() {
            if let Some(from) = places.remove(&self.ids[place]) {
                self.steps[place] = newer.steps[from];
                let codes = &mut self.codes[place * self.dimensions..][..self.dimensions];
                codes.copy_from_slice(newer.codes_at(from));
            }
        }
        for (id, from) in places {
            self.ids.push(id);
            self.steps.push(newer.steps[from]);
            self.codes.extend(newer.codes_at(from));
        }
    }

    fn codes_at(&self, place: usize) -> &[i8] {
        &self.codes[place * self.dimensions..][..self.dimensions]
    }

    /// What is nearest to a vector. Each is compared; none is left out.
    pub(crate) fn nearest(&self, query: &Vector, wanted: &Wanted) -> Vec<Near> {
        if self.is_empty() || query.numbers().len() != self.dimensions {
            return Vec::new();
        }
        let (query_step, codes) = encode(query, QUERY_CODE);
        let codes: Vec<i16> = codes.map(|code| code as i16).collect();
        let vectors = self.codes.chunks_exact(self.dimensions).zip(&self.steps);
        let all = self.ids.iter().zip(vectors);
        let found = all
            .filter(|(id, _)| wanted.is_among(id))
            .map(|(id, vector)| near(*id, vector, &codes, query_step))
            .filter(|near| wanted.includes(near));
        let found = found.collect();
        wanted.nearest_of(found)
    }
}

fn near(id: Uuid, (codes, step): (&[i8], &f32), query: &[i16], query_step: f32) -> Near {
    let distance = 1.0 - multiply(codes, query) as f32 * step * query_step;
    Near {
        distance: distance.max(0.0),
        id,
    }
}

/// The sum of the products. The compiler makes instructions of it that multiply many at once.
fn multiply(codes: &[i8], query: &[i16]) -> i32 {
    let products = codes.iter().zip(query);
    products
        .map(|(code, query)| i32::from(*code) * i32::from(*query))
        .sum()
}

/// A vector in whole numbers up to a greatest one, and what 1 stands for.
fn encode(vector: &Vector, greatest: f32) -> (f32, impl Iterator<Item = f32>) {
    let numbers = vector.numbers();
    let longest = numbers
        .iter()
        .fold(0.0, |longest: f32, number| longest.max(number.abs()));
    let step = longest / greatest;
    (
        step,
        numbers.iter().map(move |number| (number / step).round()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(numbers: [f32; 3]) -> Vector {
        Vector::of(numbers.to_vec()).unwrap()
    }

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn all() -> Wanted {
        Wanted {
            limit: 10,
            after: None,
            max_distance: f32::INFINITY,
            among: None,
        }
    }

    fn ids(array: &VectorArray, wanted: &Wanted) -> Vec<u128> {
        let found = array.nearest(&vector([1.0, 0.0, 0.0]), wanted).into_iter();
        found.map(|near| near.id.as_u128()).collect()
    }

    #[test]
    fn the_nearest_come_first_and_pages_follow_each_other() {
        let mut array = VectorArray::default();
        // Two of them are equally far.
        for (number, numbers) in [
            (1, [0.0, 1.0, 0.0]),
            (4, [1.0, 0.1, 0.0]),
            (3, [1.0, 0.1, 0.0]),
            (2, [-1.0, 0.0, 0.0]),
            (5, [1.0, 0.0, 0.0]),
        ] {
            assert!(array.push(id(number), &vector(numbers)));
        }
        assert!(!array.push(id(6), &Vector::of(vec![1.0, 0.0]).unwrap()));
        assert_eq!(ids(&array, &all()), [5, 3, 4, 1, 2]);
        let first = array.nearest(&vector([1.0, 0.0, 0.0]), &Wanted { limit: 2, ..all() });
        let after = first.last().copied();
        assert_eq!(ids(&array, &Wanted { after, ..all() }), [4, 1, 2]);
        assert_eq!(
            ids(
                &array,
                &Wanted {
                    max_distance: 0.5,
                    ..all()
                }
            ),
            [5, 3, 4]
        );
        let among = Some(Arc::new(HashSet::from([id(1), id(4), id(9)])));
        assert_eq!(ids(&array, &Wanted { among, ..all() }), [4, 1]);
        assert_eq!(array.nearest(&Vector::of(vec![1.0]).unwrap(), &all()), []);
    }

    #[test]
    fn newer_states_take_the_place_of_older_ones() {
        let mut array = VectorArray::default();
        array.push(id(1), &vector([1.0, 0.0, 0.0]));
        array.push(id(2), &vector([0.0, 1.0, 0.0]));
        array.take(VectorArray::default());
        let mut newer = VectorArray::default();
        newer.push(id(3), &vector([1.0, 1.0, 0.0]));
        newer.push(id(1), &vector([0.0, 0.0, 1.0]));
        array.take(newer);
        let near = Wanted {
            max_distance: 0.9,
            ..all()
        };
        assert_eq!(ids(&array, &near), [3]);
        assert_eq!(ids(&array, &all()).len(), 3);
    }

    #[test]
    fn what_eight_bits_lose_is_little() {
        let numbers = |seed: u32| {
            let number = move |place: u32| {
                let mixed = (place * 31 + seed).wrapping_mul(2_654_435_761);
                mixed as f32 / u32::MAX as f32 - 0.5
            };
            Vector::of((0..512).map(number).collect()).unwrap()
        };
        let (one, other) = (numbers(1), numbers(77));
        let mut array = VectorArray::default();
        array.push(id(1), &one);
        let found = array.nearest(&other, &all());
        assert!((found[0].distance - one.distance(&other)).abs() < 0.002);
    }
}

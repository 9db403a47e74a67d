use half::f16;
use half::slice::HalfFloatSliceExt;

/// The longest vector that is taken. The longest that models make today has 1,536 numbers.
pub(crate) const MAX_DIMENSIONS: usize = 4096;

/// Numbers of which the squares sum to 1: a direction.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Vector(Vec<f32>);

impl Vector {
    /// The direction of these numbers; none if they have none.
    #[must_use]
    pub(crate) fn of(mut numbers: Vec<f32>) -> Option<Self> {
        let is_known = (1..=MAX_DIMENSIONS).contains(&numbers.len())
            && numbers.iter().all(|number| number.is_finite());
        let square: f64 = numbers
            .iter()
            .map(|number| f64::from(*number).powi(2))
            .sum();
        let length = square.sqrt();
        if !is_known || !(f64::from(f32::MIN_POSITIVE)..f64::from(f32::MAX)).contains(&length) {
            return None;
        }
        for number in &mut numbers {
            *number = (f64::from(*number) / length) as f32;
        }
        Some(Self(numbers))
    }

    /// How it is kept: each number in 16 bits, the lower byte first.
    #[must_use]
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let numbers = self.0.iter();
        numbers
            .flat_map(|number| f16::from_f32(*number).to_le_bytes())
            .collect()
    }

    /// What was kept.
    #[must_use]
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        let kept: Vec<f16> = pairs.iter().map(|pair| f16::from_le_bytes(*pair)).collect();
        let mut numbers = vec![0.0; kept.len()];
        kept.convert_to_f32_slice(&mut numbers);
        Self::of(numbers)
    }

    #[must_use]
    pub(crate) fn numbers(&self) -> &[f32] {
        &self.0
    }

    /// How far apart two directions are: 0 for the same one, 1 for such that have nothing in common, 2 for opposite ones.
    #[must_use]
    pub(crate) fn distance(&self, other: &Self) -> f32 {
        let products = self.0.iter().zip(&other.0).map(|(one, other)| one * other);
        (1.0 - products.sum::<f32>()).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_directions_are_taken() {
        let taken = Vector::of(vec![3.0, 4.0]).unwrap();
        assert_eq!(taken.numbers(), [0.6, 0.8]);
        for refused in [
            vec![],
            vec![0.0; 4],
            vec![1.0, f32::NAN],
            vec![f32::INFINITY, 1.0],
            vec![1.0; MAX_DIMENSIONS + 1],
        ] {
            assert_eq!(Vector::of(refused), None);
        }
        assert_eq!(Vector::parse(&[0, 0, 1]), None);
        assert!(Vector::of(vec![f32::MAX; 8]).is_none());
    }

    #[test]
    fn what_is_kept_points_the_same_way() {
        let numbers = (0..512_u32).map(|number| (number * 7919 % 512) as f32 - 255.5);
        let vector = Vector::of(numbers.collect()).unwrap();
        let kept = Vector::parse(&vector.to_bytes()).unwrap();
        assert!(vector.distance(&kept) < 1e-6);
    }
}

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    /// Number of pixels.
    pub(super) fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Whether both sides are.
    pub(super) fn is_even(self) -> bool {
        self.width.is_multiple_of(2) && self.height.is_multiple_of(2)
    }

    /// Whether it is at least as large in both directions.
    pub(super) fn covers(self, other: Self) -> bool {
        self.width >= other.width && self.height >= other.height
    }

    /// Scaled down, if need be, so that the long edge is at most `side`.
    pub(super) fn within(self, side: u32) -> Self {
        self.scaled_down(side, self.width.max(self.height))
    }

    /// Scaled down, if need be, so that the short edge is at most `side`.
    pub(super) fn covering(self, side: u32) -> Self {
        self.scaled_down(side, self.width.min(self.height))
    }

    fn scaled_down(self, numerator: u32, denominator: u32) -> Self {
        if numerator >= denominator {
            return self;
        }
        Self {
            width: scale(self.width, numerator, denominator),
            height: scale(self.height, numerator, denominator),
        }
    }
}

/// `length × numerator ÷ denominator` rounded, at least 1. The fraction is below 1, so it fits.
fn scale(length: u32, numerator: u32, denominator: u32) -> u32 {
    let (numerator, denominator) = (u64::from(numerator), u64::from(denominator));
    let scaled = (u64::from(length) * numerator + denominator / 2) / denominator;
    u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: u32, height: u32) -> Size {
        Size { width, height }
    }

    #[test]
    fn scales_down_only() {
        assert_eq!(size(4000, 3000).within(1440), size(1440, 1080));
        assert_eq!(size(3000, 4000).covering(250), size(250, 333));
        assert_eq!(size(100, 80).within(1440), size(100, 80));
        assert_eq!(size(100, 80).covering(250), size(100, 80));
        assert_eq!(size(60_000, 2).within(100), size(100, 1));
    }
}

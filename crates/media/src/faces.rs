//! Faces that files tell of: whose they are, and where in the picture.

use serde::{Deserialize, Serialize};

/// No file tells of more faces than this; a picture does not show as many.
pub const MAX_FACES: usize = 200;

/// How far edges may be apart that mean the same, as part of the picture. Programs round boxes to pixels of pictures
/// of different sizes.
const TOLERANCE: f64 = 0.02;

/// A face that a file names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaceRegion {
    pub name: String,
    pub area: FaceArea,
    /// Width and height of the picture that it was drawn on, as stored, in pixels.
    pub drawn_on: Option<(u32, u32)>,
}

/// A box. The edges are parts of the picture's width and height, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FaceArea {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl FaceArea {
    /// The box between these edges as far as it lies in the picture; none for one that is nothing there.
    #[must_use]
    pub fn new(left: f64, top: f64, right: f64, bottom: f64) -> Option<Self> {
        let edges = [left, top, right, bottom];
        if !edges.iter().all(|edge| edge.is_finite()) {
            return None;
        }
        let [left, top, right, bottom] = edges.map(|edge| edge.clamp(0.0, 1.0));
        (left < right && top < bottom).then_some(Self {
            left,
            top,
            right,
            bottom,
        })
    }

    /// Where a box of the stored picture is once the picture is upright. `orientation` is as EXIF counts it.
    #[must_use]
    pub fn upright(self, orientation: u16) -> Self {
        self.turned(|x, y| match orientation {
            2 => (1.0 - x, y),
            3 => (1.0 - x, 1.0 - y),
            4 => (x, 1.0 - y),
            5 => (y, x),
            6 => (1.0 - y, x),
            7 => (1.0 - y, 1.0 - x),
            8 => (y, 1.0 - x),
            _ => (x, y),
        })
    }

    /// Where a box of the upright picture is in the stored one.
    #[must_use]
    pub fn stored(self, orientation: u16) -> Self {
        // All others are their own opposites.
        self.upright(match orientation {
            6 => 8,
            8 => 6,
            other => other,
        })
    }

    fn turned(self, turn: impl Fn(f64, f64) -> (f64, f64)) -> Self {
        let (one_x, one_y) = turn(self.left, self.top);
        let (other_x, other_y) = turn(self.right, self.bottom);
        Self {
            left: one_x.min(other_x),
            top: one_y.min(other_y),
            right: one_x.max(other_x),
            bottom: one_y.max(other_y),
        }
    }

    /// Whether both are the same box, as far as it was drawn exactly.
    #[must_use]
    pub fn is_same(self, other: Self) -> bool {
        let edges = |area: Self| [area.left, area.top, area.right, area.bottom];
        let pairs = edges(self).into_iter().zip(edges(other));
        pairs
            .into_iter()
            .all(|(one, other)| (one - other).abs() <= TOLERANCE)
    }
}

/// What a sidecar is to say of faces.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FaceEdits {
    /// The faces of whom a name is known.
    pub named: Vec<FaceRegion>,
    /// Where faces are that are known, or known to be none. What a sidecar says of them is left out.
    pub known: Vec<FaceArea>,
    /// What the file itself says. A sidecar that says nothing of faces has to say these too, for it counts alone.
    pub inherited: Vec<FaceRegion>,
    /// What marks the regions that were written for this file; those go.
    pub mark: String,
}

impl FaceEdits {
    /// Whether a region means a face that is known.
    pub(crate) fn is_known(&self, area: FaceArea) -> bool {
        self.known.iter().any(|known| known.is_same(area))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(left: f64, top: f64, right: f64, bottom: f64) -> FaceArea {
        FaceArea::new(left, top, right, bottom).unwrap()
    }

    #[test]
    fn boxes_turn_as_pictures_do() {
        // In the upper left corner of the upright picture, wider than high.
        let upright = area(0.0, 0.0, 0.5, 0.25);
        for (orientation, stored) in [
            (0, upright),
            (1, upright),
            (2, area(0.5, 0.0, 1.0, 0.25)),
            (3, area(0.5, 0.75, 1.0, 1.0)),
            (4, area(0.0, 0.75, 0.5, 1.0)),
            (5, area(0.0, 0.0, 0.25, 0.5)),
            (6, area(0.0, 0.5, 0.25, 1.0)),
            (7, area(0.75, 0.5, 1.0, 1.0)),
            (8, area(0.75, 0.0, 1.0, 0.5)),
        ] {
            assert_eq!(stored.upright(orientation), upright, "{orientation}");
            assert_eq!(upright.stored(orientation), stored, "{orientation}");
        }
    }

    #[test]
    fn degenerate_boxes_are_none() {
        assert_eq!(
            FaceArea::new(-1.0, 0.5, 0.5, 7.0),
            FaceArea::new(0.0, 0.5, 0.5, 1.0)
        );
        for [left, top, right, bottom] in [
            [0.5, 0.0, 0.5, 1.0],
            [0.6, 0.0, 0.5, 1.0],
            [1.0, 0.0, 2.0, 1.0],
            [0.0, f64::NAN, 1.0, 1.0],
            [0.0, 0.0, f64::INFINITY, 1.0],
        ] {
            assert_eq!(FaceArea::new(left, top, right, bottom), None);
        }
    }

    #[test]
    fn the_same_box_may_be_rounded() {
        let one = area(0.1, 0.1, 0.2, 0.2);
        assert!(one.is_same(area(0.11, 0.09, 0.2, 0.215)));
        assert!(!one.is_same(area(0.13, 0.1, 0.2, 0.2)));
    }
}

//! From luma and chroma to red, green and blue (ITU-T H.273).

use crate::MediaError;
use crate::container::heif::CodePoints;

/// How many pixels share the samples of chroma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subsampling {
    /// There are none.
    Monochrome,
    None,
    /// Two side by side.
    Across,
    /// Two by two.
    Both,
}

/// How samples are coded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coding {
    pub bit_depth: u8,
    pub subsampling: Subsampling,
    pub code_points: CodePoints,
}

/// Bits of the fractions of factors. Sums of three products of them with samples fit into 32 bits.
const FRACTION: i32 = 16;

/// What is taken from the samples of luma and both chromas, and by what the differences are multiplied and added up for red,
/// green and blue.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Conversion {
    offsets: [i32; 3],
    factors: [[i32; 3]; 3],
    luma_factor: i32,
    neutral: u16,
}

impl Conversion {
    pub(super) fn new(coding: Coding) -> Result<Self, MediaError> {
        let points = coding.code_points;
        let unit = 1 << (coding.bit_depth.clamp(8, 16) - 8);
        let largest = f64::from(256 * unit - 1);
        let (black, luma, chroma) = match points.is_full_range {
            true => (0, largest, largest),
            false => (16 * unit, f64::from(219 * unit), f64::from(224 * unit)),
        };
        let is_coloured = coding.subsampling != Subsampling::Monochrome;
        let is_identity = is_coloured && points.matrix == 0;
        let (middle, chroma) = match is_identity {
            true => (black, luma),
            false => (128 * unit, chroma),
        };
        let matrix = match is_coloured {
            true => matrix(points)?,
            false => [[1.0, 0.0, 0.0]; 3],
        };
        let fixed = |factor: f64, scale: f64| {
            (factor * 255.0 / scale * f64::from(1 << FRACTION)).round() as i32
        };
        Ok(Self {
            offsets: [black, middle, middle],
            factors: matrix.map(|[of_luma, of_blue, of_red]| {
                [
                    fixed(of_luma, luma),
                    fixed(of_blue, chroma),
                    fixed(of_red, chroma),
                ]
            }),
            luma_factor: fixed(1.0, luma),
            neutral: middle as u16,
        })
    }

    /// The sample of chroma that stands for no colour.
    pub(super) fn neutral(&self) -> u16 {
        self.neutral
    }

    /// A sample of luma as a byte.
    pub(super) fn luma(&self, sample: u16) -> u8 {
        round((i32::from(sample) - self.offsets[0]) * self.luma_factor)
    }

    /// Red, green and blue of pixels of so many bytes.
    pub(super) fn write<const BYTES: usize>(
        &self,
        (luma, blue, red): (&[u16], &[u16], &[u16]),
        pixels: &mut [u8],
    ) {
        let samples = luma.iter().zip(blue).zip(red);
        for (pixel, ((&luma, &blue), &red)) in
            pixels.as_chunks_mut::<BYTES>().0.iter_mut().zip(samples)
        {
            let luma = i32::from(luma) - self.offsets[0];
            let blue = i32::from(blue) - self.offsets[1];
            let red = i32::from(red) - self.offsets[2];
            for (channel, [of_luma, of_blue, of_red]) in pixel.iter_mut().zip(self.factors) {
                *channel = round(of_luma * luma + of_blue * blue + of_red * red);
            }
        }
    }
}

fn round(value: i32) -> u8 {
    const HALF: i32 = 1 << (FRACTION - 1);
    ((value + HALF) >> FRACTION).clamp(0, 255) as u8
}

/// Red, green and blue of luma and of both chromas, each from −1 to 1.
fn matrix(points: CodePoints) -> Result<[[f64; 3]; 3], MediaError> {
    // The weights of red and blue in luma.
    let (red, blue) = match (points.matrix, points.primaries) {
        // Planes are green, blue and red.
        (0, _) => return Ok([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        (8, _) => return Ok([[1.0, -1.0, 1.0], [1.0, 1.0, 0.0], [1.0, -1.0, -1.0]]),
        (1, _) | (12, 1) => (0.2126, 0.0722),
        // Where nothing is said it is that of JPEG.
        (2 | 5 | 6, _) | (12, 5..=7) => (0.299, 0.114),
        (4, _) => (0.30, 0.11),
        (7, _) => (0.212, 0.087),
        (9, _) | (12, 9) => (0.2627, 0.0593),
        (12, 11 | 12) => (0.229, 0.0793),
        (other, _) => {
            return Err(MediaError::Unsupported(format!(
                "colours by matrix {other} of ITU-T H.273"
            )));
        }
    };
    let green = 1.0 - red - blue;
    let (from_red, from_blue) = (2.0 * (1.0 - red), 2.0 * (1.0 - blue));
    Ok([
        [1.0, 0.0, from_red],
        [1.0, -from_blue * blue / green, -from_red * red / green],
        [1.0, from_blue, 0.0],
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One pixel of a coding.
    fn pixel(matrix: u16, is_full_range: bool, bit_depth: u8, samples: [u16; 3]) -> [u8; 3] {
        let coding = Coding {
            bit_depth,
            subsampling: Subsampling::None,
            code_points: CodePoints {
                primaries: 1,
                transfer: 13,
                matrix,
                is_full_range,
            },
        };
        let mut pixel = [0; 3];
        let [luma, blue, red] = samples.map(|sample| [sample]);
        let conversion = Conversion::new(coding).unwrap();
        conversion.write::<3>((&luma, &blue, &red), &mut pixel);
        pixel
    }

    #[test]
    fn colours_are_as_the_standard_says() {
        // Planes of the identity are green, blue and red, also from 16 to 235 and of more bits.
        assert_eq!(pixel(0, true, 8, [10, 20, 30]), [30, 10, 20]);
        assert_eq!(pixel(0, false, 8, [16, 235, 126]), [128, 0, 255]);
        assert_eq!(pixel(0, true, 12, [0, 4095, 2048]), [128, 0, 255]);
        // Red, as BT.709 and BT.601 have it.
        assert_eq!(pixel(1, false, 8, [63, 102, 240]), [255, 1, 0]);
        assert_eq!(pixel(6, true, 8, [76, 85, 255]), [254, 0, 0]);
        assert_eq!(pixel(6, true, 10, [305, 339, 1023]), [255, 0, 0]);
        // Of YCgCo the first chroma is green, the second orange.
        assert_eq!(pixel(8, true, 8, [128, 255, 128]), [1, 255, 1]);
        assert_eq!(pixel(8, true, 8, [128, 128, 255]), [255, 128, 1]);
        // Black and white.
        for matrix in [1, 2, 5, 6, 4, 7, 9, 8] {
            assert_eq!(pixel(matrix, false, 8, [16, 128, 128]), [0; 3], "{matrix}");
            assert_eq!(
                pixel(matrix, false, 10, [940, 512, 512]),
                [255; 3],
                "{matrix}"
            );
            assert_eq!(
                pixel(matrix, true, 8, [255, 128, 128]),
                [255; 3],
                "{matrix}"
            );
        }
    }

    #[test]
    fn what_no_one_has_compared_is_refused() {
        for matrix in [3, 10, 11, 13, 14, 15, 255] {
            let coding = Coding {
                bit_depth: 8,
                subsampling: Subsampling::None,
                code_points: CodePoints {
                    primaries: 1,
                    transfer: 13,
                    matrix,
                    is_full_range: true,
                },
            };
            assert!(Conversion::new(coding).is_err(), "{matrix}");
            let subsampling = Subsampling::Monochrome;
            assert!(
                Conversion::new(Coding {
                    subsampling,
                    ..coding
                })
                .is_ok()
            );
        }
    }
}

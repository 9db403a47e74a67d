//! A square cut from a picture.

use std::fs::File;

use serde::{Deserialize, Serialize};

use super::raster::Raster;
use super::size::Size;
use super::{Encoding, OutputFormat, RenderOptions, decode_file, encode};
use crate::MediaError;

/// By how much a square is larger than the area that it is drawn around.
const MARGIN: f64 = 1.1;

/// What is cut out, and how large and how good it shall be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CropOptions {
    /// The left, upper, right and lower edge of an area, as parts of the upright picture's width and height.
    pub area: [f64; 4],
    /// The side of the square, in pixels.
    pub side: u32,
    /// 1 to 100.
    pub quality: u8,
    /// Originals of more pixels than this are refused before anything is decoded.
    pub pixel_limit: u64,
}

/// A square JPEG with an area of a picture in the middle, and a little around it as far as the picture goes.
///
/// # Errors
/// As [`render`](super::render).
pub fn crop(input: File, extension: &str, options: &CropOptions) -> Result<Vec<u8>, MediaError> {
    let whole = RenderOptions {
        preview_size: encode::SIDE_LIMIT,
        pixel_limit: options.pixel_limit,
        ..RenderOptions::default()
    };
    let (decoded, orientation) = decode_file(&input, extension, &whole)?;
    let picture = decoded
        .picture
        .into_srgb(&decoded.colour)
        .into_upright(orientation)?;
    let picture = picture.to_pixels(picture.size())?;
    let square = Square::around(options.area, picture.size);
    let side = options.side.clamp(1, encode::SIDE_LIMIT);
    let drawn = square.cut(&picture)?.resize(Size {
        width: side,
        height: side,
    })?;
    let encoding = Encoding {
        format: OutputFormat::Jpeg,
        quality: options.quality,
    };
    encode::encode(&drawn, encoding)
}

/// A square in a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Square {
    left: u32,
    top: u32,
    side: u32,
}

impl Square {
    /// As much around the middle of an area as the picture has on all sides.
    fn around([left, top, right, bottom]: [f64; 4], size: Size) -> Self {
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let middle = |from: f64, to: f64, length: f64| {
            let middle = (from + to) / 2.0 * length;
            // Also where an area is no number.
            if middle > 0.5 {
                middle.min(length - 0.5)
            } else {
                length.min(0.5)
            }
        };
        let (x, y) = (middle(left, right, width), middle(top, bottom, height));
        let wanted = ((right - left) * width).max((bottom - top) * height) / 2.0 * MARGIN;
        let half = wanted.min(x).min(y).min(width - x).min(height - y).max(0.5);
        let side = ((half * 2.0).round() as u32).clamp(1, size.width.min(size.height));
        // What was rounded up must not reach beyond the picture.
        let begin = |middle: f64, length: u32| ((middle - half).round() as u32).min(length - side);
        Self {
            left: begin(x, size.width),
            top: begin(y, size.height),
            side,
        }
    }

    fn cut(self, picture: &Raster) -> Result<Raster, MediaError> {
        let size = Size {
            width: self.side,
            height: self.side,
        };
        let mut cut = Raster::filled(size, picture.channels, 0)?;
        let pixel = picture.channels.count();
        let (row, side) = (
            picture.size.width as usize * pixel,
            self.side as usize * pixel,
        );
        let from = self.left as usize * pixel;
        let rows = picture.pixels.chunks_exact(row).skip(self.top as usize);
        for (target, row) in cut.pixels.chunks_exact_mut(side).zip(rows) {
            target.copy_from_slice(&row[from..from + side]);
        }
        Ok(cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_stay_within_the_picture() {
        let size = Size {
            width: 200,
            height: 100,
        };
        for (area, (left, top, side)) in [
            // 20 by 20 pixels in the middle, and a tenth more.
            ([0.45, 0.4, 0.55, 0.6], (89, 39, 22)),
            // All of the picture: as much as is around its middle.
            ([0.0, 0.0, 1.0, 1.0], (50, 0, 100)),
            // At the edge, no more than reaches to it.
            ([0.0, 0.0, 0.1, 0.2], (0, 0, 20)),
            ([0.9, 0.8, 1.0, 1.0], (180, 80, 20)),
            // No area, none that is a number, and one beyond the picture.
            ([0.5, 0.5, 0.5, 0.5], (100, 50, 1)),
            ([f64::NAN; 4], (0, 0, 1)),
            ([2.0, 2.0, 3.0, 3.0], (199, 99, 1)),
        ] {
            let square = Square::around(area, size);
            assert_eq!(square, Square { left, top, side }, "{area:?}");
        }
        let pixel = Size {
            width: 1,
            height: 1,
        };
        let square = Square::around([0.0, 0.0, 1.0, 1.0], pixel);
        assert_eq!((square.left, square.top, square.side), (0, 0, 1));
    }
}

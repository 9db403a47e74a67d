use std::io::BufRead;

use super::super::super::size::Size;
use super::super::check_size;
use super::bits::BitReader;
use super::pixels::PixelReader;
use super::transforms::{Transform, read_transforms};
use crate::{MediaError, source};

/// What a lossless picture begins with.
const SIGNATURE: u32 = 0x2f;

/// Decodes a lossless picture row by row, as RFC 9649 defines it.
pub(super) struct LosslessReader<R> {
    bits: BitReader<R>,
    transforms: Vec<Transform>,
    pixels: PixelReader,
    row: Vec<u32>,
    y: usize,
}

impl<R: BufRead> LosslessReader<R> {
    /// Begins with the header of a picture that should be of this size.
    pub fn new(reader: R, size: Size) -> Result<Self, MediaError> {
        let mut bits = BitReader::new(reader);
        let signature = bits.read(8);
        let (width, height) = (1 + bits.read(14), 1 + bits.read(14));
        // Whether there is transparency does not matter for decoding.
        bits.skip(1);
        let version = bits.read(3);
        if (signature, version) != (SIGNATURE, 0) {
            return Err(MediaError::malformed("not a lossless picture"));
        }
        check_size(size, width, height)?;
        Self::after_header(bits, size)
    }

    /// Begins with what would follow the header.
    pub fn without_header(reader: R, size: Size) -> Result<Self, MediaError> {
        Self::after_header(BitReader::new(reader), size)
    }

    fn after_header(mut bits: BitReader<R>, size: Size) -> Result<Self, MediaError> {
        let (transforms, written) = read_transforms(&mut bits, size)?;
        Ok(Self {
            pixels: PixelReader::new(&mut bits, written, true)?,
            bits,
            transforms,
            row: source::reserve(size.width.into())?,
            y: 0,
        })
    }

    /// The next row: alpha, red, green and blue from the highest bits down.
    pub fn next_row(&mut self) -> Result<&[u32], MediaError> {
        self.row.clear();
        self.row
            .extend_from_slice(self.pixels.next_row(&mut self.bits)?);
        for transform in &mut self.transforms {
            transform.undo(self.y, &mut self.row);
        }
        self.y += 1;
        Ok(&self.row)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A lossless picture as libwebp writes it, with as much effort as `method` tells.
    pub fn written(size: Size, pixels: &[u32], method: i32) -> Vec<u8> {
        let bytes: Vec<u8> = pixels
            .iter()
            .flat_map(|pixel| pixel.rotate_left(8).to_be_bytes())
            .collect();
        let mut config = webp::WebPConfig::new().unwrap();
        config.lossless = 1;
        config.exact = 1;
        config.method = method;
        config.quality = 80.0;
        let file = webp::Encoder::from_rgba(&bytes, size.width, size.height)
            .encode_advanced(&config)
            .unwrap();
        let start = file.windows(4).position(|kind| kind == b"VP8L").unwrap() + 8;
        file[start..].to_vec()
    }

    /// Numbers that look random.
    pub fn noise() -> impl Iterator<Item = u32> {
        let mut state = 1_u32;
        std::iter::from_fn(move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(state >> 8)
        })
    }

    /// Smooth, with a little noise; every channel has a pattern of its own.
    fn photograph(size: Size) -> Vec<u32> {
        let places = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
        let pixel = |((x, y), noise): ((u32, u32), u32)| {
            let channel = |length: f32| {
                let wave = (x as f32 / length).sin() * (y as f32 / length).cos();
                (128.0 + 100.0 * wave) as u8 + (noise % 16) as u8
            };
            u32::from_be_bytes([90.0, 23.0, 31.0, 47.0].map(channel))
        };
        places.zip(noise()).map(pixel).collect()
    }

    fn read(size: Size, bytes: &[u8]) -> Result<Vec<u32>, MediaError> {
        let mut reader = LosslessReader::new(bytes, size)?;
        let mut pixels = Vec::new();
        for _ in 0..size.height {
            pixels.extend_from_slice(reader.next_row()?);
        }
        Ok(pixels)
    }

    #[test]
    fn pictures_are_as_they_were_written() {
        for (width, height) in [(1, 1), (1, 300), (300, 1), (3, 5), (131, 127), (200, 100)] {
            let size = Size { width, height };
            let photograph = photograph(size);
            for colours in [1, 2, 3, 4, 16, 17, 200, 256] {
                // Of a pattern's value as many colours as there shall be.
                let colour =
                    |pixel: &u32| ((pixel & 255) * colours / 256).wrapping_mul(0x9e37_79b1);
                let pixels: Vec<u32> = photograph.iter().map(colour).collect();
                for method in [0, 4] {
                    let read = read(size, &written(size, &pixels, method)).unwrap();
                    assert!(read == pixels, "{size:?}, {colours} colours, {method}");
                }
            }
            for method in [0, 2, 4, 6] {
                let read = read(size, &written(size, &photograph, method)).unwrap();
                assert!(read == photograph, "{size:?}, {method}");
            }
        }
    }

    #[test]
    fn pixels_are_repeated_from_far_away() {
        // More pixels than are kept, and nearly as far away as they can be.
        let size = Size {
            width: 1024,
            height: 2300,
        };
        let period = 1023 * 1024;
        let few: Vec<u32> = noise()
            .take(period)
            .map(|noise| noise | 0xff00_0000)
            .collect();
        let pixels: Vec<u32> = few.iter().copied().cycle().take(1024 * 2300).collect();
        let bytes = written(size, &pixels, 0);
        assert!(bytes.len() < period * 7 / 2, "{}", bytes.len());
        assert!(read(size, &bytes).unwrap() == pixels);
    }

    #[test]
    fn what_ends_early_is_read_as_far_as_it_goes() {
        let size = Size {
            width: 100,
            height: 90,
        };
        let pixels = photograph(size);
        let bytes = written(size, &pixels, 4);
        for length in (0..bytes.len()).step_by(101) {
            let Ok(mut reader) = LosslessReader::new(&bytes[..length], size) else {
                continue;
            };
            let mut rows = pixels.chunks(100);
            while let Ok(row) = reader.next_row() {
                assert_eq!(Some(row), rows.next());
            }
            let left = rows.len();
            assert!((1..=90).contains(&left), "{length} of {}", bytes.len());
        }
    }
}

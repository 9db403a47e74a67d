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
            pixels: PixelReader::new(&mut bits, written)?,
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
mod tests {
    use super::*;

    /// Written by libwebp, with as much effort as `method` says.
    fn written(size: Size, pixels: &[u32], method: i32) -> Vec<u8> {
        let bytes: Vec<u8> = pixels
            .iter()
            .flat_map(|pixel| pixel.rotate_left(8).to_be_bytes())
            .collect();
        let mut config = webp::WebPConfig::new().unwrap();
        config.lossless = 1;
        config.exact = 1;
        config.method = method;
        let file = webp::Encoder::from_rgba(&bytes, size.width, size.height)
            .encode_advanced(&config)
            .unwrap();
        let start = file.windows(4).position(|name| name == b"VP8L").unwrap() + 8;
        file[start..].to_vec()
    }

    fn read(size: Size, bytes: &[u8]) -> Result<Vec<u32>, MediaError> {
        let mut reader = LosslessReader::new(bytes, size)?;
        let mut pixels = Vec::new();
        for _ in 0..size.height {
            pixels.extend_from_slice(reader.next_row()?);
        }
        Ok(pixels)
    }

    /// Smooth, with a little noise.
    fn photograph(size: Size) -> Vec<u32> {
        let mut state = 1_u32;
        let mut pixels = Vec::new();
        for y in 0..size.height {
            for x in 0..size.width {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let wave =
                    |step: f32| ((x as f32 / step).sin() * (y as f32 / step).cos() * 100.0) as i32;
                let noise = (state >> 28) as i32;
                let channel = |step: f32| (128 + wave(step) + noise) as u32 & 255;
                pixels.push(
                    channel(90.0) << 24 | channel(23.0) << 16 | channel(31.0) << 8 | channel(47.0),
                );
            }
        }
        pixels
    }

    #[test]
    fn pictures_are_as_they_were_written() {
        for (width, height) in [(1, 1), (1, 700), (700, 1), (3, 5), (257, 131), (200, 300)] {
            let size = Size { width, height };
            let photograph = photograph(size);
            for colours in [1, 2, 3, 4, 16, 17, 200, 256, u32::MAX] {
                let pixels: Vec<u32> = photograph
                    .iter()
                    .enumerate()
                    .map(|(place, &pixel)| match colours {
                        u32::MAX => pixel,
                        _ => ((pixel >> 3 & 255) * colours / 256).wrapping_mul(0x9e37_79b1),
                    })
                    .collect();
                for method in [0, 3, 6] {
                    let bytes = written(size, &pixels, method);
                    let read = read(size, &bytes).unwrap();
                    assert!(
                        read == pixels,
                        "{width} × {height}, {colours} colours, method {method}"
                    );
                }
            }
        }
    }
}

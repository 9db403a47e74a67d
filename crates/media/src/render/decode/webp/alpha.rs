use std::io::BufRead;
use std::mem;

use super::super::super::size::Size;
use super::lossless::LosslessReader;
use crate::{MediaError, source};

/// Decodes the transparency of a lossy picture row by row.
pub(super) struct AlphaReader<R> {
    rows: Rows<R>,
    filter: Filter,
    above: Vec<u8>,
    row: Vec<u8>,
    is_first: bool,
}

enum Rows<R> {
    /// One value after the other.
    Plain(R),
    /// The green channel of a picture.
    Compressed(Box<LosslessReader<R>>),
}

/// What is subtracted from each value.
enum Filter {
    Nothing,
    /// The one to the left.
    Horizontal,
    /// The one above.
    Vertical,
    /// Left plus above minus what is above to the left.
    Gradient,
}

impl<R: BufRead> AlphaReader<R> {
    pub fn new(mut reader: R, size: Size) -> Result<Self, MediaError> {
        let mut flags = [0];
        reader.read_exact(&mut flags)?;
        let rows = match flags[0] & 3 {
            0 => Rows::Plain(reader),
            1 => Rows::Compressed(Box::new(LosslessReader::without_header(reader, size)?)),
            _ => return Err(MediaError::malformed("unknown compression of transparency")),
        };
        let filter = match flags[0] >> 2 & 3 {
            0 => Filter::Nothing,
            1 => Filter::Horizontal,
            2 => Filter::Vertical,
            _ => Filter::Gradient,
        };
        let width = u64::from(size.width);
        Ok(Self {
            rows,
            filter,
            above: source::filled(width, 0)?,
            row: source::filled(width, 0)?,
            is_first: true,
        })
    }

    /// How opaque the pixels of the next row are.
    pub fn next_row(&mut self) -> Result<&[u8], MediaError> {
        mem::swap(&mut self.above, &mut self.row);
        match &mut self.rows {
            Rows::Plain(reader) => reader.read_exact(&mut self.row)?,
            Rows::Compressed(reader) => {
                let values = reader.next_row()?.iter().map(|pixel| (pixel >> 8) as u8);
                self.row
                    .iter_mut()
                    .zip(values)
                    .for_each(|(place, value)| *place = value);
            }
        }
        match self.filter {
            Filter::Nothing => {}
            Filter::Vertical if !self.is_first => add_above(&self.above, &mut self.row),
            Filter::Gradient => add_gradient(&self.above, &mut self.row),
            Filter::Horizontal | Filter::Vertical => add_left(&self.above, &mut self.row),
        }
        self.is_first = false;
        Ok(&self.row)
    }
}

fn add_above(above: &[u8], row: &mut [u8]) {
    for (value, above) in row.iter_mut().zip(above) {
        *value = value.wrapping_add(*above);
    }
}

/// The first value has none to its left, but one above.
fn add_left(above: &[u8], row: &mut [u8]) {
    let mut left = above.first().copied().unwrap_or(0);
    for value in row {
        left = left.wrapping_add(*value);
        *value = left;
    }
}

fn add_gradient(above: &[u8], row: &mut [u8]) {
    let mut left = above.first().copied().unwrap_or(0);
    let mut above_left = left;
    for (value, &above) in row.iter_mut().zip(above) {
        let gradient = i16::from(left) + i16::from(above) - i16::from(above_left);
        left = value.wrapping_add(gradient.clamp(0, 255) as u8);
        above_left = above;
        *value = left;
    }
}

#[cfg(test)]
mod tests {
    use super::super::lossless::tests::{noise, written};
    use super::*;

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u32).to_le_bytes();
        let padding = &[0][..content.len() % 2];
        [kind, &length[..], content, padding].concat()
    }

    /// A lossy picture with this chunk for its transparency.
    fn file(size: Size, alpha: &[u8]) -> Vec<u8> {
        let pixels = vec![99; size.pixels() as usize * 3];
        let lossy = webp::Encoder::from_rgb(&pixels, size.width, size.height).encode(50.0);
        let mut header = [0; 10];
        header[0] = 0x10;
        header[4..7].copy_from_slice(&(size.width - 1).to_le_bytes()[..3]);
        header[7..].copy_from_slice(&(size.height - 1).to_le_bytes()[..3]);
        let chunks = [
            b"WEBP".to_vec(),
            chunk(b"VP8X", &header),
            chunk(b"ALPH", alpha),
            lossy[12..].to_vec(),
        ];
        chunk(b"RIFF", &chunks.concat())
    }

    fn read(size: Size, alpha: &[u8]) -> Vec<u8> {
        let mut reader = AlphaReader::new(alpha, size).unwrap();
        let rows = (0..size.height).map(|_| reader.next_row().unwrap().to_vec());
        rows.collect::<Vec<_>>().concat()
    }

    #[test]
    fn transparency_is_as_libwebp_reads_it() {
        for (width, height) in [(1, 1), (1, 40), (40, 1), (37, 53)] {
            let size = Size { width, height };
            let count = size.pixels() as usize;
            let pixels: Vec<u32> = noise()
                .take(count)
                .map(|noise| (noise & 0xff) << 8)
                .collect();
            let plain: Vec<u8> = pixels.iter().map(|pixel| (pixel >> 8) as u8).collect();
            let compressed = written(size, &pixels, 2)[5..].to_vec();
            for filter in 0..4 {
                for (compression, content) in [(0, &plain), (1, &compressed)] {
                    let alpha = [&[filter << 2 | compression], &content[..]].concat();
                    let whole = webp::Decoder::new(&file(size, &alpha)).decode().unwrap();
                    let expected: Vec<u8> = whole.chunks(4).map(|pixel| pixel[3]).collect();
                    assert_eq!(
                        read(size, &alpha),
                        expected,
                        "{size:?}, {filter}, {compression}"
                    );
                }
            }
        }
    }
}

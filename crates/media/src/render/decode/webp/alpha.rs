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

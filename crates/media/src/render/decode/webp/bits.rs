use std::io::BufRead;

use crate::MediaError;

/// Reads numbers of a few bits, the lowest bits of each byte first.
///
/// Behind the end it reads zeros, so that not each number has to be asked for whether it is there: `check` tells.
pub(super) struct BitReader<R> {
    reader: R,
    /// The next bits, the first one lowest, and zeros above them.
    bits: u64,
    /// How many bits these are.
    count: u32,
    /// Why no more bits come.
    end: Option<MediaError>,
    has_passed_end: bool,
}

impl<R: BufRead> BitReader<R> {
    /// How many bits can be read at once.
    const LONGEST: u32 = 24;

    pub fn new(reader: R) -> Self {
        Self {
            reader,
            bits: 0,
            count: 0,
            end: None,
            has_passed_end: false,
        }
    }

    /// A number of so many bits.
    pub fn read(&mut self, length: u32) -> u32 {
        let number = self.peek() & ((1 << length) - 1);
        self.skip(length);
        number
    }

    /// The next bits, of which the lowest `LONGEST` count.
    #[inline]
    pub fn peek(&mut self) -> u32 {
        if self.count < Self::LONGEST {
            self.refill();
        }
        self.bits as u32
    }

    /// Goes on behind so many bits of those that were peeked at.
    #[inline]
    pub fn skip(&mut self, length: u32) {
        if length > self.count {
            self.has_passed_end = true;
            self.count = length;
        }
        self.bits >>= length;
        self.count -= length;
    }

    /// Fails if what was read lies behind the end.
    pub fn check(&self) -> Result<(), MediaError> {
        match &self.end {
            Some(error) if self.has_passed_end => Err(error.clone()),
            _ => Ok(()),
        }
    }

    fn refill(&mut self) {
        while self.count < Self::LONGEST && self.end.is_none() {
            match self.reader.fill_buf() {
                Ok([]) => self.end = Some(MediaError::malformed("the picture ends too early")),
                Ok(bytes) => {
                    let (word, taken) = first_bytes(bytes, (63 - self.count as usize) / 8);
                    self.bits |= word << self.count;
                    self.count += 8 * taken as u32;
                    self.reader.consume(taken);
                }
                Err(error) => self.end = Some(error.into()),
            }
        }
    }
}

/// A number of `limit` bytes, less than eight, or of one where there are few; and how many it is of.
fn first_bytes(bytes: &[u8], limit: usize) -> (u64, usize) {
    match bytes.first_chunk() {
        Some(&word) => {
            let mask = (1 << (8 * limit)) - 1;
            (u64::from_le_bytes(word) & mask, limit)
        }
        None => (bytes.first().copied().unwrap_or(0).into(), 1),
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn reads_the_lowest_bits_first() {
        let bytes: Vec<u8> = (1..=40).collect();
        for capacity in [1, 3, 8, 100] {
            let mut bits = BitReader::new(BufReader::with_capacity(capacity, &bytes[..]));
            assert_eq!(bits.read(1), 1);
            assert_eq!(bits.read(9), 0b1_0000_0000);
            assert_eq!(bits.read(6), 0);
            for byte in 3..=40 {
                assert_eq!(bits.read(4), byte & 15, "{capacity}");
                assert_eq!(bits.read(4), byte >> 4, "{capacity}");
            }
            assert!(bits.check().is_ok());
            assert_eq!(bits.read(1), 0);
            assert!(bits.check().is_err());
        }
    }
}

use crate::markers::{find_marker, restart_number};

/// The coded data of a scan, bit by bit. Behind its end there are zeros.
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
    /// Bits to come from the highest one on; those that are not loaded yet are zero.
    buffer: u64,
    /// How many bits are loaded.
    count: u32,
    is_exhausted: bool,
    is_damaged: bool,
}

impl<'a> Bits<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            position: 0,
            buffer: 0,
            count: 0,
            is_exhausted: false,
            is_damaged: false,
        }
    }

    /// Whether more bits were read than there are up to the next restart.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.is_exhausted
    }

    /// Whether data were missing anywhere so far.
    pub(crate) fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// The next bits, up to 32 of them, from the highest on.
    #[inline]
    pub(crate) fn peek(&mut self) -> u64 {
        if self.count < 32 {
            self.load();
        }
        self.buffer
    }

    /// Passes over up to 32 bits.
    #[inline]
    pub(crate) fn skip(&mut self, count: u32) {
        if self.count < count {
            self.load();
        }
        if self.count < count {
            self.is_exhausted = true;
            self.is_damaged = true;
            self.count = count;
        }
        self.buffer = self.buffer.unbounded_shl(count);
        self.count -= count;
    }

    /// The number that up to 16 bits make.
    #[inline]
    pub(crate) fn read(&mut self, count: u32) -> u16 {
        // That none are read is all that makes the shift too long.
        let value = self.peek().checked_shr(64 - count).unwrap_or(0);
        self.skip(count);
        value as u16
    }

    /// A number from as many bits as its size has: those of negative ones begin with a zero, and are less by one.
    #[inline]
    pub(crate) fn read_signed(&mut self, size: u32) -> i32 {
        let value = i32::from(self.read(size));
        let half = 1_i32.unbounded_shl(size) >> 1;
        if value < half {
            value - 2 * half + 1
        } else {
            value
        }
    }

    fn load(&mut self) {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        if let Some(bytes) = rest.first_chunk()
            && self.count <= 32
            && !bytes.contains(&0xff)
        {
            self.buffer |= u64::from(u32::from_be_bytes(*bytes)) << (32 - self.count);
            self.count += 32;
            self.position += 4;
        } else {
            self.load_bytewise();
        }
    }

    fn load_bytewise(&mut self) {
        while self.count <= 56
            && let Some(&byte) = self.bytes.get(self.position)
        {
            if byte == 0xff {
                // A marker ends the data, but for 0xff itself.
                if self.bytes.get(self.position + 1) != Some(&0) {
                    return;
                }
                self.position += 1;
            }
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
            self.position += 1;
        }
    }

    /// Goes on behind the restart marker of a number, modulo 8. False if there is none any more.
    ///
    /// Where it is missing but one of the next two is there, nothing is read until their turn.
    pub(crate) fn restart(&mut self, number: u8) -> bool {
        (self.buffer, self.count) = (0, 0);
        while let Some((marker, code_at)) = find_marker(self.bytes, self.position) {
            // Reserved: damaged data.
            if marker < 0xc0 {
                self.position = code_at + 1;
                continue;
            }
            let Some(found) = restart_number(marker) else {
                return false;
            };
            match found.wrapping_sub(number) % 8 {
                1 | 2 => {
                    self.is_exhausted = true;
                    self.is_damaged = true;
                    return true;
                }
                // One of the two before.
                6 | 7 => self.position = code_at + 1,
                _ => {
                    self.position = code_at + 1;
                    self.is_exhausted = false;
                    return true;
                }
            }
        }
        false
    }
}

use std::io::BufRead;
use std::ops::Range;

use super::bits::BitReader;
use crate::{MediaError, source};

/// The longest code, in bits.
const LONGEST: u32 = 15;
/// Codes of at most so many bits are looked up at once.
const TABLE_BITS: u32 = 8;
/// How many lengths are too long for the table.
const LONG_LENGTHS: usize = (LONGEST - TABLE_BITS) as usize;
/// Literal values, and prefixes of the lengths of copies.
pub(super) const GREENS: usize = 256 + 24;
/// With places in the largest colour cache.
const LARGEST_ALPHABET: usize = GREENS + (1 << 11);
/// In which order the lengths of the codes for code lengths are written.
const LENGTH_ORDER: [usize; 19] = [
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
];

/// The codes in which a part of a picture is written.
pub(super) struct PrefixCodeGroup {
    /// For literal values of green, then prefixes of the lengths of copies, then places in the colour cache.
    pub green: PrefixCode,
    pub red: PrefixCode,
    pub blue: PrefixCode,
    pub alpha: PrefixCode,
    /// For prefixes of the distances of copies.
    pub distance: PrefixCode,
}

impl PrefixCodeGroup {
    /// Takes the bytes of its tables from `room`.
    pub fn read(
        bits: &mut BitReader<impl BufRead>,
        cache_length: usize,
        room: &mut usize,
    ) -> Result<Self, MediaError> {
        let mut read = |alphabet| PrefixCode::read(bits, alphabet, room);
        Ok(Self {
            green: read(GREENS + cache_length)?,
            red: read(256)?,
            blue: read(256)?,
            alpha: read(256)?,
            distance: read(40)?,
        })
    }
}

/// Which bits stand for which symbol.
///
/// Codes are canonical: those of one length follow each other in the order of their symbols, then come longer ones.
pub(super) enum PrefixCode {
    /// The only symbol takes no bits.
    Single(u16),
    Several {
        /// For the next bits the symbol they begin with, and in the lowest four bits the length of its code: 0 if that is
        /// too long for the table.
        table: Vec<u16>,
        long: Option<Box<LongCodes>>,
    },
}

/// The codes that are longer than `TABLE_BITS`.
pub(super) struct LongCodes {
    /// Where the shorter ones end.
    start: u32,
    /// Where those of each length end, which is where longer ones begin.
    ends: [u32; LONG_LENGTHS],
    /// In the order of their codes.
    symbols: Vec<u16>,
}

/// What begins with the code of a symbol, of all that can follow in `LONGEST` bits.
struct Code {
    symbol: u16,
    length: u32,
    range: Range<u32>,
}

impl PrefixCode {
    fn read(
        bits: &mut BitReader<impl BufRead>,
        alphabet: usize,
        room: &mut usize,
    ) -> Result<Self, MediaError> {
        let mut lengths = [0; LARGEST_ALPHABET];
        let lengths = &mut lengths[..alphabet];
        match bits.read(1) {
            0 => read_lengths(bits, lengths)?,
            _ => read_few_lengths(bits, lengths),
        }
        bits.check()?;
        Self::new(lengths, room)
    }

    /// `lengths` tells how long the code of each symbol is, up to `LONGEST`; 0 for those that have none.
    fn new(lengths: &[u8], room: &mut usize) -> Result<Self, MediaError> {
        let mut symbols = [0; LARGEST_ALPHABET];
        let symbols = sort(lengths, &mut symbols);
        if let [] | [_] = symbols {
            return Ok(Self::Single(symbols.first().copied().unwrap_or(0)));
        }
        let codes = || codes(lengths, symbols);
        let longest = match codes().last() {
            Some(last) if last.range.end == 1 << LONGEST => last.length,
            _ => return Err(MediaError::malformed("an incomplete prefix code")),
        };
        let table_length = 1 << longest.min(TABLE_BITS);
        let long_count = codes().filter(Code::is_long).count();
        *room = room
            .checked_sub(2 * (table_length + long_count))
            .ok_or_else(|| MediaError::TooLarge("the picture's prefix codes".into()))?;
        let mut table = source::filled(table_length as u64, 0)?;
        codes()
            .filter(|code| !code.is_long())
            .for_each(|code| code.enter(&mut table));
        let long = match long_count {
            0 => None,
            _ => Some(Box::new(LongCodes::new(codes(), long_count)?)),
        };
        Ok(Self::Several { table, long })
    }

    /// Reads a symbol.
    #[inline]
    pub fn read_symbol(&self, bits: &mut BitReader<impl BufRead>) -> u16 {
        match self {
            Self::Single(symbol) => *symbol,
            Self::Several { table, long } => {
                let next = bits.peek();
                let entry = table[next as usize & (table.len() - 1)];
                let (symbol, length) = match (entry & 15, long) {
                    (0, Some(long)) => long.find(next),
                    (length, _) => (entry >> 4, length.into()),
                };
                bits.skip(length);
                symbol
            }
        }
    }
}

impl Code {
    fn is_long(&self) -> bool {
        self.length > TABLE_BITS
    }

    /// Enters it wherever bits begin with it.
    fn enter(&self, table: &mut [u16]) {
        // The first bit of a code is its highest one, but the lowest one of what was read.
        let first = (self.range.start << (32 - LONGEST)).reverse_bits() as usize;
        for entry in table.iter_mut().skip(first).step_by(1 << self.length) {
            *entry = self.symbol << 4 | self.length as u16;
        }
    }
}

/// Those of all symbols that have one, which are sorted.
fn codes<'a>(lengths: &'a [u8], symbols: &'a [u16]) -> impl Iterator<Item = Code> + 'a {
    let mut end = 0;
    symbols.iter().map(move |&symbol| {
        let length = lengths[usize::from(symbol)].into();
        let start = end;
        end += 1_u32 << (LONGEST - length);
        let range = start..end;
        Code {
            symbol,
            length,
            range,
        }
    })
}

impl LongCodes {
    /// `count` is how many of the codes are long.
    fn new(codes: impl Iterator<Item = Code>, count: usize) -> Result<Self, MediaError> {
        let mut symbols = source::reserve(count as u64)?;
        let mut start = 0;
        let mut ends = [0; LONG_LENGTHS];
        for code in codes {
            // Longer ones begin where it ends, if there are any.
            let longer = code.length.saturating_sub(TABLE_BITS + 1) as usize;
            ends[longer..].fill(code.range.end);
            match code.is_long() {
                true => symbols.push(code.symbol),
                false => start = code.range.end,
            }
        }
        Ok(Self {
            start,
            ends,
            symbols,
        })
    }

    /// The symbol that these bits begin with, and the length of its code.
    #[cold]
    fn find(&self, next: u32) -> (u16, u32) {
        let code = next.reverse_bits() >> (32 - LONGEST);
        let (mut start, mut symbols) = (self.start, &self.symbols[..]);
        for (length, &end) in (TABLE_BITS + 1..).zip(&self.ends) {
            let count = |codes: u32| (codes >> (LONGEST - length)) as usize;
            if code < end {
                return (
                    symbols.get(count(code - start)).copied().unwrap_or(0),
                    length,
                );
            }
            symbols = symbols.get(count(end - start)..).unwrap_or_default();
            start = end;
        }
        (0, LONGEST)
    }
}

/// The symbols that have a code, in the order of their codes.
fn sort<'a>(lengths: &[u8], symbols: &'a mut [u16; LARGEST_ALPHABET]) -> &'a [u16] {
    // Where the symbols of each length go.
    let mut places = [0; LONGEST as usize + 2];
    for &length in lengths.iter().filter(|&&length| length > 0) {
        places[usize::from(length) + 1] += 1;
    }
    for length in 1..places.len() {
        places[length] += places[length - 1];
    }
    for (symbol, &length) in (0..).zip(lengths) {
        if length > 0 {
            let place = &mut places[usize::from(length)];
            symbols[*place] = symbol;
            *place += 1;
        }
    }
    &symbols[..places[LONGEST as usize]]
}

/// One symbol or two, each with a code of one bit.
fn read_few_lengths(bits: &mut BitReader<impl BufRead>, lengths: &mut [u8]) {
    let has_second = bits.read(1) == 1;
    let first_is_long = bits.read(1) == 1;
    let first = bits.read(if first_is_long { 8 } else { 1 });
    let second = has_second.then(|| bits.read(8));
    for symbol in [Some(first), second].into_iter().flatten() {
        // The alphabet of distances is shorter than what can be said.
        if let Some(length) = lengths.get_mut(symbol as usize) {
            *length = 1;
        }
    }
}

/// Lengths are written in a prefix code themselves.
fn read_lengths(bits: &mut BitReader<impl BufRead>, lengths: &mut [u8]) -> Result<(), MediaError> {
    let code = read_code_of_lengths(bits)?;
    let mut left = lengths.len();
    if bits.read(1) == 1 {
        let width = 2 + 2 * bits.read(3);
        left = 2 + bits.read(width) as usize;
    }
    let wrong = || MediaError::malformed("more lengths of prefix codes than symbols");
    if left > lengths.len() {
        return Err(wrong());
    }
    let mut previous = 8;
    let mut place = 0;
    while left > 0 && place < lengths.len() {
        let (length, count) = match code.read_symbol(bits) as u8 {
            16 => (previous, 3 + bits.read(2)),
            17 => (0, 3 + bits.read(3)),
            18 => (0, 11 + bits.read(7)),
            length => (length, 1),
        };
        if length > 0 {
            previous = length;
        }
        let end = place + count as usize;
        lengths.get_mut(place..end).ok_or_else(wrong)?.fill(length);
        place = end;
        left -= 1;
    }
    Ok(())
}

fn read_code_of_lengths(bits: &mut BitReader<impl BufRead>) -> Result<PrefixCode, MediaError> {
    let mut lengths = [0; LENGTH_ORDER.len()];
    let count = 4 + bits.read(4) as usize;
    for &symbol in LENGTH_ORDER.iter().take(count) {
        lengths[symbol] = bits.read(3) as u8;
    }
    // It is gone before others are made.
    PrefixCode::new(&lengths, &mut { usize::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_length_are_read() {
        // As many ones as the symbol says and a zero, but for the last one.
        let lengths: Vec<u8> = (1..=15).chain([15]).collect();
        let code = PrefixCode::new(&lengths, &mut 1000).unwrap();
        let mut written = Vec::new();
        for symbol in 0..=15 {
            written.extend(vec![1; symbol]);
            written.extend((symbol < 15).then_some(0));
        }
        let bytes: Vec<u8> = written
            .chunks(8)
            .map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit))
            .collect();
        let mut bits = BitReader::new(&bytes[..]);
        for symbol in 0..=15 {
            assert_eq!(code.read_symbol(&mut bits), symbol);
        }
        assert!(bits.check().is_ok());
    }

    #[test]
    fn codes_that_cannot_be_are_refused() {
        for lengths in [&[1, 2][..], &[1, 1, 1], &[2, 2, 2], &[15, 15]] {
            let outcome = PrefixCode::new(lengths, &mut 1000);
            assert!(
                matches!(outcome, Err(MediaError::Malformed(_))),
                "{lengths:?}"
            );
        }
        let outcome = PrefixCode::new(&[8; 256], &mut 511);
        assert!(matches!(outcome, Err(MediaError::TooLarge(_))));
        // One alone takes neither bits nor room, however long it is said to be.
        let code = PrefixCode::new(&[0, 0, 7], &mut 0).unwrap();
        assert_eq!(code.read_symbol(&mut BitReader::new(&[][..])), 2);
    }
}

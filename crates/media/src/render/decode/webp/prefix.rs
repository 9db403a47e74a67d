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
    pub fn read(
        bits: &mut BitReader<impl BufRead>,
        cache_length: usize,
    ) -> Result<Self, MediaError> {
        Ok(Self {
            green: PrefixCode::read(bits, GREENS + cache_length)?,
            red: PrefixCode::read(bits, 256)?,
            blue: PrefixCode::read(bits, 256)?,
            alpha: PrefixCode::read(bits, 256)?,
            distance: PrefixCode::read(bits, 40)?,
        })
    }

    /// How many bytes its tables take.
    pub fn table_bytes(&self) -> usize {
        let Self {
            green,
            red,
            blue,
            alpha,
            distance,
        } = self;
        [green, red, blue, alpha, distance]
            .map(PrefixCode::table_bytes)
            .iter()
            .sum()
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

/// The codes that are longer than `TABLE_BITS`, as fractions of `1 << LONGEST`.
#[derive(Default)]
pub(super) struct LongCodes {
    /// Where the first one begins.
    start: u32,
    /// Where those of each length end, which is where longer ones begin.
    ends: [u32; LONG_LENGTHS],
    /// In the order of their codes.
    symbols: Vec<u16>,
}

impl PrefixCode {
    fn read(bits: &mut BitReader<impl BufRead>, alphabet: usize) -> Result<Self, MediaError> {
        let mut lengths = [0; LARGEST_ALPHABET];
        let lengths = &mut lengths[..alphabet];
        match bits.read(1) {
            0 => read_lengths(bits, lengths)?,
            _ => read_few_lengths(bits, lengths),
        }
        bits.check()?;
        Self::new(lengths)
    }

    /// `lengths` tells how long the code of each symbol is, up to `LONGEST`; 0 for those that have none.
    fn new(lengths: &[u8]) -> Result<Self, MediaError> {
        let mut buffer = [0; LARGEST_ALPHABET];
        let symbols = sort(lengths, &mut buffer);
        if let [] | [_] = symbols {
            return Ok(Self::Single(symbols.first().copied().unwrap_or(0)));
        }
        let length_of = |symbol: u16| u32::from(lengths[usize::from(symbol)]);
        // How much of `1 << LONGEST` begins with its code.
        let share = |symbol: u16| 1 << (LONGEST - length_of(symbol));
        if symbols.iter().map(|&symbol| share(symbol)).sum::<u32>() != 1 << LONGEST {
            return Err(MediaError::malformed("an incomplete prefix code"));
        }
        let longest = symbols.last().map_or(0, |&symbol| length_of(symbol));
        let mut table = source::filled(1 << longest.min(TABLE_BITS), 0)?;
        let shorts = symbols.partition_point(|&symbol| length_of(symbol) <= TABLE_BITS);
        let mut long = LongCodes {
            symbols: source::reserve((symbols.len() - shorts) as u64)?,
            ..LongCodes::default()
        };
        let mut code: u32 = 0;
        for &symbol in symbols {
            let length = length_of(symbol);
            if length > TABLE_BITS {
                long.push(symbol, length, code..code + share(symbol));
            } else {
                // The first bit of a code is its highest one, but the lowest one of what was read.
                let first = (code << (32 - LONGEST)).reverse_bits() as usize;
                let entries = table.iter_mut().skip(first).step_by(1 << length);
                entries.for_each(|entry| *entry = symbol << 4 | length as u16);
            }
            code += share(symbol);
        }
        let long = (longest > TABLE_BITS).then(|| Box::new(long));
        Ok(Self::Several { table, long })
    }

    fn table_bytes(&self) -> usize {
        let Self::Several { table, long } = self else {
            return 0;
        };
        let long = long.as_ref().map_or(0, |long| {
            size_of::<LongCodes>() + size_of_val(&long.symbols[..])
        });
        size_of_val(&table[..]) + long
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

impl LongCodes {
    /// Adds the code that follows the last one.
    fn push(&mut self, symbol: u16, length: u32, codes: Range<u32>) {
        if self.symbols.is_empty() {
            self.start = codes.start;
            self.ends.fill(codes.start);
        }
        self.symbols.push(symbol);
        self.ends[(length - TABLE_BITS) as usize - 1..].fill(codes.end);
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
    PrefixCode::new(&lengths)
}

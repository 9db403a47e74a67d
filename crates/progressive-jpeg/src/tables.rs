use crate::bits::Bits;
use crate::markers::{HUFFMAN_TABLES, QUANTISATION_TABLES, RESTART_INTERVAL};

/// Codes of up to as many bits are looked up; the few longer ones are searched for.
const LOOKUP_BITS: u32 = 9;
/// The longest codes.
const CODE_BITS: u32 = 16;

/// What segments between the scans define. A scan uses what was defined last.
#[derive(Default)]
pub(crate) struct Tables {
    /// In the order in which coefficients are coded.
    pub quantisation: [Option<[u16; 64]>; 4],
    pub dc: [Option<HuffmanTable>; 4],
    pub ac: [Option<HuffmanTable>; 4],
    /// In units that are coded together; 0 for none.
    pub restart_interval: usize,
}

impl Tables {
    /// Takes in a segment, if it is one of tables. `None` if it is unsound.
    pub(crate) fn read(&mut self, marker: u8, content: &[u8]) -> Option<()> {
        match marker {
            QUANTISATION_TABLES => self.read_quantisation(content),
            HUFFMAN_TABLES => self.read_huffman(content),
            RESTART_INTERVAL => {
                self.restart_interval = u16::from_be_bytes(*content.first_chunk()?).into();
                Some(())
            }
            _ => Some(()),
        }
    }

    fn read_quantisation(&mut self, mut content: &[u8]) -> Option<()> {
        while let Some((&kind, rest)) = content.split_first() {
            let bytes = if kind >> 4 == 0 { 1 } else { 2 };
            let (steps, rest) = rest.split_at_checked(64 * bytes)?;
            let mut table = [0; 64];
            for (step, bytes) in table.iter_mut().zip(steps.chunks_exact(bytes)) {
                *step = bytes
                    .iter()
                    .fold(0, |value, &byte| value << 8 | u16::from(byte));
            }
            *self.quantisation.get_mut(usize::from(kind & 15))? = Some(table);
            content = rest;
        }
        Some(())
    }

    fn read_huffman(&mut self, mut content: &[u8]) -> Option<()> {
        while let Some((&kind, rest)) = content.split_first() {
            let (counts, rest) = rest.split_first_chunk()?;
            let total = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, rest) = rest.split_at_checked(total)?;
            let tables = match kind >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return None,
            };
            *tables.get_mut(usize::from(kind & 15))? = Some(HuffmanTable::new(counts, symbols)?);
            content = rest;
        }
        Some(())
    }
}

pub(crate) struct HuffmanTable {
    /// By the next bits: the length of the code that they begin with, 0 if it is longer; and its symbol.
    lookup: [(u8, u8); 1 << LOOKUP_BITS],
    /// For each length: the end of its codes when they are filled up to 16 bits, and what has to be added to a code for
    /// its symbol's place.
    lengths: [(u32, i32); CODE_BITS as usize],
    symbols: Vec<u8>,
}

impl HuffmanTable {
    /// From how many codes there are of each length, and all their symbols. `None` if there cannot be as many.
    fn new(counts: &[u8; CODE_BITS as usize], symbols: &[u8]) -> Option<Self> {
        let mut table = Self {
            lookup: [(0, 0); 1 << LOOKUP_BITS],
            lengths: [(0, 0); CODE_BITS as usize],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut place) = (0_u32, 0_usize);
        for ((length, &count), entry) in (1..).zip(counts).zip(&mut table.lengths) {
            let symbols = symbols.get(place..place + usize::from(count))?;
            let end = code + u32::from(count);
            if end > 1 << length {
                return None;
            }
            if length <= LOOKUP_BITS {
                let spread = LOOKUP_BITS - length;
                let entries = table.lookup.get_mut((code << spread) as usize..)?;
                for (entries, &symbol) in entries.chunks_mut(1 << spread).zip(symbols) {
                    entries.fill((length as u8, symbol));
                }
            }
            *entry = (
                end << (CODE_BITS - length),
                place as i32 - code.cast_signed(),
            );
            code = end << 1;
            place += usize::from(count);
        }
        Some(table)
    }

    /// The symbol of the next code; 0 of what is none.
    #[inline]
    pub(crate) fn decode(&self, bits: &mut Bits<'_>) -> u8 {
        let next = bits.peek();
        let (length, symbol) = self.lookup[(next >> (64 - LOOKUP_BITS)) as usize];
        if length > 0 {
            bits.skip(length.into());
            return symbol;
        }
        self.search((next >> (64 - CODE_BITS)) as u32, bits)
    }

    fn search(&self, next: u32, bits: &mut Bits<'_>) -> u8 {
        let longer = (1..).zip(&self.lengths).skip(LOOKUP_BITS as usize);
        for (length, &(end, to_place)) in longer {
            if next < end {
                bits.skip(length);
                let place = (next >> (CODE_BITS - length)).cast_signed() + to_place;
                return self.symbols.get(place as usize).copied().unwrap_or(0);
            }
        }
        bits.skip(CODE_BITS);
        0
    }
}

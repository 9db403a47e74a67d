use std::ops::Range;

use crate::ac::AcDecoder;
use crate::bits::Bits;
use crate::coefficients::Coefficients;
use crate::dc::DcDecoder;
use crate::frame::{Frame, ONE};
use crate::tables::Tables;

/// A component that a scan is about.
struct Part {
    /// Its place in the frame.
    component: usize,
    dc_table: usize,
    ac_table: usize,
}

/// A scan: some of the coefficients of some components, or one more bit of them.
pub(crate) struct Scan {
    parts: Vec<Part>,
    /// The first and the last coefficient, in the order in which they are coded.
    first: u32,
    last: u32,
    /// Whether coefficients are known up to the bit above.
    refines: bool,
    /// The bit up to which they are known after it.
    low_bit: u32,
}

impl Scan {
    /// From the content of the segment that starts it. `None` if there is no such scan.
    pub(crate) fn read(content: &[u8], frame: &Frame) -> Option<Self> {
        let (&count, rest) = content.split_first()?;
        let (parts, rest) = rest.split_at_checked(2 * usize::from(count))?;
        let &[first, last, bits] = rest.first_chunk()?;
        let parts = parts.as_chunks().0.iter();
        let parts: Vec<_> = parts
            .map(|part| Part::read(part, frame))
            .collect::<Option<_>>()?;
        let (high_bit, low_bit) = (bits >> 4, bits & 15);
        let is_band = match first {
            0 => last == 0 && (1..=4).contains(&parts.len()),
            _ => first <= last && last < 64 && parts.len() == 1,
        };
        let is_sound = is_band && low_bit < 14 && (high_bit == 0 || high_bit == low_bit + 1);
        is_sound.then_some(Self {
            parts,
            first: first.into(),
            last: last.into(),
            refines: high_bit > 0,
            low_bit: low_bit.into(),
        })
    }

    /// Reads what is kept of the coefficients. `None` if a table is missing.
    pub(crate) fn decode(
        &self,
        frame: &Frame,
        tables: &Tables,
        kept: &mut [Coefficients],
        bits: &mut Bits<'_>,
    ) -> Option<()> {
        for part in &self.parts {
            let table = frame.components.get(part.component)?.quantisation;
            let table = tables.quantisation.get(table)?.as_ref()?;
            kept.get_mut(part.component)?.quantise_by(table);
        }
        if self.first == 0 {
            return self.decode_dc(frame, tables, kept, bits);
        }
        let part = self.parts.first()?;
        let kept = kept.get_mut(part.component)?;
        if !kept.keeps_ac() {
            return Some(());
        }
        let decoder = AcDecoder {
            coefficients: u64::MAX >> (63 - self.last) & u64::MAX << self.first,
            low_bit: self.low_bit,
            table: tables.ac.get(part.ac_table)?.as_ref()?,
        };
        let blocks = kept.blocks.area() as usize;
        for_intervals(
            blocks,
            tables.restart_interval,
            bits,
            |blocks, bits| match self.refines {
                true => decoder.refine(kept, blocks, bits),
                false => decoder.decode(kept, blocks, bits),
            },
        );
        Some(())
    }

    fn decode_dc(
        &self,
        frame: &Frame,
        tables: &Tables,
        kept: &mut [Coefficients],
        bits: &mut Bits<'_>,
    ) -> Option<()> {
        let mut decoders = Vec::new();
        for part in &self.parts {
            decoders.push(DcDecoder {
                component: part.component,
                sampling: frame.components.get(part.component)?.sampling,
                table: match self.refines {
                    true => None,
                    false => Some(tables.dc.get(part.dc_table)?.as_ref()?),
                },
                low_bit: self.low_bit,
                prediction: 0,
            });
        }
        // The blocks of a component alone are coded row by row.
        let mut units = frame.units()?;
        if let [alone] = decoders.as_mut_slice() {
            alone.sampling = ONE;
            units = kept.get(alone.component)?.blocks;
        }
        let count = units.area() as usize;
        for_intervals(count, tables.restart_interval, bits, |interval, bits| {
            for decoder in &mut decoders {
                decoder.prediction = 0;
            }
            for unit in interval {
                if bits.is_exhausted() {
                    return;
                }
                let (row, column) = (unit as u32 / units.width, unit as u32 % units.width);
                for decoder in &mut decoders {
                    if let Some(kept) = kept.get_mut(decoder.component) {
                        decoder.decode_unit(column, row, kept, bits);
                    }
                }
            }
        });
        Some(())
    }
}

impl Part {
    /// `None` if the frame has no such component.
    fn read(&[identifier, tables]: &[u8; 2], frame: &Frame) -> Option<Self> {
        let mut components = frame.components.iter();
        Some(Self {
            component: components.position(|component| component.identifier == identifier)?,
            dc_table: usize::from(tables >> 4),
            ac_table: usize::from(tables & 15),
        })
    }
}

/// Goes through units that are coded one after the other, from restart to restart as long as there is anything to read.
fn for_intervals<'a>(
    units: usize,
    length: usize,
    bits: &mut Bits<'a>,
    mut decode: impl FnMut(Range<usize>, &mut Bits<'a>),
) {
    let length = if length == 0 { units } else { length };
    for (number, start) in (0..units).step_by(length.max(1)).enumerate() {
        if start > 0 && !bits.restart((number - 1) as u8) {
            return;
        }
        decode(start..units.min(start + length), bits);
    }
}

use crate::bits::Bits;
use crate::coefficients::Coefficients;
use crate::size::Size;
use crate::tables::HuffmanTable;

/// Decodes the DC coefficients of a component, eight times the means of its blocks.
pub(crate) struct DcDecoder<'a> {
    pub component: usize,
    /// How many of its blocks are in a unit.
    pub sampling: Size,
    /// If they are not known yet.
    pub table: Option<&'a HuffmanTable>,
    pub low_bit: u32,
    /// Each is coded as its difference from the one before.
    pub prediction: i32,
}

impl DcDecoder<'_> {
    /// Those of one unit.
    pub(crate) fn decode_unit(
        &mut self,
        column: u32,
        row: u32,
        kept: &mut Coefficients,
        bits: &mut Bits<'_>,
    ) {
        for y in 0..self.sampling.height {
            for x in 0..self.sampling.width {
                let column = column * self.sampling.width + x;
                let row = row * self.sampling.height + y;
                // Units at the edges hold blocks that lie beyond the picture.
                let mut beyond = 0;
                let value = kept.dc_mut(column, row).unwrap_or(&mut beyond);
                self.decode(value, bits);
            }
        }
    }

    #[inline]
    fn decode(&mut self, value: &mut i16, bits: &mut Bits<'_>) {
        let Some(table) = self.table else {
            *value |= (bits.read(1) << self.low_bit).cast_signed();
            return;
        };
        let size = table.decode(bits) & 15;
        self.prediction = self.prediction.wrapping_add(bits.read_signed(size.into()));
        *value = (self.prediction << self.low_bit) as i16;
    }
}

//! Pictures of black and white, packed as facsimile machines do it (ITU-T T.4 and T.6).

use std::convert::Infallible;

use fax::decoder::Group4Decoder;
use fax::maps::{black, white};
use fax::{BitReader, ByteReader, slice_reader};

use crate::{MediaError, source};

/// How rows are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// Each begins with a new byte.
    AtBytes,
    /// Each begins behind a mark.
    AtMarks,
    /// Each is told by the one above it.
    Group4,
}

/// Rows of bits, of which those that are set are black. What is missing or damaged is white.
pub(super) fn unpack(
    packed: &[u8],
    rows: Rows,
    width: usize,
    height: usize,
) -> Result<Vec<u8>, MediaError> {
    let row_bytes = width.div_ceil(8);
    let mut bits = source::filled((row_bytes * height) as u64, 0)?;
    // What follows the last code may be looked at.
    let packed = [packed, &[0; 4]].concat();
    let targets = bits.chunks_exact_mut(row_bytes.max(1));
    match rows {
        Rows::Group4 => read_group_4(&packed, width, targets),
        Rows::AtBytes | Rows::AtMarks => {
            let mut reader = slice_reader(&packed);
            for target in targets {
                let changes = match rows {
                    Rows::AtMarks => after_mark(&mut reader).then(|| read_row(&mut reader, width)),
                    _ => Some(read_row(&mut reader, width)),
                };
                let Some(changes) = changes else { break };
                draw(&changes, width, target);
                if rows == Rows::AtBytes {
                    let rest = reader.bits_to_byte_boundary();
                    reader.consume(rest).unwrap_or_else(|never| match never {});
                }
            }
        }
    }
    Ok(bits)
}

fn read_group_4<'a>(packed: &[u8], width: usize, targets: impl Iterator<Item = &'a mut [u8]>) {
    let bytes = packed.iter().copied().map(Ok::<u8, Infallible>);
    let Ok(width) = u16::try_from(width) else {
        return;
    };
    let Ok(mut decoder) = Group4Decoder::new(bytes, width);
    for target in targets {
        match decoder.advance() {
            Ok(fax::decoder::DecodeStatus::Incomplete) => {
                let changes: Vec<usize> =
                    decoder.transition().iter().map(|&at| at.into()).collect();
                draw(&changes, width.into(), target);
            }
            _ => return,
        }
    }
}

/// Where a row changes between white and black, beginning with white.
fn read_row(reader: &mut impl BitReader, width: usize) -> Vec<usize> {
    let mut changes = Vec::new();
    let mut at = 0;
    while at < width {
        let is_white = changes.len().is_multiple_of(2);
        let Some(run) = read_run(reader, is_white) else {
            break;
        };
        at += run;
        changes.push(at);
    }
    changes
}

/// How long a run is. Long ones are told by several codes.
fn read_run(reader: &mut impl BitReader, is_white: bool) -> Option<usize> {
    let mut run = 0;
    loop {
        let code = match is_white {
            true => white::decode(reader)?,
            false => black::decode(reader)?,
        };
        run += usize::from(code);
        if code < 64 {
            return Some(run);
        }
    }
}

/// Goes behind the next mark: eleven or more zeros, then a one. Files without marks have no zeros there.
fn after_mark<R: Iterator<Item = Result<u8, Infallible>>>(reader: &mut ByteReader<R>) -> bool {
    if reader.peek(11) != Some(0) {
        return reader.peek(1).is_some();
    }
    while let Some(bit) = reader.peek(1) {
        reader.consume(1).unwrap_or_else(|never| match never {});
        if bit == 1 {
            return true;
        }
    }
    false
}

/// Sets the bits of every other run.
fn draw(changes: &[usize], width: usize, row: &mut [u8]) {
    for run in changes.get(..).unwrap_or_default().chunks(2) {
        let start = run[0].min(width);
        let end = run.get(1).map_or(width, |&end| end.min(width));
        for at in start..end {
            row[at / 8] |= 0x80 >> (at % 8);
        }
    }
}

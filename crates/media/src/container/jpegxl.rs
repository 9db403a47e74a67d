//! JPEG XL: a bare codestream, or one in boxes beside its metadata.

use std::io::{self, BufRead, Seek, SeekFrom};

use super::boxes::{self, Boxes};
use super::{Contents, read_as_far_as_possible};
use crate::numbers;

const CODESTREAM: [u8; 2] = [0xff, 0x0a];
/// The first box of a file in boxes.
pub(super) const CONTAINER: [u8; 12] = *b"\0\0\0\x0cJXL \r\n\x87\n";
/// More bytes than size and orientation may take.
const HEADER_LENGTH: usize = 32;

/// Finds the metadata that is not compressed, and reads the codestream's header.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    if reader.fill_buf()?.starts_with(&CODESTREAM) {
        return read_codestream(reader, contents);
    }
    let mut boxes = Boxes::of_file(reader)?;
    while let Some(found) = boxes.next(reader)? {
        match &found.kind {
            b"Exif" if contents.exif.is_none() => {
                contents.exif = found
                    .read(reader)?
                    .and_then(|content| boxes::exif_block(&content));
            }
            b"xml " if contents.xmp.is_none() => contents.xmp = found.read(reader)?,
            b"jxlc" | b"jxlp" if contents.dimensions.is_none() => {
                // A part of a codestream begins with its number.
                let number = if &found.kind == b"jxlp" { 4 } else { 0 };
                reader.seek(SeekFrom::Start(found.content.start + number))?;
                read_codestream(reader, contents)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_codestream(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let mut header = [0; HEADER_LENGTH];
    let length = read_as_far_as_possible(reader, &mut header)?;
    if let Some(rest) = header[..length].strip_prefix(&CODESTREAM) {
        let mut bits = Bits {
            bytes: rest,
            position: 0,
        };
        contents.dimensions = size(&mut bits);
        contents.orientation = contents.dimensions.and_then(|_| orientation(&mut bits));
    }
    Ok(())
}

/// Width and height: the height first, then the width or a ratio.
fn size(bits: &mut Bits) -> Option<(u32, u32)> {
    const RATIOS: [(u64, u64); 7] = [(1, 1), (6, 5), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1)];
    let small = bits.take(1)? == 1;
    let height = side(bits, small)?;
    let ratio = usize::try_from(bits.take(3)?).ok()?;
    let width = match ratio.checked_sub(1).and_then(|index| RATIOS.get(index)) {
        Some((width, per_height)) => u64::from(height) * width / per_height,
        None => side(bits, small)?.into(),
    };
    Some((u32::try_from(width).ok()?, height))
}

/// In eights, or in one of four lengths.
fn side(bits: &mut Bits, small: bool) -> Option<u32> {
    if small {
        return Some(8 * (1 + bits.take(5)?));
    }
    let length = [9, 13, 18, 30][usize::try_from(bits.take(2)?).ok()?];
    Some(1 + bits.take(length)?)
}

/// After the size, unless all is as usual.
fn orientation(bits: &mut Bits) -> Option<u16> {
    let usual = bits.take(1)? == 1;
    if usual || bits.take(1)? == 0 {
        return Some(1);
    }
    numbers::orientation(1 + bits.take(3)?)
}

/// Bits from the lowest of the first byte.
struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0, |number, index| {
            let byte = *self.bytes.get(self.position / 8)?;
            let bit = u32::from(byte >> (self.position % 8) & 1);
            self.position += 1;
            Some(number | bit << index)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::boxes::tests::wrap;
    use super::*;

    /// Packs numbers, each with its count of bits.
    fn codestream(numbers: &[(u32, usize)]) -> Vec<u8> {
        let bits: Vec<u8> = numbers
            .iter()
            .flat_map(|&(number, count)| (0..count).map(move |index| (number >> index & 1) as u8))
            .collect();
        let mut bytes = CODESTREAM.to_vec();
        bytes.extend(
            bits.chunks(8)
                .map(|byte| byte.iter().rev().fold(0, |sum, bit| sum << 1 | bit)),
        );
        bytes
    }

    fn contents(bytes: &[u8]) -> Contents {
        let mut contents = Contents::default();
        read(&mut Cursor::new(bytes), &mut contents).unwrap();
        contents
    }

    #[test]
    fn reads_sizes() {
        let small = codestream(&[(1, 1), (9, 5), (3, 3), (1, 1)]);
        assert_eq!(contents(&small).dimensions, Some((106, 80)));
        assert_eq!(contents(&small).orientation, Some(1));
        let large = codestream(&[
            (0, 1),
            (1, 2),
            (3023, 13),
            (0, 3),
            (1, 2),
            (4031, 13),
            (0, 1),
            (1, 1),
            (5, 3),
        ]);
        assert_eq!(contents(&large).dimensions, Some((4032, 3024)));
        assert_eq!(contents(&large).orientation, Some(6));
        for length in 0..large.len() {
            contents(&large[..length]);
        }
    }

    #[test]
    fn reads_boxes() {
        let small = codestream(&[(1, 1), (0, 5), (1, 3), (1, 1)]);
        let bytes = [
            CONTAINER.to_vec(),
            wrap(b"Exif", b"\0\0\0\0block"),
            wrap(b"jxlp", &[&[0, 0, 0, 0], &small[..]].concat()),
            wrap(b"xml ", b"packet"),
        ]
        .concat();
        let found = contents(&bytes);
        assert_eq!(found.dimensions, Some((8, 8)));
        assert_eq!(found.exif.as_deref(), Some(&b"block"[..]));
        assert_eq!(found.xmp.as_deref(), Some(&b"packet"[..]));
    }
}

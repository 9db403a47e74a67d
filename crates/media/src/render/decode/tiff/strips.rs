use std::io::{self, BufRead, Read, Seek, SeekFrom};

use flate2::read::ZlibDecoder;
use tiff::decoder::{ChunkType, DecodingResult};
use tiff::tags::{
    ByteOrder, CompressionMethod, PhotometricInterpretation, Predictor, SampleFormat, Tag,
};
use weezl::{BitOrder, LzwStatus, decode};

use super::super::super::size::Size;
use super::super::Decoded;
use super::super::intake::PixelSink;
use super::{Samples, Tiff};
use crate::{MediaError, source};

/// Bytes of rows that are read at once.
const BAND_BYTES: usize = 4 * 1024 * 1024;
/// Packed strips of fewer bytes are left to the library, which unpacks them whole. Fuzzers have small ones only.
const HIGH_STRIP_BYTES: u64 = if cfg!(fuzzing) { 256 } else { 16 << 20 };

/// Strips whose rows can be read one after the other, so that it does not matter how many there are in each.
pub(super) struct Strips {
    packing: Packing,
    /// Whether rows are stored as the differences of their samples.
    has_differences: bool,
    /// Rows of each but the last one.
    height: u32,
    /// Where each begins in the file, and how many bytes it has there.
    places: Vec<(u64, u64)>,
    order: ByteOrder,
    /// Bytes of a sample.
    depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Nothing,
    Deflate,
    Lzw,
}

impl Strips {
    /// `None` if the picture is made of others.
    pub(super) fn find(file: &mut Tiff<'_>, samples: &Samples) -> Option<Self> {
        let mut number = |tag, usual: u16| {
            let number = file.find_tag_unsigned::<u16>(tag).ok()?;
            Some(number.unwrap_or(usual))
        };
        let is = |number: Option<u16>, method: CompressionMethod| number == Some(method.to_u16());
        let packing = match number(Tag::Compression, 1) {
            number if is(number, CompressionMethod::None) => Packing::Nothing,
            number if is(number, CompressionMethod::Deflate) => Packing::Deflate,
            number if is(number, CompressionMethod::OldDeflate) => Packing::Deflate,
            number if is(number, CompressionMethod::LZW) => Packing::Lzw,
            _ => return None,
        };
        let has_differences = match number(Tag::Predictor, 1)? {
            predictor if predictor == Predictor::None.to_u16() => false,
            predictor if predictor == Predictor::Horizontal.to_u16() => true,
            _ => return None,
        };
        let is_inverted = number(Tag::PhotometricInterpretation, 0)
            == Some(PhotometricInterpretation::WhiteIsZero.to_u16());
        let strips = Self {
            packing,
            // Those that are not packed are not differences either, whatever they are said to be.
            has_differences: has_differences && packing != Packing::Nothing,
            height: file.chunk_dimensions().1.max(1),
            places: places(file)?,
            order: file.byte_order(),
            depth: samples.bytes()?,
        };
        let (width, height) = file.dimensions().ok()?;
        let high = u64::from(strips.height.min(height));
        let bytes = high * strips.row_bytes(width, samples) as u64;
        let is_worth_it = packing == Packing::Nothing || bytes > HIGH_STRIP_BYTES;
        let is_usual = file.get_chunk_type() == ChunkType::Strip && !is_inverted;
        (is_usual && is_worth_it && are_whole_numbers(file)).then_some(strips)
    }

    /// Row by row. A file that ends early is shown as far as it goes.
    pub(super) fn read(
        &self,
        file: &mut Tiff<'_>,
        size: Size,
        samples: &Samples,
        mut intake: PixelSink,
    ) -> Result<Decoded, MediaError> {
        let row_bytes = self.row_bytes(size.width, samples);
        let band_height = (BAND_BYTES / row_bytes).max(1);
        let mut left = size.height as usize;
        for &place in &self.places {
            let mut strip_left = left.min(self.height as usize);
            left -= strip_left;
            let mut strip = self.open(file, place)?;
            while strip_left > 0 {
                let height = band_height.min(strip_left);
                strip_left -= height;
                let band = read_up_to(&mut strip, height * row_bytes)?;
                let is_short = band.len() < height * row_bytes;
                let mut numbers = self.numbers(band);
                if self.has_differences {
                    undo_differences(&mut numbers, samples.channels().count(), size.width);
                }
                intake.push(&samples.convert(numbers, size.width as usize)?);
                if is_short {
                    return shown(intake);
                }
            }
        }
        shown(intake)
    }

    fn row_bytes(&self, width: u32, samples: &Samples) -> usize {
        width as usize * samples.channels().count() * self.depth
    }

    /// The unpacked bytes of a strip.
    fn open<'a>(
        &self,
        file: &'a mut Tiff<'_>,
        (offset, length): (u64, u64),
    ) -> Result<Box<dyn Read + 'a>, MediaError> {
        let reader = file.inner();
        reader.seek(SeekFrom::Start(offset))?;
        Ok(match self.packing {
            Packing::Nothing => Box::new(reader),
            Packing::Deflate => Box::new(ZlibDecoder::new(reader.take(length))),
            Packing::Lzw => Box::new(LzwReader::new(reader.take(length))),
        })
    }

    fn numbers(&self, bytes: Vec<u8>) -> DecodingResult {
        if self.depth == 1 {
            return DecodingResult::U8(bytes);
        }
        let number = match self.order {
            ByteOrder::LittleEndian => u16::from_le_bytes,
            ByteOrder::BigEndian => u16::from_be_bytes,
        };
        let words = bytes.as_chunks().0.iter().map(|&word| number(word));
        DecodingResult::U16(words.collect())
    }
}

fn places(file: &mut Tiff<'_>) -> Option<Vec<(u64, u64)>> {
    let offsets = file.get_tag_u64_vec(Tag::StripOffsets).ok()?;
    let lengths = file.get_tag_u64_vec(Tag::StripByteCounts).ok()?;
    Some(offsets.into_iter().zip(lengths).collect())
}

fn are_whole_numbers(file: &mut Tiff<'_>) -> bool {
    let formats = file.find_tag_unsigned_vec::<u16>(Tag::SampleFormat);
    formats.is_ok_and(|formats| {
        let mut formats = formats.into_iter().flatten();
        formats.all(|format| format == SampleFormat::Uint.to_u16())
    })
}

/// As many bytes as there are, and not more. What is damaged ends there.
fn read_up_to(reader: &mut impl Read, length: usize) -> Result<Vec<u8>, MediaError> {
    let mut bytes = source::reserve(length as u64)?;
    match reader.take(length as u64).read_to_end(&mut bytes) {
        Err(error) if !is_damage(&error) => Err(error.into()),
        _ => Ok(bytes),
    }
}

fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof
    )
}

/// Each sample is stored as the difference to that of the pixel on its left.
fn undo_differences(numbers: &mut DecodingResult, channels: usize, width: u32) {
    let row = width as usize * channels;
    match numbers {
        DecodingResult::U8(bytes) => bytes
            .chunks_mut(row)
            .for_each(|row| add_left(row, channels, u8::wrapping_add)),
        DecodingResult::U16(words) => words
            .chunks_mut(row)
            .for_each(|row| add_left(row, channels, u16::wrapping_add)),
        _ => {}
    }
}

fn add_left<T: Copy>(row: &mut [T], channels: usize, add: impl Fn(T, T) -> T) {
    for place in channels..row.len() {
        row[place] = add(row[place], row[place - channels]);
    }
}

fn shown(intake: PixelSink) -> Result<Decoded, MediaError> {
    if intake.is_empty() {
        return Err(MediaError::malformed("the picture's rows are missing"));
    }
    intake.finish()
}

/// Unpacks what is packed as TIFF does it by the way of Lempel, Ziv and Welch.
pub(super) struct LzwReader<R> {
    packed: R,
    decoder: decode::Decoder,
}

impl<R: BufRead> LzwReader<R> {
    pub(super) fn new(packed: R) -> Self {
        let configuration = decode::Configuration::with_tiff_size_switch(BitOrder::Msb, 8);
        Self {
            packed,
            decoder: configuration.with_yield_on_full_buffer(true).build(),
        }
    }
}

impl<R: BufRead> Read for LzwReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let packed = self.packed.fill_buf()?;
            let is_over = packed.is_empty();
            let outcome = self.decoder.decode_bytes(packed, buffer);
            self.packed.consume(outcome.consumed_in);
            match outcome.status {
                Err(error) if outcome.consumed_out == 0 => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, error));
                }
                Ok(LzwStatus::Ok) if outcome.consumed_out == 0 && !is_over => {}
                _ => return Ok(outcome.consumed_out),
            }
        }
    }
}

//! Kinds of TIFF that the library does not read: palettes, facsimiles, samples of unusual sizes, signs and orders, chroma
//! that pixels share, CIELab, and channels that no one knows.

use std::io::{Cursor, Read, Seek, SeekFrom};

use flate2::read::ZlibDecoder;
use tiff::decoder::ChunkType;
use tiff::tags::{ByteOrder, Tag};

use super::super::super::colour::{from_lab, without_alpha};
use super::super::super::raster::Channels;
use super::super::super::size::Size;
use super::super::Decoded;
use super::super::intake::PixelSink;
use super::fax::{self, Rows};
use super::strips::LzwReader;
use super::{Tiff, failed};
use crate::{MediaError, source};

/// Samples of a strip or tile. Numbers, pixels and the row of parts take some six bytes for each.
const PART_LIMIT: usize = 100_000_000;

/// Tags that the library has no name for.
const GROUP_3_OPTIONS: u16 = 292;
const SUBSAMPLING: u16 = 530;
const UNCOMPRESSED: u16 = 1;
const CCITT_RUNS: u16 = 2;
const GROUP_3: u16 = 3;
const GROUP_4: u16 = 4;
const LZW: u16 = 5;
const JPEG: u16 = 7;
const DEFLATE: u16 = 8;
const OLD_DEFLATE: u16 = 32946;
const PACKBITS: u16 = 32773;
/// Values of the tag of extra samples.
const MULTIPLIED_ALPHA: u16 = 1;
const ALPHA: u16 = 2;

/// What the numbers of a pixel mean.
#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    Gray {
        is_inverted: bool,
    },
    Rgb,
    Palette(Vec<[u8; 3]>),
    Cmyk,
    /// How many pixels share chroma, across and down.
    YCbCr(usize, usize),
    /// Whether both colours are counted from their middle up, as ICC has it.
    Lab {
        is_icc: bool,
    },
}

/// How the samples of a file are kept.
#[derive(Debug)]
pub(super) struct Kind {
    meaning: Meaning,
    bits: u32,
    /// Of a pixel, with those that are of no use.
    samples: usize,
    /// Which of them tells how opaque a pixel is, and whether colours are multiplied by it.
    alpha: Option<(usize, bool)>,
    compression: u16,
    /// Whether samples are the differences to those before them.
    has_differences: bool,
    /// Whether the first bit of a byte is its lowest.
    is_reversed: bool,
    is_signed: bool,
    is_planar: bool,
    is_little: bool,
    has_two_dimensions: bool,
}

/// What a file says of its samples.
struct Tags {
    bits: Vec<u16>,
    formats: Vec<u16>,
    extra: Vec<u16>,
    subsampling: Vec<u16>,
    map: Vec<u16>,
    photometric: u16,
    compression: u16,
    samples: usize,
    predictor: u16,
    fill_order: u16,
    planes: u16,
    group_3: u16,
}

impl Tags {
    fn read(file: &mut Tiff<'_>) -> Self {
        let mut all = |tag: Tag| -> Vec<u16> {
            let values = file.find_tag_unsigned_vec::<u16>(tag);
            values.ok().flatten().unwrap_or_default()
        };
        let bits = all(Tag::BitsPerSample);
        let formats = all(Tag::SampleFormat);
        let extra = all(Tag::ExtraSamples);
        let subsampling = all(Tag::Unknown(SUBSAMPLING));
        let map = all(Tag::ColorMap);
        let mut number = |tag: Tag, usual: u16| all(tag).first().copied().unwrap_or(usual);
        Self {
            bits,
            formats,
            extra,
            subsampling,
            map,
            photometric: number(Tag::PhotometricInterpretation, 0),
            compression: number(Tag::Compression, UNCOMPRESSED),
            samples: number(Tag::SamplesPerPixel, 1).into(),
            predictor: number(Tag::Predictor, 1),
            fill_order: number(Tag::FillOrder, 1),
            planes: number(Tag::PlanarConfiguration, 1),
            group_3: number(Tag::Unknown(GROUP_3_OPTIONS), 0),
        }
    }

    fn depth(&self) -> u16 {
        self.bits.first().copied().unwrap_or(1)
    }

    fn is_signed(&self) -> bool {
        self.formats.contains(&2)
    }

    fn is_reversed(&self) -> bool {
        self.fill_order == 2
    }

    /// `None` of what is not known here.
    fn meaning(&self) -> Option<Meaning> {
        Some(match (self.photometric, self.subsampling.as_slice()) {
            (0, _) => Meaning::Gray { is_inverted: true },
            (1, _) => Meaning::Gray { is_inverted: false },
            (2, _) => Meaning::Rgb,
            (3, _) => Meaning::Palette(palette(&self.map, self.depth())),
            (5, _) => Meaning::Cmyk,
            (6, &[across @ (1 | 2 | 4), down @ (1 | 2 | 4)]) => {
                Meaning::YCbCr(across.into(), down.into())
            }
            // Where nothing is said, four share theirs.
            (6, []) => Meaning::YCbCr(2, 2),
            (8, _) => Meaning::Lab { is_icc: false },
            (9, _) => Meaning::Lab { is_icc: true },
            _ => return None,
        })
    }

    fn alpha(&self, colours: usize) -> Option<(usize, bool)> {
        match self.extra.first() {
            _ if self.samples <= colours => None,
            Some(&MULTIPLIED_ALPHA) => Some((colours, true)),
            Some(&ALPHA) => Some((colours, false)),
            _ => None,
        }
    }

    /// Whether the library reads it, and as it should.
    fn are_usual(&self, meaning: &Meaning) -> bool {
        let depth = self.depth();
        let has_usual_depth = match meaning {
            Meaning::Gray { .. } => matches!(depth, 1 | 2 | 4 | 8 | 16 | 32),
            Meaning::Rgb | Meaning::Cmyk => matches!(depth, 8 | 16 | 32),
            Meaning::YCbCr(1, 1) => depth == 8,
            _ => false,
        };
        let further = self.samples.saturating_sub(meaning.colours());
        let has_usual_samples = further == 0
            || *meaning == Meaning::Rgb && further == 1 && self.extra.first() == Some(&ALPHA);
        let is_read = !matches!(self.compression, CCITT_RUNS | GROUP_3);
        has_usual_depth && has_usual_samples && is_read && !self.is_signed() && !self.is_reversed()
    }

    /// Whether it can be read here.
    fn can_be_read(&self, meaning: &Meaning) -> bool {
        self.bits.iter().all(|&bits| bits == self.depth())
            && self
                .formats
                .iter()
                .all(|&format| matches!(format, 1 | 2 | 4))
            && (1..=16).contains(&self.depth())
            && self.samples >= meaning.colours()
            && self.compression != JPEG
    }
}

impl Kind {
    /// `None` of what the library reads.
    pub(super) fn of(file: &mut Tiff<'_>) -> Result<Option<Self>, MediaError> {
        let tags = Tags::read(file);
        let meaning = tags
            .meaning()
            .filter(|meaning| !tags.are_usual(meaning) && tags.can_be_read(meaning));
        let Some(meaning) = meaning else {
            return Ok(None);
        };
        let is_packed = matches!(tags.compression, LZW | DEFLATE | OLD_DEFLATE);
        let has_differences = match tags.predictor {
            1 => false,
            2 if matches!(tags.depth(), 8 | 16) => is_packed,
            _ => return Err(unsupported("differences of such samples")),
        };
        let is_planar = tags.planes == 2 && tags.samples > 1;
        if is_planar && matches!(meaning, Meaning::YCbCr(..)) {
            return Err(unsupported("planes of luma and chroma"));
        }
        Ok(Some(Self {
            alpha: tags.alpha(meaning.colours()),
            meaning,
            bits: tags.depth().into(),
            samples: tags.samples,
            compression: tags.compression,
            has_differences,
            is_reversed: tags.is_reversed(),
            is_signed: tags.is_signed(),
            is_planar,
            is_little: file.byte_order() == ByteOrder::LittleEndian,
            has_two_dimensions: tags.group_3 & 1 == 1,
        }))
    }

    pub(super) fn channels(&self) -> Channels {
        match (&self.meaning, self.alpha) {
            (Meaning::Gray { .. }, None) => Channels::Gray,
            (Meaning::Gray { .. }, Some(_)) => Channels::GrayAlpha,
            (Meaning::Rgb, Some(_)) => Channels::Rgba,
            (Meaning::Cmyk, _) => Channels::InvertedCmyk,
            _ => Channels::Rgb,
        }
    }

    /// A row of strips or tiles after the other. A file that ends early is shown as far as it goes.
    pub(super) fn read(
        &self,
        file: &mut Tiff<'_>,
        size: Size,
        mut sink: PixelSink,
    ) -> Result<Decoded, MediaError> {
        let (width, height) = file.chunk_dimensions();
        if width == 0 || height == 0 {
            return Err(MediaError::malformed("empty strips"));
        }
        let places = places(file)?;
        let is_tiled = file.get_chunk_type() == ChunkType::Tile;
        let (across, down) = (size.width.div_ceil(width), size.height.div_ceil(height));
        let planes = if self.is_planar { self.samples } else { 1 };
        let row_bytes = sink.row_bytes();
        for line in 0..down {
            let visible = height.min(size.height - line * height);
            // Tiles are whole, also where they stand over.
            let stored = if is_tiled { height } else { visible };
            let length = visible as usize * row_bytes;
            let mut band = source::filled(length as u64, 0)?;
            for column in 0..across {
                let mut numbers = Vec::new();
                for plane in 0..planes {
                    let index = (plane as u32 * down + line) * across + column;
                    let Some(&place) = places.get(index as usize) else {
                        return Err(MediaError::malformed("missing strips"));
                    };
                    let packed = read_part(file, place)?;
                    if packed.is_empty() && !sink.is_empty() {
                        return sink.finish();
                    }
                    numbers.push(self.numbers(packed, width as usize, stored as usize)?);
                }
                let pixels = self.pixels(&numbers, width as usize, stored as usize);
                let part_bytes = width as usize * sink.channels().count();
                let first = column as usize * part_bytes;
                for (row, part) in band
                    .chunks_exact_mut(row_bytes)
                    .zip(pixels.chunks_exact(part_bytes))
                {
                    let shown = part_bytes.min(row_bytes - first);
                    row[first..first + shown].copy_from_slice(&part[..shown]);
                }
            }
            sink.push(&band);
        }
        sink.finish()
    }

    /// How many numbers stand for a part, in rows that begin with a new byte each, and how many such rows there are.
    fn layout(&self, width: usize, height: usize) -> (usize, usize) {
        match self.meaning {
            Meaning::YCbCr(across, down) => {
                let units = width.div_ceil(across);
                (units * (across * down + 2), height.div_ceil(down))
            }
            _ if self.is_planar => (width, height),
            _ => (width * self.samples, height),
        }
    }

    /// The numbers of a part. What is missing is zero.
    fn numbers(
        &self,
        mut packed: Vec<u8>,
        width: usize,
        height: usize,
    ) -> Result<Vec<u16>, MediaError> {
        if self.is_reversed {
            packed
                .iter_mut()
                .for_each(|byte| *byte = byte.reverse_bits());
        }
        let (row_length, rows) = self.layout(width, height);
        let row_bytes = (row_length * self.bits as usize).div_ceil(8);
        if row_length.saturating_mul(rows) > PART_LIMIT {
            return Err(MediaError::TooLarge("TIFF: a part is too large".into()));
        }
        let bytes = self.unpack(packed, row_length, row_bytes, rows)?;
        let mut numbers = source::reserve((row_length * rows) as u64)?;
        for row in bytes.chunks_exact(row_bytes.max(1)) {
            self.push_numbers(row, row_length, &mut numbers);
        }
        Ok(numbers)
    }

    fn unpack(
        &self,
        packed: Vec<u8>,
        row_length: usize,
        row_bytes: usize,
        rows: usize,
    ) -> Result<Vec<u8>, MediaError> {
        let length = (row_bytes * rows) as u64;
        let is_bilevel = self.bits == 1 && self.samples == 1;
        let mut bytes = match self.compression {
            UNCOMPRESSED => packed,
            PACKBITS => unpack_bits(&packed, length as usize),
            LZW => read_all(LzwReader::new(Cursor::new(packed)), length)?,
            DEFLATE | OLD_DEFLATE => read_all(ZlibDecoder::new(Cursor::new(packed)), length)?,
            GROUP_3 if self.has_two_dimensions => {
                return Err(unsupported("facsimiles of Group 3 in two dimensions"));
            }
            CCITT_RUNS | GROUP_3 | GROUP_4 if is_bilevel => {
                let way = match self.compression {
                    CCITT_RUNS => Rows::AtBytes,
                    GROUP_3 => Rows::AtMarks,
                    _ => Rows::Group4,
                };
                fax::unpack(&packed, way, row_length, rows)?
            }
            other => return Err(unsupported(&format!("compression {other}"))),
        };
        bytes.truncate(length as usize);
        bytes.resize(length as usize, 0);
        Ok(bytes)
    }

    /// A row's numbers, with their differences added up.
    fn push_numbers(&self, row: &[u8], length: usize, numbers: &mut Vec<u16>) {
        let start = numbers.len();
        match self.bits {
            8 => numbers.extend(row.iter().map(|&byte| u16::from(byte))),
            16 => numbers.extend(row.as_chunks().0.iter().map(|&word| match self.is_little {
                true => u16::from_le_bytes(word),
                false => u16::from_be_bytes(word),
            })),
            bits => numbers.extend((0..length).map(|place| {
                let first = place * bits as usize;
                let byte = |index: usize| u32::from(row.get(index).copied().unwrap_or(0));
                let three = byte(first / 8) << 16 | byte(first / 8 + 1) << 8 | byte(first / 8 + 2);
                (three << (8 + first as u32 % 8) >> (32 - bits)) as u16
            })),
        }
        numbers.truncate(start + length);
        if self.has_differences {
            let step = if self.is_planar { 1 } else { self.samples };
            for place in start + step..numbers.len() {
                let sum = numbers[place].wrapping_add(numbers[place - step]);
                numbers[place] = if self.bits == 8 { sum & 0xff } else { sum };
            }
        }
    }

    /// Channels of a part's pixels.
    fn pixels(&self, planes: &[Vec<u16>], width: usize, height: usize) -> Vec<u8> {
        if let Meaning::YCbCr(across, down) = self.meaning {
            return self.spread(&planes[0], width, height, (across, down));
        }
        let mut pixels = Vec::with_capacity(width * height * self.channels().count());
        let mut pixel = vec![0; self.samples];
        for place in 0..width * height {
            for (sample, value) in pixel.iter_mut().enumerate() {
                let number = match planes {
                    [chunky] => chunky.get(place * self.samples + sample),
                    planes => planes[sample].get(place),
                };
                *value = number.copied().unwrap_or(0);
            }
            self.push_pixel(&pixel, &mut pixels);
        }
        pixels
    }

    fn push_pixel(&self, numbers: &[u16], pixels: &mut Vec<u8>) {
        let byte = |place: usize| self.byte(numbers[place]);
        let mut colours = match &self.meaning {
            Meaning::Gray { is_inverted: false } => vec![byte(0)],
            Meaning::Gray { is_inverted: true } => vec![255 - byte(0)],
            Meaning::Cmyk => (0..4).map(|ink| 255 - byte(ink)).collect(),
            Meaning::Palette(colours) => {
                let colour = colours.get(usize::from(numbers[0]));
                colour.copied().unwrap_or_default().to_vec()
            }
            Meaning::Lab { is_icc } => self.lab(numbers, *is_icc).to_vec(),
            Meaning::Rgb | Meaning::YCbCr(..) => (0..3).map(byte).collect(),
        };
        if let (Some((place, is_multiplied)), true) = (self.alpha, self.channels().has_alpha()) {
            let alpha = byte(place);
            if is_multiplied {
                colours
                    .iter_mut()
                    .for_each(|colour| *colour = without_alpha(*colour, alpha));
            }
            colours.push(alpha);
        }
        pixels.extend(colours);
    }

    /// A number as a byte. Signed ones are counted from the lowest on, but for those of eight bits, which no one takes for
    /// signed.
    fn byte(&self, number: u16) -> u8 {
        let largest = u32::MAX >> (32 - self.bits);
        let middle = match self.is_signed && self.bits != 8 {
            true => 1 << (self.bits - 1),
            false => 0,
        };
        let number = (u32::from(number) ^ middle) & largest;
        ((number * 255 + largest / 2) / largest) as u8
    }

    /// Lightness from 0 to 100, both colours from −128 to 127.
    fn lab(&self, numbers: &[u16], is_icc: bool) -> [u8; 3] {
        let unit = f32::from(1_u16 << (self.bits.clamp(8, 16) - 8));
        let lightness = f32::from(numbers[0]) * 100.0 / (256.0 * unit - 1.0);
        let colour = |place: usize| match (is_icc, self.bits) {
            (true, _) => f32::from(numbers[place]) / unit - 128.0,
            (false, 8) => f32::from((numbers[place] as u8).cast_signed()),
            (false, _) => f32::from(numbers[place].cast_signed()) / unit,
        };
        from_lab([lightness, colour(1), colour(2)])
    }

    /// Pixels of units, in which several lumas come before the chromas that they share.
    fn spread(
        &self,
        numbers: &[u16],
        width: usize,
        height: usize,
        (across, down): (usize, usize),
    ) -> Vec<u8> {
        let unit_length = across * down + 2;
        let units = width.div_ceil(across);
        let mut pixels = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                let first = ((y / down) * units + x / across) * unit_length;
                let number =
                    |place: usize| self.byte(numbers.get(first + place).copied().unwrap_or(0));
                let luma = number(y % down * across + x % across);
                pixels.extend(super::from_ycbcr([
                    luma,
                    number(across * down),
                    number(across * down + 1),
                ]));
            }
        }
        pixels
    }
}

impl Meaning {
    /// How many samples are colours.
    fn colours(&self) -> usize {
        match self {
            Self::Gray { .. } | Self::Palette(_) => 1,
            Self::Rgb | Self::YCbCr(..) | Self::Lab { .. } => 3,
            Self::Cmyk => 4,
        }
    }
}

/// All reds, then all greens, then all blues, of sixteen bits. Some writers use the lower eight of them alone.
fn palette(map: &[u16], bits: u16) -> Vec<[u8; 3]> {
    let count = 1_usize << bits.min(16);
    let shift = if map.iter().any(|&value| value > 255) {
        8
    } else {
        0
    };
    let value = |place: usize| (map.get(place).copied().unwrap_or(0) >> shift) as u8;
    (0..count.min(map.len() / 3))
        .map(|index| [0, 1, 2].map(|channel| value(channel * count + index)))
        .collect()
}

/// Where each part lies, and how many bytes it has.
fn places(file: &mut Tiff<'_>) -> Result<Vec<(u64, u64)>, MediaError> {
    let (offsets, lengths) = match file.get_chunk_type() {
        ChunkType::Strip => (Tag::StripOffsets, Tag::StripByteCounts),
        ChunkType::Tile => (Tag::TileOffsets, Tag::TileByteCounts),
    };
    let offsets = file.get_tag_u64_vec(offsets).map_err(failed)?;
    let lengths = file.get_tag_u64_vec(lengths).map_err(failed)?;
    Ok(offsets.into_iter().zip(lengths).collect())
}

/// A part as it is packed, as far as there are bytes.
fn read_part(file: &mut Tiff<'_>, (offset, length): (u64, u64)) -> Result<Vec<u8>, MediaError> {
    let reader = file.inner();
    reader.seek(SeekFrom::Start(offset))?;
    let mut packed = Vec::new();
    reader
        .take(length.min(2 * PART_LIMIT as u64))
        .read_to_end(&mut packed)?;
    Ok(packed)
}

/// As much as there is; what is damaged ends there.
fn read_all(reader: impl Read, length: u64) -> Result<Vec<u8>, MediaError> {
    let mut bytes = source::reserve(length)?;
    // Whatever the error is, the bytes before it were read.
    drop(reader.take(length).read_to_end(&mut bytes));
    Ok(bytes)
}

/// Runs and literals, each behind its length.
fn unpack_bits(packed: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = packed;
    while let [control, following @ ..] = rest
        && bytes.len() < length
    {
        rest = match control.cast_signed() {
            count @ 0.. => {
                let (literal, others) =
                    following.split_at((count as usize + 1).min(following.len()));
                bytes.extend_from_slice(literal);
                others
            }
            -128 => following,
            count => match following {
                [value, others @ ..] => {
                    bytes.extend(std::iter::repeat_n(
                        *value,
                        usize::from(count.unsigned_abs()) + 1,
                    ));
                    others
                }
                [] => following,
            },
        };
    }
    bytes
}

fn unsupported(what: &str) -> MediaError {
    MediaError::Unsupported(format!("TIFF: {what}"))
}

mod fax;
mod strips;
mod uncommon;

use std::fs::File;
use std::io::{BufReader, Cursor, Seek, SeekFrom};

use tiff::decoder::{ChunkType, Decoder, DecodingResult, Limits};
use tiff::tags::{CompressionMethod, Tag};
use tiff::{ColorType, TiffError};

use super::super::colour::from_light;
use super::super::raster::Channels;
use super::super::size::Size;
use super::intake::PixelSink;
use super::{Decoded, Task};
use crate::MediaError;
use crate::container::jpeg;
use strips::Strips;
use uncommon::Kind;

/// Bytes of one strip or tile, or of a picture that has no such parts.
const PART_LIMIT: usize = 800 * 1024 * 1024;

type Tiff<'a> = Decoder<BufReader<&'a File>>;

/// The first page: a row of tiles or a strip at a time, or some rows of a strip.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = PART_LIMIT;
    limits.intermediate_buffer_size = PART_LIMIT;
    let mut file = Decoder::new(task.reader()?)
        .map_err(failed)?
        .with_limits(limits);
    let (width, height) = file.dimensions().map_err(failed)?;
    let original = task.accept(width, height)?;
    let profile = file.get_tag_u8_vec(Tag::IccProfile).ok();
    if let Some(kind) = Kind::of(&mut file)? {
        let sink = PixelSink::new(&task, original, kind.channels(), profile.into(), false)?;
        return kind.read(&mut file, original, sink);
    }
    let samples = Samples::of(&mut file)?;
    check_jpegs(&task, &mut file)?;
    let intake = PixelSink::new(&task, original, samples.channels(), profile.into(), false)?;
    let is_planar = samples.channels().count() > 1 && is_planar(&mut file);
    if is_planar && matches!(samples.colour, ColorType::YCbCr(_)) {
        return Err(unsupported(samples.colour));
    }
    match Strips::find(&mut file, &samples).filter(|_| !is_planar) {
        Some(strips) => strips.read(&mut file, original, &samples, intake),
        None => read_parts(&mut file, original, &samples, is_planar, intake),
    }
}

/// How the samples of a pixel are to be read.
struct Samples {
    colour: ColorType,
}

impl Samples {
    fn of(file: &mut Tiff<'_>) -> Result<Self, MediaError> {
        let colour = file.colortype().map_err(failed)?;
        match colour {
            ColorType::Gray(_)
            | ColorType::GrayA(_)
            | ColorType::RGB(_)
            | ColorType::RGBA(_)
            | ColorType::CMYK(_)
            | ColorType::YCbCr(8) => {}
            other => return Err(unsupported(other)),
        }
        if colour.bit_depth() < 8 && !matches!(colour, ColorType::Gray(1 | 2 | 4)) {
            return Err(unsupported(colour));
        }
        Ok(Self { colour })
    }

    fn channels(&self) -> Channels {
        match self.colour {
            ColorType::Gray(_) => Channels::Gray,
            ColorType::GrayA(_) => Channels::GrayAlpha,
            ColorType::RGBA(_) => Channels::Rgba,
            ColorType::CMYK(_) => Channels::InvertedCmyk,
            _ => Channels::Rgb,
        }
    }

    /// How many there are of a sample, if it is made of whole ones and a pixel of whole samples.
    fn bytes(&self) -> Option<usize> {
        match (self.colour, self.colour.bit_depth()) {
            (ColorType::YCbCr(_), _) => None,
            (_, 8) => Some(1),
            (_, 16) => Some(2),
            _ => None,
        }
    }

    /// Bytes of channels from a part's samples; `width` is in pixels.
    fn convert(&self, samples: DecodingResult, width: usize) -> Result<Vec<u8>, MediaError> {
        let bytes = match samples {
            DecodingResult::U8(bytes) => bytes,
            DecodingResult::U16(words) => words.into_iter().map(narrow).collect(),
            DecodingResult::U32(words) => words.iter().map(|word| (word >> 24) as u8).collect(),
            DecodingResult::F32(numbers) => numbers.into_iter().map(from_light).collect(),
            DecodingResult::F16(numbers) => numbers
                .into_iter()
                .map(|number| from_light(number.to_f32()))
                .collect(),
            _ => return Err(unsupported(self.colour)),
        };
        Ok(match self.colour {
            ColorType::Gray(bits) if bits < 8 => unpack(&bytes, width, bits),
            ColorType::CMYK(_) => bytes.iter().map(|ink| 255 - ink).collect(),
            ColorType::YCbCr(_) => bytes
                .as_chunks::<3>()
                .0
                .iter()
                .flat_map(|&pixel| from_ycbcr(pixel))
                .collect(),
            _ => bytes,
        })
    }
}

/// That strips or tiles which are JPEGs are not larger than they should be: the library believes what they say.
fn check_jpegs(task: &Task<'_>, file: &mut Tiff<'_>) -> Result<(), MediaError> {
    let compression = file.find_tag_unsigned::<u16>(Tag::Compression);
    if compression.ok().flatten() != Some(CompressionMethod::ModernJPEG.to_u16()) {
        return Ok(());
    }
    let tag = match file.get_chunk_type() {
        ChunkType::Strip => Tag::StripOffsets,
        ChunkType::Tile => Tag::TileOffsets,
    };
    let (width, height) = file.chunk_dimensions();
    // Whole units of up to four blocks may stand over.
    let fits = |length: u32, room: u32| length <= room.next_multiple_of(32);
    let lying = || MediaError::malformed("a part is larger than it should be");
    // What all parts share comes before each of them.
    let tables = file.get_tag_u8_vec(Tag::JPEGTables).unwrap_or_default();
    if jpeg::dimensions(&mut Cursor::new(tables)).is_some() {
        return Err(lying());
    }
    let mut reader = task.reader()?;
    for offset in file.get_tag_u64_vec(tag).map_err(failed)? {
        reader.seek(SeekFrom::Start(offset))?;
        let said = jpeg::dimensions(&mut reader);
        if said.is_some_and(|said| !fits(said.0, width) || !fits(said.1, height)) {
            return Err(lying());
        }
    }
    Ok(())
}

/// Whether each channel is stored apart.
fn is_planar(file: &mut Tiff<'_>) -> bool {
    file.find_tag_unsigned::<u16>(Tag::PlanarConfiguration)
        .is_ok_and(|configuration| configuration == Some(2))
}

/// A row of parts after the other. Where each channel is stored apart, a part holds one of them.
fn read_parts(
    file: &mut Tiff<'_>,
    size: Size,
    samples: &Samples,
    is_planar: bool,
    mut intake: PixelSink,
) -> Result<Decoded, MediaError> {
    let (part_width, part_height) = file.chunk_dimensions();
    if part_width == 0 || part_height == 0 {
        return Err(MediaError::malformed("empty strips"));
    }
    let across = size.width.div_ceil(part_width);
    let down = size.height.div_ceil(part_height);
    let channels = samples.channels().count();
    let planes = if is_planar { channels } else { 1 };
    let row_bytes = intake.row_bytes();
    let mut band = Vec::new();
    for line in 0..down {
        let height = part_height.min(size.height - line * part_height) as usize;
        band.clear();
        for (plane, column) in (0..planes).flat_map(|plane| (0..across).map(move |x| (plane, x))) {
            let index = line * across + column;
            let (width, _) = file.chunk_data_dimensions(index);
            let part = match file.read_chunk(plane as u32 * across * down + index) {
                Ok(part) => samples.convert(part, width as usize)?,
                // A file that ends early is shown as far as it goes.
                Err(_) if !intake.is_empty() => return intake.finish(),
                Err(error) => return Err(failed(error)),
            };
            if part.len() == row_bytes * height {
                intake.push(&part);
                continue;
            }
            band.resize(row_bytes * height, 0);
            let first = (column * part_width) as usize * channels + plane;
            let part_bytes = width as usize * channels / planes;
            for (row, values) in band
                .chunks_exact_mut(row_bytes)
                .zip(part.chunks_exact(part_bytes.max(1)))
            {
                let places = row.iter_mut().skip(first).step_by(planes);
                places
                    .zip(values)
                    .for_each(|(place, value)| *place = *value);
            }
        }
        intake.push(&band);
    }
    intake.finish()
}

fn narrow(word: u16) -> u8 {
    ((u32::from(word) + 128) / 257) as u8
}

/// Samples of fewer bits than a byte, each row beginning with a new byte.
fn unpack(bytes: &[u8], width: usize, bits: u8) -> Vec<u8> {
    let largest = (1_u16 << bits) - 1;
    let samples = 8 / usize::from(bits);
    bytes
        .chunks(width.div_ceil(samples).max(1))
        .flat_map(|row| {
            row.iter()
                .flat_map(move |&byte| {
                    (0..samples).map(move |place| {
                        let shift = 8 - usize::from(bits) * (place + 1);
                        ((u16::from(byte) >> shift & largest) * 255 / largest) as u8
                    })
                })
                .take(width)
        })
        .collect()
}

/// As JPEG has it (ITU-R BT.601).
fn from_ycbcr([luma, blue, red]: [u8; 3]) -> [u8; 3] {
    let (luma, blue, red) = (
        f32::from(luma),
        f32::from(blue) - 128.0,
        f32::from(red) - 128.0,
    );
    [
        luma + 1.402 * red,
        luma - 0.344_136 * blue - 0.714_136 * red,
        luma + 1.772 * blue,
    ]
    .map(|value| value.round().clamp(0.0, 255.0) as u8)
}

fn unsupported(colour: ColorType) -> MediaError {
    MediaError::Unsupported(format!("TIFF: {colour:?} samples"))
}

fn failed(error: TiffError) -> MediaError {
    match error {
        TiffError::UnsupportedError(error) => MediaError::Unsupported(format!("TIFF: {error}")),
        TiffError::LimitsExceeded => MediaError::TooLarge("TIFF: a part is too large".into()),
        other => MediaError::malformed(other),
    }
}

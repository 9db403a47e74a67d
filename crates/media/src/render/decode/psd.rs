//! Photoshop's documents: the composite that programs which know nothing of layers are given.

use std::fs::File;
use std::io::{BufReader, Read};
use std::os::unix::fs::FileExt;

use super::super::colour::from_light;
use super::super::raster::Channels;
use super::intake::PixelSink;
use super::{Colour, Decoded, Task};
use crate::{MediaError, source};

/// The image resource that holds the ICC profile.
const PROFILE: u16 = 1039;
/// Bytes of the palette, or of all image resources.
const SECTION_LIMIT: u64 = 256 * 1024 * 1024;
const HEADER_BYTES: u64 = 26;
const TOO_EARLY: &str = "the document ends too early";

/// Row by row. Each channel lies apart from the others, so all are read side by side.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut file = Place {
        input: task.input,
        offset: 0,
    };
    let mut header = Header::read(&mut Fields {
        rest: &file.piece(HEADER_BYTES)?,
    })?;
    let original = task.accept(header.width, header.height)?;
    let palette = file.section()?;
    let profile = find_profile(&file.section()?).map(<[u8]>::to_vec);
    let length = file.number(if header.is_big { 8 } else { 4 })?;
    header.has_alpha = header.may_have_alpha() && says_alpha(file, header.is_big, length)?;
    file.skip(length)?;

    let colour = match header.depth {
        // Numbers are light; what they become is sRGB.
        32 => Colour::Usual,
        _ => profile.into(),
    };
    let mut intake = PixelSink::new(&task, original, header.shown(), colour, false)?;
    let mut channels = open_channels(file, &header)?;
    let mut row = source::filled(u64::from(header.width) * channels.len() as u64, 0)?;
    for _ in 0..header.height {
        match read_row(&mut channels, &header, &mut row) {
            // A document that ends early is shown as far as it goes.
            Err(MediaError::Malformed(_)) if !intake.is_empty() => break,
            read => read?,
        }
        match header.shown() {
            Channels::Rgba => row
                .as_chunks_mut::<4>()
                .0
                .iter_mut()
                .for_each(without_white),
            Channels::GrayAlpha => row
                .as_chunks_mut::<2>()
                .0
                .iter_mut()
                .for_each(without_white),
            _ => {}
        }
        match header.mode {
            Mode::Indexed => intake.push(&look_up(&row, &palette)?),
            _ => intake.push(&row),
        }
    }
    intake.finish()
}

/// Takes the white out that colours are mixed with where the document is transparent.
fn without_white<const CHANNELS: usize>(pixel: &mut [u8; CHANNELS]) {
    let alpha = i32::from(pixel[CHANNELS - 1]);
    if alpha == 0 {
        return;
    }
    for colour in &mut pixel[..CHANNELS - 1] {
        let own = (i32::from(*colour) - 255 + alpha) * 255 / alpha;
        *colour = own.clamp(0, 255) as u8;
    }
}

/// Whether the first channel that is no colour tells how opaque the picture is. A document says so by counting its layers
/// below zero, or by a block behind them.
fn says_alpha(mut section: Place<'_>, is_big: bool, length: u64) -> Result<bool, MediaError> {
    let end = section.offset.saturating_add(length);
    if length < 4 {
        return Ok(false);
    }
    let layers = section.number(if is_big { 8 } else { 4 })?;
    if layers > 0 {
        let [high, low] = section.piece(2)?.first_chunk().copied().unwrap_or_default();
        return Ok(i16::from_be_bytes([high, low]) < 0);
    }
    let masks = section.number(4).unwrap_or(0);
    section.skip(masks)?;
    while section.offset.saturating_add(12) <= end {
        let signature = section.piece(4)?;
        let key = section.piece(4)?;
        if !matches!(signature.as_slice(), b"8BIM" | b"8B64") {
            break;
        }
        match key.as_slice() {
            b"Mtrn" | b"Mt16" | b"Mt32" => return Ok(true),
            // Of documents with deeper samples, layers stand here.
            b"Lr16" | b"Lr32" | b"Layr" => {
                let length = section.number(if is_big { 8 } else { 4 })?;
                let mut block = section;
                let [high, low] = block.piece(2)?.first_chunk().copied().unwrap_or_default();
                if i16::from_be_bytes([high, low]) < 0 {
                    return Ok(true);
                }
                section.skip(length.next_multiple_of(4))?;
            }
            _ => {
                let length = section.number(4)?;
                section.skip(length.next_multiple_of(4))?;
            }
        }
    }
    Ok(false)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Bitmap,
    Gray,
    Indexed,
    Rgb,
    Cmyk,
}

impl Mode {
    fn channels(self) -> Channels {
        match self {
            Self::Bitmap | Self::Gray | Self::Indexed => Channels::Gray,
            Self::Rgb => Channels::Rgb,
            Self::Cmyk => Channels::InvertedCmyk,
        }
    }
}

struct Header {
    /// Whether it is a PSB, whose lengths are longer.
    is_big: bool,
    channels: usize,
    width: u32,
    height: u32,
    /// Bits of a sample.
    depth: usize,
    mode: Mode,
    /// Whether a channel behind the colours tells how opaque a pixel is.
    has_alpha: bool,
}

impl Header {
    fn read(fields: &mut Fields<'_>) -> Result<Self, MediaError> {
        fields.take(4)?;
        let is_big = fields.number(2)? == 2;
        fields.take(6)?;
        let channels = fields.number(2)?;
        let height = fields.number(4)? as u32;
        let width = fields.number(4)? as u32;
        let depth = fields.number(2)?;
        let mode = match fields.number(2)? {
            0 => Mode::Bitmap,
            // Duotones are stored as what they look like in gray.
            1 | 8 => Mode::Gray,
            2 => Mode::Indexed,
            3 => Mode::Rgb,
            4 => Mode::Cmyk,
            other => {
                return Err(MediaError::Unsupported(format!(
                    "a Photoshop document of colour mode {other}"
                )));
            }
        };
        let is_sound = channels >= mode.channels().count()
            && match mode {
                Mode::Bitmap => depth == 1,
                Mode::Indexed => depth == 8,
                Mode::Cmyk => matches!(depth, 8 | 16),
                _ => matches!(depth, 8 | 16 | 32),
            };
        if !is_sound {
            return Err(MediaError::Unsupported(format!(
                "a Photoshop document of {channels} channels with {depth} bits"
            )));
        }
        Ok(Self {
            is_big,
            channels,
            width,
            height,
            depth,
            mode,
            has_alpha: false,
        })
    }

    /// Whether there is a channel behind those of its colours that are shown.
    fn may_have_alpha(&self) -> bool {
        matches!(self.mode, Mode::Gray | Mode::Rgb) && self.channels > self.mode.channels().count()
    }

    /// What the picture is made of.
    fn shown(&self) -> Channels {
        match (self.mode, self.has_alpha) {
            (Mode::Indexed, _) => Channels::Rgb,
            (Mode::Gray, true) => Channels::GrayAlpha,
            (Mode::Rgb, true) => Channels::Rgba,
            (mode, _) => mode.channels(),
        }
    }

    /// How many channels are read.
    fn read_channels(&self) -> usize {
        self.mode.channels().count() + usize::from(self.has_alpha)
    }

    /// Bytes of a channel's row.
    fn row_bytes(&self) -> usize {
        (self.width as usize * self.depth).div_ceil(8)
    }

    /// A row's samples as bytes.
    fn widen(&self, row: &[u8], is_alpha: bool) -> Vec<u8> {
        match self.depth {
            32 => row
                .as_chunks()
                .0
                .iter()
                .map(|&bytes| f32::from_be_bytes(bytes))
                .map(|value| match is_alpha {
                    true => (value.clamp(0.0, 1.0) * 255.0).round() as u8,
                    false => from_light(value),
                })
                .collect(),
            16 => row.iter().copied().step_by(2).collect(),
            // A set bit is black.
            1 => row
                .iter()
                .flat_map(|byte| {
                    (0..8).map(move |bit| if byte >> (7 - bit) & 1 == 1 { 0 } else { 255 })
                })
                .take(self.width as usize)
                .collect(),
            _ => row.to_vec(),
        }
    }
}

/// A channel's rows, as they lie one after the other.
struct Channel<'a> {
    reader: BufReader<Place<'a>>,
    /// Bytes of each row, last row first, if the rows are packed.
    lengths: Option<Vec<usize>>,
}

/// The channels that make up the picture. Those that follow them are selections that someone kept.
fn open_channels<'a>(mut file: Place<'a>, header: &Header) -> Result<Vec<Channel<'a>>, MediaError> {
    let count = header.read_channels();
    let rows = u64::from(header.height);
    let is_packed = match file.number(2)? {
        0 => false,
        1 => true,
        other => {
            return Err(MediaError::Unsupported(format!(
                "a Photoshop document with compression {other}"
            )));
        }
    };
    let digits = if header.is_big { 4 } else { 2 };
    let table_bytes = rows * digits;
    let table = match is_packed {
        true => file.piece(table_bytes * count as u64)?,
        false => Vec::new(),
    };
    if is_packed {
        file.skip(table_bytes * (header.channels - count) as u64)?;
    }
    let mut tables = table.chunks_exact(table_bytes.max(1) as usize);
    let mut channels = Vec::new();
    for _ in 0..count {
        let lengths = tables.next().map(|table| {
            let lengths = table.chunks_exact(digits as usize).rev();
            lengths.map(to_number).collect::<Vec<usize>>()
        });
        let length = match &lengths {
            Some(lengths) => lengths.iter().map(|&length| length as u64).sum(),
            None => rows * header.row_bytes() as u64,
        };
        channels.push(Channel {
            reader: BufReader::new(file),
            lengths,
        });
        file.skip(length)?;
    }
    Ok(channels)
}

impl Channel<'_> {
    /// The samples of the next row, as they are stored.
    fn next_row(&mut self, row_bytes: usize) -> Result<Vec<u8>, MediaError> {
        let length = match &mut self.lengths {
            Some(lengths) => lengths.pop().unwrap_or_default(),
            None => row_bytes,
        };
        // Packing what cannot be packed adds a byte to each 128.
        if length > row_bytes * 2 + 2 {
            return Err(MediaError::malformed(
                "a row of more bytes than it can have",
            ));
        }
        let mut row = vec![0; length];
        self.reader.read_exact(&mut row).map_err(too_early)?;
        Ok(match self.lengths {
            Some(_) => unpack(&row, row_bytes),
            None => row,
        })
    }
}

/// The next row of all channels, pixel by pixel.
fn read_row(
    channels: &mut [Channel<'_>],
    header: &Header,
    row: &mut [u8],
) -> Result<(), MediaError> {
    let count = channels.len();
    for (place, channel) in channels.iter_mut().enumerate() {
        let is_alpha = header.has_alpha && place + 1 == count;
        let samples = header.widen(&channel.next_row(header.row_bytes())?, is_alpha);
        let places = row.iter_mut().skip(place).step_by(count);
        for (place, sample) in places.zip(samples) {
            *place = sample;
        }
    }
    Ok(())
}

/// Undoes PackBits. What is missing is zero.
fn unpack(packed: &[u8], length: usize) -> Vec<u8> {
    let mut row = Vec::with_capacity(length);
    let mut rest = packed;
    while let [control, following @ ..] = rest
        && row.len() < length
    {
        rest = match control {
            0..=127 => {
                let count = (usize::from(*control) + 1).min(following.len());
                let (literal, others) = following.split_at(count);
                row.extend_from_slice(literal);
                others
            }
            128 => following,
            129..=255 => match following {
                [value, others @ ..] => {
                    row.extend(std::iter::repeat_n(*value, 257 - usize::from(*control)));
                    others
                }
                [] => following,
            },
        };
    }
    row.resize(length, 0);
    row
}

/// Colours from a palette of all reds, then all greens, then all blues.
fn look_up(indices: &[u8], palette: &[u8]) -> Result<Vec<u8>, MediaError> {
    let palette: &[u8; 768] = palette
        .first_chunk()
        .ok_or_else(|| MediaError::malformed("a palette of too few colours"))?;
    let colour = |&index: &u8| {
        let index = usize::from(index);
        [palette[index], palette[256 + index], palette[512 + index]]
    };
    Ok(indices.iter().flat_map(colour).collect())
}

/// Goes through the image resources; unsound ones have no profile.
fn find_profile(resources: &[u8]) -> Option<&[u8]> {
    let mut reader = Fields { rest: resources };
    loop {
        reader.take(4).ok()?;
        let id = reader.number(2).ok()?;
        let name = reader.number(1).ok()?;
        // Name and data are padded to an even length.
        reader.take(name + (name + 1) % 2).ok()?;
        let length = reader.number(4).ok()?;
        let data = reader.take(length).ok()?;
        if id == usize::from(PROFILE) {
            return Some(data);
        }
        reader.take(length % 2).ok()?;
    }
}

/// A place in the file, from which it is read.
#[derive(Clone, Copy)]
struct Place<'a> {
    input: &'a File,
    offset: u64,
}

impl Place<'_> {
    fn piece(&mut self, length: u64) -> Result<Vec<u8>, MediaError> {
        if length > SECTION_LIMIT {
            return Err(MediaError::TooLarge("a section is too long".into()));
        }
        // What is claimed is believed only as far as there are bytes.
        let mut taken = Vec::new();
        Read::take(&mut *self, length).read_to_end(&mut taken)?;
        match taken.len() as u64 == length {
            true => Ok(taken),
            false => Err(MediaError::malformed(TOO_EARLY)),
        }
    }

    /// A big-endian number of so many bytes.
    fn number(&mut self, bytes: u64) -> Result<u64, MediaError> {
        Ok(to_number(&self.piece(bytes)?) as u64)
    }

    /// What follows its length.
    fn section(&mut self) -> Result<Vec<u8>, MediaError> {
        let length = self.number(4)?;
        self.piece(length)
    }

    fn skip(&mut self, length: u64) -> Result<(), MediaError> {
        let after = self.offset.checked_add(length);
        self.offset = after.ok_or_else(|| MediaError::malformed(TOO_EARLY))?;
        Ok(())
    }
}

impl Read for Place<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.input.read_at(buffer, self.offset)?;
        self.offset += length as u64;
        Ok(length)
    }
}

fn too_early(error: std::io::Error) -> MediaError {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => MediaError::malformed(TOO_EARLY),
        _ => error.into(),
    }
}

struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], MediaError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| MediaError::malformed(TOO_EARLY))?;
        self.rest = rest;
        Ok(taken)
    }

    /// A big-endian number of so many bytes.
    fn number(&mut self, bytes: usize) -> Result<usize, MediaError> {
        Ok(to_number(self.take(bytes)?))
    }
}

fn to_number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |number: usize, &byte| number << 8 | usize::from(byte))
}

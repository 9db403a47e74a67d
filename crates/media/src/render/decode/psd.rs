//! Photoshop's documents: the composite that programs which know nothing of layers are given.

use super::super::raster::{Channels, Raster};
use super::super::size::Size;
use super::reducer::Reducer;
use super::{Decoded, Task};
use crate::MediaError;

/// The image resource that holds the ICC profile.
const PROFILE: u16 = 1039;

pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let bytes = task.bytes()?;
    let mut reader = Reader { rest: &bytes };
    let header = Header::read(&mut reader)?;
    let original = task.accept(header.width, header.height)?;
    let palette = reader.section(4)?;
    let resources = reader.section(4)?;
    reader.section(if header.is_big { 8 } else { 4 })?;
    let channels = header.mode.channels();
    let planes = read_planes(&mut reader, &header, original, (task.wanted)(original))?;
    let raster = interleave(channels, &planes)?;
    let raster = match header.mode {
        Mode::Indexed => look_up(&raster, palette)?,
        _ => raster,
    };
    Ok(Decoded {
        picture: raster.into(),
        original,
        colour: find_profile(resources).map(<[u8]>::to_vec).into(),
        is_upright: false,
    })
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
}

impl Header {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MediaError> {
        reader.take(4)?;
        let is_big = reader.number(2)? == 2;
        reader.take(6)?;
        let channels = reader.number(2)?;
        let height = reader.number(4)? as u32;
        let width = reader.number(4)? as u32;
        let depth = reader.number(2)?;
        let mode = match reader.number(2)? {
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
                _ => matches!(depth, 8 | 16),
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
        })
    }

    /// Bytes of a channel's row.
    fn row_bytes(&self) -> usize {
        (self.width as usize * self.depth).div_ceil(8)
    }

    /// A row's samples as bytes.
    fn widen(&self, row: &[u8]) -> Vec<u8> {
        match self.depth {
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

/// The channels that make up the picture, one after the other, each reduced by itself. Those that follow them are
/// selections that someone kept.
fn read_planes(
    reader: &mut Reader<'_>,
    header: &Header,
    original: Size,
    wanted: Size,
) -> Result<Vec<Raster>, MediaError> {
    let count = header.mode.channels().count();
    // A mean of indices would be another colour.
    let wanted = match header.mode {
        Mode::Indexed => original,
        _ => wanted,
    };
    let rows = header.height as usize;
    let mut lengths = match reader.number(2)? {
        0 => None,
        1 => {
            let digits = if header.is_big { 4 } else { 2 };
            Some((reader.take(rows * header.channels * digits)?, digits))
        }
        other => {
            return Err(MediaError::Unsupported(format!(
                "a Photoshop document with compression {other}"
            )));
        }
    };
    let mut planes = Vec::with_capacity(count);
    for _ in 0..count {
        let mut reducer = Reducer::new(original, wanted, Channels::Gray)?;
        for _ in 0..rows {
            let row = match &mut lengths {
                None => reader.take(header.row_bytes())?.to_vec(),
                Some((table, digits)) => {
                    let (length, others) = table.split_at(*digits);
                    *table = others;
                    unpack(reader.take(to_number(length))?, header.row_bytes())
                }
            };
            reducer.push(&header.widen(&row));
        }
        planes.push(reducer.finish());
    }
    Ok(planes)
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

fn interleave(channels: Channels, planes: &[Raster]) -> Result<Raster, MediaError> {
    let [first, ..] = planes else {
        return Err(MediaError::malformed("no channels"));
    };
    let mut raster = Raster::filled(first.size, channels, 0)?;
    for (offset, plane) in planes.iter().enumerate() {
        let places = raster.pixels.iter_mut().skip(offset).step_by(planes.len());
        places
            .zip(&plane.pixels)
            .for_each(|(place, value)| *place = *value);
    }
    Ok(raster)
}

/// Colours from a palette of all reds, then all greens, then all blues.
fn look_up(indices: &Raster, palette: &[u8]) -> Result<Raster, MediaError> {
    let palette: &[u8; 768] = palette
        .first_chunk()
        .ok_or_else(|| MediaError::malformed("a palette of too few colours"))?;
    Ok(indices.map(Channels::Rgb, |[index]| {
        let index = usize::from(index);
        [palette[index], palette[256 + index], palette[512 + index]]
    }))
}

/// Goes through the image resources; unsound ones have no profile.
fn find_profile(resources: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader { rest: resources };
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

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], MediaError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| MediaError::malformed("the document ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// A big-endian number of so many bytes.
    fn number(&mut self, bytes: usize) -> Result<usize, MediaError> {
        Ok(to_number(self.take(bytes)?))
    }

    /// What follows a length of so many bytes.
    fn section(&mut self, digits: usize) -> Result<&'a [u8], MediaError> {
        let length = self.number(digits)?;
        self.take(length)
    }
}

fn to_number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |number: usize, &byte| number << 8 | usize::from(byte))
}

//! Progressive JPEG files that are large. Their scans tell ever more of the whole picture, so it has to be kept until
//! the last one; but where it is drawn smaller, only the lowest coefficients of each block. Libraries keep them all.
//!
//! As ITU-T T.81 describes it, with Huffman codes and 8 bits.

mod ac;
mod bits;
mod coefficients;
mod dc;
mod frame;
mod markers;
mod scan;
mod tables;
#[cfg(test)]
mod tests;
mod transform;

use turbojpeg::Colorspace;

use super::jpeg::{SCAN_LIMIT, UNTOUCHED, channels};
use crate::MediaError;
use crate::render::picture::Picture;
use crate::render::planes::{self, Planes};
use crate::render::raster::Raster;
use crate::render::size::Size;
use crate::source;
use bits::Bits;
use coefficients::Coefficients;
use frame::{BLOCK_SIDE, Component, Frame, ONE};
use markers::{END_OF_IMAGE, PROGRESSIVE_FRAME, START_OF_SCAN, Segments, is_frame};
use scan::Scan;
use tables::Tables;

/// What is to be drawn of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub original: Size,
    /// How many eighths of the original's sides.
    pub eighths: u32,
    /// Whether the picture may stay in planes.
    pub in_planes: bool,
    pub colorspace: Colorspace,
}

/// Decodes a file whose coefficients take more bytes than `least`. `None` of one that is smaller, or unusual.
pub(super) fn decode(
    bytes: &[u8],
    wanted: Wanted,
    least: u64,
) -> Result<Option<Picture>, MediaError> {
    let mut segments = Segments::new(bytes);
    let mut tables = Tables::default();
    let Some(frame) = find_frame(&mut segments, &mut tables) else {
        return Ok(None);
    };
    if frame.coefficient_bytes() <= least || !wanted.is_of(&frame) {
        return Ok(None);
    }
    let components = frame.components.iter();
    let mut kept: Vec<_> = components
        .map(|component| Coefficients::new(component, wanted.samples(component)))
        .collect::<Result<_, _>>()?;
    let is_sound = read_scans(&mut segments, &mut tables, &frame, &mut kept)?;
    let size = Size {
        width: (frame.size.width * wanted.eighths).div_ceil(BLOCK_SIDE),
        height: (frame.size.height * wanted.eighths).div_ceil(BLOCK_SIDE),
    };
    let picture = match wanted.in_planes {
        true => draw_planes(kept, size)?.into(),
        false => draw_pixels(kept, size, wanted.colorspace)?.into(),
    };
    if !is_sound && is_grey(&picture) {
        return Err(MediaError::malformed("JPEG: nothing can be decoded"));
    }
    Ok(Some(picture))
}

/// Decodes a file in every way, and checks that the pictures are of their sizes.
#[cfg(any(fuzzing, test))]
pub(crate) fn decode_progressive_alone(bytes: &[u8], pixel_limit: u64) {
    let frame = find_frame(&mut Segments::new(bytes), &mut Tables::default());
    let Some(frame) = frame.filter(|frame| frame.size.pixels() <= pixel_limit) else {
        return;
    };
    for colorspace in [Colorspace::Gray, Colorspace::YCbCr, Colorspace::YCCK] {
        for (eighths, in_planes) in [(1, false), (2, false), (3, false), (1, true), (4, true)] {
            let wanted = Wanted {
                original: frame.size,
                eighths,
                in_planes,
                colorspace,
            };
            if let Ok(Some(Picture::Pixels(raster))) = decode(bytes, wanted, 0) {
                let length = raster.size.pixels() as usize * raster.channels.count();
                assert_eq!(raster.pixels.len(), length);
                assert!(raster.size.width * BLOCK_SIDE >= frame.size.width * eighths);
            }
        }
    }
}

impl Wanted {
    /// Whether a frame is what was found before.
    fn is_of(self, frame: &Frame) -> bool {
        frame.size == self.original
            && frame.components.len() == channels(self.colorspace).count()
            && (frame.has_quartered_chroma() || !self.in_planes)
    }

    /// How many samples are drawn of a component's block: in planes as it is sampled, else as many as there are pixels.
    fn samples(self, component: &Component) -> Size {
        let spread = match self.in_planes {
            true => ONE,
            false => component.spread,
        };
        Size {
            width: spread.width * self.eighths,
            height: spread.height * self.eighths,
        }
    }
}

/// What stands before the first scan. `None` if the file is of another kind.
fn find_frame(segments: &mut Segments<'_>, tables: &mut Tables) -> Option<Frame> {
    loop {
        let (marker, content) = segments.next()?;
        match marker {
            PROGRESSIVE_FRAME => return Frame::read(content),
            END_OF_IMAGE | START_OF_SCAN => return None,
            _ if is_frame(marker) => return None,
            _ => tables.read(marker, content)?,
        }
    }
}

/// Reads as far as the file goes. False if that is not up to its end, or if anything is missing.
fn read_scans(
    segments: &mut Segments<'_>,
    tables: &mut Tables,
    frame: &Frame,
    kept: &mut [Coefficients],
) -> Result<bool, MediaError> {
    let (mut scans, mut is_sound) = (0, true);
    while let Some((marker, content)) = segments.next() {
        let outcome = match marker {
            END_OF_IMAGE => return Ok(is_sound && scans > 0),
            START_OF_SCAN if scans == SCAN_LIMIT => {
                return Err(MediaError::malformed("JPEG: too many scans"));
            }
            START_OF_SCAN => {
                scans += 1;
                let mut bits = Bits::new(segments.rest());
                let outcome = Scan::read(content, frame)
                    .and_then(|scan| scan.decode(frame, tables, kept, &mut bits));
                is_sound &= !bits.is_damaged();
                outcome
            }
            _ if is_frame(marker) => None,
            _ => tables.read(marker, content),
        };
        if outcome.is_none() {
            return Ok(false);
        }
    }
    Ok(false)
}

fn draw_planes(kept: Vec<Coefficients>, size: Size) -> Result<Planes, MediaError> {
    let mut planes = Planes::filled(size, UNTOUCHED)?;
    for (kept, (size, target)) in kept.into_iter().zip(planes.split_mut()) {
        kept.draw(size, target)?;
    }
    Ok(planes)
}

fn draw_pixels(
    kept: Vec<Coefficients>,
    size: Size,
    colorspace: Colorspace,
) -> Result<Raster, MediaError> {
    let mut raster = Raster::filled(size, channels(colorspace), UNTOUCHED)?;
    let mut plane = source::filled(size.pixels(), UNTOUCHED)?;
    let count = raster.channels.count();
    for (channel, kept) in kept.into_iter().enumerate() {
        kept.draw(size, &mut plane)?;
        let samples = raster.pixels.iter_mut().skip(channel).step_by(count);
        for (sample, &value) in samples.zip(&plane) {
            *sample = value;
        }
    }
    match colorspace {
        Colorspace::YCbCr => {
            for pixel in raster.pixels.as_chunks_mut::<3>().0 {
                let [luma, blue, red] = *pixel;
                *pixel = planes::to_rgb(luma, blue, red);
            }
        }
        Colorspace::YCCK => {
            for pixel in raster.pixels.as_chunks_mut::<4>().0 {
                let [luma, blue, red, black] = *pixel;
                let [red, green, blue] = planes::to_rgb(luma, blue, red);
                *pixel = [255 - red, 255 - green, 255 - blue, black];
            }
        }
        _ => {}
    }
    Ok(raster)
}

fn is_grey(picture: &Picture) -> bool {
    let bytes = match picture {
        Picture::Pixels(raster) => &raster.pixels,
        Picture::Planes(planes) => planes.bytes(),
    };
    bytes.iter().all(|&value| value == UNTOUCHED)
}

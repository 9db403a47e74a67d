//! Large progressive JPEGs, drawn small without keeping the whole picture.
//!
//! The scans of such a file tell ever more of the whole picture, so it has to be kept until the last one: libraries take
//! two bytes for each of its samples, 300 MB for 100 megapixels. But where a picture is drawn smaller, only the lowest
//! coefficients of each block of 8 by 8 samples are needed. This decoder keeps no others: at an eighth of the sides one of
//! 64. It exists for a photo server's thumbnails and previews, and does nothing but that.
//!
//! [`Jpeg::open`] tells what there is to draw, [`Jpeg::read`] goes through the scans, [`Coefficients::draw`] makes samples of
//! what was kept, a component (brightness, a difference of colours) at a time:
//!
//! ```
//! use kallitype_progressive_jpeg::{Error, Jpeg, Samples};
//!
//! /// The first component of a file at a quarter of its sides.
//! fn quarter(bytes: &[u8]) -> Result<Option<Vec<u8>>, Error> {
//!     let Some(jpeg) = Jpeg::open(bytes) else {
//!         return Ok(None);
//!     };
//!     let [width, height] = [jpeg.width(), jpeg.height()].map(|side| (side * 2).div_ceil(8));
//!     let components = jpeg.read(2, Samples::OnePerPixel)?;
//!     let mut samples = vec![0; width as usize * height as usize];
//!     if let Some(first) = components.first() {
//!         first.draw(width, &mut samples)?;
//!     }
//!     Ok(Some(samples))
//! }
//! # assert_eq!(quarter(b"something else"), Ok(None));
//! ```
//!
//! **What it reads**: progressive files as ITU-T T.81 describes them, with Huffman codes and 8 bits a sample, of up to
//! four components whose samples cover whole numbers of those of others. Of whatever else [`Jpeg::open`] returns `None`, and a
//! library has to draw it. What the components mean (YCbCr, CMYK), profiles and orientation are the caller's.
//!
//! **What it draws**: what libjpeg-turbo draws at the same scale. In [`Samples::AsStored`] at an eighth it is the same, else it
//! may differ by a few steps of 255, as libjpeg-turbo makes some samples means of coefficients that are not kept here, and
//! smooths differences of colours that have fewer samples.
//!
//! **Damage**: a file that ends early or is damaged is drawn as far as it goes; only one of which nothing can be told is an
//! error. No bytes make it panic, and all large allocations can fail.
//!
//! It is finished: faults are mended, nothing is added.

mod ac;
mod bits;
mod coefficients;
mod dc;
mod error;
mod frame;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod markers;
mod scan;
mod size;
mod tables;
#[cfg(test)]
mod tests;
mod transform;

use bits::Bits;
pub use coefficients::Coefficients;
pub use error::Error;
use frame::{BLOCK_SIDE, Component, Frame, ONE};
use markers::{END_OF_IMAGE, PROGRESSIVE_FRAME, START_OF_SCAN, Segments, is_frame};
use scan::Scan;
use size::Size;
use tables::Tables;

/// More scans are refused. Files have about ten; thousands are made to keep decoders busy.
pub const SCAN_LIMIT: u32 = 500;

/// A progressive JPEG, read up to its first scan.
pub struct Jpeg<'a> {
    segments: Segments<'a>,
    tables: Tables,
    frame: Frame,
}

/// How many samples are drawn of each component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Samples {
    /// As many as it has, scaled: of differences of colours mostly half as many in both directions.
    AsStored,
    /// As many as the picture has pixels, scaled.
    OnePerPixel,
}

impl<'a> Jpeg<'a> {
    /// Reads what stands before the first scan. `None` if the file is of another kind, unusual or unsound.
    #[must_use]
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let mut segments = Segments::new(bytes);
        let mut tables = Tables::default();
        let frame = find_frame(&mut segments, &mut tables)?;
        Some(Self {
            segments,
            tables,
            frame,
        })
    }

    /// Of the picture, in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.frame.size.width
    }

    /// Of the picture, in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.frame.size.height
    }

    /// How many components there are, 1 to 4.
    #[must_use]
    pub fn components(&self) -> usize {
        self.frame.components.len()
    }

    /// Whether there are three components, and of the second and third one sample for four of the first.
    #[must_use]
    pub fn has_quartered_chroma(&self) -> bool {
        self.frame.has_quartered_chroma()
    }

    /// Bytes that all coefficients take, as libraries keep them.
    #[must_use]
    pub fn coefficient_bytes(&self) -> u64 {
        self.frame.coefficient_bytes()
    }

    /// Reads all scans, and keeps what it takes to draw the picture at so many eighths of its sides, 1 to 8; sides are
    /// rounded up. Returns the components in the order of the file.
    ///
    /// # Errors
    /// [`Error::TooManyScans`], [`Error::Nothing`] if the file is damaged before anything is told, [`Error::OutOfMemory`].
    pub fn read(mut self, eighths: u32, samples: Samples) -> Result<Vec<Coefficients>, Error> {
        let eighths = eighths.clamp(1, BLOCK_SIDE);
        let components = self.frame.components.iter();
        let mut kept: Vec<_> = components
            .map(|component| Coefficients::new(component, samples.of_block(component, eighths)))
            .collect::<Result<_, _>>()?;
        let is_sound = read_scans(&mut self.segments, &mut self.tables, &self.frame, &mut kept)?;
        match is_sound || !kept.iter().all(Coefficients::is_blank) {
            true => Ok(kept),
            false => Err(Error::Nothing),
        }
    }
}

impl Samples {
    /// How many samples are drawn of a component's block.
    fn of_block(self, component: &Component, eighths: u32) -> Size {
        let spread = match self {
            Self::AsStored => ONE,
            Self::OnePerPixel => component.spread,
        };
        Size {
            width: spread.width * eighths,
            height: spread.height * eighths,
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
) -> Result<bool, Error> {
    let (mut scans, mut is_sound) = (0, true);
    while let Some((marker, content)) = segments.next() {
        let outcome = match marker {
            END_OF_IMAGE => return Ok(is_sound && scans > 0),
            START_OF_SCAN if scans == SCAN_LIMIT => {
                return Err(Error::TooManyScans);
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

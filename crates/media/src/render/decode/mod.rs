//! From the bytes of a file to its pixels, a file a format.

mod bmp;
mod gif;
mod heif;
mod intake;
mod jpeg;
mod jpeg2000;
mod jxl;
mod png;
mod progressive;
mod psd;
mod raw;
mod reducer;
mod scatter;
mod svg;
mod tiff;
mod webp;

use std::fs::File;
use std::io::{BufReader, Seek};

pub(crate) use svg::drawing_size;

use super::RenderOptions;
use super::picture::Picture;
use super::size::Size;
use crate::container::{Contents, Format};
use crate::{MediaError, source};

/// The largest file that is read into memory, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024 * 1024;

/// The most pixels of a picture that is kept for the sake of its full size, which takes up to thirty bytes for each.
const KEPT_PIXELS: u64 = 32_000_000;

/// Pixels as stored, perhaps already scaled down while decoding.
pub(super) struct Decoded {
    pub picture: Picture,
    /// The JPEG of full size, if it was written already.
    pub fullsize: Option<Vec<u8>>,
    /// The size of the stored picture.
    pub original: Size,
    pub colour: Colour,
    /// Whether the decoder has turned the picture upright already.
    pub is_upright: bool,
}

impl Decoded {
    /// Of a decoder that hands its picture over at once and does not turn it.
    fn at_once(picture: impl Into<Picture>, original: Size, colour: Colour) -> Self {
        Self {
            picture: picture.into(),
            fullsize: None,
            original,
            colour,
            is_upright: false,
        }
    }
}

/// What the channels of a picture mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Colour {
    /// What is usual for the kind of channels: sRGB for three of them.
    Usual,
    /// As an ICC profile says.
    Profile(Vec<u8>),
    /// As the code points of ITU-T H.273 say.
    CodePoints { primaries: u8, transfer: u8 },
}

impl From<Option<Vec<u8>>> for Colour {
    fn from(profile: Option<Vec<u8>>) -> Self {
        profile.map_or(Self::Usual, Self::Profile)
    }
}

/// A file to be decoded, and how far.
pub(super) struct Task<'a> {
    pub input: &'a File,
    pub contents: Contents,
    /// How the picture is to be turned once it is decoded, as EXIF counts.
    pub orientation: u16,
    pub options: &'a RenderOptions,
}

impl Task<'_> {
    /// The whole file, for decoders that want it in memory.
    fn bytes(&self) -> Result<Vec<u8>, MediaError> {
        source::read_all(self.input, FILE_LIMIT)
    }

    /// The file from its start.
    fn reader(&self) -> Result<BufReader<&File>, MediaError> {
        let mut reader = BufReader::new(self.input);
        reader.rewind()?;
        Ok(reader)
    }

    /// How large a picture has to be that is decoded at once: as large as the original, if that is wanted and not too
    /// much to be kept.
    fn wanted_at_once(&self, original: Size) -> Size {
        match original.pixels() <= KEPT_PIXELS {
            true => self.options.largest_size(original),
            false => self.options.reduced_size(original),
        }
    }

    /// The size of the original, unless it is empty or beyond the limit.
    fn accept(
        &self,
        width: impl TryInto<u32>,
        height: impl TryInto<u32>,
    ) -> Result<Size, MediaError> {
        let (Ok(width), Ok(height)) = (width.try_into(), height.try_into()) else {
            return Err(MediaError::malformed("impossible dimensions"));
        };
        let size = Size { width, height };
        if size.pixels() == 0 {
            return Err(MediaError::malformed("the picture has no pixels"));
        }
        if size.pixels() > self.options.pixel_limit {
            return Err(MediaError::TooLarge(format!(
                "{width} × {height} pixels, the limit is {}",
                self.options.pixel_limit
            )));
        }
        Ok(size)
    }
}

/// What was announced and what is there may differ; the rows would be read askew.
fn check_size(announced: Size, width: u32, height: u32) -> Result<(), MediaError> {
    if (width, height) != (announced.width, announced.height) {
        return Err(MediaError::malformed(
            "the picture is not of its announced size",
        ));
    }
    Ok(())
}

/// Decodes a file of a known format.
pub(super) fn decode(format: Format, task: Task<'_>) -> Result<Decoded, MediaError> {
    match format {
        Format::Jpeg => jpeg::decode(task),
        Format::Png => png::decode(task),
        Format::Gif => gif::decode(task),
        Format::WebP => webp::decode(task),
        Format::Bmp => bmp::decode(task),
        Format::Tiff => tiff::decode(task),
        Format::Heif => heif::decode(task),
        Format::Jxl => jxl::decode(task),
        Format::Jpeg2000 => jpeg2000::decode(task),
        Format::Psd => psd::decode(task),
        Format::Svg => svg::decode(task),
        Format::Raw => raw::decode(task),
        Format::Movie => Err(MediaError::Unsupported("a film, not a picture".into())),
    }
}

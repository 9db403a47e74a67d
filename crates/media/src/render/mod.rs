//! From a file to the pictures that clients show.

mod colour;
mod decode;
mod encode;
mod orientation;
mod raster;
mod size;

use std::fs::File;
use std::io::Cursor;

use serde::{Deserialize, Serialize};

use crate::container::{self, Contents};
use crate::{MediaError, exif, source};
use raster::Raster;
use size::Size;

/// The largest file that is decoded, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024 * 1024;
/// The hash is made from a picture of at most this many pixels a side.
const HASH_SIDE: u32 = 100;

/// How large and how good the pictures shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RenderOptions {
    /// Short edge of the thumbnail in pixels. Smaller originals are not enlarged.
    pub thumbnail_size: u32,
    /// WebP quality of the thumbnail, 0 to 100.
    pub thumbnail_quality: u8,
    /// Long edge of the preview in pixels. Smaller originals are not enlarged.
    pub preview_size: u32,
    /// JPEG quality of the preview, 1 to 100.
    pub preview_quality: u8,
    /// Originals of more pixels than this are refused before anything is decoded.
    pub pixel_limit: u64,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            thumbnail_size: 250,
            thumbnail_quality: 80,
            preview_size: 1440,
            preview_quality: 80,
            pixel_limit: 256 * 1024 * 1024,
        }
    }
}

/// The pictures made from a file. They are upright, in sRGB, and carry no metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The thumbnail as WebP, transparent where the original is.
    pub thumbnail: Vec<u8>,
    /// The preview as JPEG, white where the original is transparent.
    pub preview: Vec<u8>,
    /// The [ThumbHash](https://evanw.github.io/thumbhash/), about 25 bytes.
    pub thumbhash: Vec<u8>,
    /// Width of the upright original in pixels.
    pub width: u32,
    /// Height of the upright original in pixels.
    pub height: u32,
}

/// Decodes a JPEG, PNG, WebP or GIF file (of the latter two the first frame) once and makes all
/// pictures from that.
///
/// # Errors
/// [`MediaError::Unsupported`] for other content, [`MediaError::Malformed`] when it cannot be
/// decoded (a JPEG that ends early is drawn as far as it goes), [`MediaError::TooLarge`] when the
/// pixel limit is exceeded, [`MediaError::OutOfMemory`], [`MediaError::Io`].
pub fn render(input: File, options: &RenderOptions) -> Result<Rendered, MediaError> {
    let bytes = source::read_all(input, FILE_LIMIT)?;
    let mut reader = Cursor::new(bytes.as_slice());
    let format = container::sniff(&mut reader)?;
    let mut contents = container::read(format, &mut reader)?;
    let orientation = orientation(&mut contents);

    let wanted = |original: Size| largest_output(original, options);
    let decoded = decode::decode(format, &bytes, contents, options.pixel_limit, wanted)?;
    drop(bytes);

    let picture = decoded.raster.resize(wanted(decoded.original))?;
    let picture = colour::to_srgb(picture, decoded.icc.as_deref());
    let picture = orientation::upright(picture, orientation);
    let original = orientation::upright_size(decoded.original, orientation);
    draw(&picture, original, options)
}

/// All outputs from the upright picture, which is at least as large as each of them.
fn draw(picture: &Raster, original: Size, options: &RenderOptions) -> Result<Rendered, MediaError> {
    let preview = picture.resize(preview_size(original, options))?;
    let thumbnail = picture.resize(thumbnail_size(original, options))?;
    let hashed = thumbnail
        .resize(thumbnail.size.within(HASH_SIDE))?
        .into_rgba();
    Ok(Rendered {
        thumbnail: encode::webp(&thumbnail, options.thumbnail_quality)?,
        preview: encode::jpeg(preview.onto_white(), options.preview_quality)?,
        thumbhash: encode::thumbhash(&hashed),
        width: original.width,
        height: original.height,
    })
}

fn preview_size(original: Size, options: &RenderOptions) -> Size {
    original.within(options.preview_size)
}

fn thumbnail_size(original: Size, options: &RenderOptions) -> Size {
    original
        .covering(options.thumbnail_size)
        .within(encode::WEBP_SIDE_LIMIT)
}

/// Both outputs have the proportions of the original, so one of them is larger in both directions.
fn largest_output(original: Size, options: &RenderOptions) -> Size {
    let preview = preview_size(original, options);
    let thumbnail = thumbnail_size(original, options);
    Size {
        width: preview.width.max(thumbnail.width),
        height: preview.height.max(thumbnail.height),
    }
}

fn orientation(contents: &mut Contents) -> u16 {
    let from_exif = contents.exif.take().and_then(exif::orientation);
    contents.orientation.or(from_exif).unwrap_or(1)
}

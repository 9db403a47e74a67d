//! From a file to the pictures that clients show.

mod colour;
mod crop;
mod decode;
mod encode;
mod fingerprint;
mod fullsize;
mod hdr;
mod orientation;
mod picture;
mod planes;
mod raster;
mod size;
mod splice;

use std::fs::File;
use std::io::BufReader;

use serde::{Deserialize, Serialize};

use crate::container::{self, Contents};
use crate::{MediaError, exif};
pub use crop::{CropOptions, crop};
pub(crate) use decode::drawing_size;
use decode::{Decoded, Task};
pub use fingerprint::Fingerprint;
use picture::Picture;
use size::Size;

/// The hash is made from a picture of at most this many pixels a side.
const HASH_SIDE: u32 = 100;

/// The formats that every client shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputFormat {
    /// White where the original is transparent.
    Jpeg,
    /// Transparent where the original is.
    Webp,
}

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encoding {
    pub format: OutputFormat,
    /// 1 to 100.
    pub quality: u8,
}

/// How large and how good the pictures shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RenderOptions {
    /// Short edge of the thumbnail in pixels. Smaller originals are not enlarged.
    pub thumbnail_size: u32,
    pub thumbnail: Encoding,
    /// Long edge of the preview in pixels. Smaller originals are not enlarged.
    pub preview_size: u32,
    pub preview: Encoding,
    /// How good a JPEG of the original's size is to be, 1 to 100, if one is wanted.
    pub fullsize_quality: Option<u8>,
    /// One of more bytes is not made: a small file can show a very large picture that is hard to compress.
    pub fullsize_max_bytes: u64,
    /// Originals of more pixels than this are refused before anything is decoded.
    pub pixel_limit: u64,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            thumbnail_size: 250,
            thumbnail: Encoding {
                format: OutputFormat::Webp,
                quality: 80,
            },
            preview_size: 1440,
            preview: Encoding {
                format: OutputFormat::Jpeg,
                quality: 80,
            },
            fullsize_quality: None,
            fullsize_max_bytes: 48 * 1024 * 1024,
            pixel_limit: 256 * 1024 * 1024,
        }
    }
}

impl RenderOptions {
    /// Large enough for every output but that of full size. All have the proportions of the original, so one of them is
    /// larger in both directions.
    fn reduced_size(&self, original: Size) -> Size {
        let preview = self.preview_size(original);
        let thumbnail = self.thumbnail_size(original);
        Size {
            width: preview.width.max(thumbnail.width),
            height: preview.height.max(thumbnail.height),
        }
    }

    /// Large enough for every output.
    fn largest_size(&self, original: Size) -> Size {
        match self.fullsize_quality {
            Some(_) => original.within(encode::SIDE_LIMIT),
            None => self.reduced_size(original),
        }
    }

    fn preview_size(&self, original: Size) -> Size {
        original.within(self.preview_size)
    }

    fn thumbnail_size(&self, original: Size) -> Size {
        original
            .covering(self.thumbnail_size)
            .within(encode::SIDE_LIMIT)
    }
}

/// The pictures made from a file, in sRGB. They are upright and carry no metadata, but for that of full size, which may
/// say in EXIF how it is to be turned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub thumbnail: Vec<u8>,
    pub preview: Vec<u8>,
    /// A picture of the original's size, if one was wanted.
    pub fullsize: Option<Vec<u8>>,
    /// The [ThumbHash](https://evanw.github.io/thumbhash/), about 25 bytes.
    pub thumbhash: Vec<u8>,
    /// What tells whether another file shows the same picture; none for one that shows next to nothing.
    pub fingerprint: Option<Fingerprint>,
    /// Width of the upright original in pixels.
    pub width: u32,
    /// Height of the upright original in pixels.
    pub height: u32,
}

/// Decodes a file once and makes all pictures from that; of an animation, from its first frame.
///
/// The kind of file is decided by its content. `extension` is a hint for what content cannot tell:
/// most raw formats are TIFF files.
///
/// # Errors
/// [`MediaError::Unsupported`] for other content, [`MediaError::Malformed`] when it cannot be
/// decoded (what ends early is drawn as far as it goes, where its format allows that),
/// [`MediaError::TooLarge`] when the pixel limit is exceeded, [`MediaError::OutOfMemory`],
/// [`MediaError::Io`].
pub fn render(
    input: File,
    extension: &str,
    options: &RenderOptions,
) -> Result<Rendered, MediaError> {
    let (decoded, orientation) = decode_file(&input, extension, options)?;
    let original = decoded.original;
    let full = options.largest_size(original);
    // Some decoders have nothing of full size for very large pictures.
    let has_full = decoded.fullsize.is_none() && decoded.picture.size().covers(full);
    let needed = match has_full {
        true => full,
        false => options.reduced_size(original),
    };
    let picture = decoded
        .picture
        .into_resized(needed)?
        .into_srgb(&decoded.colour)
        .into_upright(orientation)?;
    let fullsize = match options.fullsize_quality {
        Some(quality) if has_full => Some(picture.encode(Encoding {
            format: OutputFormat::Jpeg,
            quality,
        })?),
        _ => decoded.fullsize,
    };
    let fullsize = fullsize.filter(|file| file.len() as u64 <= options.fullsize_max_bytes);
    let original = orientation::upright_size(original, orientation);
    draw(picture, fullsize, original, options)
}

/// A file's pixels, and how they are to be turned, as EXIF counts.
fn decode_file(
    input: &File,
    extension: &str,
    options: &RenderOptions,
) -> Result<(Decoded, u16), MediaError> {
    let mut reader = BufReader::new(input);
    let format = container::recognise(&mut reader, extension)?;
    let mut contents = container::read(format, &mut reader)?;
    let orientation = orientation(&mut contents);

    let task = Task {
        input,
        contents,
        orientation,
        options,
    };
    let decoded = decode::decode(format, task)?;
    let orientation = if decoded.is_upright { 1 } else { orientation };
    Ok((decoded, orientation))
}

/// Decodes a file, and checks that its pixels are all there.
#[cfg(any(fuzzing, test))]
pub(crate) fn decode_alone(format: container::Format, input: &File, pixel_limit: u64) {
    let options = RenderOptions {
        thumbnail_size: 10,
        preview_size: 20,
        fullsize_quality: Some(1),
        fullsize_max_bytes: u64::MAX,
        pixel_limit,
        ..RenderOptions::default()
    };
    let task = Task {
        input,
        contents: Contents::default(),
        orientation: 6,
        options: &options,
    };
    if let Ok(decoded) = decode::decode(format, task) {
        let size = decoded.picture.size();
        if let Picture::Pixels(raster) = &decoded.picture {
            let length = size.pixels() as usize * raster.channels.count();
            assert_eq!(raster.pixels.len(), length);
        }
        assert!(size.covers(options.reduced_size(decoded.original)));
        if decoded.fullsize.is_none() {
            assert!(size.covers(options.largest_size(decoded.original)));
        }
        assert!(decoded.original.pixels() <= pixel_limit);
    }
}

/// The other outputs from the upright picture, which is at least as large as each of them.
fn draw(
    picture: Picture,
    fullsize: Option<Vec<u8>>,
    original: Size,
    options: &RenderOptions,
) -> Result<Rendered, MediaError> {
    let thumbnail = picture.to_pixels(options.thumbnail_size(original))?;
    let preview = picture.into_resized(options.preview_size(original))?;
    let hashed = thumbnail
        .resize(thumbnail.size.within(HASH_SIDE))?
        .into_rgba();
    Ok(Rendered {
        thumbnail: encode::encode(&thumbnail, options.thumbnail)?,
        preview: preview.encode(options.preview)?,
        fullsize,
        thumbhash: encode::thumbhash(&hashed),
        fingerprint: Fingerprint::of(&thumbnail, original)?,
        width: original.width,
        height: original.height,
    })
}

fn orientation(contents: &mut Contents) -> u16 {
    let from_exif = contents.exif.take().and_then(exif::orientation);
    contents.orientation.or(from_exif).unwrap_or(1)
}

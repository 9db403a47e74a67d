//! What stands around the pixels: dimensions, EXIF, XMP and colour profile, read from the headers
//! without decoding anything.

mod appended;
mod boxes;
mod bytes;
mod embedded;
mod gif;
mod headers;
pub(crate) mod heif;
pub(crate) mod jpeg;
mod jpeg2000;
mod jpegxl;
mod movie;
mod png;
mod psd;
pub(crate) mod raw;
mod tiff;
pub(crate) mod webp;

use std::io::{self, BufRead, Read, Seek};

use crate::movie::Movie;
use crate::{ByteRange, MediaError};

pub(crate) use appended::film_behind;
pub(crate) use embedded::{Embedded, largest_jpeg, read_embedded};

/// The largest piece of metadata that is read into memory, in bytes.
const BLOCK_LIMIT: u64 = 16 * 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Gif,
    WebP,
    Bmp,
    Tiff,
    /// HEIC, HEIF and AVIF.
    Heif,
    Jxl,
    Jpeg2000,
    Psd,
    Svg,
    /// One of the many ways in which cameras keep what their sensor saw.
    Raw,
    /// QuickTime and MP4.
    Movie,
}

/// The names that raw files end with. Most are TIFF files inside, which only their name tells apart.
const RAW_EXTENSIONS: [&str; 32] = [
    "3fr", "ari", "arw", "cap", "cin", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "iiq",
    "k25", "kdc", "mrw", "nef", "nrw", "orf", "ori", "pef", "raf", "raw", "rw2", "rwl", "sr2",
    "srf", "srw", "x3f", "mef", "mos", "rwz",
];

/// What a container holds besides pixels.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Pixels as stored: width and height.
    pub dimensions: Option<(u32, u32)>,
    /// An EXIF block, beginning with its TIFF header.
    pub exif: Option<Vec<u8>>,
    /// Blocks that stand behind it, each as it does.
    pub further_exif: Vec<Vec<u8>>,
    /// Further blocks whose first directory is the one of exposure or place.
    pub flat_exif: Vec<Vec<u8>>,
    /// An XMP packet.
    pub xmp: Option<Vec<u8>>,
    /// What did not fit into the packet, as a packet of its own.
    pub xmp_extension: Option<Vec<u8>>,
    /// IPTC data sets, outside of EXIF.
    pub iptc: Option<Vec<u8>>,
    /// An ICC profile, where it can be had without decompressing.
    pub icc: Option<Vec<u8>>,
    /// The container's own orientation, counted as EXIF does, which overrides that of the EXIF block.
    pub orientation: Option<u16>,
    /// What a film says.
    pub movie: Option<Movie>,
    /// A video that the container itself tells from the picture.
    pub motion_part: Option<ByteRange>,
}

/// Tells the format by the first bytes, whatever the file is called.
pub(crate) fn sniff(reader: &mut (impl Read + Seek)) -> Result<Format, MediaError> {
    let mut start = [0; 12];
    reader.rewind()?;
    let length = read_as_far_as_possible(reader, &mut start)?;
    reader.rewind()?;
    match &start {
        [0xff, 0xd8, 0xff, ..] => Ok(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Format::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Ok(Format::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => Ok(Format::WebP),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Ok(Format::Tiff),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if heif::is_brand(brand) => {
            Ok(Format::Heif)
        }
        [b'B', b'M', ..] => Ok(Format::Bmp),
        [0xff, 0x0a, ..] | &jpegxl::CONTAINER => Ok(Format::Jxl),
        [0xff, 0x4f, 0xff, 0x51, ..] | [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => {
            Ok(Format::Jpeg2000)
        }
        [b'8', b'B', b'P', b'S', ..] => Ok(Format::Psd),
        [_, _, _, _, kind @ .., _, _, _, _] if movie::is_first_box(kind) => Ok(Format::Movie),
        _ if length == 0 => Err(MediaError::malformed("the file is empty")),
        _ => Err(MediaError::Unsupported("unknown content".to_owned())),
    }
}

/// Tells the format by the first bytes, and by the file's name what they cannot tell.
pub(crate) fn recognise(
    reader: &mut (impl Read + Seek),
    extension: &str,
) -> Result<Format, MediaError> {
    let is = |known: &str| extension.eq_ignore_ascii_case(known);
    match sniff(reader) {
        Ok(Format::Tiff | Format::Movie) | Err(MediaError::Unsupported(_))
            if RAW_EXTENSIONS.iter().any(|known| is(known)) =>
        {
            Ok(Format::Raw)
        }
        Err(MediaError::Unsupported(_)) if is("svg") => Ok(Format::Svg),
        found => found,
    }
}

/// Reads the headers of a file of a known format. A file that ends early gives what came before.
pub(crate) fn read(
    format: Format,
    reader: &mut (impl BufRead + Seek),
) -> Result<Contents, MediaError> {
    let mut contents = Contents::default();
    reader.rewind()?;
    let outcome = match format {
        Format::Jpeg => jpeg::read(reader, &mut contents),
        Format::Png => png::read(reader, &mut contents),
        Format::Gif => gif::read(reader, &mut contents),
        Format::WebP => webp::read(reader, &mut contents),
        Format::Tiff => tiff::read(reader, &mut contents),
        Format::Heif => heif::read(reader, &mut contents),
        Format::Bmp => headers::read_bmp(reader, &mut contents),
        Format::Jxl => jpegxl::read(reader, &mut contents),
        Format::Jpeg2000 => jpeg2000::read(reader, &mut contents),
        Format::Psd => psd::read(reader, &mut contents),
        Format::Svg => headers::read_svg(reader, &mut contents),
        Format::Raw => raw::read(reader, &mut contents),
        Format::Movie => movie::read(reader, &mut contents),
    };
    match outcome {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error.into()),
        _ => Ok(contents),
    }
}

/// Some writers carry JPEG's prefix over into other containers, where it does not belong.
fn without_jpeg_prefix(exif: &[u8]) -> Vec<u8> {
    exif.strip_prefix(b"Exif\0\0").unwrap_or(exif).to_vec()
}

fn read_as_far_as_possible(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

fn array<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn skip(reader: &mut impl Seek, length: u64) -> io::Result<()> {
    let length = i64::try_from(length).map_err(|_| io::ErrorKind::UnexpectedEof)?;
    // What was read ahead is kept, where it reaches so far.
    reader.seek_relative(length)
}

/// Reads `length` bytes, or skips them and returns nothing when that is unreasonably much.
fn block(reader: &mut (impl Read + Seek), length: u64) -> io::Result<Option<Vec<u8>>> {
    if length > BLOCK_LIMIT {
        skip(reader, length)?;
        return Ok(None);
    }
    // Grows with what is really there: the length is only a claim.
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

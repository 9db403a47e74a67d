use std::io::{self, BufRead, Seek};

use super::{Contents, array, block, skip};
use crate::iptc;

const EXIF: &[u8] = b"Exif\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";

/// Of what is spread over several segments no more than these are joined: a profile's number is a byte.
const SEGMENT_LIMIT: usize = 255;

/// What may be spread over several segments.
#[derive(Debug, Default)]
struct Parts {
    profile: Vec<Vec<u8>>,
    resources: Vec<Vec<u8>>,
}

/// Walks the segments up to the first scan.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let mut parts = Parts::default();
    let outcome = read_segments(reader, contents, &mut parts);
    contents.icc = join_profile(parts.profile);
    contents.iptc = iptc::among_resources(&parts.resources.concat()).map(<[u8]>::to_vec);
    outcome
}

/// The size of a picture that begins where a reader is.
pub(crate) fn dimensions(reader: &mut (impl BufRead + Seek)) -> Option<(u32, u32)> {
    let mut contents = Contents::default();
    // What cannot be read has no size either.
    read(reader, &mut contents).ok();
    contents.dimensions
}

fn read_segments(
    reader: &mut (impl BufRead + Seek),
    contents: &mut Contents,
    parts: &mut Parts,
) -> io::Result<()> {
    loop {
        let marker = next_marker(reader)?;
        match marker {
            // Markers without a length: TEM, RSTn, SOI.
            0x01 | 0xd0..=0xd8 => continue,
            // End of image, start of scan.
            0xd9 | 0xda => return Ok(()),
            _ => {}
        }
        let length = u64::from(u16::from_be_bytes(array(reader)?)).saturating_sub(2);
        match marker {
            // Start of frame, in all its kinds; 0xc4, 0xc8 and 0xcc are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let [_, h0, h1, w0, w1] = array(reader)?;
                let (width, height) = (u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1]));
                contents.dimensions = Some((width.into(), height.into()));
                skip(reader, length.saturating_sub(5))?;
            }
            0xe1 | 0xe2 | 0xed => {
                let segment = block(reader, length)?.unwrap_or_default();
                keep(segment, contents, parts);
            }
            _ => skip(reader, length)?,
        }
    }
}

/// The next marker, skipping filler and whatever stray bytes stand before it.
pub(super) fn next_marker(reader: &mut impl BufRead) -> io::Result<u8> {
    loop {
        if reader.skip_until(0xff)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut code = 0xff;
        while code == 0xff {
            [code] = array(reader)?;
        }
        if code != 0 {
            return Ok(code);
        }
    }
}

/// Keeps a segment if it is one of those looked for; of several of a kind the first.
fn keep(segment: Vec<u8>, contents: &mut Contents, parts: &mut Parts) {
    if contents.exif.is_none() && segment.starts_with(EXIF) {
        contents.exif = segment.get(EXIF.len() + 1..).map(<[u8]>::to_vec);
    } else if contents.xmp.is_none() && segment.starts_with(XMP) {
        contents.xmp = segment.get(XMP.len()..).map(<[u8]>::to_vec);
    } else if segment.starts_with(ICC) && segment.len() > ICC.len() + 2 {
        push(&mut parts.profile, segment);
    } else if let Some(resources) = segment.strip_prefix(PHOTOSHOP) {
        push(&mut parts.resources, resources.to_vec());
    }
}

fn push(segments: &mut Vec<Vec<u8>>, segment: Vec<u8>) {
    if segments.len() < SEGMENT_LIMIT {
        segments.push(segment);
    }
}

/// Puts the parts of a profile, each numbered, in order.
fn join_profile(mut parts: Vec<Vec<u8>>) -> Option<Vec<u8>> {
    parts.sort_by_key(|part| part[ICC.len()]);
    let profile: Vec<u8> = parts
        .iter()
        .flat_map(|part| &part[ICC.len() + 2..])
        .copied()
        .collect();
    (!profile.is_empty()).then_some(profile)
}

use std::io::{self, BufRead, Seek};

use super::{Contents, array, block, skip};
use crate::iptc;

const EXIF: &[u8] = b"Exif\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// The rest of a packet that is too large for a segment: the packet names it, and each part says its place.
const XMP_EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const XMP_EXTENSION_NAME: usize = 32;
const ICC: &[u8] = b"ICC_PROFILE\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";

/// Of what is spread over several segments no more than these are joined: a profile's number is a byte.
const SEGMENT_LIMIT: usize = 255;

/// A block of EXIF in several segments is kept up to this many bytes.
const EXIF_LIMIT: usize = 4 * 1024 * 1024;

/// What may be spread over several segments.
#[derive(Debug, Default)]
struct Parts {
    profile: Vec<Vec<u8>>,
    resources: Vec<Vec<u8>>,
    xmp_extension: Vec<Vec<u8>>,
}

/// Walks the segments up to the first scan.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let mut parts = Parts::default();
    let outcome = read_segments(reader, contents, &mut parts);
    contents.icc = join_profile(parts.profile);
    contents.xmp_extension = contents
        .xmp
        .as_deref()
        .and_then(|packet| join_xmp(&parts.xmp_extension, packet));
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

/// Keeps a segment if it is one of those looked for.
fn keep(segment: Vec<u8>, contents: &mut Contents, parts: &mut Parts) {
    if segment.starts_with(EXIF) {
        keep_exif(segment.get(EXIF.len() + 1..).unwrap_or_default(), contents);
    } else if contents.xmp.is_none() && segment.starts_with(XMP) {
        contents.xmp = segment.get(XMP.len()..).map(<[u8]>::to_vec);
    } else if let Some(part) = segment.strip_prefix(XMP_EXTENSION) {
        push(&mut parts.xmp_extension, part.to_vec());
    } else if segment.starts_with(ICC) && segment.len() > ICC.len() + 2 {
        push(&mut parts.profile, segment);
    } else if let Some(resources) = segment.strip_prefix(PHOTOSHOP) {
        push(&mut parts.resources, resources.to_vec());
    }
}

/// There may be several blocks, each in a segment. A segment without the header of one goes on with the one before.
fn keep_exif(part: &[u8], contents: &mut Contents) {
    let is_block = part.starts_with(b"II") || part.starts_with(b"MM");
    let before = contents.further_exif.last_mut().or(contents.exif.as_mut());
    match before {
        None => contents.exif = Some(part.to_vec()),
        Some(_) if is_block => push(&mut contents.further_exif, part.to_vec()),
        Some(before) if before.len() < EXIF_LIMIT => before.extend_from_slice(part),
        Some(_) => {}
    }
}

/// Puts the parts of a packet's extension together: name, length of the whole, place in it, and bytes. Of parts of
/// another name, and of what stands behind a gap, nothing is kept.
fn join_xmp(parts: &[Vec<u8>], packet: &[u8]) -> Option<Vec<u8>> {
    let mut pieces: Vec<(u32, &[u8])> = parts
        .iter()
        .filter_map(|part| {
            let (name, rest) = part.split_at_checked(XMP_EXTENSION_NAME)?;
            let (&[_, _, _, _, a, b, c, d], bytes) = rest.split_first_chunk::<8>()?;
            let is_named = memchr::memmem::find(packet, name).is_some();
            is_named.then(|| (u32::from_be_bytes([a, b, c, d]), bytes))
        })
        .collect();
    pieces.sort_by_key(|(place, _)| *place);
    let mut joined = Vec::new();
    for (place, bytes) in pieces {
        if u32::try_from(joined.len()).is_ok_and(|length| length == place) {
            joined.extend_from_slice(bytes);
        }
    }
    (!joined.is_empty()).then_some(joined)
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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn segment(marker: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = (content.len() as u16 + 2).to_be_bytes();
        [&[0xff, marker], &length[..], &content].concat()
    }

    fn contents(segments: &[Vec<u8>]) -> Contents {
        let bytes = [&b"\xff\xd8"[..], &segments.concat(), b"\xff\xda"].concat();
        let mut contents = Contents::default();
        read(&mut Cursor::new(&bytes), &mut contents).unwrap();
        for length in 0..bytes.len() {
            read(&mut Cursor::new(&bytes[..length]), &mut Contents::default()).ok();
        }
        contents
    }

    #[test]
    fn keeps_all_blocks_of_exif() {
        let exif = |part: &[u8]| segment(0xe1, &[EXIF, b"\0", part]);
        let found = contents(&[
            exif(b"II one"),
            exif(b", on"),
            exif(b"MM two"),
            exif(b", on"),
        ]);
        assert_eq!(found.exif.as_deref(), Some(&b"II one, on"[..]));
        assert_eq!(found.further_exif, [b"MM two, on"]);
    }

    #[test]
    fn joins_the_extension_of_a_packet() {
        let name = [b'A'; XMP_EXTENSION_NAME];
        let part = |name: &[u8], place: u32, bytes: &[u8]| {
            segment(
                0xe1,
                &[
                    XMP_EXTENSION,
                    name,
                    &[0, 0, 0, 9],
                    &place.to_be_bytes(),
                    bytes,
                ],
            )
        };
        let packet = segment(0xe1, &[XMP, b"packet of ", &name]);
        let parts = [
            part(&name, 3, b"def"),
            part(&name, 0, b"abc"),
            part(&[b'B'; XMP_EXTENSION_NAME], 6, b"XXX"),
            part(&name, u32::MAX, b"XXX"),
            part(&name, 6, b"ghi"),
        ]
        .concat();
        let joined = |segments: &[Vec<u8>]| contents(segments).xmp_extension;
        let expected = Some(b"abcdefghi".to_vec());
        assert_eq!(joined(&[packet.clone(), parts.clone()]), expected);
        assert_eq!(joined(&[parts.clone(), packet]), expected);
        assert_eq!(joined(&[parts]), None);
    }
}

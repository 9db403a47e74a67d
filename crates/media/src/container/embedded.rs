use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::{array, jpeg, read_as_far_as_possible, skip};
use crate::source;

/// How many places that look like the start of a JPEG file are looked at: a raw file has a handful.
const CANDIDATES: usize = 1000;

/// How many segments of each are walked until its frame: there are some twenty.
const SEGMENTS: usize = 200;

/// Bytes that are searched at a time.
const WINDOW: usize = 1024 * 1024;

const START: &[u8] = b"\xff\xd8\xff";

/// A JPEG file that lies somewhere within another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Embedded {
    /// In pixels.
    pub width: u32,
    pub height: u32,
    /// Where it begins, in bytes.
    pub offset: u64,
}

impl Embedded {
    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// The largest JPEG within a file: raw files of cameras hold one or more, each kind of camera in its own way, but
/// always in one piece.
///
/// Lossless ones, which are a sensor's data, are left out.
pub(crate) fn largest_jpeg(reader: &mut (impl BufRead + Seek)) -> io::Result<Option<Embedded>> {
    let mut largest: Option<Embedded> = None;
    for offset in candidates(reader)? {
        reader.seek(SeekFrom::Start(offset + 2))?;
        let Some((width, height)) = dimensions(reader) else {
            continue;
        };
        let found = Embedded {
            width,
            height,
            offset,
        };
        if largest.is_none_or(|largest| found.pixels() >= largest.pixels()) {
            largest = Some(found);
        }
    }
    Ok(largest)
}

/// The places that look like the start of a JPEG file.
fn candidates(reader: &mut (impl Read + Seek)) -> io::Result<Vec<u64>> {
    reader.rewind()?;
    let mut found = Vec::new();
    let mut window = vec![0; WINDOW];
    // What may be the beginning of a start whose end comes with the next window.
    let mut kept = 0;
    let mut before = 0;
    while found.len() < CANDIDATES {
        let length = kept + read_as_far_as_possible(reader, &mut window[kept..])?;
        if length == kept {
            break;
        }
        let places = memchr::memmem::find_iter(&window[..length], START);
        let room = CANDIDATES - found.len();
        found.extend(places.take(room).map(|place| before + place as u64));
        kept = length.min(START.len() - 1);
        window.copy_within(length - kept..length, 0);
        before += (length - kept) as u64;
    }
    Ok(found)
}

/// Width and height of a JPEG file of 8 bits and one or three colours that a camera's display could show; its start is
/// read already.
fn dimensions(reader: &mut (impl BufRead + Seek)) -> Option<(u32, u32)> {
    for _ in 0..SEGMENTS {
        let [0xff, mut marker] = array(reader).ok()? else {
            return None;
        };
        while marker == 0xff {
            [marker] = array(reader).ok()?;
        }
        let length = u16::from_be_bytes(array(reader).ok()?).checked_sub(2)?;
        match marker {
            // Baseline, extended and progressive frames.
            0xc0..=0xc2 => {
                let [8, h0, h1, w0, w1, 1 | 3] = array(reader).ok()? else {
                    return None;
                };
                let (width, height) = (u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1]));
                return (width > 0 && height > 0).then_some((width.into(), height.into()));
            }
            // Tables, application data and comments come before the frame.
            0xc4 | 0xdb | 0xdd | 0xe0..=0xef | 0xfe => skip(reader, length.into()).ok()?,
            _ => return None,
        }
    }
    None
}

/// The bytes of an embedded JPEG, to its end; of one without an end, to that of the file.
pub(crate) fn read_embedded(
    reader: &mut (impl BufRead + Seek),
    embedded: Embedded,
    limit: u64,
) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(embedded.offset))?;
    skip_jpeg(reader)?;
    let end = reader.stream_position()?;
    reader.seek(SeekFrom::Start(embedded.offset))?;
    let length = (end - embedded.offset).min(limit);
    let mut bytes =
        source::filled(length, 0).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let count = read_as_far_as_possible(reader, &mut bytes)?;
    bytes.truncate(count);
    Ok(bytes)
}

/// Goes behind the end marker of a JPEG.
pub(super) fn skip_jpeg(reader: &mut (impl BufRead + Seek)) -> io::Result<()> {
    while let Ok(marker) = jpeg::next_marker(reader) {
        match marker {
            0xd9 => return Ok(()),
            // Segments of the header may hold other pictures, with ends of their own.
            0xc0..=0xcf | 0xda..=0xfe => {
                let Ok(length) = array(reader) else {
                    return Ok(());
                };
                skip(
                    reader,
                    u64::from(u16::from_be_bytes(length)).saturating_sub(2),
                )?;
            }
            // Restarts, the start.
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const FRAME: [u8; 10] = [0xff, 0xc0, 0, 17, 8, 0, 20, 0, 30, 3];

    fn find(bytes: &[u8]) -> Option<Embedded> {
        largest_jpeg(&mut Cursor::new(bytes)).unwrap()
    }

    fn read(bytes: &[u8]) -> Vec<u8> {
        let found = find(bytes).unwrap();
        read_embedded(&mut Cursor::new(bytes), found, 1 << 20).unwrap()
    }

    #[test]
    fn finds_what_is_within() {
        let jpeg = [&b"\xff\xd8\xff\xe0\0\x04\x01\x02"[..], &FRAME].concat();
        let lossless = [0xff, 0xd8, 0xff, 0xc3, 0, 17, 14, 0, 20, 0, 30, 3, 1];
        // Also where a window ends.
        for distance in [30, WINDOW - 2, WINDOW - 1, WINDOW, WINDOW + 1] {
            let mut bytes = b"some header \xff\xd8\xff nothing".to_vec();
            bytes.resize(distance, 0);
            bytes.extend_from_slice(&jpeg);
            bytes.extend(lossless);
            let found = Embedded {
                width: 30,
                height: 20,
                offset: distance as u64,
            };
            assert_eq!(find(&bytes), Some(found));
        }
    }

    #[test]
    fn the_largest_is_read_to_its_end() {
        let with = |width: u8, rest: &[u8]| {
            let frame = [0xff, 0xc0, 0, 8, 8, 0, 20, 0, width, 3];
            // A header may hold a picture with an end of its own.
            [&b"\xff\xd8\xff\xe1\0\x06\xff\xd8\xff\xd9"[..], &frame, rest].concat()
        };
        let scan = b"\xff\xda\0\x04..coded\xff\0more\xff\xd0again\xff\xd9";
        let whole = with(30, scan);
        let bytes = [&with(20, scan)[..], b"between", &whole, b"behind \xff\xd9"].concat();
        assert_eq!(read(&bytes), whole);
        let endless = with(30, &scan[..scan.len() - 2]);
        assert_eq!(read(&endless), endless);
    }

    #[test]
    fn headers_without_end_are_none() {
        let with = |segments: usize| {
            let empty = b"\xff\xe0\0\x02".repeat(segments);
            [&b"\xff\xd8"[..], &empty, &FRAME].concat()
        };
        assert!(find(&with(SEGMENTS - 1)).is_some());
        assert_eq!(find(&with(SEGMENTS)), None);
    }

    #[test]
    fn a_header_that_ends_early_is_none() {
        let mut bytes = vec![0xff, 0xd8];
        bytes.extend(FRAME);
        for length in 0..bytes.len() {
            assert_eq!(find(&bytes[..length]), None, "{length}");
        }
    }
}

//! The video in a motion photo: some cameras append it to the picture.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use crate::ByteRange;
use crate::container::{self, Format};
use crate::findings::MotionClaim;

/// Before and behind the directory that Samsung appends.
const DIRECTORY_START: &[u8] = b"SEFH";
const DIRECTORY_END: &[u8] = b"SEFT";
const VIDEO_NAME: &[u8] = b"MotionPhoto_Data";
/// Bytes of a directory: it lists a dozen pieces.
const DIRECTORY_LIMIT: u64 = 64 * 1024;
/// A video cannot be shorter than the header of its first box and a brand.
const SHORTEST_VIDEO: u64 = 12;

/// Where the video is: as claimed, if there is one at that place, else as Samsung says at the end
/// of the file. If there should be one, but at neither place, it is the film that lies behind the picture.
pub(crate) fn find(
    reader: &mut (impl BufRead + Seek),
    format: Format,
    claim: &MotionClaim,
) -> io::Result<Option<ByteRange>> {
    let end = reader.seek(SeekFrom::End(0))?;
    if let Some(range) = claimed(claim, end)
        && is_video(reader, range)?
    {
        return Ok(Some(range));
    }
    if let Some(range) = from_trailer(reader, end)?
        && is_video(reader, range)?
    {
        return Ok(Some(range));
    }
    match claim.is_made {
        true => container::film_behind(reader, format),
        false => Ok(None),
    }
}

fn claimed(claim: &MotionClaim, end: u64) -> Option<ByteRange> {
    let from_end = claim.from_end?;
    Some(ByteRange {
        offset: end.checked_sub(from_end)?,
        length: claim.length?.min(from_end),
    })
}

/// Whether a film begins there.
fn is_video(reader: &mut (impl Read + Seek), range: ByteRange) -> io::Result<bool> {
    if range.length < SHORTEST_VIDEO {
        return Ok(false);
    }
    reader.seek(SeekFrom::Start(range.offset))?;
    let mut start = [0; 8];
    reader.read_exact(&mut start)?;
    Ok(start.ends_with(b"ftyp"))
}

/// Samsung's directory ends with its length and a mark. Each entry has a type, and the distance
/// back from the directory to a piece and the piece's length.
fn from_trailer(reader: &mut (impl Read + Seek), end: u64) -> io::Result<Option<ByteRange>> {
    let Some(length_at) = end.checked_sub(8) else {
        return Ok(None);
    };
    let tail = read_at(reader, length_at, 8)?;
    let length = u64::from(little_endian(&tail, 0).unwrap_or(0));
    if !tail.ends_with(DIRECTORY_END) || length > DIRECTORY_LIMIT {
        return Ok(None);
    }
    let Some(start) = length_at.checked_sub(length) else {
        return Ok(None);
    };
    let directory = read_at(reader, start, length)?;
    let Some(entries) = directory
        .strip_prefix(DIRECTORY_START)
        .and_then(|rest| rest.get(8..))
    else {
        return Ok(None);
    };
    for entry in entries.chunks_exact(12) {
        let distance = little_endian(entry, 4).and_then(|back| start.checked_sub(back.into()));
        let (Some(offset), Some(length)) = (distance, little_endian(entry, 8)) else {
            continue;
        };
        if let Some(range) = video_in(reader, offset, length.into(), start)? {
            return Ok(Some(range));
        }
    }
    Ok(None)
}

/// A piece begins with its type and its name, before which stands the name's length.
fn video_in(
    reader: &mut (impl Read + Seek),
    offset: u64,
    length: u64,
    end: u64,
) -> io::Result<Option<ByteRange>> {
    let header = 8 + VIDEO_NAME.len() as u64;
    let fits = offset
        .checked_add(length)
        .is_some_and(|piece_end| piece_end <= end);
    if !fits || length <= header {
        return Ok(None);
    }
    let start = read_at(reader, offset, header)?;
    let named = little_endian(&start, 4) == u32::try_from(VIDEO_NAME.len()).ok();
    let found = named && start.ends_with(VIDEO_NAME);
    Ok(found.then_some(ByteRange {
        offset: offset + header,
        length: length - header,
    }))
}

fn read_at(reader: &mut (impl Read + Seek), offset: u64, length: u64) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn little_endian(bytes: &[u8], offset: usize) -> Option<u32> {
    let bytes = bytes.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const VIDEO: &[u8] = b"\0\0\0\x14ftypmp42 and so on";

    fn found(bytes: &[u8], from_end: Option<u64>, length: Option<u64>) -> Option<ByteRange> {
        let claim = MotionClaim {
            is_made: false,
            from_end,
            length,
        };
        find(&mut Cursor::new(bytes), Format::Jpeg, &claim).unwrap()
    }

    fn with_trailer() -> Vec<u8> {
        let mut piece = vec![0, 0, 0x30, 0x0a];
        piece.extend((VIDEO_NAME.len() as u32).to_le_bytes());
        piece.extend(VIDEO_NAME);
        piece.extend(VIDEO);
        let mut directory = DIRECTORY_START.to_vec();
        directory.extend([107, 0, 0, 0, 2, 0, 0, 0]);
        let lengths = [3, 3, piece.len() as u32, piece.len() as u32];
        directory.extend([0, 0, 1, 0]);
        directory.extend(lengths.map(u32::to_le_bytes)[..2].concat());
        directory.extend([0, 0, 0x30, 0x0a]);
        directory.extend(lengths.map(u32::to_le_bytes)[2..].concat());
        let length = (directory.len() as u32).to_le_bytes();
        [b"picture", &piece[..], &directory, &length, DIRECTORY_END].concat()
    }

    #[test]
    fn believes_claims_that_are_true() {
        let bytes = [b"picture", VIDEO, b"depth"].concat();
        let length = VIDEO.len() as u64;
        let range = found(&bytes, Some(length + 5), Some(length)).unwrap();
        assert_eq!((range.offset, range.length), (7, length));
        for (from_end, length) in [
            (Some(length), Some(length)),
            (Some(u64::MAX), Some(u64::MAX)),
            (Some(length + 5), Some(3)),
            (Some(0), Some(0)),
            (None, Some(length)),
            (Some(length + 5), None),
        ] {
            assert_eq!(found(&bytes, from_end, length), None);
        }
    }

    #[test]
    fn finds_the_video_in_a_trailer() {
        let bytes = with_trailer();
        let range = found(&bytes, None, None).unwrap();
        let start = usize::try_from(range.offset).unwrap();
        let end = start + usize::try_from(range.length).unwrap();
        assert_eq!(&bytes[start..end], VIDEO);
    }

    #[test]
    fn survives_cuts_and_changes() {
        let bytes = with_trailer();
        for position in 0..bytes.len() {
            found(&bytes[..position], None, None);
            for byte in [0, 1, 0x7f, 0xff] {
                let mut changed = bytes.clone();
                changed[position] = byte;
                let range = found(&changed, None, None);
                assert!(
                    range.is_none_or(|range| range.offset + range.length <= bytes.len() as u64)
                );
            }
        }
    }
}

//! A film that lies behind a picture in the same file.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::boxes::{Boxes, Found};
use super::embedded::skip_jpeg;
use super::{Format, array, read_as_far_as_possible};
use crate::ByteRange;

/// Bytes that are searched at a time.
const WINDOW: usize = 256 * 1024;
/// Places that look like the beginning of a film and are looked at.
const CANDIDATES: usize = 100;
/// The first box of a film is not longer: it lists what can play it.
const FIRST_BOX_LIMIT: u64 = 1024;
/// The first box of a film; its length stands before that.
const FIRST_BOX: &[u8; 4] = b"ftyp";
const LENGTH: u64 = 4;

/// The first film behind a picture, to where what follows is none of its boxes.
pub(crate) fn film_behind(
    reader: &mut (impl BufRead + Seek),
    format: Format,
) -> io::Result<Option<ByteRange>> {
    let end = reader.seek(SeekFrom::End(0))?;
    reader.rewind()?;
    let mut from = match format {
        Format::Jpeg => {
            skip_jpeg(reader)?;
            reader.stream_position()?
        }
        // Such a picture begins as films do.
        _ => LENGTH + FIRST_BOX.len() as u64,
    };
    for _ in 0..CANDIDATES {
        let Some(place) = next_first_box(reader, from)? else {
            break;
        };
        let begin = place.saturating_sub(LENGTH);
        if let Some(film) = film(reader, begin, end)? {
            return Ok(Some(film));
        }
        from = place + 1;
    }
    Ok(None)
}

/// The next place at which the kind of a film's first box stands.
fn next_first_box(reader: &mut (impl Read + Seek), from: u64) -> io::Result<Option<u64>> {
    reader.seek(SeekFrom::Start(from))?;
    let mut window = vec![0; WINDOW];
    // What may be the beginning of a kind whose end comes with the next window.
    let mut kept = 0;
    let mut before = from;
    loop {
        let length = kept + read_as_far_as_possible(reader, &mut window[kept..])?;
        if length == kept {
            return Ok(None);
        }
        if let Some(place) = memchr::memmem::find(&window[..length], FIRST_BOX) {
            return Ok(Some(before + place as u64));
        }
        kept = length.min(FIRST_BOX.len() - 1);
        window.copy_within(length - kept..length, 0);
        before += (length - kept) as u64;
    }
}

/// The film that begins at a place, if one does: it has a short first box and a header.
fn film(reader: &mut (impl BufRead + Seek), begin: u64, end: u64) -> io::Result<Option<ByteRange>> {
    let mut boxes = Boxes::new(begin..end);
    let mut film_end = begin;
    let mut has_header = false;
    while let Some(found) = boxes.next(reader)? {
        let is_first = film_end == begin;
        if !is_of_film(&found) || (is_first && !is_first_box(&found)) {
            break;
        }
        if !is_whole(reader, film_end, end)? {
            return Ok(None);
        }
        has_header |= &found.kind == b"moov";
        film_end = found.content.end;
    }
    Ok(has_header.then_some(ByteRange {
        offset: begin,
        length: film_end - begin,
    }))
}

/// Whether a box that begins at a place ends within the file: of a film that is cut nothing is taken.
fn is_whole(reader: &mut (impl BufRead + Seek), begin: u64, end: u64) -> io::Result<bool> {
    reader.seek(SeekFrom::Start(begin))?;
    let [short, _kind] = [array(reader)?, array(reader)?].map(u32::from_be_bytes);
    let length = match short {
        0 => 0,
        1 => u64::from_be_bytes(array(reader)?),
        short => short.into(),
    };
    Ok(length <= end - begin)
}

fn is_first_box(found: &Found) -> bool {
    let length = found.content.end - found.content.start;
    &found.kind == FIRST_BOX && (4..=FIRST_BOX_LIMIT).contains(&length)
}

/// Whether a box is one that stands at the top of films.
fn is_of_film(found: &Found) -> bool {
    matches!(
        &found.kind,
        b"ftyp"
            | b"moov"
            | b"mdat"
            | b"free"
            | b"skip"
            | b"wide"
            | b"uuid"
            | b"meta"
            | b"udta"
            | b"styp"
            | b"sidx"
            | b"moof"
            | b"mfra"
            | b"pdin"
    )
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::boxes::tests::wrap;
    use super::*;

    const PICTURE: &[u8] = b"\xff\xd8\xff\xe1\0\x0a....ftyp\xff\xda\0\x02codes\xff\xd9";

    fn film() -> Vec<u8> {
        [
            wrap(b"ftyp", b"mp42\0\0\0\0isom"),
            wrap(b"mdat", b"pictures that move"),
            wrap(b"moov", &wrap(b"mvhd", &[0; 100])),
        ]
        .concat()
    }

    fn found(bytes: &[u8], format: Format) -> Option<ByteRange> {
        film_behind(&mut Cursor::new(bytes), format).unwrap()
    }

    #[test]
    fn finds_the_film_between_other_things() {
        let film = film();
        let range = |offset: usize| {
            Some(ByteRange {
                offset: offset as u64,
                length: film.len() as u64,
            })
        };
        for between in [0, 1, 1000, WINDOW - 3, WINDOW, 2 * WINDOW - 2] {
            let mut bytes = PICTURE.to_vec();
            bytes.extend(b"an ftyp that is none");
            bytes.resize(bytes.len() + between, 7);
            let offset = bytes.len();
            bytes.extend(&film);
            assert_eq!(found(&bytes, Format::Jpeg), range(offset), "{between}");
            bytes.extend(b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data and so on");
            assert_eq!(found(&bytes, Format::Jpeg), range(offset), "{between}");
        }
        let heif = [&wrap(b"ftyp", b"heic")[..], &wrap(b"mdat", b"codes")].concat();
        let bytes = [&heif[..], &film].concat();
        assert_eq!(found(&bytes, Format::Heif), range(heif.len()));
    }

    #[test]
    fn finds_nothing_where_there_is_none() {
        let headless = wrap(b"ftyp", b"mp42\0\0\0\0isom");
        for bytes in [
            PICTURE.to_vec(),
            [PICTURE, &headless].concat(),
            [PICTURE, b"\0\0\0\0ftyp"].concat(),
            [PICTURE, &b"\0\0\0\x0cftypmp42".repeat(1000)].concat(),
            film(),
        ] {
            assert_eq!(found(&bytes, Format::Jpeg), None);
        }
        let bytes = [PICTURE, &film()].concat();
        for length in 0..bytes.len() {
            let range = found(&bytes[..length], Format::Jpeg);
            assert!(range.is_none_or(|range| range.offset + range.length <= length as u64));
        }
    }
}

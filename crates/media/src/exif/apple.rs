//! What Apple's cameras note for themselves.

use exif::{Context, In, Tag, Value};

use crate::text;

/// What such a note begins with, up to the byte order.
const SIGNATURE: &[u8] = b"Apple iOS\0\0\x01";
/// The same text as in the video of a Live Photo.
const CONTENT_IDENTIFIER: Tag = Tag(Context::Tiff, 0x0011);

/// The same text in all pictures of a burst.
const BURST: Tag = Tag(Context::Tiff, 0x000b);

/// What such a note says.
pub(super) struct Note {
    /// What ties the picture and the video of a Live Photo together.
    pub content_identifier: Option<String>,
    /// What ties the pictures of a burst together.
    pub burst_id: Option<String>,
}

/// Reads a note, if it is Apple's.
pub(super) fn read(note: &[u8]) -> Option<Note> {
    let exif = super::parse(as_block(note)?)?;
    let text = |tag| match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => text::name(&text::decode(lines.first()?)),
        _ => None,
    };
    Some(Note {
        content_identifier: text(CONTENT_IDENTIFIER),
        burst_id: text(BURST),
    })
}

/// After the byte order follows a directory whose offsets count from the beginning of the note: it
/// lacks but the header to be a block of EXIF, and there is room for that.
fn as_block(note: &[u8]) -> Option<Vec<u8>> {
    let order = note.strip_prefix(SIGNATURE)?.first_chunk::<2>()?;
    let header: &[u8; 8] = match order {
        b"MM" => b"MM\0\x2a\0\0\0\x0e",
        b"II" => b"II\x2a\0\x0e\0\0\0",
        _ => return None,
    };
    let mut block = note.to_vec();
    block.get_mut(..8)?.copy_from_slice(header);
    Some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_identifiers() {
        let mut note = SIGNATURE.to_vec();
        note.extend(b"MM\0\x02");
        // Tag, type ASCII, 6 bytes with the ending zero, at offset 44; and at 50.
        note.extend([0, 0x0b, 0, 2, 0, 0, 0, 6, 0, 0, 0, 44]);
        note.extend([0, 0x11, 0, 2, 0, 0, 0, 6, 0, 0, 0, 50]);
        note.extend([0; 4]);
        note.extend(b"C3-D4\0A1-B2\0");
        let found = read(&note).unwrap();
        assert_eq!(found.content_identifier.as_deref(), Some("A1-B2"));
        assert_eq!(found.burst_id.as_deref(), Some("C3-D4"));
        for length in 0..note.len() - 1 {
            read(&note[..length]);
        }
        assert!(read(b"Apple iOS\0\0\x01XX\0\x01").is_none());
    }
}

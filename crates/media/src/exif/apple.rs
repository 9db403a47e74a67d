//! What Apple's cameras note for themselves.

use exif::{Context, In, Tag, Value};

use crate::text;

/// What such a note begins with, up to the byte order.
const SIGNATURE: &[u8] = b"Apple iOS\0\0\x01";
/// The same text as in the video of a Live Photo.
const CONTENT_IDENTIFIER: Tag = Tag(Context::Tiff, 0x0011);

/// The identifier that ties the picture and the video of a Live Photo together.
pub(super) fn content_identifier(note: &[u8]) -> Option<String> {
    let exif = super::parse(as_block(note)?)?;
    match &exif.get_field(CONTENT_IDENTIFIER, In::PRIMARY)?.value {
        Value::Ascii(lines) => text::name(&text::decode(lines.first()?)),
        _ => None,
    }
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
    fn finds_the_identifier() {
        let mut note = SIGNATURE.to_vec();
        note.extend(b"MM\0\x01");
        // Tag, type ASCII, 6 bytes with the ending zero, at offset 32.
        note.extend([0, 0x11, 0, 2, 0, 0, 0, 6, 0, 0, 0, 32]);
        note.extend([0; 4]);
        note.extend(b"A1-B2\0");
        assert_eq!(content_identifier(&note).as_deref(), Some("A1-B2"));
        for length in 0..note.len() - 1 {
            content_identifier(&note[..length]);
        }
        assert_eq!(content_identifier(b"Apple iOS\0\0\x01XX\0\x01"), None);
    }
}

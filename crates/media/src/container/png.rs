use std::io::{self, BufRead, Read, Seek};

use flate2::read::ZlibDecoder;

use super::{BLOCK_LIMIT, Contents, array, block, skip, without_jpeg_prefix};
use crate::iptc;

const SIGNATURE_LENGTH: u64 = 8;
const CHECKSUM_LENGTH: u64 = 4;
/// The keyword of a packet's text.
const XMP: &[u8] = b"XML:com.adobe.xmp";
/// What the keywords of other files' metadata begin with, which converters keep as text.
const PROFILE: &[u8] = b"Raw profile type ";
/// What a packet begins with that was taken from a JPEG file.
const JPEG_XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// Texts that are decompressed: there is one of each kind of metadata, and a short one can unfold to much.
const COMPRESSED_LIMIT: usize = 16;

/// Walks all chunks: metadata may stand behind the pixels.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    skip(reader, SIGNATURE_LENGTH)?;
    let mut compressed = 0;
    loop {
        let length = u64::from(u32::from_be_bytes(array(reader)?));
        let kind = array::<4>(reader)?;
        match &kind {
            b"IHDR" if length >= 8 => {
                let width = u32::from_be_bytes(array(reader)?);
                let height = u32::from_be_bytes(array(reader)?);
                contents.dimensions = Some((width, height));
                skip(reader, length - 8)?;
            }
            b"eXIf" => contents.exif = block(reader, length)?.as_deref().map(without_jpeg_prefix),
            b"iTXt" | b"tEXt" | b"zTXt" => {
                let chunk = block(reader, length)?.unwrap_or_default();
                keep(&kind, &chunk, &mut compressed, contents);
            }
            b"IEND" => return Ok(()),
            _ => skip(reader, length)?,
        }
        skip(reader, CHECKSUM_LENGTH)?;
    }
}

/// Keeps a text if it is metadata; of several of a kind the first. What a chunk of EXIF says counts more than any.
fn keep(kind: &[u8; 4], chunk: &[u8], compressed: &mut usize, contents: &mut Contents) {
    let Some((keyword, rest)) = split_at_zero(chunk) else {
        return;
    };
    if keyword != XMP && !keyword.starts_with(PROFILE) {
        return;
    }
    let Some(text) = text(kind, rest, compressed) else {
        return;
    };
    if keyword == XMP {
        contents.xmp.get_or_insert(text);
    } else if let Some(profile) = profile(&text) {
        keep_profile(profile, contents);
    }
}

/// The text behind a keyword.
fn text(kind: &[u8; 4], rest: &[u8], compressed: &mut usize) -> Option<Vec<u8>> {
    match kind {
        b"tEXt" => Some(rest.to_vec()),
        // The method of compression, of which there is one.
        b"zTXt" => decompress(rest.strip_prefix(&[0])?, compressed),
        // Whether it is compressed, the method, the language, the keyword in that language.
        _ => {
            let (&[is_compressed, _], rest) = rest.split_first_chunk::<2>()?;
            let (_, rest) = split_at_zero(rest)?;
            let (_, text) = split_at_zero(rest)?;
            match is_compressed {
                0 => Some(text.to_vec()),
                _ => decompress(text, compressed),
            }
        }
    }
}

/// Damaged texts are passed over.
fn decompress(bytes: &[u8], compressed: &mut usize) -> Option<Vec<u8>> {
    *compressed += 1;
    if *compressed > COMPRESSED_LIMIT {
        return None;
    }
    let mut plain = Vec::new();
    ZlibDecoder::new(bytes)
        .take(BLOCK_LIMIT)
        .read_to_end(&mut plain)
        .ok()?;
    Some(plain)
}

/// Bytes that were kept as text: behind a line with their kind, and one with their number, two letters for each.
fn profile(text: &[u8]) -> Option<Vec<u8>> {
    let mut lines = text
        .trim_ascii_start()
        .splitn(3, |&byte| byte == b'\n')
        .skip(2);
    let digits: Vec<u8> = lines
        .next()?
        .iter()
        .filter_map(|&byte| char::from(byte).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    let (pairs, _) = digits.as_chunks::<2>();
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// What it is is told by how it begins: the names of kinds are not always the right ones.
fn keep_profile(profile: Vec<u8>, contents: &mut Contents) {
    let bare = without_jpeg_prefix(&profile);
    if bare.starts_with(b"II") || bare.starts_with(b"MM") {
        contents.exif.get_or_insert(bare);
    } else if let Some(packet) = profile.strip_prefix(JPEG_XMP) {
        contents.xmp.get_or_insert(packet.to_vec());
    } else if profile.starts_with(b"<") {
        contents.xmp.get_or_insert(profile);
    } else {
        let data_sets = iptc::among_resources(&profile).unwrap_or(&profile);
        contents.iptc.get_or_insert(data_sets.to_vec());
    }
}

fn split_at_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|&byte| byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;
    use crate::photoshop;
    use crate::photoshop::tests::resource;

    fn contents(chunks: &[(&[u8; 4], Vec<u8>)]) -> Contents {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, content) in chunks {
            bytes.extend((content.len() as u32).to_be_bytes());
            bytes.extend(*kind);
            bytes.extend(content);
            bytes.extend([0; 4]);
        }
        let mut contents = Contents::default();
        read(&mut Cursor::new(&bytes), &mut contents).ok();
        for length in 0..bytes.len() {
            read(&mut Cursor::new(&bytes[..length]), &mut Contents::default()).ok();
        }
        contents
    }

    fn compress(plain: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn profile_text(kind: &str, bytes: &[u8]) -> Vec<u8> {
        let letters: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let (first, second) = letters.split_at(letters.len() / 2);
        format!("\n{kind}\n{:8}\n{first}\n{second}\n", bytes.len()).into_bytes()
    }

    #[test]
    fn finds_packets() {
        let plain = [XMP, b"\0\0\0en\0name\0packet"].concat();
        let packed = [XMP, b"\0\x01\0\0\0", &compress(b"packet")].concat();
        for chunk in [plain, packed] {
            let found = contents(&[(b"iTXt", chunk)]);
            assert_eq!(found.xmp.as_deref(), Some(&b"packet"[..]));
        }
    }

    #[test]
    fn finds_what_converters_keep_as_text() {
        let resources = resource(photoshop::IPTC, b"", b"data sets");
        let read = |kind: &str, bytes: &[u8]| {
            let text = profile_text(kind, bytes);
            let keyword = format!("Raw profile type {kind}\0").into_bytes();
            let plain = contents(&[(b"tEXt", [&keyword[..], &text].concat())]);
            let packed = contents(&[(b"zTXt", [&keyword[..], &[0], &compress(&text)].concat())]);
            assert_eq!(plain.exif, packed.exif);
            assert_eq!(plain.xmp, packed.xmp);
            assert_eq!(plain.iptc, packed.iptc);
            packed
        };
        for (kind, bytes) in [("exif", &b"Exif\0\0II block"[..]), ("APP1", b"II block")] {
            assert_eq!(read(kind, bytes).exif.as_deref(), Some(&b"II block"[..]));
        }
        for (kind, bytes) in [
            ("xmp", b"<packet".to_vec()),
            ("APP1", [JPEG_XMP, b"<packet"].concat()),
        ] {
            assert_eq!(read(kind, &bytes).xmp.as_deref(), Some(&b"<packet"[..]));
        }
        for (kind, bytes) in [
            ("iptc", &resources[..]),
            ("8bim", &resources),
            ("iptc", b"data sets"),
        ] {
            assert_eq!(read(kind, bytes).iptc.as_deref(), Some(&b"data sets"[..]));
        }
    }

    #[test]
    fn little_is_decompressed() {
        let with = |others: usize| {
            let damaged = (b"zTXt", b"Raw profile type x\0\0\xff".to_vec());
            let mut chunks = vec![damaged; others];
            chunks.push((
                b"iTXt",
                [XMP, b"\0\x01\0\0\0", &compress(b"packet")].concat(),
            ));
            contents(&chunks).xmp
        };
        assert!(with(COMPRESSED_LIMIT - 1).is_some());
        assert_eq!(with(COMPRESSED_LIMIT), None);
    }
}

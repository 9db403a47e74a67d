use std::io::{self, BufRead, Seek};

use super::{Contents, array, block, skip};

const SIGNATURE_LENGTH: u64 = 8;
const CHECKSUM_LENGTH: u64 = 4;
const XMP_KEYWORD: &[u8] = b"XML:com.adobe.xmp\0";

/// Walks all chunks: metadata may stand behind the pixels.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    skip(reader, SIGNATURE_LENGTH)?;
    loop {
        let length = u64::from(u32::from_be_bytes(array(reader)?));
        match &array::<4>(reader)? {
            b"IHDR" if length >= 8 => {
                let width = u32::from_be_bytes(array(reader)?);
                let height = u32::from_be_bytes(array(reader)?);
                contents.dimensions = Some((width, height));
                skip(reader, length - 8)?;
            }
            b"eXIf" => contents.exif = block(reader, length)?,
            b"iTXt" => {
                let text = block(reader, length)?.unwrap_or_default();
                contents.xmp = contents.xmp.take().or_else(|| xmp(&text));
            }
            b"IEND" => return Ok(()),
            _ => skip(reader, length)?,
        }
        skip(reader, CHECKSUM_LENGTH)?;
    }
}

/// The packet in an international text chunk, which is: keyword, compression flag and method,
/// language, translated keyword, text. Compressed packets are forbidden by the XMP specification.
fn xmp(chunk: &[u8]) -> Option<Vec<u8>> {
    let rest = chunk.strip_prefix(XMP_KEYWORD)?;
    let (&[0, _], rest) = rest.split_first_chunk::<2>()? else {
        return None;
    };
    let mut parts = rest.splitn(3, |&byte| byte == 0);
    parts.nth(2).map(<[u8]>::to_vec)
}

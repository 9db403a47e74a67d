//! The image resources in which Photoshop keeps what is no pixels, in its own files and in those of others.

/// Before each resource. Programs of the same house write others.
const SIGNATURES: [&[u8; 4]; 5] = [b"8BIM", b"AgHg", b"DCSR", b"MeSa", b"PHUT"];
/// The resource that holds IPTC data sets.
pub(crate) const IPTC: u16 = 0x0404;
/// The resource that holds a block of EXIF.
pub(crate) const EXIF: u16 = 0x0422;
/// The resource that holds an XMP packet.
pub(crate) const XMP: u16 = 0x0424;

/// Resources one after another; what follows a fault is passed over.
pub(crate) struct Resources<'a>(pub &'a [u8]);

#[derive(Debug, PartialEq)]
pub(crate) struct Resource<'a> {
    pub identifier: u16,
    /// Cut where the bytes end.
    pub content: &'a [u8],
}

impl<'a> Iterator for Resources<'a> {
    type Item = Resource<'a>;

    /// Each is a signature, an identifier, a name padded to an even length, a length, and as many bytes, padded as well.
    fn next(&mut self) -> Option<Self::Item> {
        let (signature, rest) = self.0.split_first_chunk::<4>()?;
        if !SIGNATURES.contains(&signature) {
            return None;
        }
        let (identifier, rest) = rest.split_first_chunk::<2>()?;
        let name_length = usize::from(*rest.first()?);
        let rest = rest.get((1 + name_length).next_multiple_of(2)..)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        self.0 = length
            .checked_next_multiple_of(2)
            .and_then(|padded| rest.get(padded..))
            .unwrap_or_default();
        Some(Resource {
            identifier: u16::from_be_bytes(*identifier),
            content: rest.get(..length).unwrap_or(rest),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn resource(identifier: u16, name: &[u8], content: &[u8]) -> Vec<u8> {
        let mut bytes = SIGNATURES[0].to_vec();
        bytes.extend(identifier.to_be_bytes());
        bytes.push(name.len() as u8);
        bytes.extend(name);
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes.extend((content.len() as u32).to_be_bytes());
        bytes.extend(content);
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes
    }

    #[test]
    fn lists_resources() {
        let bytes = [
            resource(0x03ed, b"odd", b"12345"),
            resource(IPTC, b"", b"data sets"),
            b"nonsense".to_vec(),
        ]
        .concat();
        let found: Vec<_> = Resources(&bytes)
            .map(|resource| (resource.identifier, resource.content))
            .collect();
        assert_eq!(found, [(0x03ed, &b"12345"[..]), (IPTC, b"data sets")]);
        for length in 0..bytes.len() {
            Resources(&bytes[..length]).count();
        }
        let lying = b"8BIM\x04\x04\0\0\xff\xff\xff\xffrest";
        let found: Vec<_> = Resources(lying).map(|resource| resource.content).collect();
        assert_eq!(found, [b"rest"]);
    }
}

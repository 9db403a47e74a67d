/// Start of a frame with progressive coding, in Huffman codes.
pub(crate) const PROGRESSIVE_FRAME: u8 = 0xc2;
pub(crate) const HUFFMAN_TABLES: u8 = 0xc4;
pub(crate) const END_OF_IMAGE: u8 = 0xd9;
pub(crate) const START_OF_SCAN: u8 = 0xda;
pub(crate) const QUANTISATION_TABLES: u8 = 0xdb;
pub(crate) const RESTART_INTERVAL: u8 = 0xdd;

/// Whether a marker starts a frame, of whatever coding.
pub(crate) fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc))
}

/// The number of a restart marker.
pub(crate) fn restart_number(marker: u8) -> Option<u8> {
    marker.checked_sub(0xd0).filter(|&number| number < 8)
}

/// The first marker from a place on, and where its code is.
pub(crate) fn find_marker(bytes: &[u8], from: usize) -> Option<(u8, usize)> {
    let mut rest = bytes.get(from..)?;
    loop {
        let found = memchr::memchr(0xff, rest)?;
        rest = rest.get(found + 1..)?;
        // Any number of 0xff may stand before a code; 0xff as a part of coded data has a zero behind it.
        match *rest.first()? {
            0 | 0xff => {}
            code => return Some((code, bytes.len() - rest.len())),
        }
    }
}

/// The segments of a file, one after the other. Coded data and whatever else stands between them is passed over.
pub(crate) struct Segments<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Segments<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// The next segment's marker and content.
    pub(crate) fn next(&mut self) -> Option<(u8, &'a [u8])> {
        loop {
            let (marker, code_at) = find_marker(self.bytes, self.position)?;
            self.position = code_at + 1;
            match marker {
                END_OF_IMAGE => return Some((marker, &[])),
                // Reserved, restarts, start of image.
                0x01..=0xbf | 0xd0..=0xd8 => {}
                _ => return Some((marker, self.content()?)),
            }
        }
    }

    fn content(&mut self) -> Option<&'a [u8]> {
        let rest = self.bytes.get(self.position..)?;
        let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
        self.position += length;
        rest.get(2..length)
    }

    /// What follows the last segment: coded data, if a scan started there.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }
}

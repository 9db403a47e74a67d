use super::size::Size;
use crate::MediaError;

/// A JPEG's sides are at most this long. The format has room for 35 pixels more, its usual library has not.
pub(super) const JPEG_SIDE_LIMIT: u32 = 65_500;
/// Pixels of a side of what is coded together where colours are kept for squares of four.
pub(super) const UNIT_SIDE: u32 = 16;
/// Units between two restarts: their number has 16 bits.
const UNIT_LIMIT: u32 = 65_535;

const START: [u8; 2] = [0xff, 0xd8];
const END: [u8; 2] = [0xff, 0xd9];
const FRAME: u8 = 0xc0;
const SCAN: u8 = 0xda;
const RESTART_INTERVAL: u8 = 0xdd;
const FIRST_RESTART: u8 = 0xd0;
const FIRST_APPLICATION: u8 = 0xe0;
const EXIF: u8 = 0xe1;
const PROFILE: u8 = 0xe2;
/// Says whether the colours are red, green and blue.
const ADOBE: u8 = 0xee;
const LAST_APPLICATION: u8 = 0xef;
const COMMENT: u8 = 0xfe;
/// What an orientation adds to a file at most.
const ORIENTATION_BYTES: usize = 64;

/// One JPEG made of others that show its parts from top to bottom.
///
/// Each part is coded for itself, as if it came after a restart marker: so all that has to be done is to put such
/// markers between them.
pub(super) struct Splicer {
    size: Size,
    part_height: u32,
    /// How clients shall turn the picture, as EXIF counts.
    orientation: u16,
    parts: u32,
    file: Vec<u8>,
}

impl Splicer {
    /// Of parts of `part_height` rows, which is a multiple of [`UNIT_SIDE`]; the last one may be lower.
    pub(super) fn new(size: Size, part_height: u32, orientation: u16) -> Self {
        Self {
            size,
            part_height,
            orientation,
            parts: 0,
            file: Vec::new(),
        }
    }

    /// How high parts may be that have about so many pixels.
    pub(super) fn part_height(width: u32, pixels: u32) -> u32 {
        let units = width.div_ceil(UNIT_SIDE).max(1);
        let wanted = pixels / (width.max(1) * UNIT_SIDE);
        wanted.clamp(1, UNIT_LIMIT / units) * UNIT_SIDE
    }

    /// Adds the next part: a baseline JPEG with the tables of the first one, its colours kept for squares of four.
    pub(super) fn add(&mut self, part: &[u8]) -> Result<(), MediaError> {
        let (header, coded) = split(part).ok_or_else(|| {
            MediaError::malformed("the JPEG encoder wrote what cannot be put together")
        })?;
        // What grows by doubling would for a moment take three times its size.
        self.file
            .try_reserve(part.len())
            .map_err(|_| MediaError::OutOfMemory)?;
        match self.parts {
            0 => self.begin(&header),
            count => {
                let turn = ((count - 1) % 8) as u8;
                self.file.extend([0xff, FIRST_RESTART + turn]);
            }
        }
        self.parts += 1;
        self.file.extend_from_slice(coded);
        Ok(())
    }

    /// Bytes of what is there already.
    pub(super) fn length(&self) -> usize {
        self.file.len()
    }

    /// The file.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.file.extend(END);
        self.file
    }

    fn begin(&mut self, header: &[Segment<'_>]) {
        self.file.extend(START);
        for segment in header {
            match segment.marker {
                FRAME => self.write_frame(segment),
                SCAN => {
                    self.write_restart_interval();
                    write(&mut self.file, segment);
                }
                FIRST_APPLICATION => {
                    write(&mut self.file, segment);
                    write_orientation(&mut self.file, self.orientation);
                }
                _ => write(&mut self.file, segment),
            }
        }
    }

    /// With the height of the whole, which comes after the number of bits.
    fn write_frame(&mut self, segment: &Segment<'_>) {
        let mut content = segment.content.to_vec();
        if let Some(height) = content.get_mut(1..3) {
            height.copy_from_slice(&(self.size.height as u16).to_be_bytes());
        }
        let frame = Segment {
            content: &content,
            ..*segment
        };
        write(&mut self.file, &frame);
    }

    fn write_restart_interval(&mut self) {
        let units = self.size.width.div_ceil(UNIT_SIDE) * self.part_height.div_ceil(UNIT_SIDE);
        let interval = Segment {
            marker: RESTART_INTERVAL,
            content: &(units as u16).to_be_bytes(),
        };
        write(&mut self.file, &interval);
    }
}

/// A JPEG that shows the same and says nothing else but how it is to be turned, as EXIF counts. Nothing of one that is
/// not whole.
pub(super) fn without_metadata(file: &[u8], orientation: u16) -> Option<Vec<u8>> {
    let (header, coded) = split(file)?;
    let mut written = Vec::new();
    written
        .try_reserve_exact(file.len() + ORIENTATION_BYTES)
        .ok()?;
    written.extend(START);
    write_orientation(&mut written, orientation);
    for segment in header.iter().filter(|segment| segment.is_shown()) {
        write(&mut written, segment);
    }
    written.extend_from_slice(coded);
    written.extend(END);
    Some(written)
}

/// A JPEG that shows the same, with nothing in its header but what is needed to decode it: the decoder takes mere warnings
/// about the rest for errors. Nothing of one without a scan.
pub(super) fn with_plain_header(file: &[u8]) -> Option<Vec<u8>> {
    let mut written = START.to_vec();
    let mut rest = file;
    loop {
        let marked = rest.get(memchr::memchr(0xff, rest)?..)?;
        let [0xff, marker, high, low, after @ ..] = marked else {
            return None;
        };
        // Fillings, zeros that stand for 255, and marks that have no content.
        if matches!(marker, 0 | 1 | 0xd0..=0xd9 | 0xff) {
            rest = marked.get(if *marker == 0xff { 1 } else { 2 }..)?;
            continue;
        }
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((content, others)) = after.split_at_checked(length.saturating_sub(2)) else {
            rest = after;
            continue;
        };
        let segment = Segment {
            marker: *marker,
            content,
        };
        rest = others;
        if segment.is_needed() {
            write(&mut written, &segment);
        }
        if *marker == SCAN {
            written.extend_from_slice(rest);
            return Some(written);
        }
    }
}

fn write(file: &mut Vec<u8>, segment: &Segment<'_>) {
    let length = segment.content.len() as u16 + 2;
    file.extend([0xff, segment.marker]);
    file.extend(length.to_be_bytes());
    file.extend_from_slice(segment.content);
}

/// EXIF with nothing but this.
fn write_orientation(file: &mut Vec<u8>, orientation: u16) {
    if orientation == 1 {
        return;
    }
    let [high, low] = orientation.to_be_bytes();
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    exif.extend([high, low, 0, 0, 0, 0, 0, 0]);
    let segment = Segment {
        marker: EXIF,
        content: &exif,
    };
    write(file, &segment);
}

struct Segment<'a> {
    marker: u8,
    content: &'a [u8],
}

impl Segment<'_> {
    /// Whether it takes part in decoding.
    fn is_needed(&self) -> bool {
        match self.marker {
            FIRST_APPLICATION => self.content.starts_with(b"JFIF\0"),
            ADOBE => self.content.starts_with(b"Adobe"),
            // Frames, tables and the restart interval.
            0xc0..=0xcf | SCAN | 0xdb | RESTART_INTERVAL => true,
            _ => false,
        }
    }

    /// Whether it belongs to what is seen: of what applications add, that are colours.
    fn is_shown(&self) -> bool {
        match self.marker {
            FIRST_APPLICATION => self.content.starts_with(b"JFIF\0"),
            PROFILE => self.content.starts_with(b"ICC_PROFILE\0"),
            ADOBE => true,
            EXIF..=LAST_APPLICATION | COMMENT => false,
            _ => true,
        }
    }
}

/// What comes before a JPEG's only scan, with that scan's header, and what is coded in it.
fn split(file: &[u8]) -> Option<(Vec<Segment<'_>>, &[u8])> {
    let mut rest = file.strip_prefix(&START)?.strip_suffix(&END)?;
    let mut header = Vec::new();
    loop {
        let [0xff, marker, high, low, after @ ..] = rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (content, others) = after.split_at_checked(length.checked_sub(2)?)?;
        rest = others;
        header.push(Segment {
            marker: *marker,
            content,
        });
        if *marker == SCAN {
            return Some((header, rest));
        }
    }
}

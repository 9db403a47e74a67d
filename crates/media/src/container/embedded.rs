/// How many places that look like the start of a JPEG file are looked at: a raw file has a handful.
const CANDIDATES: usize = 1000;

/// How many segments of each are walked until its frame: there are some twenty.
const SEGMENTS: usize = 1000;

/// The JPEG files that lie somewhere within another file, with width and height: raw files of cameras hold one or
/// more, each kind of camera in its own way, but always in one piece.
///
/// Lossless ones, which are a sensor's data, are left out.
pub(crate) fn find_jpegs(bytes: &[u8]) -> impl Iterator<Item = (u32, u32, &[u8])> {
    memchr::memmem::find_iter(bytes, b"\xff\xd8\xff")
        .take(CANDIDATES)
        .filter_map(|start| {
            let jpeg = bytes.get(start..)?;
            let (width, height) = dimensions(jpeg)?;
            Some((width, height, jpeg))
        })
}

/// Width and height of a JPEG file of 8 bits and one or three colours that a camera's display could show.
fn dimensions(jpeg: &[u8]) -> Option<(u32, u32)> {
    let mut rest = jpeg.get(2..)?;
    for _ in 0..SEGMENTS {
        let [0xff, marker, high, low, ..] = *rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        match marker {
            // Baseline, extended and progressive frames.
            0xc0..=0xc2 => {
                let [8, h0, h1, w0, w1, 1 | 3, ..] = *rest.get(4..)? else {
                    return None;
                };
                let (width, height) = (u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1]));
                return (width > 0 && height > 0).then_some((width.into(), height.into()));
            }
            // Tables, application data and comments come before the frame.
            0xc4 | 0xdb | 0xdd | 0xe0..=0xef | 0xfe if length >= 2 => {
                rest = rest.get(2 + length..)?;
            }
            0xff => rest = rest.get(1..)?,
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: [u8; 10] = [0xff, 0xc0, 0, 17, 8, 0, 20, 0, 30, 3];

    #[test]
    fn finds_what_is_within() {
        let mut bytes = b"some header \xff\xd8\xff nothing".to_vec();
        bytes.extend([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2]);
        bytes.extend(FRAME);
        bytes.extend([0xff, 0xd8, 0xff, 0xc3, 0, 17, 14, 0, 20, 0, 30, 3, 1]);
        let found: Vec<_> = find_jpegs(&bytes).collect();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0, found[0].1), (30, 20));
        assert_eq!(found[0].2.len(), bytes.len() - 23);
    }

    #[test]
    fn headers_without_end_are_none() {
        let with = |segments: usize| {
            let empty = b"\xff\xe0\0\x02".repeat(segments);
            [&b"\xff\xd8"[..], &empty, &FRAME].concat()
        };
        assert_eq!(find_jpegs(&with(SEGMENTS - 1)).count(), 1);
        assert_eq!(find_jpegs(&with(SEGMENTS)).count(), 0);
    }

    #[test]
    fn a_header_that_ends_early_is_none() {
        let mut bytes = vec![0xff, 0xd8];
        bytes.extend(FRAME);
        for length in 0..bytes.len() {
            assert_eq!(find_jpegs(&bytes[..length]).count(), 0, "{length}");
        }
    }
}

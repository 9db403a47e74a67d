//! Files that were designed to take all memory, or all time.

use std::io::Write;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// The bombs, each with what it is called.
pub fn all() -> Vec<(Vec<u8>, String)> {
    let png = |width, height, chunks: &[(&[u8; 4], Vec<u8>)]| {
        (png(width, height, chunks), "png".to_owned())
    };
    let svg = |text: String| (text.into_bytes(), "svg".to_owned());
    vec![
        png(0x7fff_ffff, 0x7fff_ffff, &[(b"IDAT", zlib(1000))]),
        png(24_000, 24_000, &[(b"IDAT", zlib(600 << 20))]),
        png(
            16,
            16,
            &[
                (b"iCCP", [b"name\0\0".to_vec(), zlib(512 << 20)].concat()),
                (b"IDAT", zlib(16 * 17)),
            ],
        ),
        png(
            16,
            16,
            &[
                (b"zTXt", [b"text\0\0".to_vec(), zlib(512 << 20)].concat()),
                (b"IDAT", zlib(16 * 17)),
            ],
        ),
        png(16, 16, &[(b"IDAT", zlib(512 << 20))]),
        svg(nested_svg()),
        svg(entities()),
        svg(
            "<svg xmlns='http://www.w3.org/2000/svg' width='2000000000' height='2000000000'/>"
                .to_owned(),
        ),
        svg(format!(
            "{}{}",
            "<svg xmlns='http://www.w3.org/2000/svg'>".repeat(50_000),
            "</svg>".repeat(50_000)
        )),
        (looping_tiff(), "tif".to_owned()),
        (looping_tiff(), "dng".to_owned()),
        (looping_tiff(), "rw2".to_owned()),
        (empty_boxes(b"isom"), "dng".to_owned()),
        (empty_boxes(b"crx "), "cr3".to_owned()),
        (many_scans(), "jpg".to_owned()),
        (endless_headers(), "raf".to_owned()),
        (packed_psd(), "psd".to_owned()),
        (nested_boxes(), "heic".to_owned()),
        (nested_boxes(), "mp4".to_owned()),
        (vec![0; 1 << 20], "jpg".to_owned()),
    ]
}

/// Sidecars that nest, or grow when they are read.
pub fn sidecars() -> [Vec<u8>; 2] {
    let nested = ["<a>".repeat(1 << 20), "</a>".repeat(1 << 20)].concat();
    [nested.into_bytes(), entities().into_bytes()]
}

/// So many zeros, packed.
fn zlib(length: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..length >> 20 {
        encoder.write_all(&zeros).expect("memory");
    }
    let rest = length & ((1 << 20) - 1);
    encoder.write_all(&zeros[..rest]).expect("memory");
    encoder.finish().expect("memory")
}

fn png(width: u32, height: u32, chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let first = [(b"IHDR", header)];
    let last = [(b"IEND", Vec::new())];
    for (kind, content) in first.iter().chain(chunks).chain(&last) {
        let mut sum = flate2::Crc::new();
        sum.update(*kind);
        sum.update(content);
        bytes.extend((content.len() as u32).to_be_bytes());
        bytes.extend(*kind);
        bytes.extend(content);
        bytes.extend(sum.sum().to_be_bytes());
    }
    bytes
}

/// Each group shows the one before ten times.
fn nested_svg() -> String {
    let mut text = "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='64'><g id='g0'><circle r='9'/></g>".to_owned();
    for level in 1..12 {
        let before = format!("<use href='#g{}'/>", level - 1).repeat(10);
        text.push_str(&format!("<g id='g{level}'>{before}</g>"));
    }
    text + "</svg>"
}

/// Each entity is ten of the one before; the last one is a file of the server's.
fn entities() -> String {
    let mut text =
        "<!DOCTYPE svg [<!ENTITY e0 'lol'><!ENTITY f SYSTEM 'file:///etc/passwd'>".to_owned();
    for level in 1..12 {
        let before = format!("&e{};", level - 1).repeat(10);
        text.push_str(&format!("<!ENTITY e{level} '{before}'>"));
    }
    text + "]><svg xmlns='http://www.w3.org/2000/svg' width='64' height='64'><text>&e11;&f;</text></svg>"
}

/// A directory that is followed by itself.
fn looping_tiff() -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend([1, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0]);
    bytes.extend([8, 0, 0, 0]);
    bytes
}

/// Boxes of no length, which whoever reads them never gets behind.
fn empty_boxes(brand: &[u8; 4]) -> Vec<u8> {
    let mut bytes = [b"\0\0\0\x14ftyp", &brand[..], b"\0\0\0\x01", brand].concat();
    bytes.extend(b"\0\0\0\x18moov\0\0\0\0free\0\0\0\0free");
    bytes
}

/// Boxes in boxes in boxes.
fn nested_boxes() -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..20_000_u32 {
        let length = (bytes.len() as u32 + 8).to_be_bytes();
        bytes = [&length[..], b"meta", &bytes].concat();
        if bytes.len() > 100_000 {
            break;
        }
    }
    [&b"\0\0\0\x0cftypheic"[..], &bytes].concat()
}

/// A progressive picture whose last scan comes ten thousand times.
fn many_scans() -> Vec<u8> {
    const SCAN: [u8; 2] = [0xff, 0xda];
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../media/tests/samples");
    let picture = std::fs::read(samples.join("progressive.jpg")).expect("a picture");
    let last = picture
        .windows(2)
        .rposition(|bytes| bytes == SCAN)
        .expect("a scan");
    let (before, scan) = picture[..picture.len() - 2].split_at(last);
    [before, &scan.repeat(10_000), b"\xff\xd9"].concat()
}

/// A thousand pictures within a file, each of which begins with the same two million segments.
fn endless_headers() -> Vec<u8> {
    const PICTURES: u16 = 1000;
    let mut bytes = b"FUJIFILMCCD-RAW ".to_vec();
    for number in 0..PICTURES {
        // The first segment of each reaches up to the segments.
        let length = (PICTURES - number - 1) * 6 + 2;
        bytes.extend(b"\xff\xd8\xff\xe0");
        bytes.extend(length.to_be_bytes());
    }
    bytes.extend(b"\xff\xe0\0\x02".repeat(2_000_000));
    bytes
}

/// Five hundred million black pixels, of which each row is packed into a few bytes.
fn packed_psd() -> Vec<u8> {
    const SIDE: u16 = 22_000;
    let row = [0x81, 0].repeat(usize::from(SIDE).div_ceil(128));
    let length = u16::try_from(row.len()).expect("a short row").to_be_bytes();
    let side = u32::from(SIDE).to_be_bytes();
    let header = [
        b"8BPS\0\x01\0\0\0\0\0\0\0\x01",
        &side[..],
        &side,
        b"\0\x08\0\x01",
    ]
    .concat();
    let nothing = [0; 12];
    let lengths = length.repeat(usize::from(SIDE));
    [
        &header[..],
        &nothing,
        b"\0\x01",
        &lengths,
        &row.repeat(usize::from(SIDE)),
    ]
    .concat()
}

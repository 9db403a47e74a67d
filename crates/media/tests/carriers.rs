//! Walks the table of formats and carriers in `docs/formats.md`: for each cell there is a file made here, which says
//! something in that way alone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fs::File;
use std::io::Write;

use kallitype_media::extract;

const TABLE: &str = include_str!("../../../docs/formats.md");
const NONE: &str = "–";

/// In which way something is said, and the file in the way of each format.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Carrier {
    Exif,
    Xmp,
    Iptc,
}

use Carrier::{Exif, Iptc, Xmp};

#[test]
fn the_table_says_what_is_read() {
    let rows: Vec<Vec<&str>> = TABLE
        .lines()
        .skip_while(|line| !line.starts_with("| Format"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() > 10, "the table is there");
    for row in rows {
        let [format, files, cells @ ..] = row.as_slice() else {
            panic!("{row:?}");
        };
        let extension = files.split(',').next().unwrap();
        for (carrier, cell) in [Exif, Xmp, Iptc].into_iter().zip(cells) {
            let samples = samples(format, carrier);
            assert_eq!(
                samples.is_empty(),
                *cell == NONE,
                "{format}, {carrier:?}: {cell}"
            );
            // Where a cell names two ways, there is a file for each.
            assert_eq!(
                samples.len() > 1,
                cell.contains(", or ") || cell.contains(", also compressed"),
                "{format}, {carrier:?}"
            );
            for (number, sample) in samples.iter().enumerate() {
                let said = said(sample, extension);
                assert_eq!(
                    said.as_deref(),
                    Some(word(carrier)),
                    "{format}, {carrier:?}, {number}"
                );
            }
        }
    }
}

fn said(bytes: &[u8], extension: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    File::create(&path).unwrap().write_all(bytes).unwrap();
    extract(File::open(path).unwrap(), extension)
        .unwrap()
        .description
}

fn word(carrier: Carrier) -> &'static str {
    match carrier {
        Exif => "by EXIF",
        Xmp => "by XMP",
        Iptc => "by IPTC",
    }
}

/// A TIFF file of one directory with texts or bytes.
fn tiff(entries: &[(u16, u16, &[u8])]) -> Vec<u8> {
    let mut bytes = b"MM\0\x2a\0\0\0\x08".to_vec();
    bytes.extend((entries.len() as u16).to_be_bytes());
    let mut values = Vec::new();
    let begin = 8 + 2 + entries.len() * 12 + 4;
    for (tag, kind, value) in entries {
        bytes.extend(tag.to_be_bytes());
        bytes.extend(kind.to_be_bytes());
        bytes.extend((value.len() as u32).to_be_bytes());
        bytes.extend(((begin + values.len()) as u32).to_be_bytes());
        values.extend(*value);
        values.resize(values.len().next_multiple_of(2), 0);
    }
    bytes.extend([0; 4]);
    bytes.extend(values);
    bytes
}

fn exif() -> Vec<u8> {
    tiff(&[(270, 2, b"by EXIF\0")])
}

fn packet() -> Vec<u8> {
    concat!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>",
        "<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:description><rdf:Alt>",
        "<rdf:li xml:lang='x-default'>by XMP</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    .into()
}

fn data_sets() -> Vec<u8> {
    b"\x1c\x02\x78\0\x07by IPTC".to_vec()
}

fn resource(identifier: u16, content: &[u8]) -> Vec<u8> {
    let mut bytes = b"8BIM".to_vec();
    bytes.extend(identifier.to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend((content.len() as u32).to_be_bytes());
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

fn content(carrier: Carrier) -> Vec<u8> {
    match carrier {
        Exif => exif(),
        Xmp => packet(),
        Iptc => data_sets(),
    }
}

/// Files that say it in one way each; none where the format has no way.
fn samples(format: &str, carrier: Carrier) -> Vec<Vec<u8>> {
    match format {
        "JPEG" => vec![jpeg(carrier)],
        "PNG" => png(carrier),
        "GIF" => vec![gif(); usize::from(carrier == Xmp)],
        "WebP" => webp(carrier),
        "TIFF" => tiffs(carrier),
        "BMP" => Vec::new(),
        "HEIF" => items(b"heic", carrier),
        "AVIF" => items(b"avif", carrier),
        "JPEG XL" => jpeg_xl(carrier),
        "JPEG 2000" => jpeg_2000(carrier),
        "PSD" => vec![psd(carrier)],
        "SVG" => vec![svg(); usize::from(carrier == Xmp)],
        "Raw, TIFF inside" => tiffs(carrier).into_iter().take(1).collect(),
        "Raw, boxes inside" => canon(carrier),
        "Raw, of other kinds" => {
            vec![[&b"FUJIFILMCCD-RAW and more"[..], &jpeg(carrier)].concat()]
        }
        "Raw of Minolta" => minolta(carrier),
        "Film in boxes" => film(carrier),
        other => panic!("there is no file for {other}"),
    }
}

/// Blocks behind their names and lengths, in one.
fn minolta(carrier: Carrier) -> Vec<Vec<u8>> {
    let block = |name: &[u8; 4], content: &[u8]| {
        let length = (content.len() as u32).to_be_bytes();
        [&name[..], &length, content].concat()
    };
    let exif = || {
        let inner = [block(b"\0PRD", &[0; 24]), block(b"\0TTW", &content(Exif))].concat();
        block(b"\0MRM", &inner)
    };
    (carrier == Exif).then(exif).into_iter().collect()
}

fn jpeg(carrier: Carrier) -> Vec<u8> {
    let (marker, before) = match carrier {
        Exif => (0xe1, &b"Exif\0\0"[..]),
        Xmp => (0xe1, &b"http://ns.adobe.com/xap/1.0/\0"[..]),
        Iptc => (0xed, &b"Photoshop 3.0\0"[..]),
    };
    let content = match carrier {
        Iptc => resource(0x0404, &data_sets()),
        _ => content(carrier),
    };
    let length = ((before.len() + content.len() + 2) as u16).to_be_bytes();
    let frame = b"\xff\xc0\0\x11\x08\0\x14\0\x1e\x03\x01\x11\0\x02\x11\0\x03\x11\0";
    [
        &b"\xff\xd8\xff"[..],
        &[marker],
        &length,
        before,
        &content,
        frame,
        b"\xff\xda\0\x02\xff\xd9",
    ]
    .concat()
}

fn png(carrier: Carrier) -> Vec<Vec<u8>> {
    let file = |kind: &[u8; 4], content: &[u8]| {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, content) in [
            (b"IHDR", &[0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0][..]),
            (kind, content),
            (b"IEND", b""),
        ] {
            bytes.extend((content.len() as u32).to_be_bytes());
            bytes.extend(kind);
            bytes.extend(content);
            bytes.extend([0; 4]);
        }
        bytes
    };
    let text = |kind: &str, content: &[u8]| {
        let letters: String = content.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = format!(
            "Raw profile type {kind}\0\n{kind}\n{:8}\n{letters}\n",
            content.len()
        );
        file(b"tEXt", text.as_bytes())
    };
    match carrier {
        Exif => vec![
            file(b"eXIf", &exif()),
            text("exif", &[b"Exif\0\0", &exif()[..]].concat()),
        ],
        Xmp => {
            let keyword = b"XML:com.adobe.xmp\0\0\0\0\0";
            vec![
                file(b"iTXt", &[&keyword[..], &packet()].concat()),
                text("xmp", &packet()),
            ]
        }
        Iptc => vec![text("iptc", &resource(0x0404, &data_sets()))],
    }
}

fn gif() -> Vec<u8> {
    let trailer: Vec<u8> = [1].into_iter().chain((0..=255).rev()).chain([0]).collect();
    [
        &b"GIF89a\x03\0\x02\0\0\0\0\x21\xff\x0bXMP DataXMP"[..],
        &packet(),
        &trailer,
        b";",
    ]
    .concat()
}

fn webp(carrier: Carrier) -> Vec<Vec<u8>> {
    let kind = match carrier {
        Exif => b"EXIF",
        Xmp => b"XMP ",
        Iptc => return Vec::new(),
    };
    let content = content(carrier);
    let mut bytes = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x0c\0\0\0\x02\0\0\x01\0\0".to_vec();
    bytes.extend(kind);
    bytes.extend((content.len() as u32).to_le_bytes());
    bytes.extend(content);
    bytes.push(0);
    vec![bytes]
}

fn tiffs(carrier: Carrier) -> Vec<Vec<u8>> {
    let resources =
        |identifier, content: &[u8]| tiff(&[(34_377, 1, &resource(identifier, content))]);
    match carrier {
        Exif => vec![exif()],
        Xmp => vec![tiff(&[(700, 1, &packet())]), resources(0x0424, &packet())],
        Iptc => vec![
            tiff(&[(33_723, 7, &data_sets())]),
            resources(0x0404, &data_sets()),
        ],
    }
}

fn wrap(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32 + 8).to_be_bytes();
    [&length[..], kind, content].concat()
}

fn items(brand: &[u8; 4], carrier: Carrier) -> Vec<Vec<u8>> {
    let (kind, content) = match carrier {
        Exif => (&b"Exif\0"[..], [&[0, 0, 0, 0], &exif()[..]].concat()),
        Xmp => (&b"mime\0application/rdf+xml\0"[..], packet()),
        Iptc => return Vec::new(),
    };
    let entry = wrap(b"infe", &[b"\x02\0\0\0\0\x01\0\0", kind].concat());
    let length = (content.len() as u32).to_be_bytes();
    let place = [
        &b"\x01\0\0\0\x44\0\0\x01\0\x01\0\x01\0\0\0\x01\0\0\0\0"[..],
        &length,
    ]
    .concat();
    let tables = [
        wrap(b"iinf", &[&[0, 0, 0, 0, 0, 1], &entry[..]].concat()),
        wrap(b"iloc", &place),
        wrap(b"idat", &content),
    ]
    .concat();
    let meta = wrap(b"meta", &[&[0; 4], &tables[..]].concat());
    vec![[wrap(b"ftyp", brand), meta].concat()]
}

fn jpeg_xl(carrier: Carrier) -> Vec<Vec<u8>> {
    let (kind, content) = match carrier {
        Exif => (b"Exif", [&[0, 0, 0, 0], &exif()[..]].concat()),
        Xmp => (b"xml ", packet()),
        Iptc => return Vec::new(),
    };
    let begin = b"\0\0\0\x0cJXL \r\n\x87\n";
    // Stored: a window of 16 bits, one block that is not compressed, the end.
    let header = (content.len() as u32 - 1) << 4 | 1 << 20;
    let stored = [&header.to_le_bytes()[..3], &content, &[3]].concat();
    vec![
        [&begin[..], &wrap(kind, &content)].concat(),
        [&begin[..], &wrap(b"brob", &[kind, &stored[..]].concat())].concat(),
    ]
}

fn jpeg_2000(carrier: Carrier) -> Vec<Vec<u8>> {
    let file = |metadata: Vec<u8>| {
        let size = wrap(b"ihdr", b"\0\0\0\x02\0\0\0\x03\0\x03\x07\x07\0\0");
        [wrap(b"jP  ", b"\r\n\x87\n"), wrap(b"jp2h", &size), metadata].concat()
    };
    let identifier: [u8; 16] = match carrier {
        Exif => *b"JpgTiffExif->JP2",
        Xmp => XMP_IDENTIFIER,
        Iptc => [
            0x33, 0xc7, 0xa4, 0xd2, 0xb8, 0x1d, 0x47, 0x23, 0xa0, 0xba, 0xf1, 0xa3, 0xe0, 0x97,
            0xad, 0x38,
        ],
    };
    let mut files = vec![file(wrap(
        b"uuid",
        &[&identifier[..], &content(carrier)].concat(),
    ))];
    if carrier == Xmp {
        files.push(file(wrap(b"xml ", &packet())));
    }
    files
}

const XMP_IDENTIFIER: [u8; 16] = [
    0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac,
];

fn psd(carrier: Carrier) -> Vec<u8> {
    let identifier = match carrier {
        Exif => 1058,
        Xmp => 1060,
        Iptc => 1028,
    };
    let resources = resource(identifier, &content(carrier));
    let header = b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x02\0\0\0\x03\0\x08\0\x03\0\0\0\0";
    let length = (resources.len() as u32).to_be_bytes();
    [&header[..], &length, &resources].concat()
}

fn svg() -> Vec<u8> {
    let metadata = String::from_utf8(packet()).unwrap();
    format!("<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'><metadata>{metadata}</metadata></svg>").into()
}

fn canon(carrier: Carrier) -> Vec<Vec<u8>> {
    let identifier = [
        0x85, 0xc0, 0xb6, 0x87, 0x82, 0x0f, 0x11, 0xe0, 0x81, 0x11, 0xf4, 0xce, 0x46, 0x2b, 0x6a,
        0x48,
    ];
    let begin = wrap(b"ftyp", b"crx \0\0\0\x01crx isom");
    match carrier {
        Exif => {
            let extension = [&identifier[..], &wrap(b"CMT1", &exif())].concat();
            vec![[begin, wrap(b"moov", &wrap(b"uuid", &extension))].concat()]
        }
        Xmp => {
            let extension = [&XMP_IDENTIFIER[..], &packet()].concat();
            vec![[begin, wrap(b"moov", b""), wrap(b"uuid", &extension)].concat()]
        }
        Iptc => Vec::new(),
    }
}

fn film(carrier: Carrier) -> Vec<Vec<u8>> {
    if carrier != Xmp {
        return Vec::new();
    }
    let begin = wrap(b"ftyp", b"mp42\0\0\0\0isom");
    let extension = [&XMP_IDENTIFIER[..], &packet()].concat();
    let user_data = wrap(b"udta", &wrap(b"XMP_", &packet()));
    vec![
        [&begin[..], &wrap(b"uuid", &extension)].concat(),
        [&begin[..], &wrap(b"moov", &user_data)].concat(),
    ]
}

//! Well-formed files of every kind that is taken.

use std::path::{Path, PathBuf};

use crate::support::Picture;
use crate::support::picture::xmp;
use crate::support::server::files_below;

/// Files longer than this are not mutated: harm is in the structure, not in the pixels.
const MAX_BYTES: u64 = 300_000;

/// A second of film, no browser's favourite in any container.
const FILM: &str = "testsrc=size=64x48:rate=10:duration=1";

/// What containers are made with. In those of the first line it is what `ffmpeg` puts there by itself.
const FILMS: [(&str, &[&str]); 11] = [
    ("mp4", &[]),
    ("mov", &["-metadata", "location=+51.5-000.125/"]),
    ("mkv", &[]),
    ("m4v", &["-movflags", "frag_keyframe+empty_moov"]),
    ("webm", &["-c:v", "libvpx"]),
    ("avi", &["-c:v", "mjpeg"]),
    ("3gp", &["-c:v", "mpeg4"]),
    ("mpg", &["-r", "25"]),
    ("mts", &["-c:v", "mpeg2video", "-r", "25"]),
    ("wmv", &[]),
    ("flv", &[]),
];

/// Names of raw files of which most are TIFF inside, as the one sample is.
const RAW: [&str; 6] = ["nef", "cr2", "arw", "orf", "rw2", "pef"];

/// A well-formed file that others are made from.
pub struct Sample {
    pub extension: String,
    pub bytes: Vec<u8>,
}

impl Sample {
    fn new(extension: &str, bytes: Vec<u8>) -> Self {
        Self {
            extension: extension.to_owned(),
            bytes,
        }
    }

    fn of_file(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_lowercase();
        let is_short = path.metadata().ok()?.len() <= MAX_BYTES;
        (extension != "md" && is_short)
            .then(|| Self::new(&extension, std::fs::read(path).expect("a sample")))
    }
}

/// The samples of the decoders' tests, what is made here, and photographs that the environment may point to.
pub fn all() -> Vec<Sample> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../media/tests/samples");
    let mut paths = files_below(&own);
    if let Ok(photos) = std::env::var("KALLITYPE_TEST_PHOTOS") {
        paths.extend(files_below(Path::new(&photos)));
    }
    paths.sort();
    let mut samples: Vec<Sample> = paths
        .iter()
        .filter_map(|path| Sample::of_file(path))
        .collect();
    samples.extend(raws(&own));
    samples.extend(films());
    samples
}

/// A sidecar that says something of everything.
pub fn sidecar() -> Vec<u8> {
    let properties = "<xmp:Rating>3</xmp:Rating><exif:DateTimeOriginal>2024-02-29T12:00:00+01:00</exif:DateTimeOriginal>
        <dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Caption</rdf:li></rdf:Alt></dc:description>
        <dc:subject><rdf:Bag><rdf:li>cat</rdf:li></rdf:Bag></dc:subject><exif:GPSLatitude>51,30N</exif:GPSLatitude>
        <lr:hierarchicalSubject><rdf:Bag><rdf:li>pets|cat</rdf:li></rdf:Bag></lr:hierarchicalSubject>";
    xmp(properties).into_bytes()
}

/// Raw files of several cameras: TIFF by other names and marks, boxes, and a picture behind a header.
fn raws(folder: &Path) -> Vec<Sample> {
    let sensor = std::fs::read(folder.join("bayer.dng")).expect("a raw file");
    let mut raws: Vec<Sample> = RAW
        .iter()
        .map(|extension| Sample::new(extension, sensor.clone()))
        .collect();
    let with_mark = |mark: &[u8]| [mark, &sensor[4..]].concat();
    raws.push(Sample::new("orf", with_mark(b"IIRO")));
    raws.push(Sample::new("rw2", with_mark(b"IIU\0")));
    let picture = std::fs::read(folder.join("progressive.jpg")).expect("a picture");
    let header = b"FUJIFILMCCD-RAW 0201FF000000".to_vec();
    raws.push(Sample::new("raf", [header, picture].concat()));
    raws.push(Sample::new("cr3", in_boxes(&sensor)));
    raws
}

/// As Canon has it: directories of EXIF in a box of the header.
fn in_boxes(exif: &[u8]) -> Vec<u8> {
    const CANON: [u8; 16] = [
        0x85, 0xc0, 0xb6, 0x87, 0x82, 0x0f, 0x11, 0xe0, 0x81, 0x11, 0xf4, 0xce, 0x46, 0x2b, 0x6a,
        0x48,
    ];
    let wrap = |kind: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len() + 8).expect("a short box");
        [&length.to_be_bytes()[..], kind, content].concat()
    };
    let blocks = [wrap(b"CMT1", exif), wrap(b"CMT2", exif)].concat();
    let header = wrap(b"uuid", &[&CANON[..], &blocks].concat());
    [
        wrap(b"ftyp", b"crx \0\0\0\x01crx isom"),
        wrap(b"moov", &header),
    ]
    .concat()
}

fn films() -> impl Iterator<Item = Sample> {
    FILMS.into_iter().map(|(extension, options)| {
        let film = Picture::film(FILM, options, &format!("film.{extension}"));
        Sample::new(extension, film.bytes)
    })
}

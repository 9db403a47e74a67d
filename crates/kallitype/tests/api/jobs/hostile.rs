//! Files that were made to do harm, by chance and by design: each may cost its own thumbnail, and nothing else.
//!
//! The suite tries a few hundred. `make hostile` tries ten thousand; `KALLITYPE_TEST_HOSTILE` says how many, and
//! `KALLITYPE_TEST_SEED` makes others of them.

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use futures_util::{StreamExt, stream};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use crate::support::server::files_below;
use crate::support::{Answer, Engine, Picture, Server};

/// How many files are tried unless it is said.
const FEW: usize = 300;
/// Files longer than this are not mutated: harm is in the structure, not in the pixels.
const LONGEST_SAMPLE: u64 = 300_000;
/// What the server itself may take, in bytes, while it is busy with them.
const MOST_MEMORY: u64 = 256 << 20;

/// A well-formed file that others are made from.
struct Sample {
    extension: String,
    bytes: Vec<u8>,
}

fn samples() -> Vec<Sample> {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../media/tests/samples");
    let mut paths = files_below(&own);
    if let Ok(photos) = std::env::var("KALLITYPE_TEST_PHOTOS") {
        paths.extend(files_below(Path::new(&photos)));
    }
    paths.sort();
    let mut samples: Vec<Sample> = paths.iter().filter_map(|path| sample(path)).collect();
    let film = Picture::film("testsrc=size=64x48:rate=10:duration=1", &[], "film.mp4");
    samples.push(Sample {
        extension: "mp4".to_owned(),
        bytes: film.bytes,
    });
    samples
}

fn sample(path: &Path) -> Option<Sample> {
    let extension = path.extension()?.to_str()?.to_lowercase();
    let is_short = path.metadata().ok()?.len() <= LONGEST_SAMPLE;
    (extension != "md" && is_short).then(|| Sample {
        extension,
        bytes: std::fs::read(path).expect("a sample"),
    })
}

/// One of the samples, changed in some ways at once.
fn mutated(random: &mut StdRng, samples: &[Sample]) -> (Vec<u8>, String) {
    let sample = samples.choose(random).expect("a sample");
    let mut bytes = sample.bytes.clone();
    for _ in 0..random.random_range(1..=4) {
        mutate(random, &mut bytes, samples);
    }
    // Sometimes the name lies.
    let named = if random.random_ratio(1, 20) {
        samples.choose(random).expect("a sample")
    } else {
        sample
    };
    (bytes, named.extension.clone())
}

fn mutate(random: &mut StdRng, bytes: &mut Vec<u8>, samples: &[Sample]) {
    if bytes.len() < 16 {
        bytes.extend(random.random::<[u8; 16]>());
    }
    let (start, end) = piece(random, bytes.len());
    match random.random_range(0..8) {
        0 => flip_bits(random, bytes),
        1 => bytes.truncate(start),
        // A lying length, count, offset or dimension.
        2 | 3 => overwrite(random, bytes),
        4 => {
            bytes.drain(start..end);
        }
        5 => {
            let again = bytes[start..end].to_vec();
            let to = random.random_range(0..bytes.len());
            bytes.splice(to..to, again);
        }
        6 => {
            let middle = (start + end) / 2;
            bytes[start..end].rotate_left(middle - start);
        }
        _ => {
            let other = &samples.choose(random).expect("a sample").bytes;
            let (from, to) = piece(random, other.len());
            bytes.splice(start..end, other[from..to].iter().copied());
        }
    }
}

/// A part of something, more often short than long.
fn piece(random: &mut StdRng, length: usize) -> (usize, usize) {
    let start = random.random_range(0..length);
    let longest = (length - start).min(1 << random.random_range(2..16));
    (start, start + random.random_range(0..=longest))
}

fn flip_bits(random: &mut StdRng, bytes: &mut [u8]) {
    for _ in 0..random.random_range(1..=32) {
        let at = random.random_range(0..bytes.len());
        bytes[at] ^= 1 << random.random_range(0..8);
    }
}

/// Puts an extreme number where there may be a length, mostly near the beginning, where headers are.
fn overwrite(random: &mut StdRng, bytes: &mut [u8]) {
    const EXTREMES: [u32; 10] = [
        0,
        1,
        2,
        0x7f,
        0xff,
        0x7fff,
        0xffff,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
    ];
    let number = *EXTREMES.choose(random).expect("a number");
    let size = *[1, 2, 4].choose(random).expect("a size");
    let near = if random.random_ratio(3, 4) {
        512
    } else {
        usize::MAX
    };
    let at = random.random_range(0..bytes.len().min(near).saturating_sub(size).max(1));
    let number = if random.random() {
        number.to_be_bytes()[4 - size..].to_vec()
    } else {
        number.to_le_bytes()[..size].to_vec()
    };
    bytes[at..at + size].copy_from_slice(&number);
}

/// Files that were designed to take all memory, or all time.
fn bombs() -> Vec<(Vec<u8>, String)> {
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
        (nested_boxes(), "heic".to_owned()),
        (nested_boxes(), "mp4".to_owned()),
        (vec![0; 1 << 20], "jpg".to_owned()),
    ]
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

fn number_of(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Uploads a file that has to be kept, whatever it is.
async fn upload(server: &Server, bytes: Vec<u8>, name: &str) {
    let picture = Picture::new(bytes, name);
    let request = server
        .post(&server.admin, "/assets")
        .multipart(picture.form());
    let answer = Answer::of(request).await;
    let is_kept = matches!(answer.status, 200 | 201);
    let is_empty = picture.bytes.is_empty() && answer.status == 400;
    assert!(is_kept || is_empty, "{name} {answer:?}");
}

#[tokio::test]
async fn hostile_files_cost_their_own_thumbnails_only() {
    let count = number_of("KALLITYPE_TEST_HOSTILE").map_or(FEW, |count| count as usize);
    let seed = number_of("KALLITYPE_TEST_SEED").unwrap_or(1);
    let mut random = StdRng::seed_from_u64(seed);
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("media-timeout-seconds", 20)
            .with("job-attempts", 1)
            .with("transcode", "off")
    })
    .await;
    let samples = samples();
    assert!(samples.len() > 30, "{} samples", samples.len());
    let mutated = (0..count).map(|_| mutated(&mut random, &samples));
    let files = bombs().into_iter().chain(mutated).enumerate();
    stream::iter(files)
        .for_each_concurrent(8, |(number, (bytes, extension))| {
            let name = format!("{number}.{extension}");
            let server = &server;
            async move { upload(server, bytes, &name).await }
        })
        .await;
    // As long as the queue becomes shorter, no job is stuck.
    let mut left = usize::MAX;
    while left > 0 {
        let before = left;
        left = crate::support::eventually("a shorter queue", async || {
            let left = server.waiting_jobs().await.len();
            (left < before).then_some(left)
        })
        .await;
    }
    let after = server.admin.upload(&server, &Picture::jpeg(1)).await;
    server.admin.settle(&server, after).await;
    let most = server.most_memory();
    assert!(most < MOST_MEMORY, "the server took {} MiB", most >> 20);
    for error in server.job_errors().await {
        assert!(!error.trim().is_empty());
        assert!(!error.contains("panic"), "{error}");
    }
}

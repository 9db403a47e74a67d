//! Ways in which files are damaged, and how damage is faked.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::samples::Sample;

/// What there is no room, no time or no sense for.
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

/// Width and height of the samples.
const SIZES: [(u32, u32); 3] = [(96, 64), (64, 96), (64, 48)];

/// Width and height stand this many bytes apart at most: in TIFF files each has an entry of twelve.
const APART: usize = 16;

/// One of the samples, changed in some ways at once, and what it is called.
pub fn mutated(random: &mut StdRng, samples: &[Sample]) -> (Vec<u8>, String) {
    let sample = samples.choose(random).expect("a sample");
    let bytes = damaged(random, &sample.bytes, samples);
    // Sometimes the name lies.
    let named = if random.random_ratio(1, 20) {
        samples.choose(random).expect("a sample")
    } else {
        sample
    };
    (bytes, named.extension.clone())
}

/// A file, changed in some ways at once.
pub fn damaged(random: &mut StdRng, bytes: &[u8], samples: &[Sample]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..random.random_range(1..=4) {
        mutate(random, &mut bytes, samples);
    }
    bytes
}

fn mutate(random: &mut StdRng, bytes: &mut Vec<u8>, samples: &[Sample]) {
    if bytes.len() < 16 {
        bytes.extend(random.random::<[u8; 16]>());
    }
    let (start, end) = piece(random, bytes.len());
    match random.random_range(0..9) {
        0 => flip_bits(random, bytes),
        1 => bytes.truncate(start),
        // A lying length, count or offset.
        2 | 3 => overwrite(random, bytes),
        4 => lie_about_size(random, bytes),
        5 => {
            bytes.drain(start..end);
        }
        6 => {
            let again = bytes[start..end].to_vec();
            let to = random.random_range(0..bytes.len());
            bytes.splice(to..to, again);
        }
        7 => {
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
    let number = *EXTREMES.choose(random).expect("a number");
    let size = *[1, 2, 4].choose(random).expect("a size");
    let near = if random.random_ratio(3, 4) {
        512
    } else {
        usize::MAX
    };
    let at = random.random_range(0..bytes.len().min(near).saturating_sub(size).max(1));
    let number = encoded(number, size, random.random());
    bytes[at..at + size].copy_from_slice(&number);
}

/// Puts extreme numbers where width and height stand, if they do.
fn lie_about_size(random: &mut StdRng, bytes: &mut [u8]) {
    let places = sizes_in(bytes);
    let Some(&(width, height, size, is_big)) = places.choose(random) else {
        return;
    };
    for at in [width, height] {
        let number = *EXTREMES.choose(random).expect("a number");
        bytes[at..at + size].copy_from_slice(&encoded(number, size, is_big));
    }
}

/// Where a width and a height seem to stand, with how many bytes, and whether the most significant comes first.
fn sizes_in(bytes: &[u8]) -> Vec<(usize, usize, usize, bool)> {
    let mut places = Vec::new();
    for (width, height) in SIZES {
        for (size, is_big) in [(2, false), (2, true), (4, false), (4, true)] {
            let (wide, high) = (encoded(width, size, is_big), encoded(height, size, is_big));
            let found = bytes.windows(size).enumerate();
            for (at, _) in found.filter(|(_, window)| **window == *wide) {
                let near = at + size..(at + APART).min(bytes.len().saturating_sub(size));
                let beside = near.into_iter().find(|&to| bytes[to..to + size] == *high);
                places.extend(beside.map(|to| (at, to, size, is_big)));
            }
        }
    }
    places
}

fn encoded(number: u32, size: usize, is_big: bool) -> Vec<u8> {
    if is_big {
        number.to_be_bytes()[4 - size..].to_vec()
    } else {
        number.to_le_bytes()[..size].to_vec()
    }
}

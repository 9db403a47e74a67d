use turbojpeg::{Compressor, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp};

use super::super::jpeg;
use super::markers::{QUANTISATION_TABLES, restart_number};
use super::*;

/// Waves, edges and grain, in colours that change slowly.
fn photograph(size: Size, channels: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut pixels = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (state >> 27) as f32;
            let edge = if (x / 37 + y / 23).is_multiple_of(3) {
                40.0
            } else {
                0.0
            };
            let wave = (x as f32 / 17.0).sin() * (y as f32 / 29.0).cos();
            for channel in 0..channels {
                let tint = ((x + 2 * y) as f32 / 90.0 + 2.0 * channel as f32).sin();
                pixels.push((90.0 + edge + 40.0 * wave + 40.0 * tint + grain) as u8);
            }
        }
    }
    pixels
}

/// How a file is written.
#[derive(Debug, Clone, Copy)]
struct Kind {
    format: PixelFormat,
    colorspace: Colorspace,
    subsamp: Subsamp,
}

const fn kind(format: PixelFormat, colorspace: Colorspace, subsamp: Subsamp) -> Kind {
    Kind {
        format,
        colorspace,
        subsamp,
    }
}

const QUARTERED: Kind = kind(PixelFormat::RGB, Colorspace::YCbCr, Subsamp::Sub2x2);
const KINDS: [Kind; 9] = [
    QUARTERED,
    kind(PixelFormat::RGB, Colorspace::YCbCr, Subsamp::None),
    kind(PixelFormat::RGB, Colorspace::YCbCr, Subsamp::Sub2x1),
    kind(PixelFormat::RGB, Colorspace::YCbCr, Subsamp::Sub1x2),
    kind(PixelFormat::RGB, Colorspace::YCbCr, Subsamp::Sub4x1),
    kind(PixelFormat::RGB, Colorspace::RGB, Subsamp::None),
    kind(PixelFormat::GRAY, Colorspace::Gray, Subsamp::Gray),
    kind(PixelFormat::CMYK, Colorspace::CMYK, Subsamp::None),
    kind(PixelFormat::CMYK, Colorspace::YCCK, Subsamp::Sub2x2),
];

fn compressor(kind: Kind, quality: i32) -> Compressor {
    let mut compressor = Compressor::new().unwrap();
    compressor.set_progressive(true).unwrap();
    compressor.set_quality(quality).unwrap();
    compressor.set_subsamp(kind.subsamp).unwrap();
    compressor.set_colorspace(kind.colorspace).unwrap();
    compressor
}

fn compress(compressor: Compressor, format: PixelFormat, size: Size) -> Vec<u8> {
    compress_pixels(compressor, format, size, &photograph(size, format.size()))
}

fn compress_pixels(
    mut compressor: Compressor,
    format: PixelFormat,
    size: Size,
    pixels: &[u8],
) -> Vec<u8> {
    let image = Image {
        pixels,
        width: size.width as usize,
        pitch: size.width as usize * format.size(),
        height: size.height as usize,
        format,
    };
    compressor.compress_to_vec(image).unwrap()
}

fn file(kind: Kind, quality: i32, (width, height): (u32, u32)) -> Vec<u8> {
    compress(
        compressor(kind, quality),
        kind.format,
        Size { width, height },
    )
}

/// All that may be wanted of a file.
fn wanted(bytes: &[u8]) -> Vec<Wanted> {
    let header = turbojpeg::read_header(bytes).unwrap();
    let colorspace = header.colorspace;
    let may_stay = header.subsamp == Subsamp::Sub2x2 && colorspace == Colorspace::YCbCr;
    let forms: &[bool] = if may_stay { &[false, true] } else { &[false] };
    let wanted = |eighths| {
        forms.iter().map(move |&in_planes| Wanted {
            original: Size {
                width: header.width as u32,
                height: header.height as u32,
            },
            eighths,
            in_planes,
            colorspace,
        })
    };
    (1..=4).flat_map(wanted).collect()
}

/// What libjpeg-turbo makes of a file.
fn expected(bytes: &[u8], wanted: Wanted) -> Result<Picture, MediaError> {
    let mut decoder = Decompressor::new().unwrap();
    let factor = ScalingFactor::new(wanted.eighths as usize, 8);
    let scaled = decoder.read_header(bytes).unwrap().scaled(factor);
    decoder.set_scaling_factor(factor).unwrap();
    let size = Size {
        width: scaled.width as u32,
        height: scaled.height as u32,
    };
    Ok(match wanted.in_planes {
        true => jpeg::decode_planes(&mut decoder, bytes, size)?.into(),
        false => jpeg::decode_pixels(&mut decoder, bytes, size, wanted.colorspace)?.into(),
    })
}

/// How far two pictures are apart: in the mean, and at most.
fn apart(one: &Picture, other: &Picture) -> (f64, u8) {
    assert_eq!(one.size(), other.size());
    let [one, other] = [one, other].map(|picture| picture.to_pixels(picture.size()).unwrap());
    assert_eq!(one.channels, other.channels);
    let pairs = one.pixels.iter().zip(&other.pixels);
    let apart: Vec<_> = pairs.map(|(one, other)| one.abs_diff(*other)).collect();
    let sum: usize = apart.iter().map(|&apart| usize::from(apart)).sum();
    (
        sum as f64 / apart.len() as f64,
        apart.into_iter().max().unwrap(),
    )
}

/// Where libjpeg-turbo makes means of coefficients that are not kept, or has fewer samples of chroma, pictures are but
/// alike.
fn check(what: &str, bytes: &[u8]) {
    let subsamp = turbojpeg::read_header(bytes).unwrap().subsamp;
    let is_even = matches!(subsamp, Subsamp::None | Subsamp::Gray | Subsamp::Sub2x2);
    for wanted in wanted(bytes) {
        let drawn = decode(bytes, wanted, 0).unwrap().unwrap();
        let (mean, most) = apart(&drawn, &expected(bytes, wanted).unwrap());
        let (mean_limit, limit) = match wanted.eighths {
            1 if wanted.in_planes => (0.0, 0),
            1 | 3 if is_even => (0.3, 4),
            _ => (4.0, 16),
        };
        assert!(
            mean <= mean_limit && most <= limit,
            "{what}, {wanted:?}: {mean} apart, at most {most}"
        );
    }
}

/// Files with restarts, with scans of single components, with bands of coefficients and tables in every order.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds/progressive");
    let files = std::fs::read_dir(folder).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    paths
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect()
}

/// A stream of numbers, each below what is asked for.
fn random() -> impl FnMut(usize) -> usize {
    let mut state = 1_u64;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    }
}

#[test]
fn draws_what_libjpeg_draws() {
    for kind in KINDS {
        for quality in [50, 85, 98] {
            let bytes = file(kind, quality, (231, 117));
            check(&format!("{kind:?}, quality {quality}"), &bytes);
        }
        for size in [
            (1, 1),
            (7, 9),
            (8, 8),
            (16, 17),
            (33, 16),
            (100, 15),
            (15, 100),
        ] {
            check(&format!("{kind:?}, {size:?}"), &file(kind, 85, size));
        }
    }
    for (name, bytes) in seeds() {
        check(&name, &bytes);
    }
}

/// In such blocks no coefficient is zero.
#[test]
fn nothing_but_grain_is_drawn() {
    let size = Size {
        width: 72,
        height: 40,
    };
    let gray = KINDS[6];
    let mut random = random();
    let grain: Vec<_> = (0..size.pixels()).map(|_| random(256) as u8).collect();
    let bytes = compress_pixels(compressor(gray, 100), gray.format, size, &grain);
    let wanted = wanted(&bytes)[2];
    let drawn = decode(&bytes, wanted, 0).unwrap().unwrap();
    let (_, most) = apart(&drawn, &expected(&bytes, wanted).unwrap());
    assert!(most <= 1, "{most} apart");
}

/// Libjpeg-turbo smooths what only the first scans tell of.
#[test]
fn what_ends_early_is_drawn_as_far_as_it_goes() {
    for whole in [
        file(QUARTERED, 85, (231, 117)),
        file(KINDS[1], 85, (100, 75)),
    ] {
        let header = whole
            .windows(2)
            .position(|pair| pair == [0xff, START_OF_SCAN]);
        for cut in (header.unwrap() + 20..whole.len()).step_by(233) {
            let bytes = &whole[..cut];
            for wanted in wanted(&whole) {
                let what = format!("{wanted:?} of {cut} bytes");
                let drawn = decode(bytes, wanted, 0);
                // There unsound parameters of a scan are the end.
                let Ok(expected) = expected(bytes, wanted) else {
                    continue;
                };
                let drawn = drawn.unwrap().unwrap();
                let (mean, _) = apart(&drawn, &expected);
                assert!(mean < 9.0, "{what}: {mean} apart");
            }
        }
    }
}

#[test]
fn a_file_without_anything_to_draw_is_malformed() {
    let mut bytes = file(QUARTERED, 85, (33, 21));
    let wanted = wanted(&bytes)[1];
    let scan = bytes
        .windows(2)
        .position(|pair| pair == [0xff, START_OF_SCAN]);
    bytes.truncate(scan.unwrap());
    for end in [
        &[][..],
        &[0xff, END_OF_IMAGE],
        &[0xff, START_OF_SCAN, 0, 3, 1],
    ] {
        let outcome = decode(&[&bytes, end].concat(), wanted, 0);
        assert!(
            matches!(outcome, Err(MediaError::Malformed(_))),
            "{outcome:?}"
        );
    }
}

#[test]
fn damaged_files_get_an_answer() {
    let mut random = random();
    for (name, whole) in seeds() {
        let all_wanted = wanted(&whole);
        for round in 0..400 {
            let mut bytes = whole.clone();
            match round % 4 {
                0 => bytes[random(whole.len())] ^= 1 << random(8),
                1 => bytes[random(whole.len())] = 0xff,
                2 => bytes.truncate(random(whole.len())),
                _ => {
                    let (from, to) = (random(whole.len()), random(whole.len()));
                    let length = random(64).min(whole.len() - from).min(whole.len() - to);
                    bytes.copy_within(from..from + length, to);
                }
            }
            println!("{name}, round {round}");
            decode(&bytes, all_wanted[round % all_wanted.len()], 0).ok();
        }
    }
}

#[test]
fn tables_may_be_defined_anew() {
    let whole = file(QUARTERED, 85, (100, 75));
    let places = |marker| {
        let pairs = whole.windows(2).enumerate();
        pairs
            .filter(move |(_, pair)| *pair == [0xff, marker])
            .map(|(place, _)| place)
    };
    // What is in use already is not changed by it.
    let mut table = whole[places(QUANTISATION_TABLES).next().unwrap()..][..69].to_vec();
    table[5..].fill(200);
    for scan in places(START_OF_SCAN).skip(1) {
        let mut bytes = whole.clone();
        bytes.splice(scan..scan, table.clone());
        check(&format!("a table at {scan}"), &bytes);
    }
}

#[test]
fn restarts_are_found_again() {
    let seeds = seeds();
    let (_, whole) = seeds
        .iter()
        .find(|(name, _)| name.ends_with("restarts.jpg"))
        .unwrap();
    let wanted = wanted(whole)[1];
    let undamaged = decode(whole, wanted, 0).unwrap().unwrap();
    let restarts = whole.windows(2).enumerate().filter_map(|(place, pair)| {
        let number = restart_number(pair[1]).filter(|_| pair[0] == 0xff)?;
        Some((place, number))
    });
    // Of the first scans, in which a loss is seen best.
    for (place, number) in restarts.take(20) {
        // Without a marker the next ones tell how much is lost.
        let mut bytes = whole.clone();
        bytes[place] = 0;
        let drawn = decode(&bytes, wanted, 0).unwrap().unwrap();
        let (mean, _) = apart(&drawn, &undamaged);
        assert!(mean < 12.0, "{mean} apart without the one at {place}");
        let (mean, _) = apart(&drawn, &expected(&bytes, wanted).unwrap());
        assert!(mean < 4.0, "{mean} from what is expected without {place}");
        // One that comes again is none.
        let mut bytes = whole.clone();
        bytes.splice(place..place, [0xff, 0xd0 + (number + 7) % 8]);
        let drawn = decode(&bytes, wanted, 0).unwrap().unwrap();
        assert_eq!(apart(&drawn, &undamaged), (0.0, 0), "again at {place}");
    }
}

#[test]
fn what_is_unusual_or_small_is_left_to_others() {
    let size = Size {
        width: 64,
        height: 48,
    };
    let compressed = |change: &dyn Fn(&mut Compressor)| {
        let mut compressor = compressor(QUARTERED, 85);
        change(&mut compressor);
        compress(compressor, QUARTERED.format, size)
    };
    let usual = compressed(&|_| {});
    let wanted = wanted(&usual)[0];
    // Of a block for every 64 pixels, and of two for every 256, each coefficient takes two bytes.
    let least = 64 * 48 * 3;
    assert!(decode(&usual, wanted, least - 1).unwrap().is_some());
    assert!(decode(&usual, wanted, least).unwrap().is_none());

    let sequential = compressed(&|compressor| compressor.set_progressive(false).unwrap());
    let arithmetic = compressed(&|compressor| compressor.set_arithmetic(true).unwrap());
    let frame = usual
        .windows(2)
        .position(|pair| pair == [0xff, PROGRESSIVE_FRAME]);
    let altered = |place: usize, value: u8| {
        let mut bytes = usual.clone();
        bytes[frame.unwrap() + place] = value;
        bytes
    };
    for bytes in [
        sequential,
        arithmetic,
        // Twelve bits.
        altered(4, 12),
        // Two samples of brightness for three of chroma.
        altered(14, 0x31),
        // Too many samples, and none.
        altered(11, 0x51),
        altered(11, 0x02),
        // More components than there are.
        altered(9, 4),
    ] {
        assert!(decode(&bytes, wanted, 0).unwrap().is_none());
    }
    let other = Wanted {
        original: Size {
            width: 64,
            height: 47,
        },
        ..wanted
    };
    assert!(decode(&usual, other, 0).unwrap().is_none());
    let gray = Wanted {
        colorspace: Colorspace::Gray,
        ..wanted
    };
    assert!(decode(&usual, gray, 0).unwrap().is_none());
}

#[test]
fn endless_scans_are_refused() {
    let mut bytes = file(QUARTERED, 85, (16, 16));
    let wanted = wanted(&bytes)[0];
    bytes.truncate(bytes.len() - 2);
    let scan = [0xff, START_OF_SCAN, 0, 8, 1, 1, 0, 1, 63, 0];
    bytes.extend(scan.repeat(SCAN_LIMIT as usize));
    assert!(decode(&bytes, wanted, 0).is_err());
}

use turbojpeg::{
    Colorspace, Compressor, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp, YuvImage,
};

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

/// All ways to draw a file.
fn ways(bytes: &[u8]) -> impl Iterator<Item = (u32, Samples)> {
    let jpeg = Jpeg::open(bytes).unwrap();
    let forms: &[Samples] = match jpeg.has_quartered_chroma() {
        true => &[Samples::OnePerPixel, Samples::AsStored],
        false => &[Samples::OnePerPixel],
    };
    [1, 2, 3, 4, 8]
        .into_iter()
        .flat_map(move |eighths| forms.iter().map(move |&samples| (eighths, samples)))
}

/// Its planes as they are stored, or its pixels as libjpeg-turbo makes them of its components.
fn drawn(bytes: &[u8], eighths: u32, samples: Samples) -> Result<Vec<u8>, Error> {
    let jpeg = Jpeg::open(bytes).unwrap();
    let [width, height] = [jpeg.width(), jpeg.height()].map(|side| (side * eighths).div_ceil(8));
    let planes = |kept: Vec<Coefficients>, sizes: &[(u32, u32)]| {
        let planes = kept.iter().zip(sizes).map(|(kept, &(width, height))| {
            let mut plane = vec![0; (width * height) as usize];
            kept.draw(width, &mut plane).map(|()| plane)
        });
        planes.collect::<Result<Vec<_>, _>>()
    };
    let kept = jpeg.read(eighths, samples)?;
    if samples == Samples::AsStored {
        let half = (width.div_ceil(2), height.div_ceil(2));
        return Ok(planes(kept, &[(width, height), half, half])?.concat());
    }
    let planes = planes(kept, &[(width, height); 4])?;
    let pixels =
        (0..(width * height) as usize).map(|pixel| planes.iter().map(move |plane| plane[pixel]));
    let colorspace = turbojpeg::read_header(bytes).unwrap().colorspace;
    Ok(pixels
        .flat_map(|pixel| shown(pixel.collect(), colorspace))
        .collect())
}

/// A pixel in the channels that libjpeg-turbo makes of it.
fn shown(pixel: Vec<u8>, colorspace: Colorspace) -> Vec<u8> {
    let inverts = match colorspace {
        Colorspace::YCbCr => false,
        Colorspace::YCCK => true,
        _ => return pixel,
    };
    let [luma, blue, red] = [0, 1, 2].map(|channel| f32::from(pixel[channel]));
    let (blue, red) = (blue - 128.0, red - 128.0);
    let colours = [
        luma + 1.402 * red,
        luma - 0.344_14 * blue - 0.714_14 * red,
        luma + 1.772 * blue,
    ];
    let colours = colours.map(|colour| colour.round() as u8);
    let colours = colours.map(|colour| if inverts { 255 - colour } else { colour });
    colours
        .into_iter()
        .chain(pixel[3..].iter().copied())
        .collect()
}

/// What libjpeg-turbo makes of a file, as far as it goes.
fn expected(bytes: &[u8], eighths: u32, samples: Samples) -> Option<Vec<u8>> {
    let mut decoder = Decompressor::new().unwrap();
    let factor = ScalingFactor::new(eighths as usize, 8);
    let header = decoder.read_header(bytes).ok()?;
    decoder.set_scaling_factor(factor).unwrap();
    let scaled = header.scaled(factor);
    let (width, height) = (scaled.width, scaled.height);
    let (mut pixels, outcome);
    if samples == Samples::AsStored {
        pixels = vec![128; width.div_ceil(2) * height.div_ceil(2) * 6];
        let image = YuvImage {
            pixels: pixels.as_mut_slice(),
            width,
            align: 1,
            height,
            subsamp: Subsamp::Sub2x2,
        };
        outcome = decoder.decompress_to_yuv(bytes, image);
    } else {
        let format = match header.colorspace {
            Colorspace::Gray => PixelFormat::GRAY,
            Colorspace::CMYK | Colorspace::YCCK => PixelFormat::CMYK,
            _ => PixelFormat::RGB,
        };
        pixels = vec![128; width * height * format.size()];
        let image = Image {
            pixels: pixels.as_mut_slice(),
            width,
            pitch: width * format.size(),
            height,
            format,
        };
        outcome = decoder.decompress(bytes, image);
    }
    if samples == Samples::AsStored {
        // Odd sides are filled up to even ones.
        let even = width.next_multiple_of(2);
        let (luma, chroma) = pixels.split_at(even * height.next_multiple_of(2));
        let rows = luma.chunks(even).take(height);
        let covered: Vec<_> = rows.map(|row| &row[..width]).chain([chroma]).collect();
        pixels = covered.concat();
    }
    let is_empty = outcome.is_err() && pixels.iter().all(|&value| value == 128);
    (!is_empty).then_some(pixels)
}

/// How far two pictures are apart: in the mean, and at most.
fn apart(one: &[u8], other: &[u8]) -> (f64, u8) {
    assert_eq!(one.len(), other.len());
    let pairs = one.iter().zip(other);
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
    for (eighths, samples) in ways(bytes) {
        let drawn = drawn(bytes, eighths, samples).unwrap();
        let (mean, max_difference) = apart(&drawn, &expected(bytes, eighths, samples).unwrap());
        let (mean_limit, limit) = match eighths {
            1 if samples == Samples::AsStored => (0.0, 0),
            1 | 3 if is_even => (0.3, 4),
            _ => (4.0, 16),
        };
        assert!(
            mean <= mean_limit && max_difference <= limit,
            "{what}, {eighths}/8, {samples:?}: {mean} apart, at most {max_difference}"
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
    let grain: Vec<_> = (0..size.area()).map(|_| random(256) as u8).collect();
    let bytes = compress_pixels(compressor(gray, 100), gray.format, size, &grain);
    let (eighths, samples) = (3, Samples::OnePerPixel);
    let drawn = drawn(&bytes, eighths, samples).unwrap();
    let (_, max_difference) = apart(&drawn, &expected(&bytes, eighths, samples).unwrap());
    assert!(max_difference <= 1, "{max_difference} apart");
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
            for (eighths, samples) in ways(&whole) {
                let what = format!("{eighths}/8, {samples:?} of {cut} bytes");
                // There unsound parameters of a scan are the end.
                let Some(expected) = expected(bytes, eighths, samples) else {
                    continue;
                };
                let drawn = drawn(bytes, eighths, samples).unwrap();
                let (mean, _) = apart(&drawn, &expected);
                assert!(mean < 9.0, "{what}: {mean} apart");
            }
        }
    }
}

#[test]
fn a_file_without_anything_to_draw_is_an_error() {
    let mut bytes = file(QUARTERED, 85, (33, 21));
    let scan = bytes
        .windows(2)
        .position(|pair| pair == [0xff, START_OF_SCAN]);
    bytes.truncate(scan.unwrap());
    for end in [
        &[][..],
        &[0xff, END_OF_IMAGE],
        &[0xff, START_OF_SCAN, 0, 3, 1],
    ] {
        let outcome = drawn(&[&bytes, end].concat(), 2, Samples::OnePerPixel);
        assert_eq!(outcome, Err(Error::Nothing));
    }
}

#[test]
fn damaged_files_get_an_answer() {
    let mut random = random();
    for (name, whole) in seeds() {
        let ways: Vec<_> = ways(&whole).collect();
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
            let (eighths, samples) = ways[round % ways.len()];
            if Jpeg::open(&bytes).is_some() && turbojpeg::read_header(&bytes).is_ok() {
                drawn(&bytes, eighths, samples).ok();
            }
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
    let (eighths, samples) = (2, Samples::OnePerPixel);
    let undamaged = drawn(whole, eighths, samples).unwrap();
    let restarts = whole.windows(2).enumerate().filter_map(|(place, pair)| {
        let number = restart_number(pair[1]).filter(|_| pair[0] == 0xff)?;
        Some((place, number))
    });
    // Of the first scans, in which a loss is seen best.
    for (place, number) in restarts.take(20) {
        // Without a marker the next ones tell how much is lost.
        let mut bytes = whole.clone();
        bytes[place] = 0;
        let damaged = drawn(&bytes, eighths, samples).unwrap();
        let (mean, _) = apart(&damaged, &undamaged);
        assert!(mean < 12.0, "{mean} apart without the one at {place}");
        let (mean, _) = apart(&damaged, &expected(&bytes, eighths, samples).unwrap());
        assert!(mean < 4.0, "{mean} from what is expected without {place}");
        // One that comes again is none.
        let mut bytes = whole.clone();
        bytes.splice(place..place, [0xff, 0xd0 + (number + 7) % 8]);
        let again = drawn(&bytes, eighths, samples).unwrap();
        assert_eq!(apart(&again, &undamaged), (0.0, 0), "again at {place}");
    }
}

#[test]
fn what_is_unusual_is_left_to_others() {
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
        assert!(Jpeg::open(&bytes).is_none());
    }
}

#[test]
fn what_there_is_to_draw_is_known_before() {
    let bytes = file(QUARTERED, 85, (64, 48));
    let jpeg = Jpeg::open(&bytes).unwrap();
    assert_eq!((jpeg.width(), jpeg.height()), (64, 48));
    assert_eq!(jpeg.components(), 3);
    assert!(jpeg.has_quartered_chroma());
    // Of a block for every 64 pixels, and of two for every 256, each coefficient takes two bytes.
    assert_eq!(jpeg.coefficient_bytes(), 64 * 48 * 3);
    let bytes = file(KINDS[1], 85, (64, 48));
    assert!(!Jpeg::open(&bytes).unwrap().has_quartered_chroma());
}

#[test]
fn endless_scans_are_refused() {
    let mut bytes = file(QUARTERED, 85, (16, 16));
    bytes.truncate(bytes.len() - 2);
    let scan = [0xff, START_OF_SCAN, 0, 8, 1, 1, 0, 1, 63, 0];
    bytes.extend(scan.repeat(SCAN_LIMIT as usize));
    let outcome = drawn(&bytes, 1, Samples::OnePerPixel);
    assert_eq!(outcome, Err(Error::TooManyScans));
}

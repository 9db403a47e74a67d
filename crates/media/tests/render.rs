//! What is drawn from a file of each format: upright, of the right size and in the right colours.

#![allow(
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

use std::fs::File;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use kallitype_media::{
    Encoding, MediaError, OutputFormat, RenderOptions, Rendered, extract, render,
};
use turbojpeg::PixelFormat;

const RED: [u8; 3] = [220, 30, 30];
const GREEN: [u8; 3] = [30, 180, 40];
const BLUE: [u8; 3] = [40, 50, 210];
const LIGHT: [u8; 3] = [240, 240, 240];
const WHITE: [u8; 3] = [255, 255, 255];
/// Large enough to be decoded in pieces, or shrunk while it is decoded.
const LARGE: (u32, u32) = (3000, 2000);
/// Of the samples that are.
const LARGE_SAMPLE: (u32, u32) = (4500, 3000);

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/samples")
        .join(name)
}

/// The samples of formats; those of kinds are tried in `kinds.rs`.
fn sample_names() -> Vec<String> {
    let entries = std::fs::read_dir(sample("")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| !["README.md", "kinds"].contains(&name.as_str()))
        .collect()
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').unwrap().1
}

fn draw(name: &str, options: &RenderOptions) -> Result<Rendered, MediaError> {
    render(File::open(sample(name)).unwrap(), extension(name), options)
}

fn draw_bytes(bytes: &[u8], extension: &str) -> Result<Rendered, MediaError> {
    draw_bytes_with(bytes, extension, &RenderOptions::default())
}

fn draw_bytes_with(
    bytes: &[u8],
    extension: &str,
    options: &RenderOptions,
) -> Result<Rendered, MediaError> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    render(file, extension, options)
}

/// The colours in the middle of the four fields of a JPEG file: above, then below.
fn fields(jpeg: &[u8]) -> [[u8; 3]; 4] {
    let picture = turbojpeg::decompress(jpeg, PixelFormat::RGB).unwrap();
    let colour = |x: usize, y: usize| {
        let (x, y) = (picture.width * x / 4, picture.height * y / 4);
        let start = y * picture.pitch + x * 3;
        [0, 1, 2].map(|channel| picture.pixels[start + channel])
    };
    [colour(1, 1), colour(3, 1), colour(1, 3), colour(3, 3)]
}

fn assert_alike(name: &str, found: [[u8; 3]; 4], expected: [[u8; 3]; 4], tolerance: u8) {
    let is_alike = found
        .as_flattened()
        .iter()
        .zip(expected.as_flattened())
        .all(|(found, expected)| found.abs_diff(*expected) <= tolerance);
    assert!(is_alike, "{name}: {found:?} is not {expected:?}");
}

#[test]
fn every_format_is_drawn_in_its_colours() {
    let plain = [RED, GREEN, BLUE, LIGHT];
    let transparent = [RED, GREEN, BLUE, WHITE];
    for (name, expected, tolerance) in [
        ("alpha.avif", transparent, 12),
        ("alpha.png", transparent, 6),
        ("alpha.webp", transparent, 6),
        ("animated.gif", plain, 12),
        ("animated.png", plain, 6),
        ("animated.webp", plain, 12),
        ("cmyk.jpg", plain, 12),
        ("cmyk.psd", plain, 12),
        ("cmyk.tif", plain, 12),
        ("deep.psd", plain, 6),
        ("deep.tif", plain, 6),
        ("from-jpeg.jxl", plain, 12),
        ("jpeg.tif", plain, 12),
        ("lzw.tif", plain, 6),
        ("palette.png", plain, 6),
        ("plain.avif", plain, 12),
        ("plain.bmp", plain, 6),
        ("plain.gif", plain, 6),
        ("plain.heic", plain, 12),
        ("plain.jp2", plain, 6),
        ("plain.jxl", plain, 12),
        ("plain.psd", plain, 6),
        ("plain.svg", plain, 6),
        ("plain.webp", plain, 12),
        ("planar.tif", plain, 6),
        ("progressive.jpg", plain, 12),
        ("tiled.tif", plain, 6),
        // Developing and toning down are matters of taste: the colours have to be told apart, and to look right.
        ("bayer.dng", plain, 40),
        ("pq.avif", plain, 40),
    ] {
        let drawn =
            draw(name, &RenderOptions::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((drawn.width, drawn.height), (96, 64), "{name}");
        assert_alike(name, fields(&drawn.preview), expected, tolerance);
    }
}

#[test]
fn every_format_says_how_large_it_is() {
    for name in sample_names() {
        // The mosaic of a sensor is all there is of it, and no picture yet.
        if name == "bayer.dng" {
            continue;
        }
        let facts = extract(File::open(sample(&name)).unwrap(), extension(&name)).unwrap();
        let expected = match name.as_str() {
            "turned.jxl" => (64, 96),
            "large.jp2" | "large.jxl" => LARGE_SAMPLE,
            "tiles.avif" => (180, 120),
            _ => (96, 64),
        };
        assert_eq!(facts.width.zip(facts.height), Some(expected), "{name}");
    }
}

/// The samples' four fields, row by row, as a format orders its colours.
fn large_rows(order: impl Fn([u8; 3]) -> Vec<u8>) -> Vec<Vec<u8>> {
    let row = |left, right| {
        [left, right]
            .map(|colour| order(colour).repeat(LARGE.0 as usize / 2))
            .concat()
    };
    let (above, below) = (row(RED, GREEN), row(BLUE, LIGHT));
    let half = LARGE.1 as usize / 2;
    [vec![above; half], vec![below; half]].concat()
}

/// A BMP of 24 bits; of a negative height the rows go down.
fn bmp(height: i32) -> Vec<u8> {
    let mut rows = large_rows(|[red, green, blue]| vec![blue, green, red]);
    if height > 0 {
        rows.reverse();
    }
    let mut file = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    file.extend(LARGE.0.to_le_bytes());
    file.extend(height.to_le_bytes());
    file.extend(b"\x01\0\x18\0");
    file.resize(54, 0);
    file.extend(rows.concat());
    file
}

/// An uncompressed TIFF whose rows are one strip, of 8 bits a sample or of 16.
fn tiff_in_one_strip(bits: u16) -> Vec<u8> {
    let bytes = |value: u8| vec![value; usize::from(bits) / 8];
    let rows = large_rows(|colour| colour.map(bytes).concat());
    tiff(LARGE, bits, 1, &rows.concat())
}

/// `samples` are of red, green and blue; `orientation` is as EXIF counts.
fn tiff(size: (u32, u32), bits: u16, orientation: u16, samples: &[u8]) -> Vec<u8> {
    tiff_of_strip(size, bits, orientation, (1, 1), samples)
}

/// With the numbers that TIFF has for a way to pack and for what was done before.
fn tiff_of_strip(
    (width, height): (u32, u32),
    bits: u16,
    orientation: u16,
    (compression, predictor): (u16, u16),
    strip: &[u8],
) -> Vec<u8> {
    let short = |number: u16| u32::from(number) << 16;
    let entries: [(u16, u16, u32, u32); 11] = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        // Three numbers, which stand behind this table.
        (258, 3, 3, 8 + 2 + 11 * 12 + 4),
        (259, 3, 1, short(compression)),
        (262, 3, 1, short(2)),
        (273, 4, 1, 160),
        (274, 3, 1, short(orientation)),
        (277, 3, 1, short(3)),
        (278, 4, 1, height),
        (279, 4, 1, strip.len() as u32),
        (317, 3, 1, short(predictor)),
    ];
    let mut file = b"MM\0*\0\0\0\x08\0\x0b".to_vec();
    for (tag, kind, count, value) in entries {
        file.extend([tag.to_be_bytes(), kind.to_be_bytes()].concat());
        file.extend([count.to_be_bytes(), value.to_be_bytes()].concat());
    }
    file.extend([0; 4]);
    file.extend([bits.to_be_bytes(); 3].concat());
    file.resize(160, 0);
    file.extend_from_slice(strip);
    file
}

/// A TIFF whose rows are one strip, packed by deflate (8) or LZW (5), perhaps as differences.
fn packed_tiff(bits: u16, compression: u16, has_differences: bool) -> Vec<u8> {
    let bytes = |value: u8| vec![value; usize::from(bits) / 8];
    let mut rows = large_rows(|colour| colour.map(bytes).concat());
    if has_differences {
        for row in &mut rows {
            let whole: Vec<u16> = match bits {
                8 => row.iter().map(|&byte| byte.into()).collect(),
                _ => row
                    .as_chunks()
                    .0
                    .iter()
                    .map(|&word| u16::from_be_bytes(word))
                    .collect(),
            };
            let differences = (0..whole.len()).map(|place| match place {
                0..3 => whole[place],
                _ => whole[place].wrapping_sub(whole[place - 3]),
            });
            *row = match bits {
                8 => differences.map(|number| number as u8).collect(),
                _ => differences.flat_map(u16::to_be_bytes).collect(),
            };
        }
    }
    let rows = rows.concat();
    let strip = match compression {
        5 => weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
            .encode(&rows)
            .unwrap(),
        _ => {
            let level = flate2::Compression::fast();
            let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), level);
            packer.write_all(&rows).unwrap();
            packer.finish().unwrap()
        }
    };
    let predictor = if has_differences { 2 } else { 1 };
    tiff_of_strip(LARGE, bits, 1, (compression, predictor), &strip)
}

/// A lossy WebP.
fn webp() -> Vec<u8> {
    let pixels = large_rows(Vec::from).concat();
    webp::Encoder::from_rgb(&pixels, LARGE.0, LARGE.1)
        .encode(80.0)
        .to_vec()
}

#[test]
fn large_pictures_are_drawn_like_small_ones() {
    for name in ["large.jp2", "large.jxl"] {
        let drawn = draw(name, &RenderOptions::default()).unwrap();
        assert_eq!((drawn.width, drawn.height), LARGE_SAMPLE, "{name}");
        assert_alike(name, fields(&drawn.preview), [RED, GREEN, BLUE, LIGHT], 8);
    }
    for (name, bytes) in [
        ("upwards.bmp", bmp(2000)),
        ("downwards.bmp", bmp(-2000)),
        ("bytes.tif", tiff_in_one_strip(8)),
        ("words.tif", tiff_in_one_strip(16)),
        ("deflated.tif", packed_tiff(8, 8, false)),
        ("deflated differences.tif", packed_tiff(16, 8, true)),
        ("lzw.tif", packed_tiff(16, 5, false)),
        ("lzw differences.tif", packed_tiff(8, 5, true)),
        ("lossy.webp", webp()),
    ] {
        let drawn = draw_bytes(&bytes, extension(name)).unwrap();
        assert_eq!((drawn.width, drawn.height), LARGE, "{name}");
        assert_alike(name, fields(&drawn.preview), [RED, GREEN, BLUE, LIGHT], 8);
    }
}

/// A WebP of these pixels, with red, green, blue and alpha.
fn webp_of(width: u32, height: u32, pixels: &[u8], lossless: bool) -> Vec<u8> {
    let mut config = webp::WebPConfig::new().unwrap();
    config.lossless = lossless.into();
    config.quality = 90.0;
    config.method = 3;
    let encoder = webp::Encoder::from_rgba(pixels, width, height);
    encoder.encode_advanced(&config).unwrap().to_vec()
}

/// Four fields of so many shades, with red, green, blue and alpha.
fn shaded_fields(width: u32, height: u32, shades: u32, is_opaque: bool) -> Vec<u8> {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let pixel = |(x, y): (u32, u32)| {
        let field = usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2);
        let [red, green, blue] = [RED, GREEN, BLUE, LIGHT][field];
        let shade = (x * x / 7 + y * y / 5) % shades;
        let alpha = if is_opaque {
            255
        } else {
            255 - (x * y / 60 % 200) as u8
        };
        [red - shade as u8, green, blue - shade as u8, alpha]
    };
    places.flat_map(pixel).collect()
}

/// Small enough for pictures of tests to be shrunk while they are decoded.
fn tiny() -> RenderOptions {
    RenderOptions {
        thumbnail_size: 20,
        preview_size: 60,
        ..RenderOptions::default()
    }
}

/// By how much the bytes of two JPEG files differ in the mean.
fn difference(first: &[u8], second: &[u8]) -> f64 {
    let [first, second] =
        [first, second].map(|jpeg| turbojpeg::decompress(jpeg, PixelFormat::RGB).unwrap());
    assert_eq!((first.width, first.height), (second.width, second.height));
    let pairs = first.pixels.iter().zip(&second.pixels);
    let sum: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    f64::from(sum) / first.pixels.len() as f64
}

/// Laid on white, in red, green and blue.
fn on_white(pixels: &[u8]) -> Vec<u8> {
    let blend = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha)) / 255) as u8
    };
    let pixels = pixels.as_chunks::<4>().0.iter();
    pixels
        .flat_map(|&[red, green, blue, alpha]| [red, green, blue].map(|value| blend(value, alpha)))
        .collect()
}

#[test]
fn a_webp_is_drawn_as_it_was_written() {
    // Of what is shrunk, opaque lossy pictures are drawn row by row.
    let whole = RenderOptions {
        thumbnail_size: 1000,
        ..tiny()
    };
    for (width, height) in [(240, 160), (331, 127), (123, 457)] {
        for (shades, is_opaque) in [(1, true), (2, true), (4, true), (25, true), (25, false)] {
            let pixels = shaded_fields(width, height, shades, is_opaque);
            let plain = tiff((width, height), 8, 1, &on_white(&pixels));
            for (lossless, tolerance) in [(true, 2.0), (false, 8.0)] {
                let file = webp_of(width, height, &pixels, lossless);
                for options in [&tiny(), &whole] {
                    let name = format!("{width} × {height}, {lossless}, {shades}, {is_opaque}");
                    let drawn = draw_bytes_with(&file, "webp", options).unwrap();
                    assert_eq!((drawn.width, drawn.height), (width, height), "{name}");
                    let expected = draw_bytes_with(&plain, "tif", options).unwrap();
                    let difference = difference(&drawn.preview, &expected.preview);
                    assert!(difference < tolerance, "{name}: {difference}");
                }
            }
        }
    }
}

#[test]
fn a_webp_without_the_transparency_it_speaks_of_is_opaque() {
    let lossy = webp_of(240, 160, &shaded_fields(240, 160, 1, true), false);
    let header = [&b"VP8X\x0a\0\0\0\x10\0\0\0"[..], &[239, 0, 0, 159, 0, 0]];
    let chunks = [b"WEBP", &header.concat()[..], &lossy[12..]].concat();
    let length = (chunks.len() as u32).to_le_bytes();
    let file = [b"RIFF", &length[..], &chunks].concat();
    for options in [RenderOptions::default(), tiny()] {
        let drawn = draw_bytes_with(&file, "webp", &options).unwrap();
        assert_alike(
            "opaque",
            fields(&drawn.preview),
            [RED, GREEN, BLUE, LIGHT],
            8,
        );
    }
}

/// The library has no pixels of a picture that breaks off.
#[test]
fn a_webp_that_is_cut_or_broken_is_malformed() {
    let opaque = shaded_fields(240, 160, 25, true);
    let fading = shaded_fields(240, 160, 25, false);
    let assert_malformed = |name: &str, file: &[u8]| {
        let outcome = draw_bytes_with(file, "webp", &tiny());
        assert!(
            matches!(outcome, Err(MediaError::Malformed(_))),
            "{name}: {outcome:?}"
        );
    };
    for (name, pixels, lossless) in [
        ("lossless", &opaque, true),
        ("lossless with transparency", &fading, true),
        ("lossy", &opaque, false),
        ("lossy with transparency", &fading, false),
    ] {
        let file = webp_of(240, 160, pixels, lossless);
        assert!(draw_bytes_with(&file, "webp", &tiny()).is_ok(), "{name}");
        for length in [60, file.len() / 2, file.len() * 3 / 4] {
            assert_malformed(&format!("{name}, {length} bytes"), &file[..length]);
        }
    }

    let mut lossy = webp_of(240, 160, &fading, false);
    let start = lossy.windows(4).position(|kind| kind == b"ALPH").unwrap();
    // As if not compressed, which is longer.
    lossy[start + 8] &= !3;
    assert_malformed("transparency that breaks off", &lossy);
    lossy[start + 8] |= 3;
    assert_malformed("transparency of an unknown compression", &lossy);
}

/// A progressive JPEG so large that not all of its coefficients are kept.
fn large_progressive_jpeg(width: usize, height: usize) -> Vec<u8> {
    let row = |left, right| {
        [left, right]
            .map(|colour: [u8; 3]| colour.repeat(width / 2))
            .concat()
    };
    let (above, below) = (row(RED, GREEN), row(BLUE, LIGHT));
    let pixels = [above.repeat(height / 2), below.repeat(height / 2)].concat();
    let mut compressor = turbojpeg::Compressor::new().unwrap();
    compressor.set_progressive(true).unwrap();
    compressor.set_subsamp(turbojpeg::Subsamp::None).unwrap();
    let image = turbojpeg::Image {
        pixels: pixels.as_slice(),
        width,
        pitch: width * 3,
        height,
        format: PixelFormat::RGB,
    };
    compressor.compress_to_vec(image).unwrap()
}

#[test]
fn a_large_progressive_jpeg_is_drawn_like_a_small_one() {
    let expected = [RED, GREEN, BLUE, LIGHT];
    let bytes = large_progressive_jpeg(5000, 2400);
    let drawn = draw_bytes(&bytes, "jpg").unwrap();
    assert_eq!((drawn.width, drawn.height), (5000, 2400));
    assert_alike("whole", fields(&drawn.preview), expected, 8);
    // The first scan tells all that there is to see.
    let cut = draw_bytes(&bytes[..bytes.len() * 2 / 3], "jpg").unwrap();
    assert_alike("cut", fields(&cut.preview), expected, 8);
}

#[test]
fn a_strip_that_claims_to_be_larger_than_its_picture_is_not_decoded() {
    let mut bytes = std::fs::read(sample("jpeg.tif")).unwrap();
    let frame = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]);
    let height = frame.unwrap() + 5;
    bytes[height..height + 2].copy_from_slice(&13_055_u16.to_be_bytes());
    let outcome = draw_bytes(&bytes, "tif");
    let Err(MediaError::Malformed(reason)) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(reason.contains("larger than it should be"), "{reason}");
}

#[test]
fn half_a_file_is_shown_as_half_a_picture() {
    let halves = |bytes: Vec<u8>| bytes[..bytes.len() / 2 + 10_000].to_vec();
    let three_quarters = |bytes: Vec<u8>| bytes[..bytes.len() * 3 / 4].to_vec();
    for (name, bytes) in [
        ("downwards.bmp", halves(bmp(-2000))),
        ("bytes.tif", halves(tiff_in_one_strip(8))),
        ("deflated.tif", three_quarters(packed_tiff(8, 8, true))),
        ("lzw.tif", three_quarters(packed_tiff(8, 5, false))),
    ] {
        let drawn = draw_bytes(&bytes, extension(name)).unwrap();
        let [left, right, ..] = fields(&drawn.preview);
        assert_alike(name, [left, right, RED, GREEN], [RED, GREEN, RED, GREEN], 8);
    }
}

/// Four fields as PNG keeps them when they shall appear little by little. Nobody checks its checksums.
fn interlaced_png(width: u32, height: u32, has_alpha: bool) -> Vec<u8> {
    let mut rows = Vec::new();
    for (x0, y0, across, down) in [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ] {
        for y in (y0..height).step_by(down).filter(|_| x0 < width) {
            rows.push(0);
            for x in (x0..width).step_by(across) {
                let field = usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2);
                rows.extend([RED, GREEN, BLUE, LIGHT][field]);
                rows.extend(has_alpha.then_some(255));
            }
        }
    }
    let mut data = vec![0x78, 0x01];
    for block in rows.chunks(0xffff) {
        let length = block.len() as u16;
        data.push(0);
        data.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
        data.extend(block);
    }
    data.extend([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0]);
    let colours = if has_alpha { 6 } else { 2 };
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = [&sides, &[8, colours, 0, 0, 1][..]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [(b"IHDR", header), (b"IDAT", data), (b"IEND", Vec::new())] {
        png.extend((content.len() as u32).to_be_bytes());
        png.extend(kind);
        png.extend(content);
        png.extend([0; 4]);
    }
    png
}

#[test]
fn an_interlaced_picture_is_shown_as_finely_as_it_goes() {
    let fields_expected = [RED, GREEN, BLUE, LIGHT];
    let within = |thumbnail_size, preview_size| RenderOptions {
        thumbnail_size,
        preview_size,
        ..RenderOptions::default()
    };
    let small = within(50, 100);
    for (width, height) in [(960, 640), (2881, 2880), (7000, 3)] {
        for has_alpha in [false, true] {
            let png = interlaced_png(width, height, has_alpha);
            for options in [&small, &RenderOptions::default()] {
                let name = format!("{width} × {height} within {}", options.preview_size);
                let drawn = draw_bytes_with(&png, "png", options).unwrap();
                assert_eq!((drawn.width, drawn.height), (width, height), "{name}");
                if height > 3 {
                    assert_alike(&name, fields(&drawn.preview), fields_expected, 6);
                }
            }
        }
    }
    // Of so narrow a picture some passes hold nothing.
    let narrow = draw_bytes_with(&interlaced_png(4, 64, false), "png", &within(2, 32)).unwrap();
    // Fields side by side share their colour there, which clips the light one.
    let halves = |[a, b, c, d]: [[u8; 3]; 4]| {
        [(a, b), (a, b), (c, d), (c, d)]
            .map(|(left, right)| [0, 1, 2].map(|channel| left[channel].midpoint(right[channel])))
    };
    let (found, expected) = (halves(fields(&narrow.preview)), halves(fields_expected));
    assert_alike("narrow", found, expected, 30);
    // Less than half of it holds every second pixel of every second row.
    let mut png = interlaced_png(960, 640, false);
    png.truncate(png.len() / 3);
    let drawn = draw_bytes_with(&png, "png", &small).unwrap();
    assert_alike("cut", fields(&drawn.preview), fields_expected, 6);
    png.truncate(60);
    assert!(draw_bytes_with(&png, "png", &small).is_err());
}

/// A GIF of 80 × 80 pixels whose only frame covers a part of it: red above, blue below.
fn partial_gif(interlaced: bool) -> Vec<u8> {
    let order: Vec<usize> = match interlaced {
        false => (0..40).collect(),
        true => [(0, 8), (4, 8), (2, 4), (1, 2)]
            .into_iter()
            .flat_map(|(first, step)| (first..40).step_by(step))
            .collect(),
    };
    let rows = order.into_iter().flat_map(|y| [(y / 20) as u8; 80]);
    let mut file = Vec::new();
    let mut encoder = gif::Encoder::new(&mut file, 80, 80, &[RED, BLUE].concat()).unwrap();
    let frame = gif::Frame {
        left: 20,
        top: 40,
        // The last columns lie beyond the picture.
        width: 80,
        height: 40,
        interlaced,
        buffer: rows.collect(),
        ..gif::Frame::default()
    };
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    file
}

#[test]
fn a_frame_may_cover_a_part_of_a_gif() {
    for interlaced in [false, true] {
        let drawn = draw_bytes(&partial_gif(interlaced), "gif").unwrap();
        let picture = turbojpeg::decompress(&drawn.preview, PixelFormat::RGB).unwrap();
        let pixel = |x: usize, y: usize| {
            let start = y * picture.pitch + x * 3;
            [0, 1, 2].map(|channel| picture.pixels[start + channel])
        };
        assert_eq!((drawn.width, drawn.height), (80, 80));
        let found = [pixel(50, 20), pixel(10, 70), pixel(70, 50), pixel(70, 70)];
        assert_alike("gif", found, [WHITE, WHITE, RED, BLUE], 12);
    }
}

#[test]
fn what_lies_on_its_side_is_put_upright() {
    // A quarter turn to the left, and one to the right.
    for (name, expected) in [
        ("turned.avif", [GREEN, LIGHT, RED, BLUE]),
        ("turned.jxl", [BLUE, RED, LIGHT, GREEN]),
    ] {
        let drawn = draw(name, &RenderOptions::default()).unwrap();
        assert_eq!((drawn.width, drawn.height), (64, 96), "{name}");
        assert_alike(name, fields(&drawn.preview), expected, 12);
    }
}

#[test]
fn outputs_are_as_they_are_asked_for() {
    let options = RenderOptions {
        thumbnail_size: 20,
        thumbnail: Encoding {
            format: OutputFormat::Jpeg,
            quality: 90,
        },
        preview_size: 48,
        preview: Encoding {
            format: OutputFormat::Webp,
            quality: 90,
        },
        fullsize_quality: Some(90),
        ..RenderOptions::default()
    };
    for name in [
        "plain.heic",
        "lzw.tif",
        "plain.psd",
        "plain.svg",
        "plain.jxl",
    ] {
        let drawn = draw(name, &options).unwrap();
        let thumbnail = turbojpeg::read_header(&drawn.thumbnail).unwrap();
        assert_eq!((thumbnail.width, thumbnail.height), (30, 20), "{name}");
        assert!(drawn.preview.starts_with(b"RIFF"), "{name}");
        let fullsize = drawn.fullsize.unwrap();
        let header = turbojpeg::read_header(&fullsize).unwrap();
        assert_eq!((header.width, header.height), (96, 64), "{name}");
        assert_alike(name, fields(&fullsize), [RED, GREEN, BLUE, LIGHT], 12);
    }
}

/// Some phones say nowhere else how a HEIC is to be turned. What is said of it and all that is drawn agree.
#[test]
fn heic_is_turned_as_exif_says_where_it_says_nothing_itself() {
    let options = RenderOptions {
        fullsize_quality: Some(90),
        ..RenderOptions::default()
    };
    let name = "exif-turned.heic";
    let facts = extract(File::open(sample(name)).unwrap(), "heic").unwrap();
    assert_eq!((facts.width, facts.height), (Some(96), Some(64)));
    assert_eq!(facts.orientation, Some(6));
    let drawn = draw(name, &options).unwrap();
    assert_eq!((drawn.width, drawn.height), (64, 96));
    let expected = [BLUE, RED, LIGHT, GREEN];
    assert_alike(name, fields(&drawn.preview), expected, 12);
    // That of full size lies as the file does, and says so.
    let folder = tempfile::tempdir().unwrap();
    let fullsize = folder.path().join("fullsize.jpg");
    std::fs::write(&fullsize, drawn.fullsize.unwrap()).unwrap();
    let facts = extract(File::open(fullsize).unwrap(), "jpg").unwrap();
    assert_eq!(facts.orientation, Some(6));
}

/// The JPEG of full size is written a band after the other; it has to be what it would be written at once.
#[test]
fn full_size_is_as_if_it_were_written_at_once() {
    let (width, height) = (3001, 1009);
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 26) as u8
    };
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let level = [x * 180 / width, y * 180 / height, (x + y) % 180];
            pixels.extend(level.map(|level| level as u8 + noise()));
        }
    }
    let image = turbojpeg::Image {
        pixels: pixels.as_slice(),
        width,
        pitch: width * 3,
        height,
        format: PixelFormat::RGB,
    };
    let at_once = turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2).unwrap();
    let at_once = turbojpeg::decompress(&at_once, PixelFormat::RGB).unwrap();
    for orientation in [1, 6] {
        let file = tiff((width as u32, height as u32), 8, orientation, &pixels);
        let options = RenderOptions {
            fullsize_quality: Some(80),
            ..RenderOptions::default()
        };
        let drawn = draw_bytes_with(&file, "tif", &options).unwrap();
        let fullsize = drawn.fullsize.unwrap();
        let shown = turbojpeg::decompress(&fullsize, PixelFormat::RGB).unwrap();
        assert_eq!((shown.width, shown.height), (width, height));
        assert!(shown.pixels == at_once.pixels);
        // It is not turned: it says how it is to be.
        let mut written = tempfile::tempfile().unwrap();
        written.write_all(&fullsize).unwrap();
        let facts = extract(written, "jpg").unwrap();
        assert_eq!(facts.orientation.unwrap_or(1), orientation);
        let preview = turbojpeg::read_header(&drawn.preview).unwrap();
        assert_eq!(preview.width > preview.height, orientation == 1);
    }
}

/// A small file can show a picture that is large and hard to compress.
#[test]
fn full_size_is_not_made_when_it_is_too_long() {
    let file = packed_tiff(8, 8, false);
    let drawn = |max_bytes: u64| {
        let options = RenderOptions {
            fullsize_quality: Some(80),
            fullsize_max_bytes: max_bytes,
            ..RenderOptions::default()
        };
        draw_bytes_with(&file, "tif", &options).unwrap()
    };
    let length = drawn(u64::MAX).fullsize.unwrap().len() as u64;
    assert!(drawn(length).fullsize.is_some());
    for max_bytes in [length - 1, length / 2, 0] {
        let drawn = drawn(max_bytes);
        assert_eq!(drawn.fullsize, None);
        assert_alike(
            "preview",
            fields(&drawn.preview),
            [RED, GREEN, BLUE, LIGHT],
            8,
        );
    }
}

/// Whatever can be large is written in bands, and what is not opaque lies on white.
#[test]
fn full_size_has_the_colours_of_its_format() {
    let options = RenderOptions {
        fullsize_quality: Some(90),
        ..RenderOptions::default()
    };
    let plain = [RED, GREEN, BLUE, LIGHT];
    for (name, expected, tolerance) in [
        ("alpha.png", [RED, GREEN, BLUE, WHITE], 8),
        ("cmyk.psd", plain, 12),
        ("cmyk.tif", plain, 12),
        ("deep.psd", plain, 8),
        ("large.jxl", plain, 12),
        ("plain.bmp", plain, 8),
        ("plain.gif", plain, 8),
        ("plain.heic", plain, 12),
        ("plain.jp2", plain, 8),
        ("plain.webp", plain, 12),
        ("pq.avif", plain, 40),
        ("tiled.tif", plain, 8),
        ("tiles.avif", plain, 12),
    ] {
        let drawn = draw(name, &options).unwrap();
        let fullsize = drawn.fullsize.unwrap();
        let header = turbojpeg::read_header(&fullsize).unwrap();
        let size = (header.width as u32, header.height as u32);
        assert_eq!(size, (drawn.width, drawn.height), "{name}");
        assert_alike(name, fields(&fullsize), expected, tolerance);
        assert_alike(name, fields(&drawn.preview), expected, tolerance);
    }
}

#[test]
fn a_raw_file_shows_the_picture_its_camera_put_in() {
    let jpeg = |width: usize, height: usize, value: u8| {
        let pixels = vec![value; width * height * 3];
        let image = turbojpeg::Image {
            pixels: pixels.as_slice(),
            width,
            pitch: width * 3,
            height,
            format: PixelFormat::RGB,
        };
        turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2)
            .unwrap()
            .to_vec()
    };
    // The header of a TIFF file whose one directory says that the camera was held upright.
    let mut bytes = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    bytes.extend(jpeg(160, 120, 10));
    bytes.extend([0; 1000]);
    bytes.extend(jpeg(1200, 800, 200));
    bytes.extend([0; 1000]);
    for extension in ["nef", "CR2", "arw"] {
        let drawn = draw_bytes(&bytes, extension).unwrap();
        assert_eq!((drawn.width, drawn.height), (800, 1200));
        assert_alike(extension, fields(&drawn.preview), [[200; 3]; 4], 3);
    }
    // The name decides between a raw file and a TIFF file without pixels.
    assert!(draw_bytes(&bytes, "tif").is_err());
}

/// What a raw file has in full size is its camera's picture itself, without what that says of camera and place.
#[test]
fn full_size_of_a_raw_file_is_the_picture_its_camera_put_in() {
    let pixels = large_rows(Vec::from).concat();
    let image = turbojpeg::Image {
        pixels: pixels.as_slice(),
        width: LARGE.0 as usize,
        pitch: LARGE.0 as usize * 3,
        height: LARGE.1 as usize,
        format: PixelFormat::RGB,
    };
    let jpeg = turbojpeg::compress(image, 80, turbojpeg::Subsamp::None).unwrap();
    let (start, rest) = jpeg.split_at(2);
    let mut bytes = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0".to_vec();
    bytes.extend_from_slice(start);
    bytes.extend(b"\xff\xe1\0\x0cExif\0\0here\xff\xfe\0\x06mine");
    bytes.extend_from_slice(rest);
    bytes.extend([7; 5000]);
    let options = RenderOptions {
        fullsize_quality: Some(80),
        ..RenderOptions::default()
    };
    let drawn = draw_bytes_with(&bytes, "nef", &options).unwrap();
    let fullsize = drawn.fullsize.unwrap();
    let decode = |file: &[u8]| {
        turbojpeg::decompress(file, PixelFormat::RGB)
            .unwrap()
            .pixels
    };
    assert!(decode(&fullsize) == decode(&jpeg));
    assert!(fullsize.ends_with(b"\xff\xd9"));
    for said in [&b"here"[..], b"mine"] {
        assert!(!fullsize.windows(4).any(|part| part == said));
    }
    let mut written = tempfile::tempfile().unwrap();
    written.write_all(&fullsize).unwrap();
    assert_eq!(extract(written, "jpg").unwrap().orientation, Some(8));
    // Of one that is not whole it is drawn anew.
    let end = bytes.len() - 5000 - jpeg.len() / 3;
    let drawn = draw_bytes_with(&bytes[..end], "nef", &options).unwrap();
    let header = turbojpeg::read_header(&drawn.fullsize.unwrap()).unwrap();
    assert_eq!(
        (header.width as u32, header.height as u32),
        (LARGE.1, LARGE.0)
    );
}

/// Directories that lead back to themselves, and boxes that no one gets behind, take all memory of who believes them.
#[test]
fn raw_files_that_never_end_are_refused() {
    let mut circle = b"II*\0\x08\0\0\0\x01\0\x0f\x01\x02\0\x04\0\0\0Some\x08\0\0\0".to_vec();
    let boxes = |brand: &[u8]| {
        let start = [b"\0\0\0\x14ftyp", brand, b"\0\0\0\x01", brand].concat();
        [&start[..], b"\0\0\0\x18moov\0\0\0\0free\0\0\0\0free"].concat()
    };
    let is_refused = |bytes: &[u8], extension: &str| {
        let outcome = draw_bytes(bytes, extension);
        matches!(
            outcome,
            Err(MediaError::Unsupported(_) | MediaError::Malformed(_))
        )
    };
    assert!(is_refused(&circle, "dng"));
    circle[2] = b'U';
    assert!(is_refused(&circle, "rw2"));
    assert!(is_refused(&boxes(b"isom"), "dng"));
    assert!(is_refused(&boxes(b"crx "), "cr3"));
}

#[test]
fn an_embedded_profile_is_honoured() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let mut jpeg = std::fs::read(sample("progressive.jpg")).unwrap();
    let mut segment = vec![0xff, 0xe2];
    segment.extend(u16::try_from(profile.len() + 16).unwrap().to_be_bytes());
    segment.extend(b"ICC_PROFILE\0\x01\x01");
    segment.extend(profile);
    jpeg.splice(2..2, segment);
    let drawn = draw_bytes(&jpeg, "jpg").unwrap();
    // Display P3 reaches further than sRGB, whose red therefore is at its end.
    let [red, green, ..] = fields(&drawn.preview);
    assert!(red[0] > 235 && red[1] < 20, "{red:?}");
    assert!(green[0] < 12 && green[1] > 178, "{green:?}");
}

#[test]
fn too_many_pixels_are_refused_before_they_are_decoded() {
    let options = RenderOptions {
        pixel_limit: 96 * 64 - 1,
        ..RenderOptions::default()
    };
    let mut refused = 0;
    for name in sample_names() {
        assert!(
            matches!(draw(&name, &options), Err(MediaError::TooLarge(_))),
            "{name}"
        );
        refused += 1;
    }
    assert!(refused > 25);
}

/// Damages every sample in many ways: whatever comes of it, it comes as an answer.
#[test]
fn damaged_files_get_an_answer() {
    let options = RenderOptions {
        pixel_limit: 1_000_000,
        ..RenderOptions::default()
    };
    let mut state = 1_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for name in sample_names() {
        let whole = std::fs::read(sample(&name)).unwrap();
        for round in 0..40 {
            let mut bytes = whole.clone();
            match round % 4 {
                0 => bytes.truncate(random(whole.len())),
                1 => bytes[random(whole.len())] ^= 1 << random(8),
                2 => bytes[random(whole.len())] = 0xff,
                _ => {
                    let (from, to) = (random(whole.len()), random(whole.len()));
                    let length = random(16).min(whole.len() - from).min(whole.len() - to);
                    bytes.copy_within(from..from + length, to);
                }
            }
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&bytes).unwrap();
            file.rewind().unwrap();
            let drawing = std::panic::AssertUnwindSafe(|| render(file, extension(&name), &options));
            let outcome = std::panic::catch_unwind(drawing);
            assert!(outcome.is_ok(), "{name}, round {round} panicked");
        }
    }
}

use turbojpeg::{Compressor, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp};

use super::super::jpeg;
use super::*;

/// Waves, edges and grain.
fn photograph(size: Size, channels: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut pixels = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            for channel in 0..channels as u32 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let grain = (state >> 28) as f32;
                let edge = if (x / 37 + y / 23 + channel).is_multiple_of(3) {
                    50.0
                } else {
                    0.0
                };
                let wave = ((x + 9 * channel) as f32 / 17.0).sin() * (y as f32 / 29.0).cos();
                pixels.push((100.0 + edge + 60.0 * wave + grain) as u8);
            }
        }
    }
    pixels
}

fn encode(
    size: Size,
    format: PixelFormat,
    colorspace: Colorspace,
    subsamp: Subsamp,
    quality: i32,
) -> Vec<u8> {
    let count = format.size();
    let mut compressor = Compressor::new().unwrap();
    compressor.set_progressive(true).unwrap();
    compressor.set_quality(quality).unwrap();
    compressor.set_subsamp(subsamp).unwrap();
    compressor.set_colorspace(colorspace).unwrap();
    compressor
        .compress_to_vec(Image {
            pixels: photograph(size, count).as_slice(),
            width: size.width as usize,
            pitch: size.width as usize * count,
            height: size.height as usize,
            format,
        })
        .unwrap()
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

#[test]
fn explore() {
    use Colorspace as C;
    use PixelFormat as P;
    for (format, colorspace, subsamp) in [
        (P::GRAY, C::Gray, Subsamp::Gray),
        (P::RGB, C::YCbCr, Subsamp::None),
        (P::RGB, C::RGB, Subsamp::None),
        (P::RGB, C::YCbCr, Subsamp::Sub2x1),
        (P::RGB, C::YCbCr, Subsamp::Sub2x2),
        (P::RGB, C::YCbCr, Subsamp::Sub1x2),
        (P::RGB, C::YCbCr, Subsamp::Sub4x1),
        (P::CMYK, C::CMYK, Subsamp::None),
        (P::CMYK, C::YCCK, Subsamp::Sub2x2),
    ] {
        for quality in [50, 90, 98] {
            let bytes = encode(
                Size {
                    width: 331,
                    height: 217,
                },
                format,
                colorspace,
                subsamp,
                quality,
            );
            let header = turbojpeg::read_header(&bytes).unwrap();
            for eighths in 1..=4 {
                for in_planes in [false, true] {
                    if in_planes && (subsamp != Subsamp::Sub2x2 || colorspace != C::YCbCr) {
                        continue;
                    }
                    let wanted = Wanted {
                        eighths,
                        in_planes,
                        colorspace: header.colorspace,
                    };
                    let ours = decode(&bytes, wanted, 0).unwrap().unwrap();
                    let theirs = expected(&bytes, wanted).unwrap();
                    println!(
                        "{colorspace:?} {subsamp:?} {quality} {eighths}/8 planes {in_planes} {:?}",
                        apart(&ours, &theirs)
                    );
                }
            }
        }
    }
}

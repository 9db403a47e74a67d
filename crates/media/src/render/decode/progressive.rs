//! Progressive JPEGs that are large, drawn from as few of their coefficients as it takes.

use kallitype_progressive_jpeg::{Coefficients, Error, Jpeg, Samples};
use turbojpeg::Colorspace;

use super::super::picture::Picture;
use super::super::planes::{self, Planes};
use super::super::raster::Raster;
use super::super::size::Size;
use super::jpeg::{UNTOUCHED, channels};
use crate::{MediaError, source};

/// What is to be drawn of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub original: Size,
    /// How many eighths of the original's sides.
    pub eighths: u32,
    /// Whether the picture may stay in planes.
    pub in_planes: bool,
    pub colorspace: Colorspace,
}

/// Decodes a file whose coefficients take more bytes than `min_bytes`. `None` of one that is smaller, or unusual.
pub(super) fn decode(
    bytes: &[u8],
    wanted: Wanted,
    min_bytes: u64,
) -> Result<Option<Picture>, MediaError> {
    let jpeg = Jpeg::open(bytes)
        .filter(|jpeg| jpeg.coefficient_bytes() > min_bytes && wanted.describes(jpeg));
    let Some(jpeg) = jpeg else {
        return Ok(None);
    };
    let [width, height] =
        [jpeg.width(), jpeg.height()].map(|side| (side * wanted.eighths).div_ceil(8));
    let size = Size { width, height };
    Ok(Some(match wanted.in_planes {
        true => draw_planes(jpeg.read(wanted.eighths, Samples::AsStored)?, size)?.into(),
        false => {
            let kept = jpeg.read(wanted.eighths, Samples::OnePerPixel)?;
            draw_pixels(kept, size, wanted.colorspace)?.into()
        }
    }))
}

impl Wanted {
    /// Whether a file is what was found before.
    fn describes(self, jpeg: &Jpeg<'_>) -> bool {
        let Size { width, height } = self.original;
        (jpeg.width(), jpeg.height()) == (width, height)
            && jpeg.components() == channels(self.colorspace).count()
            && (jpeg.has_quartered_chroma() || !self.in_planes)
    }
}

fn draw_planes(kept: Vec<Coefficients>, size: Size) -> Result<Planes, MediaError> {
    let mut planes = Planes::filled(size, UNTOUCHED)?;
    for (kept, (size, target)) in kept.into_iter().zip(planes.split_mut()) {
        kept.draw(size.width, target)?;
    }
    Ok(planes)
}

fn draw_pixels(
    kept: Vec<Coefficients>,
    size: Size,
    colorspace: Colorspace,
) -> Result<Raster, MediaError> {
    let mut raster = Raster::filled(size, channels(colorspace), UNTOUCHED)?;
    let mut plane = source::filled(size.pixels(), UNTOUCHED)?;
    let count = raster.channels.count();
    for (channel, kept) in kept.into_iter().enumerate() {
        kept.draw(size.width, &mut plane)?;
        let samples = raster.pixels.iter_mut().skip(channel).step_by(count);
        for (sample, &value) in samples.zip(&plane) {
            *sample = value;
        }
    }
    match colorspace {
        Colorspace::YCbCr => {
            for pixel in raster.pixels.as_chunks_mut::<3>().0 {
                let [luma, blue, red] = *pixel;
                *pixel = planes::to_rgb(luma, blue, red);
            }
        }
        Colorspace::YCCK => {
            for pixel in raster.pixels.as_chunks_mut::<4>().0 {
                let [luma, blue, red, black] = *pixel;
                let [red, green, blue] = planes::to_rgb(luma, blue, red);
                *pixel = [255 - red, 255 - green, 255 - blue, black];
            }
        }
        _ => {}
    }
    Ok(raster)
}

impl From<Error> for MediaError {
    fn from(error: Error) -> Self {
        match error {
            Error::OutOfMemory => Self::OutOfMemory,
            Error::TooManyScans | Error::Nothing => Self::Malformed(format!("JPEG: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use turbojpeg::{Compressor, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp};

    use super::super::jpeg;
    use super::*;

    const SIZE: Size = Size {
        width: 231,
        height: 117,
    };

    /// Waves in colours that change slowly.
    fn file(format: PixelFormat, colorspace: Colorspace, subsamp: Subsamp) -> Vec<u8> {
        let mut pixels = Vec::new();
        for y in 0..SIZE.height {
            for x in 0..SIZE.width {
                let wave = (x as f32 / 17.0).sin() * (y as f32 / 29.0).cos();
                for channel in 0..format.size() {
                    let tint = ((x + 2 * y) as f32 / 90.0 + 2.0 * channel as f32).sin();
                    pixels.push((128.0 + 50.0 * wave + 60.0 * tint) as u8);
                }
            }
        }
        let mut compressor = Compressor::new().unwrap();
        compressor.set_progressive(true).unwrap();
        compressor.set_subsamp(subsamp).unwrap();
        compressor.set_colorspace(colorspace).unwrap();
        let image = Image {
            pixels: pixels.as_slice(),
            width: SIZE.width as usize,
            pitch: SIZE.width as usize * format.size(),
            height: SIZE.height as usize,
            format,
        };
        compressor.compress_to_vec(image).unwrap()
    }

    /// What libjpeg-turbo makes of a file.
    fn expected(bytes: &[u8], wanted: Wanted) -> Picture {
        let mut decoder = Decompressor::new().unwrap();
        let factor = ScalingFactor::new(wanted.eighths as usize, 8);
        let scaled = decoder.read_header(bytes).unwrap().scaled(factor);
        decoder.set_scaling_factor(factor).unwrap();
        let size = Size {
            width: scaled.width as u32,
            height: scaled.height as u32,
        };
        match wanted.in_planes {
            true => jpeg::decode_planes(&mut decoder, bytes, size)
                .unwrap()
                .into(),
            false => jpeg::decode_pixels(&mut decoder, bytes, size, wanted.colorspace)
                .unwrap()
                .into(),
        }
    }

    /// How far two pictures are apart in the mean.
    fn apart(one: &Picture, other: &Picture) -> f64 {
        assert_eq!(one.size(), other.size());
        let [one, other] = [one, other].map(|picture| picture.to_pixels(picture.size()).unwrap());
        assert_eq!(one.channels, other.channels);
        let pairs = one.pixels.iter().zip(&other.pixels);
        let sum: usize = pairs
            .map(|(one, other)| usize::from(one.abs_diff(*other)))
            .sum();
        sum as f64 / one.pixels.len() as f64
    }

    #[test]
    fn colours_are_those_that_libjpeg_draws() {
        for (format, colorspace, subsamp) in [
            (PixelFormat::RGB, Colorspace::YCbCr, Subsamp::Sub2x2),
            (PixelFormat::RGB, Colorspace::YCbCr, Subsamp::None),
            (PixelFormat::RGB, Colorspace::RGB, Subsamp::None),
            (PixelFormat::GRAY, Colorspace::Gray, Subsamp::Gray),
            (PixelFormat::CMYK, Colorspace::CMYK, Subsamp::None),
            (PixelFormat::CMYK, Colorspace::YCCK, Subsamp::Sub2x2),
        ] {
            let bytes = file(format, colorspace, subsamp);
            let may_stay = subsamp == Subsamp::Sub2x2 && colorspace == Colorspace::YCbCr;
            for (eighths, in_planes) in [(1, false), (3, false), (1, may_stay), (4, may_stay)] {
                let wanted = Wanted {
                    original: SIZE,
                    eighths,
                    in_planes,
                    colorspace,
                };
                let drawn = decode(&bytes, wanted, 0).unwrap().unwrap();
                let apart = apart(&drawn, &expected(&bytes, wanted));
                assert!(apart < 2.0, "{wanted:?}: {apart} apart");
            }
        }
    }

    #[test]
    fn what_is_small_or_not_as_it_was_found_is_left_to_others() {
        let bytes = file(PixelFormat::RGB, Colorspace::YCbCr, Subsamp::None);
        let wanted = Wanted {
            original: SIZE,
            eighths: 1,
            in_planes: false,
            colorspace: Colorspace::YCbCr,
        };
        let min_bytes = Jpeg::open(&bytes).unwrap().coefficient_bytes();
        assert!(decode(&bytes, wanted, min_bytes - 1).unwrap().is_some());
        assert!(decode(&bytes, wanted, min_bytes).unwrap().is_none());
        let mut original = SIZE;
        original.height -= 1;
        for other in [
            Wanted { original, ..wanted },
            Wanted {
                colorspace: Colorspace::Gray,
                ..wanted
            },
            Wanted {
                in_planes: true,
                ..wanted
            },
        ] {
            assert!(decode(&bytes, other, 0).unwrap().is_none());
        }
    }
}

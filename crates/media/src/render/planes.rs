use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{
    FilterType, ImageBufferError, PixelType, ResizeAlg, ResizeOptions, Resizer,
};
use turbojpeg::{Subsamp, YuvImage};

use super::orientation;
use super::raster::{Channels, Raster};
use super::size::Size;
use crate::{MediaError, source};

/// An opaque sRGB picture as most JPEGs keep it: brightness for each pixel, and two colour differences for each
/// square of four. Staying in this form from file to file spares the way over red, green and blue.
#[derive(Debug, Clone)]
pub(crate) struct Planes {
    pub size: Size,
    /// Brightness, then the differences of blue and red. Odd sides are filled up to even ones.
    bytes: Vec<u8>,
}

impl Planes {
    /// Planes with every byte set to `fill`.
    pub(super) fn filled(size: Size, fill: u8) -> Result<Self, MediaError> {
        let length = even(size).pixels() + 2 * half(size).pixels();
        Ok(Self {
            size,
            bytes: source::filled(length, fill)?,
        })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// To be decoded into.
    pub(super) fn as_image_mut(&mut self) -> YuvImage<&mut [u8]> {
        image(self.size, self.bytes.as_mut_slice())
    }

    /// To be encoded from.
    pub(super) fn as_image(&self) -> YuvImage<&[u8]> {
        image(self.size, self.bytes.as_slice())
    }

    fn planes(&self) -> [Plane<'_>; 3] {
        let (whole, half) = (even(self.size), half(self.size));
        let (luma, chroma) = self.bytes.split_at(area(whole));
        let (blue, red) = chroma.split_at(area(half));
        [(whole, luma), (half, blue), (half, red)].map(|(size, bytes)| Plane { size, bytes })
    }

    /// Each plane with its size, to be drawn into.
    pub(super) fn split_mut(&mut self) -> [(Size, &mut [u8]); 3] {
        let (whole, half) = (even(self.size), half(self.size));
        let (luma, chroma) = self.bytes.split_at_mut(area(whole));
        let (blue, red) = chroma.split_at_mut(area(half));
        [(whole, luma), (half, blue), (half, red)]
    }

    /// This picture at another size. Its sides have to be even: what fills up odd ones would be squeezed in.
    pub(super) fn resize(&self, size: Size) -> Result<Self, MediaError> {
        let mut resized = Self::filled(size, 0)?;
        for ((plane, covered), (size, target)) in self.with_covered().zip(resized.split_mut()) {
            plane.resize(covered, size, target)?;
        }
        Ok(resized)
    }

    /// This picture at another size, in red, green and blue.
    pub(super) fn to_pixels(&self, size: Size) -> Result<Raster, MediaError> {
        let mut planes = [const { Vec::new() }; 3];
        for ((source, covered), plane) in self.with_covered().zip(&mut planes) {
            *plane = source::filled(size.pixels(), 0)?;
            source.resize(covered, size, plane)?;
        }
        let [luma, blue, red] = planes;
        let pixels = luma.iter().zip(&blue).zip(&red);
        Ok(Raster {
            size,
            channels: Channels::Rgb,
            pixels: pixels
                .flat_map(|((&luma, &blue), &red)| to_rgb(luma, blue, red))
                .collect(),
        })
    }

    /// Each plane, with how much of it the picture covers.
    fn with_covered(&self) -> impl Iterator<Item = (Plane<'_>, (f64, f64))> {
        let whole = (f64::from(self.size.width), f64::from(self.size.height));
        let half = (whole.0 / 2.0, whole.1 / 2.0);
        self.planes().into_iter().zip([whole, half, half])
    }

    /// Turned and mirrored as an EXIF orientation says; nothing when the filling of odd sides is in the way.
    pub(super) fn upright(&self, orientation: u16) -> Option<Self> {
        if !self.size.is_even() {
            return None;
        }
        let turn = |plane: Plane<'_>| {
            let stored = Raster {
                size: plane.size,
                channels: Channels::Gray,
                pixels: plane.bytes.to_vec(),
            };
            orientation::upright(stored, orientation).pixels
        };
        Some(Self {
            size: orientation::upright_size(self.size, orientation),
            bytes: self.planes().map(turn).concat(),
        })
    }
}

#[derive(Clone, Copy)]
struct Plane<'a> {
    size: Size,
    bytes: &'a [u8],
}

impl Plane<'_> {
    /// Resizes the part that is covered, first in height, then in width.
    fn resize(
        self,
        (width, height): (f64, f64),
        size: Size,
        target: &mut [u8],
    ) -> Result<(), MediaError> {
        let stored_width = self.size.width;
        let low = Size {
            width: stored_width,
            height: size.height.next_multiple_of(4),
        };
        let mut lowered = source::filled(low.pixels(), 0)?;
        let covered = (f64::from(stored_width), height);
        let lower = Image::from_slice_u8(stored_width, size.height, &mut lowered, PixelType::U8);
        self.convolve(PixelType::U8, covered, lower)?;

        // The library resizes pixels of four channels in width several times as fast as those of one: so every four
        // rows become the channels of one.
        let fours = low.height / 4;
        let woven = Plane {
            size: Size {
                width: stored_width,
                height: fours,
            },
            bytes: &weave(&lowered, stored_width as usize)?,
        };
        let mut narrowed = source::filled(u64::from(size.width) * u64::from(low.height), 0)?;
        let narrow = Image::from_slice_u8(size.width, fours, &mut narrowed, PixelType::U8x4);
        woven.convolve(PixelType::U8x4, (width, fours.into()), narrow)?;
        unweave(&narrowed, size.width as usize, target);
        Ok(())
    }

    fn convolve(
        self,
        pixel_type: PixelType,
        (width, height): (f64, f64),
        target: Result<Image<'_>, ImageBufferError>,
    ) -> Result<(), MediaError> {
        let source = ImageRef::new(self.size.width, self.size.height, self.bytes, pixel_type)
            .map_err(MediaError::malformed)?;
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
            .use_alpha(false)
            .crop(0.0, 0.0, width, height);
        let mut target = target.map_err(MediaError::malformed)?;
        Resizer::new()
            .resize(&source, &mut target, &options)
            .map_err(MediaError::malformed)
    }
}

fn even(size: Size) -> Size {
    Size {
        width: size.width.next_multiple_of(2),
        height: size.height.next_multiple_of(2),
    }
}

fn half(size: Size) -> Size {
    Size {
        width: size.width.div_ceil(2),
        height: size.height.div_ceil(2),
    }
}

/// Bytes of a plane. It was allocated, so it fits.
fn area(size: Size) -> usize {
    size.width as usize * size.height as usize
}

fn image<T>(size: Size, pixels: T) -> YuvImage<T> {
    YuvImage {
        pixels,
        width: size.width as usize,
        align: 1,
        height: size.height as usize,
        subsamp: Subsamp::Sub2x2,
    }
}

/// From every four rows one, of pixels with four channels.
fn weave(rows: &[u8], width: usize) -> Result<Vec<u8>, MediaError> {
    let mut woven = source::filled(rows.len() as u64, 0)?;
    let fours = rows.chunks_exact(4 * width);
    for (four, woven) in fours.zip(woven.chunks_exact_mut(4 * width)) {
        let (upper, lower) = four.split_at(2 * width);
        let ((a, b), (c, d)) = (upper.split_at(width), lower.split_at(width));
        let pixels = woven.as_chunks_mut::<4>().0;
        for ((((pixel, a), b), c), d) in pixels.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *pixel = [*a, *b, *c, *d];
        }
    }
    Ok(woven)
}

/// The rows that were woven, as far as there is room for them.
fn unweave(woven: &[u8], width: usize, rows: &mut [u8]) {
    let fours = rows.chunks_mut(4 * width);
    for (four, woven) in fours.zip(woven.chunks_exact(4 * width)) {
        for (channel, row) in four.chunks_exact_mut(width).enumerate() {
            for (value, pixel) in row.iter_mut().zip(woven.as_chunks::<4>().0) {
                *value = pixel[channel];
            }
        }
    }
}

/// As JFIF defines it, in fractions of 65,536.
pub(super) fn to_rgb(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let (luma, blue, red) = (
        (i32::from(luma) << 16) + (1 << 15),
        i32::from(blue) - 128,
        i32::from(red) - 128,
    );
    [
        luma + 91_881 * red,
        luma - 22_554 * blue - 46_802 * red,
        luma + 116_130 * blue,
    ]
    .map(|value| (value >> 16).clamp(0, 255) as u8)
}

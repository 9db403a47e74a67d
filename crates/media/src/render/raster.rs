use std::borrow::Cow;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::size::Size;
use crate::{MediaError, source};

/// What the bytes of a pixel mean; one byte a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channels {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
    /// As Adobe's programs write it into JPEG: 255 is no ink.
    InvertedCmyk,
}

impl Channels {
    pub(super) fn count(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::InvertedCmyk => 4,
        }
    }

    /// Whether the last channel says how opaque a pixel is.
    pub(super) fn has_alpha(self) -> bool {
        matches!(self, Self::Rgba | Self::GrayAlpha)
    }

    pub(super) fn is_cmyk(self) -> bool {
        self == Self::InvertedCmyk
    }

    fn pixel_type(self) -> PixelType {
        match self {
            Self::Gray => PixelType::U8,
            Self::GrayAlpha => PixelType::U8x2,
            Self::Rgb => PixelType::U8x3,
            Self::Rgba | Self::InvertedCmyk => PixelType::U8x4,
        }
    }
}

/// Pixels in memory, row by row from the top left, without gaps.
#[derive(Debug, Clone)]
pub(crate) struct Raster {
    pub size: Size,
    pub channels: Channels,
    pub pixels: Vec<u8>,
}

impl Raster {
    /// A raster with every byte set to `fill`.
    pub(super) fn filled(size: Size, channels: Channels, fill: u8) -> Result<Self, MediaError> {
        let length = size.pixels().saturating_mul(channels.count() as u64);
        Ok(Self {
            size,
            channels,
            pixels: source::filled(length, fill)?,
        })
    }

    /// This picture at another size.
    pub(super) fn resize(&self, size: Size) -> Result<Self, MediaError> {
        if size == self.size {
            return Ok(self.clone());
        }
        let pixel_type = self.channels.pixel_type();
        let source = ImageRef::new(self.size.width, self.size.height, &self.pixels, pixel_type)
            .map_err(MediaError::malformed)?;
        let mut target = Image::new(size.width, size.height, pixel_type);
        // Transparent pixels must not bleed into opaque ones; the fourth channel of CMYK is black.
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
            .use_alpha(self.channels != Channels::InvertedCmyk);
        Resizer::new()
            .resize(&source, &mut target, &options)
            .map_err(MediaError::malformed)?;
        Ok(Self {
            size,
            channels: self.channels,
            pixels: target.into_vec(),
        })
    }

    /// The same picture with other channels, made pixel by pixel.
    pub(super) fn map<const IN: usize, const OUT: usize>(
        &self,
        channels: Channels,
        convert: impl Fn([u8; IN]) -> [u8; OUT],
    ) -> Self {
        let (pixels, _) = self.pixels.as_chunks::<IN>();
        Self {
            size: self.size,
            channels,
            pixels: pixels.iter().flat_map(|&pixel| convert(pixel)).collect(),
        }
    }

    /// An sRGB picture with an alpha channel.
    pub(super) fn into_rgba(self) -> Self {
        match self.channels {
            Channels::Rgb => self.map(Channels::Rgba, |[r, g, b]| [r, g, b, 255]),
            _ => self,
        }
    }

    /// An sRGB picture without an alpha channel, laid on white.
    pub(super) fn onto_white(&self) -> Cow<'_, Self> {
        match self.channels {
            Channels::Rgba => Cow::Owned(self.map(Channels::Rgb, |[r, g, b, alpha]| {
                [r, g, b].map(|value| blend_with_white(value, alpha))
            })),
            _ => Cow::Borrowed(self),
        }
    }
}

fn blend_with_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u16::from(value), u16::from(alpha));
    // At most 255 × 255, so the quotient fits.
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

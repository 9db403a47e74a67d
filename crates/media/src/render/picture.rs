use super::colour;
use super::decode::Colour;
use super::encode;
use super::orientation;
use super::planes::Planes;
use super::raster::Raster;
use super::size::Size;
use super::{Encoding, OutputFormat};
use crate::MediaError;

/// A decoded picture on its way to the outputs.
#[derive(Debug, Clone)]
pub(super) enum Picture {
    Pixels(Raster),
    /// Only of what is opaque and in sRGB.
    Planes(Planes),
}

impl From<Raster> for Picture {
    fn from(raster: Raster) -> Self {
        Self::Pixels(raster)
    }
}

impl From<Planes> for Picture {
    fn from(planes: Planes) -> Self {
        Self::Planes(planes)
    }
}

impl Picture {
    pub(super) fn size(&self) -> Size {
        match self {
            Self::Pixels(raster) => raster.size,
            Self::Planes(planes) => planes.size,
        }
    }

    /// This picture at another size, given away.
    pub(super) fn into_resized(self, size: Size) -> Result<Self, MediaError> {
        match self {
            _ if self.size() == size => Ok(self),
            Self::Pixels(raster) => raster.resize(size).map(Self::Pixels),
            Self::Planes(planes) if size.is_even() => planes.resize(size).map(Self::Planes),
            Self::Planes(planes) => planes.to_pixels(size).map(Self::Pixels),
        }
    }

    /// This picture's pixels at another size.
    pub(super) fn to_pixels(&self, size: Size) -> Result<Raster, MediaError> {
        match self {
            Self::Pixels(raster) => raster.resize(size),
            Self::Planes(planes) => planes.to_pixels(size),
        }
    }

    pub(super) fn into_srgb(self, colour: &Colour) -> Self {
        match self {
            Self::Pixels(raster) => Self::Pixels(colour::to_srgb(raster, colour)),
            planes @ Self::Planes(_) => planes,
        }
    }

    /// Turned and mirrored as an EXIF orientation (1 to 8) says.
    pub(super) fn into_upright(self, orientation: u16) -> Result<Self, MediaError> {
        if !(2..=8).contains(&orientation) {
            return Ok(self);
        }
        if let Self::Planes(planes) = &self
            && let Some(upright) = planes.upright(orientation)
        {
            return Ok(Self::Planes(upright));
        }
        let pixels = self.to_pixels(self.size())?;
        Ok(Self::Pixels(orientation::upright(pixels, orientation)))
    }

    pub(super) fn encode(&self, encoding: Encoding) -> Result<Vec<u8>, MediaError> {
        match (self, encoding.format) {
            (Self::Planes(planes), OutputFormat::Jpeg) => {
                encode::planes_as_jpeg(planes, encoding.quality)
            }
            (Self::Planes(planes), _) => encode::encode(&planes.to_pixels(planes.size)?, encoding),
            (Self::Pixels(raster), _) => encode::encode(raster, encoding),
        }
    }
}

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};

use super::super::raster::{Channels, Raster};
use super::{Decoded, Task};
use crate::{MediaError, source};

/// Leaves out the levels of detail that are not wanted.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let bytes = task.bytes()?;
    let mut settings = DecodeSettings::default();
    let image = Image::new(&bytes, &settings).map_err(MediaError::malformed)?;
    let original = task.accept(image.width(), image.height())?;
    let wanted = task.wanted_at_once(original);
    settings.target_resolution = Some((wanted.width, wanted.height));
    let image = Image::new(&bytes, &settings).map_err(MediaError::malformed)?;
    let size = task.accept(image.width(), image.height())?;
    let colours = image.color_space().num_channels();
    let (channels, is_inverted) = match (colours, image.has_alpha()) {
        (1, false) => (Channels::Gray, false),
        (1, true) => (Channels::GrayAlpha, false),
        (3, false) => (Channels::Rgb, false),
        (3, true) => (Channels::Rgba, false),
        (4, false) => (Channels::InvertedCmyk, true),
        _ => {
            return Err(MediaError::Unsupported(format!(
                "a JPEG 2000 picture of {colours} colours"
            )));
        }
    };
    let profile = match image.color_space() {
        ColorSpace::Icc { profile, .. } => Some(profile.clone()),
        _ => None,
    };
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(MediaError::malformed)?;
    let length = size.pixels() * channels.count() as u64;
    let is_complete = decoded.components().len() == channels.count()
        && decoded
            .components()
            .iter()
            .all(|component| component.samples().len() as u64 == size.pixels());
    if !is_complete {
        return Err(MediaError::malformed("components of different sizes"));
    }
    let mut pixels = source::filled(length, 0)?;
    decoded.store_u8_into(&mut pixels);
    if is_inverted {
        pixels.iter_mut().for_each(|ink| *ink = 255 - *ink);
    }
    let raster = Raster {
        size,
        channels,
        pixels,
    };
    Ok(Decoded::at_once(raster, original, profile.into()))
}

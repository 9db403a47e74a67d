//! Pictures coded as AV1.

use heic::heif::Av1DecoderConfig;
use rav1d_safe::src::managed::{Decoder, Error, Frame, Settings};

use crate::MediaError;
use crate::container::heif::LayerChoice;

/// Bytes that one picture may have.
const BYTE_LIMIT: usize = 256 * 1024 * 1024;

/// Decodes an item. Of one in layers, the layer that is chosen, else the last.
pub(super) fn decode(
    config: &Av1DecoderConfig,
    item: &[u8],
    choice: LayerChoice,
    pixel_limit: u64,
) -> Result<Frame, MediaError> {
    let bytes = [&config.config_obus, item].concat();
    if bytes.len() > BYTE_LIMIT {
        return Err(MediaError::TooLarge(format!(
            "an AV1 picture of {} bytes, the limit is {BYTE_LIMIT}",
            bytes.len()
        )));
    }
    let mut settings = Settings::default();
    settings.frame_size_limit = pixel_limit.try_into().unwrap_or(u32::MAX);
    settings.all_layers = choice.layer.is_some();
    settings.operating_point = choice.operating_point;
    let mut decoder = Decoder::with_settings(settings).map_err(failed)?;
    let mut shown = decoder.decode(&bytes).map_err(failed)?;
    drop(bytes);
    let mut further = choice.layer.unwrap_or(u16::MAX);
    while further > 0
        && let Some(frame) = decoder.get_frame().map_err(failed)?
    {
        further -= 1;
        shown = Some(frame);
    }
    shown.ok_or_else(|| MediaError::malformed("AV1: there is no picture"))
}

fn failed(error: Error) -> MediaError {
    match error {
        Error::OutOfMemory => MediaError::OutOfMemory,
        other => MediaError::Malformed(format!("AV1: {other}")),
    }
}

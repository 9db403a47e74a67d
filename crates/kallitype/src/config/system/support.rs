//! What of the document this server does not do. What would promise something else than what is done is refused; what
//! concerns work that is not done here at all is kept, and has no effect.

use super::SystemConfigDto;
use super::ffmpeg::{AudioCodec, CQMode, ToneMapping, TranscodeHWAccel, TranscodePolicy};
use super::image::{Colorspace, ImageFormat};

/// Settings, and whole sections, that are kept and given back and have no effect.
pub(crate) const WITHOUT_EFFECT: &[&str] = &[
    "backup",
    "ffmpeg.acceptedAudioCodecs",
    "ffmpeg.acceptedContainers",
    "ffmpeg.acceptedVideoCodecs",
    "job.migration",
    "job.search",
    "newVersionCheck.enabled",
    "nightlyTasks.syncQuotaUsage",
    "oauth.profileSigningAlgorithm",
    "storageTemplate.hashVerificationEnabled",
    "storageTemplate.template",
];

impl SystemConfigDto {
    /// One sentence for each setting that cannot be done here.
    #[must_use]
    pub(crate) fn unsupported(&self) -> Vec<String> {
        let broken = [self.unsupported_of_videos(), self.unsupported_of_the_rest()].concat();
        let rules = broken.into_iter().filter(|(is_broken, _)| *is_broken);
        rules.map(|(_, rule)| rule.to_owned()).collect()
    }

    fn unsupported_of_videos(&self) -> Vec<(bool, &'static str)> {
        let ffmpeg = &self.ffmpeg;
        vec![
            (
                ffmpeg.accel == TranscodeHWAccel::Rkmpp,
                "ffmpeg.accel cannot be rkmpp on this server",
            ),
            (
                ffmpeg.accel_decode,
                "ffmpeg.accelDecode must be false: this server decodes with the processor, which reads every file",
            ),
            (
                ffmpeg.bframes != -1,
                "ffmpeg.bframes must be -1: this server leaves them to the encoder",
            ),
            (
                ffmpeg.cq_mode != CQMode::Auto,
                "ffmpeg.cqMode must be auto: this server leaves it to the encoder",
            ),
            (
                ffmpeg.gop_size != 0,
                "ffmpeg.gopSize must be 0: this server leaves it to the encoder",
            ),
            (
                ffmpeg.max_bitrate.parse() != Ok(0_u32),
                "ffmpeg.maxBitrate must be 0: this server keeps the quality constant",
            ),
            (
                ffmpeg.refs != 0,
                "ffmpeg.refs must be 0: this server leaves them to the encoder",
            ),
            (
                ffmpeg.target_audio_codec != AudioCodec::Aac,
                "ffmpeg.targetAudioCodec must be aac on this server",
            ),
            (
                ffmpeg.temporal_aq,
                "ffmpeg.temporalAQ must be false on this server",
            ),
            (
                ffmpeg.tonemap != ToneMapping::Hable,
                "ffmpeg.tonemap must be hable on this server",
            ),
            (
                ffmpeg.transcode == TranscodePolicy::Bitrate,
                "ffmpeg.transcode cannot be bitrate on this server: it keeps the quality constant",
            ),
            (
                ffmpeg.two_pass,
                "ffmpeg.twoPass must be false: this server keeps the quality constant",
            ),
        ]
    }

    fn unsupported_of_the_rest(&self) -> Vec<(bool, &'static str)> {
        let image = &self.image;
        vec![
            (
                image.colorspace != Colorspace::Srgb,
                "image.colorspace must be srgb on this server",
            ),
            (
                !image.extract_embedded,
                "image.extractEmbedded must be true: this server takes the pictures that raw files hold",
            ),
            (
                image.fullsize.format != ImageFormat::Jpeg,
                "image.fullsize.format must be jpeg on this server",
            ),
            (
                image.thumbnail.size > MAX_THUMBNAIL,
                "image.thumbnail.size must not be greater than 4096",
            ),
            (
                self.storage_template.enabled,
                "storageTemplate.enabled must be false: this server names originals itself",
            ),
        ]
    }
}

/// The largest thumbnails, in pixels of the short edge.
const MAX_THUMBNAIL: u32 = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::system::tree::value_at;

    #[test]
    fn the_defaults_can_be_done_and_what_has_no_effect_is_there() {
        let defaults = SystemConfigDto::default();
        assert!(defaults.unsupported().is_empty());
        for path in WITHOUT_EFFECT {
            assert!(value_at(&defaults.to_json(), path).is_some(), "{path}");
        }
        let read = SystemConfigDto::of_json(&defaults.to_json()).unwrap();
        assert_eq!(read, defaults);
    }
}

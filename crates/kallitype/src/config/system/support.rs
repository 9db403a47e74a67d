//! What of the document this server does not do. What would promise something else than what is done is refused; what
//! concerns work that is not done here at all is kept, and has no effect.

use super::SystemConfigDto;
use super::ffmpeg::{TranscodeHWAccel, TranscodePolicy};
use super::tree::value_at;

/// Settings, and whole sections, that are kept and given back and have no effect.
pub(crate) const WITHOUT_EFFECT: &[&str] = &[
    "ffmpeg.acceptedAudioCodecs",
    "ffmpeg.acceptedContainers",
    "ffmpeg.acceptedVideoCodecs",
    "job.migration",
    "job.search",
    "newVersionCheck.enabled",
    "nightlyTasks.syncQuotaUsage",
    "oauth.profileSigningAlgorithm",
];

/// Settings of which only the default can be done, and why. A document with another value is refused.
const ONLY_DEFAULT: &[(&str, &str)] = &[
    (
        "ffmpeg.accelDecode",
        "must be false: this server decodes with the processor, which reads every file",
    ),
    (
        "ffmpeg.bframes",
        "must be -1: this server leaves them to the encoder",
    ),
    (
        "ffmpeg.cqMode",
        "must be auto: this server leaves it to the encoder",
    ),
    (
        "ffmpeg.gopSize",
        "must be 0: this server leaves it to the encoder",
    ),
    (
        "ffmpeg.maxBitrate",
        "must be 0: this server keeps the quality constant",
    ),
    (
        "ffmpeg.refs",
        "must be 0: this server leaves them to the encoder",
    ),
    ("ffmpeg.targetAudioCodec", "must be aac on this server"),
    ("ffmpeg.temporalAQ", "must be false on this server"),
    ("ffmpeg.tonemap", "must be hable on this server"),
    (
        "ffmpeg.twoPass",
        "must be false: this server keeps the quality constant",
    ),
    ("image.colorspace", "must be srgb on this server"),
    (
        "image.extractEmbedded",
        "must be true: this server takes the pictures that raw files hold",
    ),
    ("image.fullsize.format", "must be jpeg on this server"),
];

/// The paths of settings of which only the default can be done.
pub(crate) fn only_default() -> impl Iterator<Item = &'static str> {
    ONLY_DEFAULT.iter().map(|(path, _)| *path)
}

impl SystemConfigDto {
    /// One sentence for each setting that cannot be done here.
    #[must_use]
    pub(crate) fn unsupported(&self) -> Vec<String> {
        let (document, defaults) = (self.to_json(), Self::default().to_json());
        let is_other = |path: &str| value_at(&document, path) != value_at(&defaults, path);
        let others = ONLY_DEFAULT.iter().filter(|(path, _)| is_other(path));
        let mut rules: Vec<String> = others
            .map(|(path, rule)| format!("{path} {rule}"))
            .collect();
        let broken = self.unsupported_values().into_iter();
        let broken = broken.filter(|(is_broken, _)| *is_broken);
        rules.extend(broken.map(|(_, rule)| rule.to_owned()));
        rules
    }

    /// Of settings that have several values here, those that they cannot have.
    fn unsupported_values(&self) -> [(bool, &'static str); 3] {
        [
            (
                self.ffmpeg.accel == TranscodeHWAccel::Rkmpp,
                "ffmpeg.accel cannot be rkmpp on this server",
            ),
            (
                self.ffmpeg.transcode == TranscodePolicy::Bitrate,
                "ffmpeg.transcode cannot be bitrate on this server: it keeps the quality constant",
            ),
            (
                self.image.thumbnail.size > MAX_THUMBNAIL,
                "image.thumbnail.size must not be greater than 4096",
            ),
        ]
    }
}

/// The largest thumbnails, in pixels of the short edge.
const MAX_THUMBNAIL: u32 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_can_be_done_and_what_has_no_effect_is_there() {
        let defaults = SystemConfigDto::default();
        assert!(defaults.unsupported().is_empty());
        for path in WITHOUT_EFFECT.iter().copied().chain(only_default()) {
            assert!(value_at(&defaults.to_json(), path).is_some(), "{path}");
        }
        let read = SystemConfigDto::of_json(&defaults.to_json()).unwrap();
        assert_eq!(read, defaults);
    }
}

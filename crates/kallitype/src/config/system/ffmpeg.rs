//! What is made of videos.

use std::path::PathBuf;

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{count, text, whole};
use kallitype_media::{Acceleration, PRESETS};
use kallitype_web::fields::{Enumeration, Fields};
use kallitype_web::{request, wire_enum};

wire_enum! {
    /// The codec of moving pictures.
    pub enum VideoCodec as "VideoCodec" {
        H264 = "h264",
        Hevc = "hevc",
        Vp9 = "vp9",
        Av1 = "av1",
    }
}

impl From<VideoCodec> for kallitype_media::VideoCodec {
    fn from(codec: VideoCodec) -> Self {
        match codec {
            VideoCodec::H264 => Self::H264,
            VideoCodec::Hevc => Self::Hevc,
            VideoCodec::Vp9 => Self::Vp9,
            VideoCodec::Av1 => Self::Av1,
        }
    }
}

wire_enum! {
    /// The codec of sound.
    pub enum AudioCodec as "AudioCodec" {
        Mp3 = "mp3",
        Aac = "aac",
        Libopus = "libopus",
        PcmS16le = "pcm_s16le",
    }
}

wire_enum! {
    /// The file format of videos.
    pub enum VideoContainer as "VideoContainer" {
        Mov = "mov",
        Mp4 = "mp4",
        Ogg = "ogg",
        Webm = "webm",
    }
}

wire_enum! {
    /// How the quality is kept the same.
    pub enum CQMode as "CQMode" {
        Auto = "auto",
        Cqp = "cqp",
        Icq = "icq",
    }
}

wire_enum! {
    /// Which videos get a version for browsers.
    pub enum TranscodePolicy as "TranscodePolicy" {
        All = "all",
        Optimal = "optimal",
        Bitrate = "bitrate",
        Required = "required",
        Disabled = "disabled",
    }
}

wire_enum! {
    /// How high dynamic range is made to fit into the ordinary one.
    pub enum ToneMapping as "ToneMapping" {
        Hable = "hable",
        Mobius = "mobius",
        Reinhard = "reinhard",
        Disabled = "disabled",
    }
}

wire_enum! {
    /// The hardware that encodes.
    pub enum TranscodeHWAccel as "TranscodeHWAccel" {
        Nvenc = "nvenc",
        Qsv = "qsv",
        Vaapi = "vaapi",
        Rkmpp = "rkmpp",
        Disabled = "disabled",
    }
}

request! {
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigFFmpegDto {
        #[schema(value_type = i32, minimum = 0, maximum = 51)]
        crf: u32 = with(crf),
        #[schema(value_type = i32, minimum = 0)]
        threads: u32 = with(natural),
        preset: String = with(preset),
        target_video_codec: VideoCodec = required_enumeration(),
        accepted_video_codecs: Vec<VideoCodec> = with(choices),
        target_audio_codec: AudioCodec = required_enumeration(),
        accepted_audio_codecs: Vec<AudioCodec> = with(choices),
        accepted_containers: Vec<VideoContainer> = with(choices),
        target_resolution: String = with(resolution),
        max_bitrate: String = with(text),
        #[schema(value_type = i32, minimum = -1, maximum = 16)]
        bframes: i32 = with(bframes),
        #[schema(value_type = i32, minimum = 0, maximum = 6)]
        refs: u32 = with(refs),
        #[schema(value_type = i32, minimum = 0)]
        gop_size: u32 = with(natural),
        #[serde(rename = "temporalAQ")]
        temporal_aq as "temporalAQ": bool = required_boolean(),
        cq_mode: CQMode = required_enumeration(),
        two_pass: bool = required_boolean(),
        preferred_hw_device: String = with(text),
        transcode: TranscodePolicy = required_enumeration(),
        accel: TranscodeHWAccel = required_enumeration(),
        accel_decode: bool = required_boolean(),
        tonemap: ToneMapping = required_enumeration(),
    }
}

impl Default for SystemConfigFFmpegDto {
    fn default() -> Self {
        Self {
            crf: 23,
            threads: 0,
            preset: "veryfast".into(),
            target_video_codec: VideoCodec::H264,
            accepted_video_codecs: vec![VideoCodec::H264],
            target_audio_codec: AudioCodec::Aac,
            accepted_audio_codecs: vec![AudioCodec::Aac, AudioCodec::Mp3, AudioCodec::Libopus],
            accepted_containers: vec![
                VideoContainer::Mov,
                VideoContainer::Ogg,
                VideoContainer::Webm,
            ],
            target_resolution: "720".into(),
            max_bitrate: "0".into(),
            bframes: -1,
            refs: 0,
            gop_size: 0,
            temporal_aq: false,
            cq_mode: CQMode::Auto,
            two_pass: false,
            preferred_hw_device: AUTOMATIC.into(),
            transcode: TranscodePolicy::Required,
            accel: TranscodeHWAccel::Disabled,
            accel_decode: false,
            tonemap: ToneMapping::Hable,
        }
    }
}

/// The graphics card that most machines have, if they have one.
const AUTOMATIC: &str = "auto";
const FIRST_CARD: &str = "/dev/dri/renderD128";

/// The resolution that keeps every size.
pub(crate) const ORIGINAL: &str = "original";

impl SystemConfigFFmpegDto {
    /// The longest short edge in pixels; 0 keeps every size.
    #[must_use]
    pub(crate) fn short_edge(&self) -> u32 {
        self.target_resolution.parse().unwrap_or_default()
    }

    /// The graphics card. Its name is that of a file in `/dev/dri`, or a path.
    #[must_use]
    pub(crate) fn device(&self) -> PathBuf {
        match self.preferred_hw_device.as_str() {
            AUTOMATIC | "" => FIRST_CARD.into(),
            name => PathBuf::from("/dev/dri").join(name),
        }
    }

    #[must_use]
    pub(crate) fn acceleration(&self) -> Acceleration {
        match self.accel {
            TranscodeHWAccel::Vaapi => Acceleration::Vaapi,
            TranscodeHWAccel::Qsv => Acceleration::Qsv,
            TranscodeHWAccel::Nvenc => Acceleration::Nvenc,
            TranscodeHWAccel::Rkmpp | TranscodeHWAccel::Disabled => Acceleration::Off,
        }
    }
}

fn crf(fields: &Fields<'_>, name: &str) -> u32 {
    whole(fields, name, 0, 51)
}

fn bframes(fields: &Fields<'_>, name: &str) -> i32 {
    whole(fields, name, -1, 16)
}

fn refs(fields: &Fields<'_>, name: &str) -> u32 {
    whole(fields, name, 0, 6)
}

fn natural(fields: &Fields<'_>, name: &str) -> u32 {
    count(fields, name, 0)
}

/// A list of names from a fixed set; it may be empty.
fn choices<T: Enumeration>(fields: &Fields<'_>, name: &str) -> Vec<T> {
    match fields.is_empty_list(name) {
        true => Vec::new(),
        false => fields.enumerations(name),
    }
}

fn preset(fields: &Fields<'_>, name: &str) -> String {
    let preset = text(fields, name);
    if !PRESETS.contains(&preset.as_str()) {
        let known = PRESETS.join(", ");
        fields.refuse(
            name,
            &format!("must be one of the following values: {known}"),
        );
    }
    preset
}

fn resolution(fields: &Fields<'_>, name: &str) -> String {
    let resolution = text(fields, name);
    let is_number = resolution.parse::<u16>().is_ok_and(|pixels| pixels > 0);
    if resolution != ORIGINAL && !is_number {
        fields.refuse(name, "must be a number of pixels, or original");
    }
    resolution
}

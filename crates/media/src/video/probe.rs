//! From what `ffprobe` prints to facts.

use std::collections::HashMap;

use jiff::civil::DateTime;
use serde::Deserialize;

use super::VideoFacts;
use crate::dates::{self, parse_offset};
use crate::{MediaError, WallClock};

/// The longest maker or model that is kept, in characters.
const MAX_NAME_CHARACTERS: usize = 200;

/// No clock on earth is further from UTC, in seconds.
const FARTHEST_ZONE: i32 = 14 * 60 * 60;

#[derive(Debug, Deserialize)]
struct Report {
    #[serde(default)]
    format: Format,
    #[serde(default)]
    streams: Vec<Stream>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Format {
    format_name: String,
    duration: Option<String>,
    bit_rate: Option<String>,
    tags: HashMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stream {
    index: u32,
    codec_type: String,
    codec_name: Option<String>,
    width: u32,
    height: u32,
    sample_aspect_ratio: Option<String>,
    pix_fmt: Option<String>,
    color_transfer: Option<String>,
    color_primaries: Option<String>,
    color_space: Option<String>,
    avg_frame_rate: Option<String>,
    duration: Option<String>,
    disposition: HashMap<String, i64>,
    tags: HashMap<String, String>,
    side_data_list: Vec<SideData>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SideData {
    rotation: Option<f64>,
}

/// Reads a report about format and streams.
///
/// # Errors
/// [`MediaError::Malformed`] when there is no video in the file.
pub(crate) fn read(report: &[u8]) -> Result<VideoFacts, MediaError> {
    let Report { format, streams } =
        serde_json::from_slice(report).map_err(MediaError::malformed)?;
    let video = shown(&streams)?;
    let audio = streams.iter().find(|stream| stream.is_sound());
    let tag = |names: &[&str]| find_tag(&[&format.tags, &video.tags], names);
    Ok(VideoFacts {
        duration_milliseconds: milliseconds(format.duration.as_deref())
            .or_else(|| milliseconds(video.duration.as_deref())),
        width: video.width,
        height: video.height,
        pixel_aspect: ratio(video.sample_aspect_ratio.as_deref(), ':').unwrap_or(1.0),
        rotation: video.rotation(),
        brand: tag(&["major_brand"]).unwrap_or_default(),
        container: format.format_name.clone(),
        video_codec: video.codec_name.clone().unwrap_or_default(),
        audio_codec: audio.and_then(|stream| stream.codec_name.clone()),
        pixel_format: video.pix_fmt.clone().unwrap_or_default(),
        colour_transfer: known(&video.color_transfer),
        colour_primaries: known(&video.color_primaries),
        colour_matrix: known(&video.color_space),
        bit_rate: format
            .bit_rate
            .as_deref()
            .and_then(|rate| rate.parse().ok()),
        frames_per_second: ratio(video.avg_frame_rate.as_deref(), '/'),
        video_stream: video.index,
        audio_stream: audio.map(|stream| stream.index),
        taken_at: tag(&["com.apple.quicktime.creationdate", "creation_time"])
            .and_then(|text| moment(&text))
            .or_else(|| written(&tag(&["date_recorded", "date", "icrd"])?)),
        make: tag(&[
            "com.apple.quicktime.make",
            "com.android.manufacturer",
            "make",
        ]),
        model: tag(&["com.apple.quicktime.model", "com.android.model", "model"]),
        place: tag(&["com.apple.quicktime.location.iso6709", "location"])
            .and_then(|text| place(&text)),
    })
}

/// The picture that players show: none that stands still or is a small one for choosing, if there are others, of these
/// the one that the file says is shown, and of several the largest, or the first of them.
fn shown(streams: &[Stream]) -> Result<&Stream, MediaError> {
    let rank = |stream: &Stream| (!stream.is_of_stills(), stream.is_default(), stream.pixels());
    streams
        .iter()
        .rev()
        .filter(|stream| stream.is_picture())
        .max_by_key(|stream| rank(stream))
        .ok_or_else(|| MediaError::malformed("there is no video in it"))
}

impl Stream {
    /// Pictures of the kind that music has on its cover do not move.
    fn is_picture(&self) -> bool {
        let is_cover = ["attached_pic", "timed_thumbnails"]
            .into_iter()
            .any(|name| self.is_said_to_be(name));
        self.codec_type == "video" && !is_cover && self.width > 0 && self.height > 0
    }

    /// Whether every frame of it is a picture of its own, as previews are.
    fn is_of_stills(&self) -> bool {
        let codec = self.codec_name.as_deref().unwrap_or_default();
        self.is_said_to_be("still_image")
            || matches!(
                codec,
                "mjpeg" | "png" | "bmp" | "gif" | "jpeg2000" | "webp" | "tiff"
            )
    }

    fn is_default(&self) -> bool {
        self.is_said_to_be("default")
    }

    fn is_said_to_be(&self, name: &str) -> bool {
        self.disposition.get(name).is_some_and(|is| *is != 0)
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    fn is_sound(&self) -> bool {
        self.codec_type == "audio" && self.codec_name.is_some()
    }

    /// Degrees clockwise; the report counts the other way round.
    fn rotation(&self) -> u16 {
        let said = self.side_data_list.iter().find_map(|data| data.rotation);
        let quarters = (-said.unwrap_or(0.0) / 90.0).round();
        match (quarters as i64).rem_euclid(4) {
            1 => 90,
            2 => 180,
            3 => 270,
            _ => 0,
        }
    }
}

/// What a Matroska file says it is, read from its first bytes: `ffprobe` does not tell `webm` from `matroska`.
pub(crate) fn document_type(beginning: &[u8]) -> Option<String> {
    const NAME: [u8; 2] = [0x42, 0x82];
    const SHORT: u8 = 0x80;
    let at = beginning.windows(2).position(|bytes| bytes == NAME)?;
    let length = usize::from(beginning.get(at + 2)?.checked_sub(SHORT)?);
    let text = beginning.get(at + 3..at + 3 + length)?;
    String::from_utf8(text.to_vec()).ok()
}

/// A colour property that is really stated.
fn known(value: &Option<String>) -> Option<String> {
    value
        .clone()
        .filter(|value| !matches!(value.as_str(), "unknown" | "reserved" | "unspecified"))
}

/// The first of the named tags that is there, however its name is spelt, as plain text.
fn find_tag(places: &[&HashMap<String, String>], names: &[&str]) -> Option<String> {
    let find = |name: &str| {
        places
            .iter()
            .flat_map(|tags| tags.iter())
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| plain(value))
    };
    names
        .iter()
        .filter_map(|name| find(name))
        .find(|value| !value.is_empty())
}

fn plain(text: &str) -> String {
    let visible = text.chars().filter(|character| !character.is_control());
    visible
        .take(MAX_NAME_CHARACTERS)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn milliseconds(text: Option<&str>) -> Option<u64> {
    let seconds: f64 = text?.parse().ok()?;
    // A century is more than any video and less than any overflow.
    (0.0..3.2e9)
        .contains(&seconds)
        .then(|| (seconds * 1000.0).round() as u64)
}

fn ratio(text: Option<&str>, between: char) -> Option<f64> {
    let (above, below) = text?.split_once(between)?;
    let (above, below): (f64, f64) = (above.parse().ok()?, below.parse().ok()?);
    (above > 0.0 && below > 0.0).then_some(above / below)
}

/// `2024-05-06T07:08:09.000000Z`, or with the camera's own offset: `2024-05-06T09:08:09+0200`.
fn moment(text: &str) -> Option<WallClock> {
    let (clock, rest) = text.split_at_checked(19)?;
    let local: DateTime = clock.parse().ok()?;
    // Cameras that do not know the time say that of an epoch.
    let clock = WallClock::new(local, offset(rest));
    (local.year() > 1970).then_some(WallClock {
        is_universal: rest.ends_with('Z'),
        ..clock
    })
}

/// A date as people and programs write it, if it is not that of an epoch.
fn written(text: &str) -> Option<WallClock> {
    dates::parse(text).filter(|clock| clock.local.year() > 1970)
}

/// Seconds east of UTC, of what follows a time; that it is UTC says nothing of where the camera was.
fn offset(text: &str) -> Option<i32> {
    let sign = text.find(['+', '-'])?;
    let text = text.get(sign..)?;
    let seconds = parse_offset(text)?;
    (seconds.abs() <= FARTHEST_ZONE).then_some(seconds)
}

/// ISO 6709 in degrees: `+48.8584+002.2945+035.000/`.
fn place(text: &str) -> Option<(f64, f64)> {
    let signs: Vec<usize> = text
        .char_indices()
        .filter(|(_, character)| matches!(character, '+' | '-'))
        .map(|(position, _)| position)
        .collect();
    let (first, second) = (*signs.first()?, *signs.get(1)?);
    let end = signs.get(2).copied();
    let end = end.or_else(|| text.find('/')).unwrap_or(text.len());
    let latitude: f64 = text.get(first..second)?.parse().ok()?;
    let longitude: f64 = text.get(second..end)?.parse().ok()?;
    let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    (is_on_earth && (latitude, longitude) != (0.0, 0.0)).then_some((latitude, longitude))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test")]

    use super::*;

    #[test]
    fn moments_are_read_with_and_without_an_offset() {
        let utc = moment("2024-05-06T07:08:09.000000Z").unwrap();
        assert_eq!((utc.local.hour(), utc.offset_seconds), (7, None));
        let zoned = moment("2024-05-06T07:08:09-0330").unwrap();
        assert_eq!(zoned.offset_seconds, Some(-12_600));
        let hours = moment("2024-05-06T07:08:09+02").unwrap();
        assert_eq!(hours.offset_seconds, Some(7200));
        for absurd in [
            "-05-06T07:@8:09.000Z",
            "+1500",
            "+9999999999",
            "+0260",
            "+020",
        ] {
            let clock = moment(&format!("2024-05-06T07:08:09.000{absurd}")).unwrap();
            assert_eq!(clock.offset_seconds, None, "{absurd}");
        }
        assert_eq!(moment("1904-01-01T00:00:00Z"), None);
        assert_eq!(moment("yesterday, at the sea, in the ö"), None);
    }

    #[test]
    fn places_are_read() {
        assert_eq!(
            place("+48.8584-002.2945+035.000/"),
            Some((48.8584, -2.2945))
        );
        assert_eq!(place("+48.8584+002.2945/"), Some((48.8584, 2.2945)));
        for bad in ["", "+", "+91+0/", "+48.8584", "/+1+1", "+0.0+0.0/"] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }

    #[test]
    fn players_show_the_picture_that_moves() {
        let stream = |index: u32, codec: &str, width: u32, default: u32| {
            format!(
                r#"{{"index": {index}, "codec_type": "video", "codec_name": "{codec}", "width": {width}, "height": 9,
                    "disposition": {{"default": {default}}}}}"#
            )
        };
        let read = |streams: &[String]| {
            let report = format!(r#"{{"streams": [{}]}}"#, streams.join(", "));
            read(report.as_bytes()).unwrap().video_stream
        };
        // A small one for choosing comes first.
        assert_eq!(
            read(&[stream(0, "mjpeg", 32, 1), stream(1, "h264", 64, 0)]),
            1
        );
        assert_eq!(
            read(&[stream(0, "mjpeg", 99, 1), stream(1, "h264", 64, 0)]),
            1
        );
        assert_eq!(read(&[stream(0, "mjpeg", 32, 1)]), 0);
        // Several: as the file says, else the largest, else the first.
        assert_eq!(
            read(&[stream(0, "h264", 64, 1), stream(1, "h264", 99, 0)]),
            0
        );
        assert_eq!(
            read(&[stream(0, "hevc", 64, 1), stream(1, "hevc", 99, 1)]),
            1
        );
        assert_eq!(
            read(&[stream(0, "hevc", 99, 0), stream(1, "hevc", 99, 0)]),
            0
        );
    }

    #[test]
    fn dates_are_also_those_that_people_write() {
        for (tag, expected) in [
            (r#""DATE": "2024-02-29 10:11:12""#, "2024-02-29T10:11:12"),
            (
                r#""DATE_RECORDED": "2024-02-29", "DATE": "2025""#,
                "2024-02-29",
            ),
        ] {
            let report = format!(
                r#"{{"format": {{"tags": {{{tag}}}}}, "streams": [{{"codec_type": "video", "width": 9, "height": 9}}]}}"#
            );
            assert_eq!(
                read(report.as_bytes()).unwrap().taken_at,
                dates::parse(expected)
            );
        }
    }

    #[test]
    fn webm_is_told_from_matroska() {
        let webm = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm";
        assert_eq!(document_type(webm).as_deref(), Some("webm"));
        for cut in 0..webm.len() {
            assert_eq!(document_type(&webm[..cut]), None);
        }
    }

    #[test]
    fn a_report_without_a_picture_is_refused() {
        let cover = br#"{"streams": [{"codec_type": "video", "width": 9, "height": 9,
            "disposition": {"attached_pic": 1}}, {"codec_type": "audio", "codec_name": "aac"}]}"#;
        assert!(read(cover).unwrap_err().is_permanent());
        let turned = br#"{"streams": [{"codec_type": "video", "width": 9, "height": 9, "tags": {"MAKE": " x\n"},
            "side_data_list": [{"rotation": -90}]}]}"#;
        let facts = read(turned).unwrap();
        assert_eq!((facts.rotation, facts.orientation()), (90, 6));
        assert_eq!(facts.make.as_deref(), Some("x"));
    }
}

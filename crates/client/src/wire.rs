//! What servers write differently, and nothing else knows: Kallitype and Immich 2 are alike, Immich 3 says a few things
//! in another way and leaves others out.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A duration as forms of 2.x have it: `0:01:02.500000`.
pub(crate) fn duration_text(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let (seconds, fraction) = (seconds % 60, duration.subsec_micros());
    format!("{hours}:{minutes:02}:{seconds:02}.{fraction:06}")
}

/// How long something plays: a text in 2.x, in which pictures take no time; milliseconds or null in 3.x.
pub(crate) fn duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    let duration = match Value::deserialize(deserializer)? {
        Value::Number(milliseconds) => milliseconds.as_u64().map(Duration::from_millis),
        Value::String(text) => parse_duration(&text),
        _ => None,
    };
    Ok(duration.filter(|duration| !duration.is_zero()))
}

fn parse_duration(text: &str) -> Option<Duration> {
    let (hours, rest) = text.split_once(':')?;
    let (minutes, seconds) = rest.split_once(':')?;
    let whole = hours.parse::<u32>().ok()? * 3600 + minutes.parse::<u32>().ok()? * 60;
    let seconds = Duration::try_from_secs_f64(seconds.parse().ok()?).ok()?;
    Some(Duration::from_secs(whole.into()) + seconds)
}

/// A whole number, which some servers write as `4000.0`.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let number = Option::<f64>::deserialize(deserializer)?;
    // Sizes, dimensions and ratings are far from what an `f64` cannot hold.
    Ok(number.map(|number| number.round() as i64))
}

/// A moment; what is none, as some files have it, counts as unknown.
pub(crate) fn moment<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Read {
        #[serde(default, deserialize_with = "duration")]
        duration: Option<Duration>,
        #[serde(default, deserialize_with = "whole")]
        whole: Option<i64>,
        #[serde(default, deserialize_with = "moment")]
        moment: Option<Timestamp>,
    }

    fn read(json: &str) -> Read {
        serde_json::from_str(json).expect("what a server may say")
    }

    #[test]
    fn durations_of_all_versions_are_read() {
        for (text, expected) in [
            (r#""0:01:02.500000""#, Some(62_500)),
            (r#""00:00:02.000""#, Some(2000)),
            (r#""0:00:00.00000""#, None),
            (r#""""#, None),
            (r#""soon""#, None),
            ("62500", Some(62_500)),
            ("0", None),
            ("null", None),
        ] {
            let duration = read(&format!(r#"{{"duration": {text}}}"#)).duration;
            assert_eq!(duration, expected.map(Duration::from_millis), "{text}");
        }
        assert_eq!(read("{}").duration, None);
    }

    #[test]
    fn durations_are_written_as_they_are_read() {
        let duration = Duration::from_micros(3_723_000_045);
        let text = duration_text(duration);
        assert_eq!(text, "1:02:03.000045");
        assert_eq!(parse_duration(&text), Some(duration));
    }

    #[test]
    fn numbers_and_moments_need_not_be_tidy() {
        assert_eq!(read(r#"{"whole": 4000.0}"#).whole, Some(4000));
        assert_eq!(read(r#"{"whole": -1}"#).whole, Some(-1));
        assert_eq!(read(r#"{"whole": null}"#).whole, None);
        let moment = |text| read(&format!(r#"{{"moment": {text}}}"#)).moment;
        let expected: Timestamp = "2024-05-06T07:08:09Z".parse().expect("a moment");
        for text in [
            r#""2024-05-06T07:08:09.000Z""#,
            r#""2024-05-06T09:08:09+02:00""#,
        ] {
            assert_eq!(moment(text), Some(expected));
        }
        assert_eq!(moment(r#""0000:00:00""#), None);
        assert_eq!(moment("null"), None);
    }
}

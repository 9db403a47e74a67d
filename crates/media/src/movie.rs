//! From what a film's headers say to [`Findings`].

use crate::dates::{self, Source};
use crate::findings::{Findings, fill};
use crate::{numbers, text};

/// What a film says about itself, besides its size. Of several of a kind the first counts.
#[derive(Debug, Default)]
pub(crate) struct Movie {
    /// Seconds since 1904, in UTC.
    pub created: Option<u64>,
    pub duration_milliseconds: Option<u64>,
    creation_date: Option<String>,
    date: Option<String>,
    day: Option<String>,
    /// In the form of ISO 6709.
    location: Option<String>,
    make: Option<String>,
    model: Option<String>,
    content_identifier: Option<String>,
    description: Option<String>,
}

impl Movie {
    /// Sets a value whose name is a word.
    pub(crate) fn set_named(&mut self, name: &[u8], value: &[u8]) {
        let place = match name {
            b"com.apple.quicktime.creationdate" => &mut self.creation_date,
            b"com.apple.quicktime.location.ISO6709" => &mut self.location,
            b"com.apple.quicktime.make" | b"com.android.manufacturer" => &mut self.make,
            b"com.apple.quicktime.model" | b"com.android.model" => &mut self.model,
            b"com.apple.quicktime.content.identifier" => &mut self.content_identifier,
            b"com.apple.quicktime.description" => &mut self.description,
            _ => return,
        };
        fill(place, Some(text::decode(value)));
    }

    /// Sets a value whose name is four characters.
    pub(crate) fn set_tagged(&mut self, tag: [u8; 4], value: &[u8]) {
        let place = match &tag {
            b"date" => &mut self.date,
            b"\xa9day" => &mut self.day,
            b"\xa9xyz" => &mut self.location,
            b"\xa9mak" => &mut self.make,
            b"\xa9mod" => &mut self.model,
            b"\xa9des" | b"desc" => &mut self.description,
            _ => return,
        };
        fill(place, Some(text::decode(value)));
    }

    /// Adds what the film says.
    pub(crate) fn read_into(self, findings: &mut Findings) {
        for date in [&self.creation_date, &self.date, &self.day] {
            let date = date.as_deref().and_then(dates::parse);
            findings.dates.offer(Source::QuickTime, date);
        }
        let created = self.created.and_then(dates::from_quicktime);
        findings.dates.offer(Source::MovieHeader, created);
        let facts = &mut findings.facts;
        let name = |value: Option<String>| value.as_deref().and_then(text::name);
        fill(&mut facts.make, name(self.make));
        fill(&mut facts.model, name(self.model));
        fill(&mut facts.content_identifier, name(self.content_identifier));
        fill(
            &mut facts.description,
            self.description.as_deref().and_then(text::description),
        );
        fill(&mut facts.duration_milliseconds, self.duration_milliseconds);
        if facts.latitude.is_none() {
            let place = self.location.as_deref().and_then(place);
            (facts.latitude, facts.longitude) = place.unzip();
        }
    }
}

/// `+51.5100-000.1250+010.000/`: latitude, longitude and perhaps a height, each with its sign.
fn place(text: &str) -> Option<(f64, f64)> {
    let text = text.trim_matches(|character: char| character.is_whitespace() || character == '\0');
    let next = |text: &str| {
        let end = text.get(1..)?.find(['+', '-', '/']).map(|end| end + 1);
        end.or(Some(text.len()))
    };
    let (latitude, rest) = text.split_at_checked(next(text)?)?;
    let (longitude, _) = rest.split_at_checked(next(rest)?)?;
    numbers::place((degrees(latitude, 2)?, degrees(longitude, 3)?))
}

/// A sign, digits for whole degrees, perhaps two more for minutes and for seconds, and a fraction
/// of the last of them.
fn degrees(text: &str, digits_of_degrees: usize) -> Option<f64> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1.0,
        b'-' => -1.0,
        _ => return None,
    };
    let number = text.get(1..)?;
    let whole = number.find('.').unwrap_or(number.len());
    let (degrees, rest) = number.split_at_checked(digits_of_degrees)?;
    let magnitude = match whole.checked_sub(digits_of_degrees)? {
        0 => number.parse::<f64>().ok()?,
        2 => degrees.parse::<f64>().ok()? + rest.parse::<f64>().ok()? / 60.0,
        4 => {
            let (minutes, seconds) = rest.split_at_checked(2)?;
            degrees.parse::<f64>().ok()?
                + minutes.parse::<f64>().ok()? / 60.0
                + seconds.parse::<f64>().ok()? / 3600.0
        }
        _ => return None,
    };
    Some(sign * magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_places() {
        for (text, expected) in [
            ("+51.51-000.125/", (51.51, -0.125)),
            ("-33.5+151.25+010.0/", (-33.5, 151.25)),
            ("+5130-00007.5/", (51.5, -0.125)),
            ("+513036-0000730/", (51.51, -0.125)),
            ("+51.51-000.125", (51.51, -0.125)),
        ] {
            let (latitude, longitude) = place(text).unwrap();
            assert!((latitude - expected.0).abs() < 1e-9, "{text}");
            assert!((longitude - expected.1).abs() < 1e-9, "{text}");
        }
        for text in [
            "",
            "+",
            "+51.51",
            "51-0",
            "+91.0+000.0/",
            "+é1+000/",
            "+NaN-NaN/",
            "+1+2/",
        ] {
            assert_eq!(place(text), None, "{text}");
        }
    }
}

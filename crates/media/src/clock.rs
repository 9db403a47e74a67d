//! A moment as a camera's clock showed it, and what two of them say of the same moment.

use jiff::Span;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// How much of a date is known, the least first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Precision {
    Year,
    Month,
    Day,
    Minute,
    /// With its fraction, if there is one.
    #[default]
    Second,
}

/// A moment as a camera's clock showed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WallClock {
    /// Date and time of day where the camera was. What is not known is the earliest possible.
    pub local: DateTime,
    /// Seconds east of UTC, when the file says so.
    pub offset_seconds: Option<i32>,
    /// How much of `local` is known.
    #[serde(default)]
    pub precision: Precision,
    /// Whether it is in UTC because its source knows nothing else, wherever the camera was.
    #[serde(default)]
    pub is_universal: bool,
}

impl WallClock {
    /// A moment that is known to the second, at least.
    #[must_use]
    pub fn new(local: DateTime, offset_seconds: Option<i32>) -> Self {
        Self {
            local,
            offset_seconds,
            precision: Precision::Second,
            is_universal: false,
        }
    }

    /// A moment of a source that counts in UTC.
    pub(crate) fn universal(utc: DateTime) -> Self {
        Self {
            is_universal: true,
            ..Self::new(utc, Some(0))
        }
    }

    /// The offset, if it says where the camera was.
    pub(crate) fn said_offset(self) -> Option<i32> {
        self.offset_seconds.filter(|_| !self.is_universal)
    }

    /// This date with what it leaves open and another one knows. Nothing if the two contradict each other.
    pub(crate) fn refined_by(self, other: Self) -> Option<Self> {
        if !self.agrees_with(other.seen_with(self.offset_seconds)) {
            return self.is_utc_of(other).then_some(other);
        }
        let is_finer = other.fineness() > self.fineness();
        if is_finer && other.is_universal && self.offset_seconds.is_none() {
            return Some(other);
        }
        let finer = if is_finer {
            other.seen_with(self.offset_seconds)
        } else {
            self
        };
        Some(Self {
            local: finer.local,
            precision: finer.precision,
            offset_seconds: self.offset_seconds.or(other.said_offset()),
            ..self
        })
    }

    /// The same moment on a clock of another zone, if both zones are known.
    fn seen_with(self, offset_seconds: Option<i32>) -> Self {
        let moved = self
            .offset_seconds
            .zip(offset_seconds)
            .and_then(|(from, to)| self.local.checked_add(Span::new().seconds(to - from)).ok());
        Self {
            local: moved.unwrap_or(self.local),
            ..self
        }
    }

    /// Whether both clocks show the same, as far as both are known.
    fn agrees_with(self, other: Self) -> bool {
        let known = self.precision.min(other.precision).parts();
        parts(self.local)[..known] == parts(other.local)[..known]
    }

    /// Whether this is the other one's moment in UTC, written without saying so.
    fn is_utc_of(self, other: Self) -> bool {
        self.offset_seconds.is_none()
            && self.precision.min(other.precision) >= Precision::Minute
            && other.said_offset().is_some()
            && self.agrees_with(other.seen_with(Some(0)))
    }

    fn fineness(self) -> (Precision, bool) {
        (self.precision, self.local.subsec_nanosecond() != 0)
    }
}

impl Precision {
    /// How many of a date's parts are known.
    fn parts(self) -> usize {
        match self {
            Self::Year => 1,
            Self::Month => 2,
            Self::Day => 3,
            Self::Minute => 5,
            Self::Second => 6,
        }
    }
}

/// Year, month, day, hour, minute and second.
fn parts(time: DateTime) -> [i16; 6] {
    [
        time.year(),
        time.month().into(),
        time.day().into(),
        time.hour().into(),
        time.minute().into(),
        time.second().into(),
    ]
}

#[cfg(test)]
mod tests {
    use crate::dates::parse;

    /// Each with what the other knows, as text: what counts more, what else there is, and what comes of it.
    #[test]
    fn the_finer_of_two_that_agree_counts() {
        for (first, second, expected) in [
            ("2026", "2026-04-23T12:07", "2026-04-23T12:07"),
            ("2026-04", "2026-04-23", "2026-04-23"),
            ("2024-08-13", "2024-08-13T17:14:26", "2024-08-13T17:14:26"),
            (
                "2024-08-13T17:14",
                "2024-08-13T17:14:26.5Z",
                "2024-08-13T17:14:26.5Z",
            ),
            (
                "2024-08-13T17:14:26+02:00",
                "2024-08-13",
                "2024-08-13T17:14:26+02:00",
            ),
            (
                "2024-08-13T17:14:26",
                "2024-08-13T17:14:26+02:00",
                "2024-08-13T17:14:26+02:00",
            ),
            (
                "2024-08-13T17:14+02:00",
                "2024-08-13T15:14:26Z",
                "2024-08-13T17:14:26+02:00",
            ),
            // In UTC, without saying so.
            (
                "2023-07-10T20:00:00",
                "2023-07-10T13:00:00-07:00",
                "2023-07-10T13:00:00-07:00",
            ),
        ] {
            let refined = parse(first).unwrap().refined_by(parse(second).unwrap());
            assert_eq!(refined, parse(expected), "{first} and {second}");
        }
    }

    #[test]
    fn dates_that_contradict_each_other_stay_as_they_are() {
        for (first, second) in [
            ("2025", "2026-04-23T12:07"),
            ("2024-08-14", "2024-08-13T17:14:26"),
            ("2024-08-13T17:14:26", "2024-08-13T17:14:27"),
            ("2024-08-13T17:14:26Z", "2024-08-13T17:14:26+02:00"),
            ("2024-08-13T17:14:26", "2024-08-13T18:14:26"),
        ] {
            let refined = parse(first).unwrap().refined_by(parse(second).unwrap());
            assert_eq!(refined, None, "{first} and {second}");
        }
    }
}

//! What is gathered while a file is read, before it is decided what counts.

use crate::Facts;
use crate::dates::Dates;
use crate::tags::Keywords;

/// Facts of which each reader fills what is still empty, and what is decided on at the end.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub facts: Facts,
    pub dates: Dates,
    pub keywords: Keywords,
    pub motion: MotionClaim,
}

/// What metadata claims about a video in the same file.
#[derive(Debug, Default)]
pub(crate) struct MotionClaim {
    /// Whether there should be one, wherever it is.
    pub is_made: bool,
    /// Bytes of the video, and of what stands behind it up to the end of the file.
    pub from_end: Option<u64>,
    /// Bytes of the video.
    pub length: Option<u64>,
}

impl Findings {
    /// The facts, once everything was read.
    pub(crate) fn into_facts(self) -> Facts {
        Facts {
            taken_at: self.dates.taken_at(),
            tags: self.keywords.into_tags(),
            ..self.facts
        }
    }
}

/// Gives a fact its value, unless it has one.
pub(crate) fn fill<T>(fact: &mut Option<T>, value: Option<T>) {
    if fact.is_none() {
        *fact = value;
    }
}

//! Persons, their faces in pictures, and the face that stands for each of them.

pub(crate) mod assign;
pub(crate) mod detected;
pub(crate) mod face;
pub(crate) mod featured;
pub(crate) mod found;
pub(crate) mod own;
pub(crate) mod person;
pub(crate) mod queries;
pub(crate) mod recognize;
pub(crate) mod sidecars;

/// How many faces an asset may have.
pub(crate) const MAX_FACES: i64 = 1000;

//! What is made up to measure with.

pub mod library;
pub mod vectors;

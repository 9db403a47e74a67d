//! `/libraries`, and what becomes of the files in them.

mod kill;
mod operations;
mod scans;
pub mod tree;

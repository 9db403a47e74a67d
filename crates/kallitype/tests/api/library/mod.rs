//! The library as a whole: what a start refuses, what a crash leaves, what a rebuild brings back.

mod check;
mod full_journal;
mod journal;
mod kill;
mod lost_answers;
mod open;
mod private;
pub mod random;
pub mod rebuild;
mod snapshots;
pub mod state;
mod sweep;

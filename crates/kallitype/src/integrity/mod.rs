//! The library as a whole: that its media and its database belong together, and that each can be made
//! whole again from the other.

pub(crate) mod check;
pub(crate) mod journal;
pub(crate) mod measure;
pub(crate) mod open;
pub(crate) mod queries;
pub(crate) mod rebuild;
pub(crate) mod sweep;

pub(crate) use measure::measure_sidecars;
pub(crate) use open::open;
pub(crate) use rebuild::rebuild;
pub(crate) use sweep::sweep;

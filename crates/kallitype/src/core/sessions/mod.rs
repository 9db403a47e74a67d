//! Sessions: who is signed in, on which device, and since when.

pub(crate) mod device;
pub(crate) mod queries;
pub(crate) mod touch;

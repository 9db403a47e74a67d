//! Albums: their rows, their members, and how they are shown.

pub(crate) mod album;
pub(crate) mod membership;
pub(crate) mod queries;
pub(crate) mod response;

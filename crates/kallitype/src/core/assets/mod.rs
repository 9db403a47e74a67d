//! Assets: their rows, their files, and what is known of them.

pub(crate) mod facts;
pub(crate) mod file_type;
pub(crate) mod live_photo;
pub(crate) mod location;
pub(crate) mod metadata;
pub(crate) mod model;
pub(crate) mod motion_part;
pub(crate) mod new_asset;
pub(crate) mod queries;
pub(crate) mod quota;
pub(crate) mod row;
pub(crate) mod sidecar;
pub(crate) mod statistics;

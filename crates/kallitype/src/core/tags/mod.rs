//! Tags: their rows, their tree, and whose they are.

pub(crate) mod own;
pub(crate) mod path;
pub(crate) mod queries;
pub(crate) mod tag;
pub(crate) mod tree;

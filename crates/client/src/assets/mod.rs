//! The 19 operations of the assets API.

mod answers;
mod operations;
mod requests;

pub use answers::*;
pub use requests::*;

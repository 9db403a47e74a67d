//! Serving stored files.

//! The app for browsers: how its files are served, and what people do with it in a real one.

mod browser;
mod files;
mod links;
mod other;

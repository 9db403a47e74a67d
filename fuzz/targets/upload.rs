//! Multipart uploads.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype::fuzzing::upload(bytes));

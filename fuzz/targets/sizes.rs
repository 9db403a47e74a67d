//! Formats of which but the size is read: GIF, BMP, JPEG 2000, PSD.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::sizes(bytes));

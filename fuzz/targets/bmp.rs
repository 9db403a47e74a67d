//! Bands of BMP files, and reducing them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::bmp(bytes));

//! The chunks of WebP files, and the pixels in them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::webp(bytes));

//! The boxes of HEIF and AVIF files.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::heif(bytes));

//! Strips and tiles of TIFF files, and reducing them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::tiff(bytes));

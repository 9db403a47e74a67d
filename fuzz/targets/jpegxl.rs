//! The boxes of JPEG XL files.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::jpegxl(bytes));

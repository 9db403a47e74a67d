//! Raw files of cameras, and the pictures within them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::raw(bytes));

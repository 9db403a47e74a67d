//! Conditions and ranges of requests for files.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype::fuzzing::ranges(bytes));

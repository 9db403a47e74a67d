//! Dates, ids, addresses, checksums, keys and paths in texts.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype::fuzzing::values(bytes));

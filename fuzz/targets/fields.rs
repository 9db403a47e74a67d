//! Bodies in JSON and queries, as every operation reads them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype::fuzzing::fields(bytes));

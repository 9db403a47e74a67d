//! The configuration file, and the values of settings.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype::fuzzing::config(bytes));

//! The scans of progressive JPEGs, decoded as those of large ones are.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_progressive_jpeg::fuzzing::progressive(bytes));

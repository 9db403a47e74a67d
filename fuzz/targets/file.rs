//! Whole files of all formats, from telling what they are to the facts.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::file(bytes));

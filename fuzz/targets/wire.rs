//! What a server and its media worker say to each other.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::wire(bytes));

//! The lines of the journal, and what a rebuild makes of them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype::fuzzing::journal(bytes));

//! What ffprobe reports, and what a Matroska file calls itself.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::video(bytes));

//! Dates as EXIF, XMP, IPTC and films have them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::dates(bytes));

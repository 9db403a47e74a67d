//! Blocks of EXIF, and what stands in them: makers' notes, XMP and IPTC.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::exif(bytes));

//! IPTC data sets, and the resources of Photoshop that hold them.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype_media::fuzzing::iptc(bytes));

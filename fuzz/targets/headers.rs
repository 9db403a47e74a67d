//! The headers of requests: credentials, cookies, proxies, devices, versions.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kallitype::fuzzing::headers(bytes));

//! How long the disk takes, for whoever collects metrics. Where no one does, nothing is kept.

use std::time::Instant;

use metrics::{Histogram, histogram};

/// Takes down how long one operation takes.
pub(crate) fn of(operation: &'static str) -> Histogram {
    histogram!("kallitype_storage_duration_seconds", "operation" => operation)
}

/// The operations that uploads wait for.
#[derive(Debug)]
pub(crate) struct Latencies {
    pub write: Histogram,
    pub sync: Histogram,
    pub rename: Histogram,
}

impl Latencies {
    pub(crate) fn new() -> Self {
        Self {
            write: of("write"),
            sync: of("sync"),
            rename: of("rename"),
        }
    }
}

/// Does something and takes down how long it took.
pub(crate) fn timed<T>(latency: &Histogram, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = work();
    latency.record(begun.elapsed());
    done
}

//! How long callers wait for the database, for whoever collects metrics. Where no one does, nothing is kept.

use std::time::Instant;

use metrics::{Histogram, histogram};

/// What there is to wait for.
pub(crate) struct Latencies {
    pub read: Histogram,
    pub scan: Histogram,
    pub write: Histogram,
}

impl Latencies {
    pub(crate) fn of(engine: &'static str) -> Self {
        let of = |operation: &'static str| histogram!("kallitype_database_duration_seconds", "engine" => engine, "operation" => operation);
        Self {
            read: of("read"),
            scan: of("scan"),
            write: of("write"),
        }
    }
}

/// Takes down, when it is dropped, how long it has lived.
pub(crate) struct Timer<'a> {
    latency: &'a Histogram,
    begun: Instant,
}

impl<'a> Timer<'a> {
    pub(crate) fn start(latency: &'a Histogram) -> Self {
        Self {
            latency,
            begun: Instant::now(),
        }
    }
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        self.latency.record(self.begun.elapsed());
    }
}

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// How far a running job has come. Said as often as it is known; written down when its lease is renewed.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Arc<AtomicU8>);

/// What stands for a job that does not say.
const UNKNOWN: u8 = u8::MAX;

impl Progress {
    pub(crate) fn unknown() -> Self {
        Self(Arc::new(AtomicU8::new(UNKNOWN)))
    }

    pub(crate) fn set(&self, percent: u8) {
        self.0.store(percent.min(100), Ordering::Relaxed);
    }

    /// The percentage, if the job says one.
    pub(crate) fn get(&self) -> Option<i64> {
        match self.0.load(Ordering::Relaxed) {
            UNKNOWN => None,
            percent => Some(percent.into()),
        }
    }
}

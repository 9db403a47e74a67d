//! Decoding in confined processes: the pool on the server's side, the loop on the worker's.

pub(crate) mod calls;
mod child;
pub(crate) mod confine;
mod pool;
pub(crate) mod wire;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

pub use child::run_worker;
pub use pool::WorkerPool;

/// How workers are started and what they may use.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// The program that calls [`run_worker`] when started with `arguments`.
    pub executable: PathBuf,
    pub arguments: Vec<OsString>,
    /// How many work at once; further calls wait.
    pub count: usize,
    /// Bytes of memory that one worker may take.
    pub memory_limit_bytes: u64,
    /// How long a worker may take for one file.
    pub timeout: Duration,
    /// How long a worker without work is kept.
    pub idle_exit: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            executable: PathBuf::new(),
            arguments: Vec::new(),
            count: 1,
            memory_limit_bytes: 1 << 30,
            timeout: Duration::from_secs(120),
            idle_exit: Duration::from_secs(10),
        }
    }
}

//! What each command of the command line does.

pub mod admin;
pub mod check;
pub mod openapi;
pub mod rebuild;
pub mod restore_snapshot;
pub mod serve;
pub mod upload;

use std::future::Future;
use std::time::Duration;

/// Why a command did not do its work; said to whoever typed it.
pub type CommandError = Box<dyn std::error::Error + Send + Sync>;

/// Threads for blocking work that a command may have at once.
const BLOCKING_THREADS: usize = 512;

/// Runs a command that waits for things.
fn block_on<T>(work: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    block_on_threads(BLOCKING_THREADS, work)
}

/// As [`block_on`], with so many threads for blocking work at most.
fn block_on_threads<T>(
    blocking_threads: usize,
    work: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    // Short reads of the database run where they are asked for; with a few threads more than cores, one that waits for
    // the disk keeps no core idle.
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads((cores + 2).max(4))
        .max_blocking_threads(blocking_threads)
        // A thread keeps the memory that hashing a password took for as long as it lives.
        .thread_keep_alive(Duration::from_secs(2))
        .enable_all()
        .build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    done
}

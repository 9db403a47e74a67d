use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// The name of lock files.
pub const FILE: &str = "lock";

/// How long a lock may outlive its process: a program that was being started when the process was killed has it until it
/// has become that program.
const AFTERLIFE: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(20);

/// An exclusive lock that the kernel takes back when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or answers `None` when another process holds it.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// As [`take`](Self::take), but outlives the afterlife of a lock whose process was killed.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn take_soon(path: &Path) -> io::Result<Option<Self>> {
        let begun = Instant::now();
        loop {
            match Self::take(path)? {
                // Only a start comes here, before anything is served: nobody else needs the thread.
                None if begun.elapsed() < AFTERLIFE => std::thread::sleep(PAUSE),
                taken => return Ok(taken),
            }
        }
    }
}

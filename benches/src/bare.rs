//! What the disk and the processor need for the same files without a server: hash, write, fsync, rename.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sha1::{Digest, Sha1};

use crate::Result;
use crate::http::Body;

/// Writes every file with so many threads; answers how long it took.
pub(crate) fn write_all(folder: &Path, files: &[Body], threads: usize) -> Result<Duration> {
    std::fs::create_dir_all(folder)?;
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| write_some(folder, files, &next)))
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| "a thread panicked")?)
    })?;
    Ok(begun.elapsed())
}

fn write_some(folder: &Path, files: &[Body], next: &AtomicUsize) -> Result<()> {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(body) = files.get(number) else {
            return Ok(());
        };
        let part = folder.join(format!("{number}.part"));
        let mut file = File::create(&part)?;
        let mut hash = Sha1::new();
        body.chunks(&mut |chunk| {
            hash.update(chunk);
            Ok(file.write_all(chunk)?)
        })?;
        std::hint::black_box(hash.finalize());
        file.sync_all()?;
        std::fs::rename(&part, folder.join(format!("{number}.jpg")))?;
    }
}

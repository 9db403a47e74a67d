//! Reading files where a disk that does not answer keeps no one else waiting.

use std::fs::{File, Metadata};
use std::io;
use std::io::IoSliceMut;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt, stream};
use rustix::buffer::spare_capacity;
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2, statfs};
use rustix::io::{ReadWriteFlags, preadv2};
use tokio::sync::Semaphore;

/// Files up to this size are read as soon as they are opened.
const SMALL: u64 = 512 << 10;

/// How much of a larger file is read at a time. For each client that does not take its answer, two of these are held.
const CHUNK: u64 = 128 << 10;

/// How many chunks are on their way: one is sent while the next is read.
const CHUNKS_AHEAD: usize = 2;

/// What the kernel calls file systems whose files it opens without asking anyone, once their names are in memory: ext4,
/// XFS, Btrfs, F2FS, bcachefs and tmpfs. Others may ask a server or a program for every file.
const LOCAL_FILE_SYSTEMS: [u32; 6] = [
    0xef53,
    0x5846_5342,
    0x9123_683e,
    0xf2f5_2010,
    0xca45_1a4e,
    0x0102_1994,
];

/// Opens and reads files on threads for blocking work, unless the kernel has all of it in memory: going to another
/// thread and back costs more than reading a thumbnail.
///
/// A disk that hangs keeps its threads for as long as it hangs, however early their requests are given up. So there
/// are few of them at once, and what else needs such threads has its own.
#[derive(Debug, Clone)]
pub struct FileReaders {
    permits: Arc<Semaphore>,
    timeout: Duration,
    is_local: bool,
}

/// A file as it was when it was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub metadata: Metadata,
    pub content: Content,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// All of it.
    Small(Bytes),
    Large(Arc<File>),
}

/// A file to be opened.
#[derive(Clone)]
pub struct Source {
    path: PathBuf,
    /// How, where its path alone is not to be trusted.
    open: Option<Arc<dyn Fn() -> io::Result<File> + Send + Sync>>,
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self { path, open: None }
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.path.fmt(formatter)
    }
}

impl Source {
    /// A file that is opened in another way than by its path.
    #[must_use]
    pub fn opened_by(
        path: PathBuf,
        open: impl Fn() -> io::Result<File> + Send + Sync + 'static,
    ) -> Self {
        Self {
            path,
            open: Some(Arc::new(open)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl FileReaders {
    /// Readers of the files below `root`. So many are opened or read at once, each in no longer than `timeout`, waiting
    /// for its turn included.
    #[must_use]
    pub fn new(root: &Path, count: usize, timeout: Duration) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(count.max(1))),
            timeout,
            is_local: is_local(root),
        }
    }

    /// Opens a file, and reads it when it is small.
    pub(crate) async fn open(&self, source: Source) -> io::Result<Opened> {
        let Source { path, open } = source;
        if let Some(open) = open {
            return self.run(move || look(open()?)).await;
        }
        match self.is_local.then(|| open_cached(&path)).flatten() {
            Some(opened) => Ok(opened),
            None => self.run(move || look(File::open(path)?)).await,
        }
    }

    /// The bytes of a part of a file, a chunk at a time. After an error nothing more is asked for: the connection is
    /// cut, so that no one takes half for whole.
    pub(crate) fn read(
        &self,
        file: Arc<File>,
        part: Range<u64>,
    ) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
        let readers = self.clone();
        stream::iter(chunks(part))
            .map(move |chunk| {
                let (readers, file) = (readers.clone(), file.clone());
                async move {
                    let cached = readers.is_local.then(|| read_cached(&file, chunk.clone()));
                    match cached.flatten() {
                        Some(bytes) => Ok(bytes),
                        None => readers.run(move || read_at(&file, chunk)).await,
                    }
                }
            })
            .buffered(CHUNKS_AHEAD)
    }

    /// Does something else that waits for the disk of the files.
    ///
    /// # Errors
    /// Whatever it answers, or that the disk does not answer in time.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let reading = async {
            let permit = self.permits.clone().acquire_owned().await;
            let permit = permit.map_err(io::Error::other)?;
            let reading = tokio::task::spawn_blocking(move || {
                let done = work();
                drop(permit);
                done
            });
            reading.await.map_err(io::Error::other)?
        };
        match tokio::time::timeout(self.timeout, reading).await {
            Ok(done) => done,
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

fn chunks(part: Range<u64>) -> impl Iterator<Item = Range<u64>> + Send {
    std::iter::successors(Some(part.start), |start| start.checked_add(CHUNK))
        .take_while(move |start| *start < part.end)
        .map(move |start| start..part.end.min(start.saturating_add(CHUNK)))
}

fn is_local(root: &Path) -> bool {
    statfs(root).is_ok_and(|found| {
        u32::try_from(found.f_type).is_ok_and(|kind| LOCAL_FILE_SYSTEMS.contains(&kind))
    })
}

/// Opens a file, and reads it when it is small, if nothing of that has to wait: neither for the disk, nor, as a pipe
/// would, for someone else. The time of access is left alone, since to note it may wait for the disk too.
fn open_cached(path: &Path) -> Option<Opened> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOATIME;
    let file = openat2(CWD, path, flags, Mode::empty(), ResolveFlags::CACHED).ok()?;
    let file = File::from(file);
    let metadata = file.metadata().ok().filter(Metadata::is_file)?;
    let content = match metadata.len() {
        length @ ..=SMALL => Content::Small(read_cached(&file, 0..length)?),
        _ => Content::Large(Arc::new(file)),
    };
    Some(Opened { metadata, content })
}

/// The bytes of a part of a file, if all of them are in memory.
fn read_cached(file: &File, part: Range<u64>) -> Option<Bytes> {
    let length = usize::try_from(part.end - part.start).ok()?;
    let mut bytes = vec![0; length];
    let read = preadv2(
        file,
        &mut [IoSliceMut::new(&mut bytes)],
        part.start,
        ReadWriteFlags::NOWAIT,
    );
    (read.ok()? == length).then(|| bytes.into())
}

fn look(file: File) -> io::Result<Opened> {
    let metadata = file.metadata()?;
    let content = match metadata.len() {
        length @ ..=SMALL => Content::Small(read_at(&file, 0..length)?),
        _ => Content::Large(Arc::new(file)),
    };
    Ok(Opened { metadata, content })
}

fn read_at(file: &File, part: Range<u64>) -> io::Result<Bytes> {
    let length = usize::try_from(part.end - part.start).map_err(io::Error::other)?;
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        let position = part.start + bytes.len() as u64;
        if rustix::io::pread(file, spare_capacity(&mut bytes), position)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    bytes.truncate(length);
    Ok(bytes.into())
}

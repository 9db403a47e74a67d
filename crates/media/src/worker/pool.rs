//! The server's side: workers started when there is work, ended when there is none or when they misbehave.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::WorkerSettings;
use super::wire::{Limits, Request, Response, receive, receive_file, send, send_with_file};
use crate::{CropOptions, Facts, Fingerprint, MediaError, RenderOptions, Rendered, SidecarEdits};

/// The signal by which a Rust program ends when memory cannot be had.
const ABORTED: i32 = libc::SIGABRT;

/// Confined processes that read files on a server's behalf. Dropping the pool ends them.
#[derive(Debug, Clone)]
pub struct WorkerPool {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    settings: WorkerSettings,
    turns: Semaphore,
    idle: Mutex<Vec<Worker>>,
}

impl WorkerPool {
    /// A pool without workers yet.
    #[must_use]
    pub fn new(settings: WorkerSettings) -> Self {
        let turns = Semaphore::new(settings.count.max(1));
        Self {
            inner: Arc::new(Inner {
                settings,
                turns,
                idle: Mutex::new(Vec::new()),
            }),
        }
    }

    /// As [`extract`](crate::extract), in a worker.
    ///
    /// # Errors
    /// As there, and when the worker died, took too long or could not be started.
    pub async fn extract(&self, input: File, extension: &str) -> Result<Facts, MediaError> {
        let request = Request::Extract {
            extension: extension.to_owned(),
        };
        match self.call(request, input).await? {
            Answer::Facts(facts) => Ok(*facts),
            _ => Err(another_question()),
        }
    }

    /// As [`read_sidecar`](crate::read_sidecar), in a worker.
    ///
    /// # Errors
    /// As there, and when the worker died, took too long or could not be started.
    pub async fn read_sidecar(&self, input: File, limit: u64) -> Result<Facts, MediaError> {
        match self.call(Request::ReadSidecar { limit }, input).await? {
            Answer::Facts(facts) => Ok(*facts),
            _ => Err(another_question()),
        }
    }

    /// As [`rewrite_sidecar`](crate::rewrite_sidecar), in a worker.
    ///
    /// # Errors
    /// As there, and when the worker died, took too long or could not be started.
    pub async fn rewrite_sidecar(
        &self,
        input: File,
        limit: u64,
        edits: SidecarEdits,
    ) -> Result<Vec<u8>, MediaError> {
        let request = Request::RewriteSidecar { limit, edits };
        match self.call(request, input).await? {
            Answer::Sidecar(sidecar) => Ok(sidecar),
            _ => Err(another_question()),
        }
    }

    /// As [`render`](crate::render), in a worker.
    ///
    /// # Errors
    /// As there, and when the worker died, took too long or could not be started.
    pub async fn render(
        &self,
        input: File,
        extension: &str,
        options: RenderOptions,
    ) -> Result<Rendered, MediaError> {
        let request = Request::Render {
            extension: extension.to_owned(),
            options,
        };
        match self.call(request, input).await? {
            Answer::Pictures(rendered) => Ok(rendered),
            _ => Err(another_question()),
        }
    }

    /// As [`crop`](crate::crop), in a worker.
    ///
    /// # Errors
    /// As there, and when the worker died, took too long or could not be started.
    pub async fn crop(
        &self,
        input: File,
        extension: &str,
        options: CropOptions,
    ) -> Result<Vec<u8>, MediaError> {
        let request = Request::Crop {
            extension: extension.to_owned(),
            options,
        };
        match self.call(request, input).await? {
            Answer::Picture(picture) => Ok(picture),
            _ => Err(another_question()),
        }
    }

    async fn call(&self, request: Request, input: File) -> Result<Answer, MediaError> {
        let unavailable =
            |error: &dyn std::fmt::Display| MediaError::Unavailable(error.to_string());
        let _turn = self
            .inner
            .turns
            .acquire()
            .await
            .map_err(|error| unavailable(&error))?;
        let inner = self.inner.clone();
        let called = tokio::task::spawn_blocking(move || inner.call_now(&request, &input));
        let answer = called.await.map_err(|error| unavailable(&error))?;
        let idle_exit = self.inner.settings.idle_exit;
        let inner = Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            tokio::time::sleep(idle_exit).await;
            if let Some(inner) = inner.upgrade() {
                inner.end_idle();
            }
        });
        answer
    }
}

impl Inner {
    fn call_now(&self, request: &Request, input: &File) -> Result<Answer, MediaError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut worker = match idle {
            Some(worker) => worker,
            None => Worker::start(&self.settings)
                .map_err(|error| MediaError::Unavailable(error.to_string()))?,
        };
        let deadline = Instant::now() + self.settings.timeout;
        match worker.ask(request, input, deadline) {
            Ok(answer) => {
                worker.idle_since = Instant::now();
                self.idle
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(worker);
                answer
            }
            Err(error) => Err(worker.end(&error)),
        }
    }

    fn end_idle(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|worker| worker.idle_since.elapsed() < self.settings.idle_exit);
    }
}

/// What a worker found.
enum Answer {
    Facts(Box<Facts>),
    Pictures(Rendered),
    Picture(Vec<u8>),
    Sidecar(Vec<u8>),
}

fn another_question() -> MediaError {
    MediaError::Crashed("it answered another question".into())
}

#[derive(Debug)]
struct Worker {
    child: Child,
    stream: UnixStream,
    idle_since: Instant,
}

impl Worker {
    fn start(settings: &WorkerSettings) -> io::Result<Self> {
        let (mut stream, theirs) = UnixStream::pair()?;
        let child = Command::new(&settings.executable)
            .args(&settings.arguments)
            .env_clear()
            // The allocator would take its first gigabyte at once, which the memory limit counts.
            .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
            .current_dir("/")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let limits = Limits {
            memory_bytes: settings.memory_limit_bytes,
            seconds: settings.timeout.as_secs(),
        };
        send(&mut stream, &limits)?;
        Ok(Self {
            child,
            stream,
            idle_since: Instant::now(),
        })
    }

    /// Asks and waits. An error means that the worker is of no use any more.
    fn ask(
        &mut self,
        request: &Request,
        input: &File,
        deadline: Instant,
    ) -> io::Result<Result<Answer, MediaError>> {
        send_with_file(&mut self.stream, request, input)?;
        let mut reader = Patient {
            stream: &self.stream,
            deadline,
        };
        Ok(match receive(&mut reader)? {
            Response::Facts(facts) => Ok(Answer::Facts(facts)),
            Response::Failed(error) => Err(error),
            Response::Picture { length } => Ok(Answer::Picture(receive_file(&mut reader, length)?)),
            Response::Sidecar { length } => Ok(Answer::Sidecar(receive_file(&mut reader, length)?)),
            Response::Pictures {
                lengths: [thumbnail, preview, thumbhash, fingerprint],
                fullsize,
                width,
                height,
            } => Ok(Answer::Pictures(Rendered {
                thumbnail: receive_file(&mut reader, thumbnail)?,
                preview: receive_file(&mut reader, preview)?,
                thumbhash: receive_file(&mut reader, thumbhash)?,
                fingerprint: Fingerprint::parse(&receive_file(&mut reader, fingerprint)?),
                fullsize: fullsize
                    .map(|length| receive_file(&mut reader, length))
                    .transpose()?,
                width,
                height,
            })),
        })
    }

    /// Ends a worker that did not answer, and says why it did not.
    fn end(mut self, error: &io::Error) -> MediaError {
        if error.kind() == io::ErrorKind::TimedOut {
            return MediaError::TimedOut;
        }
        // One that closed its socket is about to end; its last word says more than a kill would.
        let deadline = Instant::now() + Duration::from_secs(1);
        while Instant::now() < deadline {
            match self.child.try_wait() {
                Ok(Some(status)) if status.signal() == Some(ABORTED) => {
                    return MediaError::OutOfMemory;
                }
                Ok(Some(status)) if status.signal() == Some(libc::SIGXCPU) => {
                    return MediaError::TimedOut;
                }
                Ok(Some(status)) => return MediaError::Crashed(status.to_string()),
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                Err(error) => return MediaError::Crashed(error.to_string()),
            }
        }
        MediaError::Crashed(error.to_string())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, which is as well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads with the whole answer's deadline, however many pieces it comes in.
struct Patient<'a> {
    stream: &'a UnixStream,
    deadline: Instant,
}

impl Read for Patient<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let timed_out = || io::Error::from(io::ErrorKind::TimedOut);
        let left = self
            .deadline
            .checked_duration_since(Instant::now())
            .ok_or_else(timed_out)?;
        self.stream
            .set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        match (&mut &*self.stream).read(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(timed_out()),
            read => read,
        }
    }
}

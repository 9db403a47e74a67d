//! Running a confined program to its end, however it ends.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use super::arguments::FILE;
use super::launcher::{Confinement, NOT_STARTED};
use crate::MediaError;

/// How much of what a program complains about is kept: its end, which says why it stopped.
const KEPT_COMPLAINTS: usize = 4096;

/// How soon a program is ended whose result no one waits for any more.
const ATTENTION: Duration = Duration::from_millis(200);

/// How programs are started.
#[derive(Debug, Clone)]
pub(super) struct Launcher {
    pub executable: PathBuf,
    pub arguments: Vec<OsString>,
}

/// One run of a program.
pub(super) struct Run<'a> {
    pub program: &'a Path,
    pub arguments: Vec<OsString>,
    pub confinement: Confinement,
    pub timeout: Duration,
    /// Becomes true when no one waits any more.
    pub is_cancelled: &'a AtomicBool,
}

impl Launcher {
    /// Runs a program; `hear` gets what it prints, and may refuse more.
    ///
    /// Blocks until the program has ended, which it does with this thread at the latest.
    ///
    /// # Errors
    /// When it could not be started, took too long, or did not succeed; the text is what it said last.
    pub(super) fn run(
        &self,
        run: &Run<'_>,
        hear: &mut dyn FnMut(&[u8]) -> Result<(), MediaError>,
    ) -> Result<(), MediaError> {
        let confinement = serde_json::to_string(&run.confinement).map_err(unavailable)?;
        let child = Command::new(&self.executable)
            .args(&self.arguments)
            .arg(confinement)
            .arg(run.program)
            .args(&run.arguments)
            .env_clear()
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(unavailable)?;
        let mut running = Running::new(child)?;
        let mut complaints = Vec::new();
        let deadline = Instant::now() + run.timeout;
        while running.is_speaking() {
            running.wait(deadline, run.is_cancelled)?;
            running.read(hear, &mut complaints)?;
        }
        let status = running.end(deadline, run.is_cancelled)?;
        let complaints = String::from_utf8_lossy(&complaints);
        judge(status, &run.without_paths(&complaints))
    }
}

impl Run<'_> {
    /// Where files lie is no one's business who reads what is wrong with them.
    fn without_paths(&self, complaints: &str) -> String {
        let paths = self.arguments.iter().filter_map(|argument| {
            let argument = argument.to_str()?;
            argument.starts_with(FILE).then_some(argument)
        });
        paths.fold(complaints.to_owned(), |text, path| {
            text.replace(path, "the file")
        })
    }
}

fn unavailable(error: impl ToString) -> MediaError {
    MediaError::Unavailable(error.to_string())
}

/// A program at work. Dropping it ends it, and whatever it started.
struct Running {
    child: Child,
    group: Pid,
    ended: OwnedFd,
    stdout: Option<File>,
    stderr: Option<File>,
    has_ended: bool,
}

impl Running {
    fn new(mut child: Child) -> io::Result<Self> {
        let group = Pid::from_child(&child);
        let stdout = child
            .stdout
            .take()
            .map(|pipe| File::from(OwnedFd::from(pipe)));
        let stderr = child
            .stderr
            .take()
            .map(|pipe| File::from(OwnedFd::from(pipe)));
        let ended = match pidfd_open(group, PidfdFlags::empty()) {
            Ok(ended) => ended,
            Err(error) => {
                child.kill()?;
                child.wait()?;
                return Err(error.into());
            }
        };
        Ok(Self {
            child,
            group,
            ended,
            stdout,
            stderr,
            has_ended: false,
        })
    }

    fn is_speaking(&self) -> bool {
        self.stdout.is_some() || self.stderr.is_some()
    }

    /// Waits until there is something to read or, when nothing can come any more, until the program has ended.
    fn wait(&self, deadline: Instant, is_cancelled: &AtomicBool) -> Result<(), MediaError> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(MediaError::TimedOut);
            }
            if is_cancelled.load(Ordering::Relaxed) {
                return Err(unavailable("the server is stopping"));
            }
            let pipes = [&self.stdout, &self.stderr];
            let mut watched: Vec<_> = pipes
                .into_iter()
                .flatten()
                .map(|pipe| PollFd::new(pipe, PollFlags::IN))
                .collect();
            if watched.is_empty() {
                watched.push(PollFd::new(&self.ended, PollFlags::IN));
            }
            let timeout = Timespec::try_from(left.min(ATTENTION)).map_err(unavailable)?;
            match poll(&mut watched, Some(&timeout)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(io::Error::from(error).into()),
            }
        }
    }

    fn read(
        &mut self,
        hear: &mut dyn FnMut(&[u8]) -> Result<(), MediaError>,
        complaints: &mut Vec<u8>,
    ) -> Result<(), MediaError> {
        read_ready(&mut self.stdout, hear)?;
        read_ready(&mut self.stderr, &mut |bytes| {
            complaints.extend_from_slice(bytes);
            let surplus = complaints.len().saturating_sub(KEPT_COMPLAINTS);
            complaints.drain(..surplus);
            Ok(())
        })
    }

    fn end(
        mut self,
        deadline: Instant,
        is_cancelled: &AtomicBool,
    ) -> Result<ExitStatus, MediaError> {
        self.wait(deadline, is_cancelled)?;
        let status = self.child.wait()?;
        self.has_ended = true;
        Ok(status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended {
            // It may have ended just now, which is as well.
            if kill_process_group(self.group, Signal::KILL).is_err() {
                drop(self.child.kill());
            }
            drop(self.child.wait());
        }
    }
}

/// Reads from a pipe that has something; one that is closed is let go.
fn read_ready(
    pipe: &mut Option<File>,
    hear: &mut dyn FnMut(&[u8]) -> Result<(), MediaError>,
) -> Result<(), MediaError> {
    let Some(open) = pipe else { return Ok(()) };
    let mut ready = [PollFd::from_borrowed_fd(open.as_fd(), PollFlags::IN)];
    let now = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    if poll(&mut ready, Some(&now)).map_err(io::Error::from)? == 0 {
        return Ok(());
    }
    let mut bytes = [0; 8192];
    match open.read(&mut bytes)? {
        0 => *pipe = None,
        read => hear(&bytes[..read])?,
    }
    Ok(())
}

/// What the end of a program says about the file, the machine or the installation.
fn judge(status: ExitStatus, complaints: &str) -> Result<(), MediaError> {
    if status.success() {
        return Ok(());
    }
    let reason = last_lines(complaints);
    let has = |text: &str| complaints.contains(text);
    Err(match (status.signal(), status.code()) {
        (Some(libc::SIGXCPU), _) => MediaError::TimedOut,
        (Some(libc::SIGXFSZ), _) => MediaError::TooLarge("the result exceeds its limit".into()),
        (Some(_), _) if has("allocate") => MediaError::OutOfMemory,
        (Some(_), _) => MediaError::Crashed(status.to_string()),
        (None, Some(code)) if code == i32::from(NOT_STARTED) => unavailable(reason),
        _ if has("Cannot allocate memory") || has("Out of memory") => MediaError::OutOfMemory,
        _ if has("File too large") => MediaError::TooLarge("the result exceeds its limit".into()),
        _ if has("No space left on device") => MediaError::Io(reason),
        _ if has("Unknown encoder") || has("No such filter") || has("Unrecognized option") => {
            unavailable(reason)
        }
        _ => MediaError::Malformed(reason),
    })
}

/// The last of what a program said, on one line.
fn last_lines(complaints: &str) -> String {
    let lines: Vec<&str> = complaints
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let last = &lines[lines.len().saturating_sub(3)..];
    if last.is_empty() {
        return "the program failed without a word".into();
    }
    last.join("; ")
}

//! The server's side: the programs, found once.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::OnceCell;

use super::VideoFacts;
use super::arguments::Arguments;
use super::filters::ToneMapping;
use super::launcher::Confinement;
use super::poster::{self, ATTEMPTS};
use super::probe;
use super::program::{Launcher, Run};
use super::remux::{self, Container};
use super::transcode::{self, Acceleration, Progress, Target};
use crate::MediaError;

/// The longest report about a file, in bytes.
const MAX_REPORT_BYTES: usize = 4 << 20;

/// How much of a file is read to find out what it calls itself.
const BEGINNING: u64 = 256;

/// How the programs are found and what they may use.
#[derive(Debug, Clone)]
pub struct VideoSettings {
    /// The program that calls [`run_launcher`](crate::run_launcher) with what follows when started with `arguments`.
    pub executable: PathBuf,
    pub arguments: Vec<OsString>,
    /// A name is looked for in `PATH`; what has a slash is a path.
    pub ffmpeg: PathBuf,
    pub ffprobe: PathBuf,
    /// Bytes of memory that one of them may take.
    pub memory_limit_bytes: u64,
    /// How long looking into a file, or finding its poster, may take.
    pub timeout: Duration,
    /// How long a transcode may take.
    pub transcode_timeout: Duration,
}

/// `ffmpeg` and `ffprobe`, confined. Clones share what was found out about them.
#[derive(Debug, Clone)]
pub struct VideoTools {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    settings: VideoSettings,
    launcher: Launcher,
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
    tone_mapping: OnceLock<ToneMapping>,
    version: OnceCell<String>,
}

impl VideoTools {
    /// Finds both programs; nothing is started yet.
    ///
    /// # Errors
    /// [`MediaError::Unavailable`] naming the one that is not there.
    pub fn find(settings: VideoSettings) -> Result<Self, MediaError> {
        let ffmpeg = find_program(&settings.ffmpeg)?;
        let ffprobe = find_program(&settings.ffprobe)?;
        let launcher = Launcher {
            executable: settings.executable.clone(),
            arguments: settings.arguments.clone(),
        };
        Ok(Self {
            inner: Arc::new(Inner {
                settings,
                launcher,
                ffmpeg,
                ffprobe,
                tone_mapping: OnceLock::new(),
                version: OnceCell::new(),
            }),
        })
    }

    /// What a video is.
    ///
    /// # Errors
    /// When it is none, or the program died or took too long.
    pub async fn probe(&self, input: &Path) -> Result<VideoFacts, MediaError> {
        let input = absolute(input)?;
        self.blocking(move |inner, is_cancelled| inner.probe(&input, is_cancelled))
            .await
    }

    /// Writes one upright frame that is not black, if there is one, into `output`, a file that exists, as PNG.
    ///
    /// # Errors
    /// When no frame can be decoded, or the program died or took too long.
    pub async fn poster(
        &self,
        input: &Path,
        output: &Path,
        facts: &VideoFacts,
        long_edge: u32,
    ) -> Result<(), MediaError> {
        let (input, output) = (absolute(input)?, absolute(output)?);
        let facts = facts.clone();
        self.blocking(move |inner, is_cancelled| {
            inner.poster(&input, &output, &facts, long_edge, is_cancelled)
        })
        .await
    }

    /// Writes the video as the target wants it into `output`, a file that exists. `progress` hears percentages.
    ///
    /// # Errors
    /// When it cannot be decoded or encoded, or the program died or took too long.
    pub async fn transcode(
        &self,
        input: &Path,
        output: &Path,
        facts: &VideoFacts,
        target: &Target,
        progress: impl FnMut(u8) + Send + 'static,
    ) -> Result<(), MediaError> {
        let (input, output) = (absolute(input)?, absolute(output)?);
        let (facts, target, mut progress) = (facts.clone(), target.clone(), progress);
        self.blocking(move |inner, is_cancelled| {
            let mapping = inner.tone_mapping(is_cancelled);
            let arguments = transcode::arguments(&input, &output, &facts, &target, mapping)?;
            let confinement = inner.transcode_confinement(input, output, &target);
            let run = Run {
                program: &inner.ffmpeg,
                arguments,
                confinement,
                timeout: inner.settings.transcode_timeout,
                is_cancelled,
            };
            let duration = facts.duration_milliseconds.unwrap_or(0);
            let mut heard = Progress::default();
            inner.launcher.run(&run, &mut |bytes| {
                if let Some(percent) = heard.hear(bytes, duration) {
                    progress(percent);
                }
                Ok(())
            })
        })
        .await
    }

    /// Writes the same picture and sound without what the file says of itself into `output`, a file that exists.
    ///
    /// # Errors
    /// When that cannot be told from the picture, needs more than `max_bytes`, or the program died or took too long.
    pub async fn remux(
        &self,
        input: &Path,
        output: &Path,
        facts: &VideoFacts,
        container: Container,
        max_bytes: u64,
    ) -> Result<(), MediaError> {
        let (input, output) = (absolute(input)?, absolute(output)?);
        let arguments = remux::arguments(&input, &output, facts, container)?;
        self.blocking(move |inner, is_cancelled| {
            let run = Run {
                program: &inner.ffmpeg,
                arguments,
                confinement: Confinement {
                    writable: vec![output],
                    file_bytes: max_bytes,
                    processor_seconds: processor_seconds(inner.settings.transcode_timeout, 0),
                    ..inner.confinement(&[&input])
                },
                timeout: inner.settings.transcode_timeout,
                is_cancelled,
            };
            inner.launcher.run(&run, &mut |_| Ok(()))
        })
        .await
    }

    /// The version of `ffmpeg`, as it names it; asked for once.
    ///
    /// # Errors
    /// When it does not say.
    pub async fn version(&self) -> Result<String, MediaError> {
        let known = self.inner.version.get_or_try_init(|| self.ask_version());
        known.await.cloned()
    }

    async fn ask_version(&self) -> Result<String, MediaError> {
        let printed = self
            .blocking(|inner, is_cancelled| inner.ask_ffmpeg(&["-version"], is_cancelled))
            .await?;
        let words = printed.split_whitespace().nth(2);
        words
            .map(str::to_owned)
            .ok_or_else(|| MediaError::Unavailable("ffmpeg does not say its version".into()))
    }

    /// Does something on a thread that waits for a program; the program ends when no one waits any more.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner, &AtomicBool) -> Result<T, MediaError> + Send + 'static,
    ) -> Result<T, MediaError> {
        let interest = Interest::default();
        let (inner, is_cancelled) = (self.inner.clone(), interest.0.clone());
        tokio::task::spawn_blocking(move || work(&inner, &is_cancelled))
            .await
            .map_err(|error| MediaError::Unavailable(error.to_string()))?
    }
}

/// Dropped with the future that waits.
#[derive(Default)]
struct Interest(Arc<AtomicBool>);

impl Drop for Interest {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Inner {
    fn probe(&self, input: &Path, is_cancelled: &AtomicBool) -> Result<VideoFacts, MediaError> {
        let arguments = Arguments::ffprobe()
            .all(&["-print_format", "json", "-show_format", "-show_streams"])
            .input(input)
            .finish();
        let report = self.ask(&self.ffprobe, arguments, &[input], is_cancelled)?;
        let mut facts = probe::read(&report)?;
        if facts.container.contains("matroska") {
            facts.brand = probe::document_type(&beginning(input)?).unwrap_or_default();
        }
        Ok(facts)
    }

    fn poster(
        &self,
        input: &Path,
        output: &Path,
        facts: &VideoFacts,
        long_edge: u32,
        is_cancelled: &AtomicBool,
    ) -> Result<(), MediaError> {
        let mapping = self.tone_mapping(is_cancelled);
        let mut last = MediaError::malformed("no frame can be decoded");
        for attempt in ATTEMPTS {
            let arguments = poster::arguments(input, output, facts, long_edge, mapping, attempt);
            let run = Run {
                program: &self.ffmpeg,
                arguments,
                confinement: Confinement {
                    writable: vec![output.to_owned()],
                    // One frame is smaller than what decoding it takes.
                    file_bytes: self.settings.memory_limit_bytes,
                    ..self.confinement(&[input])
                },
                timeout: self.settings.timeout,
                is_cancelled,
            };
            match self.launcher.run(&run, &mut |_| Ok(())) {
                Ok(()) if std::fs::metadata(output)?.len() > 0 => return Ok(()),
                Ok(()) => {}
                Err(error) if error.is_permanent() => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Runs a program that only reads and prints.
    fn ask(
        &self,
        program: &Path,
        arguments: Vec<OsString>,
        readable: &[&Path],
        is_cancelled: &AtomicBool,
    ) -> Result<Vec<u8>, MediaError> {
        let run = Run {
            program,
            arguments,
            confinement: self.confinement(readable),
            timeout: self.settings.timeout,
            is_cancelled,
        };
        let mut printed = Vec::new();
        self.launcher.run(&run, &mut |bytes| {
            if printed.len() + bytes.len() > MAX_REPORT_BYTES {
                return Err(MediaError::TooLarge("the report on it is too long".into()));
            }
            printed.extend_from_slice(bytes);
            Ok(())
        })?;
        Ok(printed)
    }

    fn ask_ffmpeg(&self, words: &[&str], is_cancelled: &AtomicBool) -> Result<String, MediaError> {
        let arguments = Arguments::default().all(words).finish();
        let printed = self.ask(&self.ffmpeg, arguments, &[], is_cancelled)?;
        Ok(String::from_utf8_lossy(&printed).into_owned())
    }

    /// Whether this build has what exact tone mapping takes; asked for once.
    fn tone_mapping(&self, is_cancelled: &AtomicBool) -> ToneMapping {
        if let Some(known) = self.tone_mapping.get() {
            return *known;
        }
        let Ok(printed) = self.ask_ffmpeg(&["-v", "error", "-filters"], is_cancelled) else {
            return ToneMapping::None;
        };
        let has = |name: &str| printed.split_whitespace().any(|word| word == name);
        let found = if has("zscale") && has("tonemap") {
            ToneMapping::Exact
        } else {
            ToneMapping::None
        };
        *self.tone_mapping.get_or_init(|| found)
    }

    /// Reading and printing, within the limits on looking into a file.
    fn confinement(&self, readable: &[&Path]) -> Confinement {
        Confinement {
            memory_bytes: self.settings.memory_limit_bytes,
            processor_seconds: processor_seconds(self.settings.timeout, 0),
            file_bytes: 0,
            readable: readable.iter().map(|path| path.to_path_buf()).collect(),
            writable: Vec::new(),
            devices: false,
        }
    }

    fn transcode_confinement(
        &self,
        input: PathBuf,
        output: PathBuf,
        target: &Target,
    ) -> Confinement {
        Confinement {
            memory_bytes: self.settings.memory_limit_bytes,
            processor_seconds: processor_seconds(self.settings.transcode_timeout, target.threads),
            file_bytes: target.max_bytes,
            readable: vec![input],
            writable: vec![output],
            devices: target.acceleration != Acceleration::Off,
        }
    }
}

/// What so many threads can take in that time: the kernel's own limit, should no one be left to look at a clock.
fn processor_seconds(timeout: Duration, threads: u32) -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
    let threads = if threads == 0 { cores } else { threads.into() };
    timeout.as_secs().saturating_add(1).saturating_mul(threads)
}

fn beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(BEGINNING).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The path as the root folder sees it, without links: the programs run there, and only this path is opened to them.
fn absolute(path: &Path) -> Result<PathBuf, MediaError> {
    Ok(std::fs::canonicalize(path)?)
}

fn find_program(name: &Path) -> Result<PathBuf, MediaError> {
    let search = std::env::var_os("PATH").unwrap_or_default();
    let found = if name.components().count() > 1 {
        Some(name.to_owned()).filter(|path| is_program(path))
    } else {
        find_in(&search, name)
    };
    found
        .and_then(|path| std::fs::canonicalize(path).ok())
        .ok_or_else(|| MediaError::Unavailable(format!("{} was not found", name.display())))
}

fn find_in(search: &OsStr, name: &Path) -> Option<PathBuf> {
    std::env::split_paths(search)
        .map(|folder| folder.join(name))
        .find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    std::fs::metadata(path)
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

//! What a worker can do whose decoder someone has taken over: nothing but answer wrongly.
//!
//! Hostile code is loaded into a worker, which runs it once it is confined.

#![allow(
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::Duration;

use kallitype_media::{
    MediaError, RenderOptions, WorkerPool, WorkerSettings, extract, render, run_worker,
};
use tempfile::TempDir;

const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");

/// An account that owns nothing.
const NOBODY: u32 = 65534;

/// The worker that the pool starts: this program once more, told to run nothing but this.
#[test]
#[ignore = "started by the other tests"]
fn worker() -> ExitCode {
    run_worker()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(work)
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// Where a worker is taken over: what it could harm, all of one account.
struct Scene {
    folder: TempDir,
    account: Option<u32>,
    file: PathBuf,
    victim: Child,
}

impl Scene {
    /// As an account, or as whoever runs the tests.
    fn of(account: Option<u32>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("journal");
        std::fs::write(&file, "a secret").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        let mut victim = Command::new("sleep");
        victim.arg("600");
        if let Some(account) = account {
            chown(folder.path(), Some(account), None).unwrap();
            chown(&file, Some(account), None).unwrap();
            victim.uid(account).gid(account);
        }
        let victim = victim.spawn().unwrap();
        Self {
            folder,
            account,
            file,
            victim,
        }
    }

    /// The hostile code as a library.
    fn library(&self) -> PathBuf {
        let library = self.folder.path().join("hostile.so");
        let built = Command::new("cc")
            .args(["-DWORKER", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(format!("{TESTS}/hostile/attacks.c"))
            .status();
        assert!(built.unwrap().success());
        library
    }

    /// A copy of this program that every account can reach.
    fn program(&self) -> PathBuf {
        let program = self.folder.path().join("worker");
        std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        program
    }

    fn pool(&self) -> WorkerPool {
        let account = self.account.map(|account| account.to_string());
        let as_account = account.iter().flat_map(|account| {
            let account = account.as_str();
            words(&[
                "setpriv",
                "--reuid",
                account,
                "--regid",
                account,
                "--clear-groups",
            ])
        });
        let setting = |name: &str, value: &dyn std::fmt::Display| format!("{name}={value}").into();
        let hostile = [
            "env".into(),
            setting("LD_PRELOAD", &self.library().display()),
            setting("VICTIM", &self.victim.id()),
            setting("FILE", &self.file.display()),
            self.program().into(),
        ];
        let worker = words(&["--ignored", "--exact", "worker"]);
        WorkerPool::new(WorkerSettings {
            executable: "/usr/bin/env".into(),
            arguments: as_account.chain(hostile).chain(worker).collect(),
            ..WorkerSettings::default()
        })
    }

    fn assert_unharmed(&mut self) {
        assert_eq!(self.victim.try_wait().unwrap(), None, "the victim lives");
        assert_eq!(std::fs::read(&self.file).unwrap(), b"a secret");
        let mode = self.file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        drop(self.victim.kill());
        drop(self.victim.wait());
    }
}

/// Has a worker of an account be taken over; nothing that it tries may succeed.
fn take_over(account: Option<u32>) {
    let mut scene = Scene::of(account);
    let pool = scene.pool();
    let sample = File::open(format!("{TESTS}/samples/plain.webp")).unwrap();
    let answer = block_on(pool.render(sample, "webp", RenderOptions::default()));
    assert_eq!(answer, Err(MediaError::Malformed("succeeded:".into())));
    scene.assert_unharmed();
}

#[test]
fn a_worker_that_was_taken_over_harms_nothing() {
    take_over(None);
}

#[test]
fn neither_does_one_of_an_account_that_owns_nothing() {
    // Only who may be anyone can be someone else; anyone else is tried above.
    if rustix::process::geteuid().is_root() {
        take_over(Some(NOBODY));
    }
}

/// What is allowed suffices, for every decoder.
#[test]
fn a_worker_makes_of_each_sample_what_is_made_of_it_elsewhere() {
    let pool = WorkerPool::new(WorkerSettings {
        executable: std::env::current_exe().unwrap(),
        arguments: words(&["--ignored", "--exact", "worker"]),
        // Workers are polite, and tests of others may be busy.
        timeout: Duration::from_secs(600),
        ..WorkerSettings::default()
    });
    let samples = std::fs::read_dir(format!("{TESTS}/samples")).unwrap();
    let mut count = 0;
    block_on(async {
        for sample in samples {
            let path = sample.unwrap().path();
            // They take no other calls, but long.
            if path.display().to_string().contains("large") {
                continue;
            }
            if path.is_dir() {
                continue;
            }
            let extension = extension(&path);
            let open = || File::open(&path).unwrap();
            let options = RenderOptions {
                fullsize_quality: Some(90),
                ..RenderOptions::default()
            };
            let here = render(open(), &extension, &options);
            let there = pool.render(open(), &extension, options).await;
            assert!(here == there, "{}: {there:?}", path.display());
            let there = pool.extract(open(), &extension).await;
            assert_eq!(there, extract(open(), &extension), "{}", path.display());
            count += 1;
        }
    });
    assert!(count > 30, "{count} samples");
}

fn extension(path: &Path) -> String {
    path.extension().unwrap().to_string_lossy().into_owned()
}

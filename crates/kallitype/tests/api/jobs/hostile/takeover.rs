//! Programs that someone has taken over: what they try comes to nothing. What workers can try is tested where they are.

use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use reqwest::Method;

use crate::support::server::Options;
use crate::support::{Answer, Engine, Picture, Server};

/// The same code that workers are tried with.
const ATTACKS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../media/tests/hostile/attacks.c"
);

/// An account that owns nothing.
const NOBODY: u32 = 65534;

/// Settings with a hostile program in the place of `ffprobe`.
fn with_hostile_program(options: Options, folder: &Path) -> Options {
    let program = folder.join("ffprobe");
    let built = Command::new("cc")
        .args([ATTACKS, "-o"])
        .arg(&program)
        .status();
    assert!(built.expect("a compiler").success());
    options
        .with("ffprobe-path", program.display())
        .with("job-attempts", 1)
}

/// The server as an account that owns nothing but the library, and a copy of the program.
fn as_nobody(options: Options) -> Options {
    let folder = options.data.parent().expect("a folder").to_owned();
    chown(&folder, Some(NOBODY), Some(NOBODY)).expect("another owner");
    let program = folder.join("kallitype");
    std::fs::copy(env!("CARGO_BIN_EXE_kallitype"), &program).expect("a copy");
    let begin = format!(
        "unset KALLITYPE_TEST_STATEMENTS && shift && exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups {} \"$@\"",
        program.display()
    );
    options.begun_by(&["sh", "-c", &begin, "sh"])
}

/// What came to pass of a video's job after its program had tried everything.
async fn assert_nothing_succeeds(server: &Server) {
    server.admin.upload(server, &Picture::video(1)).await;
    server.finish_jobs().await;
    let errors = server.job_errors().await;
    let struck: Vec<&String> = errors
        .iter()
        .filter(|error| error.contains("succeeded:"))
        .collect();
    assert!(!struck.is_empty(), "{errors:?}");
    for error in struck {
        assert!(error.trim_end().ends_with("succeeded:"), "{error}");
    }
    let ping = Answer::of(server.request(Method::GET, "/server/ping")).await;
    assert_eq!(ping.status, 200);
    let database = server.options.data.join("kallitype.sqlite");
    let mode = database
        .metadata()
        .expect("a database")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_program_that_was_taken_over_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::first_start_with(Engine::Sqlite, |options| {
        with_hostile_program(options, folder.path())
    })
    .await;
    assert_nothing_succeeds(&server).await;
}

#[tokio::test]
async fn neither_does_one_of_an_account_that_owns_nothing() {
    // Only who may be anyone can be someone else; anyone else is tried above.
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let server = Server::first_start_with(Engine::Sqlite, |options| {
        let folder = options.data.parent().expect("a folder").to_owned();
        as_nobody(with_hostile_program(options, &folder))
    })
    .await;
    assert_nothing_succeeds(&server).await;
}

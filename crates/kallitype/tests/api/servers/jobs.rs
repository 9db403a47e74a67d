use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::support::{Answer, Engine, Picture, Server, eventually, within};

/// Pictures that the workers are given, and the pixels of their long edge: they take a while.
const PICTURES: u32 = 12;
const EDGE: u32 = 500;

/// What a lease lasts, in seconds, where a test waits for its end; and, where no job may be begun twice, longer than a busy
/// machine keeps a worker from renewing it.
const SHORT_LEASE: u64 = 2;
const LONG_LEASE: u64 = 600;
/// How long what is waited for may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server that works and answers no one. It ends with the test.
struct Worker(Child);

impl Worker {
    /// Starts one on the place of another server, and waits until it hears of jobs.
    async fn beside(server: &Server, lease: u64) -> Self {
        // A server that was killed may be among them for a while.
        let before = server.listeners("kallitype_jobs").await;
        let lease = lease.to_string();
        let mut command = server
            .options
            .command(&["serve", "--roles", "worker", "--log", "error"]);
        command.args(["--media-workers", "1", "--job-lease-seconds", &lease]);
        let child = command.stdout(Stdio::null()).spawn();
        let worker = Self(child.expect("a worker can be started"));
        eventually("the worker", async || {
            let now = server.listeners("kallitype_jobs").await;
            now.iter().any(|pid| !before.contains(pid)).then_some(())
        })
        .await;
        worker
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).expect("the worker is there");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have been killed already.
        drop(self.0.kill());
        self.0.wait().expect("the worker has ended");
    }
}

/// A server that only answers, and writes down which jobs are done, and how often each was begun.
async fn start() -> Server {
    let server = Server::start_with(Engine::Postgres, |options| options.with("roles", "api")).await;
    for sql in [
        "CREATE TABLE done (kind TEXT, subject UUID, attempts BIGINT)",
        "CREATE FUNCTION note_done() RETURNS TRIGGER LANGUAGE plpgsql AS $$ \
         BEGIN INSERT INTO done VALUES (OLD.kind, OLD.subject_id, OLD.attempts); RETURN NULL; END $$",
        "CREATE TRIGGER job_done AFTER DELETE ON job FOR EACH ROW EXECUTE FUNCTION note_done()",
    ] {
        server.execute_sql(sql).await;
    }
    server
}

/// Uploads pictures that take a while to be looked at.
async fn upload(server: &Server, seeds: std::ops::Range<u32>) {
    for seed in seeds {
        let picture = Picture::jpeg_of_size(seed, EDGE, EDGE);
        server.admin.upload(server, &picture).await;
    }
}

async fn number(server: &Server, sql: &'static str) -> usize {
    server.jobs(sql).await[0].parse().expect("a number")
}

async fn leased(server: &Server) -> usize {
    number(
        server,
        "SELECT COUNT(*)::text FROM job WHERE state = 'leased'",
    )
    .await
}

/// Waits until all jobs are done: each once, though perhaps it was begun more often.
async fn assert_all_are_done_once(server: &Server, pictures: u32) {
    within(PATIENCE, "the end of all jobs", async || {
        server.waiting_jobs().await.is_empty().then_some(())
    })
    .await;
    let errors = server.job_errors().await;
    assert!(errors.is_empty(), "{errors:?}");
    let done = "SELECT kind || ' ' || subject FROM done WHERE kind IN ('extract-metadata', 'generate-thumbnails')";
    let mut done = server.jobs(done).await;
    assert_eq!(done.len(), 2 * pictures as usize);
    done.sort();
    done.dedup();
    assert_eq!(done.len(), 2 * pictures as usize, "a job was done twice");
    let thumbnails = server
        .jobs("SELECT COALESCE(thumbnail_path, 'none') FROM asset")
        .await;
    let lost = thumbnails
        .iter()
        .find(|path| !server.options.data.join(path).is_file());
    assert_eq!(lost, None);
}

/// Of what each picture needs once. Others are begun again when someone asks for them while they are done.
const BEGUN_TWICE: &str = "SELECT COUNT(*)::text FROM done \
    WHERE attempts > 1 AND kind IN ('extract-metadata', 'generate-thumbnails')";

/// Lets a worker alone begin with something, and halts it in the middle of it; answers how many pictures there are.
async fn halt(server: &Server, worker: &Worker) -> u32 {
    let mut pictures = 0;
    loop {
        upload(server, pictures..pictures + PICTURES).await;
        pictures += PICTURES;
        eventually("work", async || (leased(server).await > 0).then_some(())).await;
        worker.signal(Signal::STOP);
        if leased(server).await > 0 && is_between_transactions(server).await {
            return pictures;
        }
        worker.signal(Signal::CONT);
    }
}

/// Whether no one is in the middle of a transaction: whoever sleeps there keeps what it has locked.
async fn is_between_transactions(server: &Server) -> bool {
    eventually("the end of all statements", async || {
        let active = "SELECT COUNT(*)::text FROM pg_stat_activity \
            WHERE state = 'active' AND datname = current_database() AND pid <> pg_backend_pid()";
        (number(server, active).await == 0).then_some(())
    })
    .await;
    let open = "SELECT COUNT(*)::text FROM pg_stat_activity \
        WHERE state LIKE 'idle in transaction%' AND datname = current_database()";
    number(server, open).await == 0
}

/// Has jobs begun, or not begun, whoever would do them.
async fn command(server: &Server, command: &str) {
    for queue in ["metadataExtraction", "thumbnailGeneration"] {
        let request = server.put(&server.admin, &format!("/jobs/{queue}"));
        let answer = Answer::of(request.json(&json!({"command": command}))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn another_server_hears_of_a_job_at_once() {
    let server = start().await;
    let _worker = Worker::beside(&server, LONG_LEASE).await;
    // Each is enqueued when the worker has nothing to do. It looks by itself only every fifteen seconds: ten would take over
    // a minute.
    let begun = Instant::now();
    for seed in 1..=10 {
        let id = server.admin.upload(&server, &Picture::jpeg(seed)).await;
        server.admin.settle(&server, id).await;
        server.finish_jobs().await;
    }
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn servers_share_the_work_and_each_job_is_done_once() {
    let server = start().await;
    let _one = Worker::beside(&server, LONG_LEASE).await;
    let _other = Worker::beside(&server, LONG_LEASE).await;
    command(&server, "pause").await;
    upload(&server, 0..PICTURES).await;
    command(&server, "resume").await;
    let mut peak = 0;
    within(PATIENCE, "work of both", async || {
        peak = peak.max(leased(&server).await);
        // One worker has two pictures in hand.
        (peak > 2 || server.waiting_jobs().await.is_empty()).then_some(())
    })
    .await;
    assert!(peak > 2, "one server did everything");
    assert_all_are_done_once(&server, PICTURES).await;
    assert_eq!(number(&server, BEGUN_TWICE).await, 0);
}

#[tokio::test]
async fn what_a_killed_server_had_begun_is_done_by_another() {
    let server = start().await;
    let killed = Worker::beside(&server, SHORT_LEASE).await;
    let pictures = halt(&server, &killed).await;
    killed.signal(Signal::KILL);
    let _other = Worker::beside(&server, SHORT_LEASE).await;
    assert_all_are_done_once(&server, pictures).await;
    assert!(
        number(&server, BEGUN_TWICE).await > 0,
        "nothing was taken over"
    );
}

#[tokio::test]
async fn a_server_that_slept_through_its_leases_ends_no_one_elses() {
    let server = start().await;
    let sleeper = Worker::beside(&server, SHORT_LEASE).await;
    let pictures = halt(&server, &sleeper).await;
    let other = Worker::beside(&server, SHORT_LEASE).await;
    assert_all_are_done_once(&server, pictures).await;
    assert!(
        number(&server, BEGUN_TWICE).await > 0,
        "nothing was taken over"
    );

    // It wakes up and goes on with what was its own. What is new it begins when it is through with that.
    drop(other);
    sleeper.signal(Signal::CONT);
    upload(&server, pictures..pictures + PICTURES).await;
    assert_all_are_done_once(&server, pictures + PICTURES).await;
}

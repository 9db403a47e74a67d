//! Several servers on one PostgreSQL.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Engine, Picture, Server, eventually};

/// A server that works and answers no one. It ends with the test.
struct Worker(Child);

impl Worker {
    /// Starts one on the place of another server, and waits until it hears of jobs.
    async fn beside(server: &Server) -> Self {
        let mut command = server
            .options
            .command(&["serve", "--roles", "worker", "--log", "warn"]);
        let child = command.stdout(Stdio::null()).spawn();
        let worker = Self(child.expect("a worker can be started"));
        eventually("the worker", async || {
            let listeners = "SELECT datname::text FROM pg_stat_activity \
                WHERE query = 'LISTEN kallitype_jobs' AND state = 'idle' AND datname = current_database()";
            (!server.jobs(listeners).await.is_empty()).then_some(())
        })
        .await;
        worker
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.0.kill().expect("the worker was running");
        self.0.wait().expect("the worker has ended");
    }
}

#[tokio::test]
async fn another_server_hears_of_a_job_at_once() {
    let server = Server::start_with(Engine::Postgres, |options| options.with("roles", "api")).await;
    let _worker = Worker::beside(&server).await;
    // Each is enqueued when the worker has nothing to do. It looks by itself only every fifteen seconds.
    let begun = Instant::now();
    for seed in 1..=4 {
        let id = server.admin.upload(&server, &Picture::jpeg(seed)).await;
        server.admin.settle(&server, id).await;
        server.finish_jobs().await;
    }
    assert!(begun.elapsed() < Duration::from_secs(20));
}

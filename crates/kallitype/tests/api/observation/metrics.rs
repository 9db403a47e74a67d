//! `--metrics-listen`

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;

use crate::support::server::{Options, start};
use crate::support::{Answer, Credential, Engine, Picture, Server, eventually};
use crate::test_on_both;

impl Server {
    async fn start_with_metrics(engine: Engine) -> Self {
        Self::start_with(engine, |options| {
            options.heard().with("metrics-listen", "127.0.0.1:0")
        })
        .await
    }

    /// Where the metrics are.
    async fn metrics_address(&self) -> String {
        eventually("the metrics' address", async || {
            let output = self.output();
            let line = output.lines().next()?;
            let address = line.strip_prefix("Its metrics are at ")?;
            Some(address.to_owned())
        })
        .await
    }

    async fn metrics(&self) -> String {
        let address = self.metrics_address().await;
        let answer = Answer::of(self.http().get(address)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(
            answer
                .header("content-type")
                .starts_with("text/plain; version=0.0.4")
        );
        String::from_utf8(answer.bytes).expect("text")
    }

    /// The value of a series: its name, and of its labels those that matter.
    async fn metric(&self, name: &str, labels: &[&str]) -> Option<f64> {
        let metrics = self.metrics().await;
        let is_meant = |series: &str| {
            let labelled = series.strip_prefix(name)?;
            let is_whole = labelled.is_empty() || labelled.starts_with('{');
            (is_whole && labels.iter().all(|label| labelled.contains(label))).then_some(())
        };
        let mut series = metrics.lines().filter_map(|line| line.rsplit_once(' '));
        let (_, value) = series.find(|(series, _)| is_meant(series).is_some())?;
        value.parse().ok()
    }

    /// Waits until a series has a value.
    async fn metric_becomes(&self, name: &str, labels: &[&str], value: f64) {
        eventually(&format!("{name} {labels:?} {value}"), async || {
            (self.metric(name, labels).await == Some(value)).then_some(())
        })
        .await;
    }
}

test_on_both! {
    async fn requests_are_counted_by_route(server: Server by start_with_metrics) {
        for _ in 0..3 {
            Answer::of(server.get(Credential::None, "/server/ping")).await;
        }
        for path in ["/nowhere/1", "/nowhere/2"] {
            Answer::of(server.get(Credential::None, path)).await;
        }
        let made_up = Method::from_bytes(b"MADEUP").expect("a method");
        Answer::of(server.request(made_up, "/server/ping")).await;
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        server.admin.asset(&server, id).await;

        const REQUESTS: &str = "kallitype_http_requests_total";
        let ping = [r#"method="GET""#, r#"route="/api/server/ping""#, r#"status="200""#];
        server.metric_becomes(REQUESTS, &ping, 3.0).await;
        server.metric_becomes("kallitype_http_request_duration_seconds_count", &ping[..2], 3.0).await;
        server.metric_becomes("kallitype_http_request_duration_seconds_bucket", &[ping[0], ping[1], r#"le="+Inf""#], 3.0).await;
        server.metric_becomes(REQUESTS, &[r#"route="unknown""#, r#"status="404""#], 2.0).await;
        server.metric_becomes(REQUESTS, &[r#"method="other""#], 1.0).await;
        server.metric_becomes(REQUESTS, &[r#"route="/api/assets/{id}""#, r#"status="200""#], 1.0).await;
        let metrics = server.metrics().await;
        for particular in ["nowhere", "MADEUP", &id.to_string()] {
            assert!(!metrics.contains(particular), "{particular} is in a label");
        }
    }
}

test_on_both! {
    async fn uploads_are_counted_with_their_bytes(server: Server by start_with_metrics) {
        let picture = Picture::jpeg(1);
        server.admin.upload(&server, &picture).await;
        let again = Answer::of(server.post(&server.admin, "/assets").multipart(picture.form())).await;
        assert_eq!(again.status, 200);
        server.metric_becomes("kallitype_uploads_total", &[r#"outcome="created""#], 1.0).await;
        server.metric_becomes("kallitype_uploads_total", &[r#"outcome="duplicate""#], 1.0).await;
        let bytes = 2.0 * picture.bytes.len() as f64;
        server.metric_becomes("kallitype_upload_bytes_total", &[], bytes).await;
        for operation in ["write", "sync", "rename", "journal"] {
            let label = format!(r#"operation="{operation}""#);
            let count = server.metric("kallitype_storage_duration_seconds_count", &[&label]).await;
            assert!(count.is_some_and(|count| count >= 1.0), "{operation} {count:?}");
        }
    }
}

test_on_both! {
    async fn jobs_are_counted_by_kind(server: Server by start_with_metrics) {
        const THUMBNAILS: &str = r#"kind="generate-thumbnails""#;
        let order = |command: &str| {
            let body = json!({"command": command});
            server.put(&server.admin, "/jobs/thumbnailGeneration").json(&body)
        };
        assert_eq!(Answer::of(order("pause")).await.status, 200);
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        server.admin.upload(&server, &Picture::jpeg(2)).await;
        server.metric_becomes("kallitype_jobs", &[THUMBNAILS, r#"state="ready""#], 2.0).await;
        let age = server.metric("kallitype_job_oldest_ready_seconds", &[THUMBNAILS]).await;
        assert!(age.is_some_and(|age| age > 0.0 && age < 600.0), "{age:?}");

        assert_eq!(Answer::of(order("resume")).await.status, 200);
        server.finish_jobs().await;
        let done = [THUMBNAILS, r#"outcome="done""#];
        server.metric_becomes("kallitype_job_duration_seconds_count", &done, 2.0).await;
        server.metric_becomes("kallitype_jobs", &[THUMBNAILS, r#"state="ready""#], 0.0).await;
        server.metric_becomes("kallitype_job_oldest_ready_seconds", &[THUMBNAILS], 0.0).await;
        let media = [r#"program="media""#];
        let workers = server.metric("kallitype_worker_processes", &media).await;
        assert!(workers.is_some_and(|workers| workers >= 1.0), "{workers:?}");
        let memory = server.metric("kallitype_worker_resident_memory_bytes", &media).await;
        assert!(memory.is_some_and(|memory| memory > 1e6), "{memory:?}");
    }
}

test_on_both! {
    async fn jobs_that_share_a_queue_are_told_apart(server: Server by start_with_metrics) {
        let body = json!({"command": "pause"});
        let pause = server.put(&server.admin, "/jobs/backgroundTask").json(&body);
        assert_eq!(Answer::of(pause).await.status, 200);
        for (kind, number) in [("empty-trash", 1), ("remove-account", 2), ("remove-account", 3)] {
            let job = format!(
                "INSERT INTO job (id, kind, subject_id, lane, queue, priority, state, run_at, generation, attempts, created_at) \
                 SELECT {id}, '{kind}', {id}, 'pictures', 'backgroundTask', {number}, 'failed', 0, 0, 0, 0",
                id = match server.options.engine {
                    Engine::Sqlite => format!("unhex('0000000000000000000000000000000{number}')"),
                    Engine::Postgres => format!("'0000000000000000000000000000000{number}'::uuid"),
                },
            );
            assert_eq!(server.execute_sql(&job).await, 1);
        }
        let failed = r#"state="failed""#;
        server.metric_becomes("kallitype_jobs", &[r#"kind="remove-account""#, failed], 2.0).await;
        server.metric_becomes("kallitype_jobs", &[r#"kind="empty-trash""#, failed], 1.0).await;
        server.metric_becomes("kallitype_jobs", &[r#"kind="expire-accounts""#, failed], 0.0).await;
    }
}

test_on_both! {
    async fn the_server_measures_itself(server: Server by start_with_metrics) {
        let engine = match server.options.engine {
            Engine::Sqlite => r#"engine="sqlite""#,
            Engine::Postgres => r#"engine="postgres""#,
        };
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        server.metric_becomes("kallitype_ready", &[], 1.0).await;
        for operation in ["read", "scan", "write"] {
            let label = format!(r#"operation="{operation}""#);
            let count = server.metric("kallitype_database_duration_seconds_count", &[engine, &label]).await;
            assert!(count.is_some_and(|count| count >= 1.0), "{operation} {count:?}");
        }
        for name in ["process_resident_memory_bytes", "kallitype_storage_size_bytes", "kallitype_storage_available_bytes"] {
            let bytes = server.metric(name, &[]).await;
            assert!(bytes.is_some_and(|bytes| bytes > 1e6), "{name} {bytes:?}");
        }
        let metrics = server.metrics().await;
        let named = |kind: &str| -> BTreeSet<String> {
            let lines = metrics.lines().filter_map(|line| line.strip_prefix(kind));
            lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
        };
        let types = named("# TYPE ");
        assert!(types.len() > 15, "{types:?}");
        assert_eq!(types, named("# HELP "), "every metric says what it is");
    }
}

#[tokio::test]
async fn metrics_and_the_api_are_not_given_out_together() {
    let server = Server::start_with_metrics(Engine::Sqlite).await;
    let metrics = server.metrics_address().await;
    let other = metrics.strip_suffix("/metrics").expect("a path");
    for path in ["/", "/api/server/ping", "/api/kallitype/ready"] {
        let answer = Answer::of(server.http().get(format!("{other}{path}"))).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let answer = Answer::of(server.http().get(format!("{}/metrics", server.address))).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_server_that_only_works_has_metrics_too() {
    let server = Server::start(Engine::Postgres).await;
    let options = Options::on(
        Engine::Postgres,
        server.options.data.parent().expect("a folder"),
        server.options.database_url.clone(),
    );
    let mut command = options.command(&["serve", "--roles", "worker"]);
    command.args(["--metrics-listen", "127.0.0.1:0"]);
    let (_process, line, _stdout) = start(&mut command);
    let address = line.trim().strip_prefix("Its metrics are at ");
    let address = address.expect("an address");
    let answer = Answer::of(server.http().get(address)).await;
    assert!(
        String::from_utf8_lossy(&answer.bytes).contains("\nkallitype_ready 1"),
        "{answer:?}"
    );
}

//! Metrics for Prometheus, on a listener of their own.
//!
//! What happens is counted where it happens, through the `metrics` crate. What lasts (the queue, the disk, memory) is
//! measured when someone asks.

mod processes;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};
use metrics::{describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

use crate::app::probe::Probe;
use crate::app::state::App;
use crate::queue::depth;
use crate::queue::depth::{Depth, STATES};
use kallitype_web::limits::Limits;
use kallitype_web::server;

/// Connections to the metrics' listener at once: whoever collects metrics has one.
const CONNECTIONS: usize = 8;

/// How often what was recorded is summed up, so that it does not pile up where no one asks.
const UPKEEP: Duration = Duration::from_secs(5);

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upper bounds of the histograms' buckets, in seconds: of what takes parts of milliseconds, of requests, and of jobs.
const QUICK: [f64; 14] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0,
    5.0,
];
const REQUESTS: [f64; 13] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];
const JOBS: [f64; 11] = [
    0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0,
];

const HISTOGRAMS: [(&str, &[f64], &str); 4] = [
    (
        "kallitype_http_request_duration_seconds",
        &REQUESTS,
        "Time from a request's headers to the last byte of its answer",
    ),
    (
        "kallitype_job_duration_seconds",
        &JOBS,
        "Time that a job took, by what became of it: done, retried, failed or lost to another worker",
    ),
    (
        "kallitype_database_duration_seconds",
        &QUICK,
        "Time that short reads, scans and transactions took, with the wait for their turn",
    ),
    (
        "kallitype_storage_duration_seconds",
        &QUICK,
        "Time that the disk took for a write, for making a file durable, for a new name, and for the journal",
    ),
];

const COUNTERS: [(&str, &str); 4] = [
    (
        "kallitype_http_requests_total",
        "Requests that were answered or, with the status none, cut off before",
    ),
    (
        "kallitype_uploads_total",
        "Uploads that were taken, by whether their file was new",
    ),
    (
        "kallitype_upload_bytes_total",
        "Bytes of uploaded files that were received whole",
    ),
    (
        "process_cpu_seconds_total",
        "Time that the processor worked for the server, without its workers",
    ),
];

const GAUGES: [(&str, &str); 10] = [
    (
        "kallitype_build_info",
        "Always 1, with the server's version",
    ),
    (
        "kallitype_ready",
        "Whether the server can do its work, as /api/kallitype/ready says: 1 or 0",
    ),
    (
        "kallitype_jobs",
        "Jobs that are not done, by where they stand; counts stop at 100,000",
    ),
    (
        "kallitype_job_oldest_ready_seconds",
        "Age of the oldest job that is ready to be done",
    ),
    (
        "kallitype_storage_size_bytes",
        "Size of the disk with the media",
    ),
    (
        "kallitype_storage_available_bytes",
        "Bytes that are free on the disk with the media",
    ),
    (
        "kallitype_worker_processes",
        "Processes that work for the server",
    ),
    (
        "kallitype_worker_resident_memory_bytes",
        "Memory of the processes that work for the server",
    ),
    (
        "process_resident_memory_bytes",
        "Memory of the server, without its workers",
    ),
    ("process_open_fds", "Files that the server has open"),
];

/// Where everything is recorded from now on.
#[derive(Clone)]
pub(crate) struct Recorded(PrometheusHandle);

/// Begins to record. Before this, and without it, nothing is kept.
///
/// # Errors
/// When something else records already.
pub(crate) fn record() -> Result<Recorded, BuildError> {
    let mut recorder = PrometheusBuilder::new();
    for (name, buckets, _) in HISTOGRAMS {
        recorder = recorder.set_buckets_for_metric(Matcher::Full(name.into()), buckets)?;
    }
    let handle = recorder.install_recorder()?;
    describe();
    gauge!("kallitype_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(Recorded(handle))
}

fn describe() {
    for (name, _, what) in HISTOGRAMS {
        describe_histogram!(name, what);
    }
    for (name, what) in COUNTERS {
        describe_counter!(name, what);
    }
    for (name, what) in GAUGES {
        describe_gauge!(name, what);
    }
}

/// Answers whoever collects metrics for as long as it is polled.
pub(crate) async fn serve(listener: TcpListener, app: App, recorded: Recorded) {
    let limits = Limits {
        max_connections: CONNECTIONS,
        ..app.limits
    };
    let proxies = app.proxies();
    let scrape = Scrape {
        app,
        recorded: recorded.clone(),
        measuring: Arc::default(),
    };
    let router = Router::new()
        .route("/metrics", get(answer))
        .with_state(scrape);
    tokio::join!(
        server::serve(listener, router, &limits, &proxies, std::future::pending()),
        keep_up(recorded),
    );
}

async fn keep_up(Recorded(handle): Recorded) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

/// What an answer is made of.
#[derive(Clone)]
struct Scrape {
    app: App,
    recorded: Recorded,
    measuring: Arc<Probe>,
}

async fn answer(State(scrape): State<Scrape>) -> Response {
    let app = scrape.app.clone();
    let ask = || tokio::spawn(async move { measure(&app).await });
    if let Err(error) = scrape.measuring.find(ask).await {
        tracing::warn!(%error, "not everything could be measured");
    }
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE))];
    (kind, scrape.recorded.0.render()).into_response()
}

/// Measures what lasts.
async fn measure(app: &App) -> Result<(), String> {
    let is_ready = app.obstacles().await.is_empty();
    gauge!("kallitype_ready").set(if is_ready { 1.0 } else { 0.0 });
    let (queue, system) = tokio::join!(measure_queue(app), measure_system(app));
    queue.and(system)
}

async fn measure_queue(app: &App) -> Result<(), String> {
    let depths = app.db.scan(depth::measure).await;
    let depths = depths.map_err(|error| error.to_string())?;
    depths.iter().for_each(tell_depth);
    Ok(())
}

fn tell_depth(depth: &Depth) {
    let kind = depth.kind.as_str();
    for (state, count) in STATES.into_iter().zip(depth.counts) {
        gauge!("kallitype_jobs", "kind" => kind.to_owned(), "state" => state).set(count as f64);
    }
    let age = depth.oldest_ready.unwrap_or(0) as f64 / 1e6;
    gauge!("kallitype_job_oldest_ready_seconds", "kind" => kind.to_owned()).set(age);
}

async fn measure_system(app: &App) -> Result<(), String> {
    let storage = app.storage.clone();
    let measuring = tokio::task::spawn_blocking(move || {
        let space = storage.space().map_err(|error| error.to_string())?;
        gauge!("kallitype_storage_size_bytes").set(space.size as f64);
        gauge!("kallitype_storage_available_bytes").set(space.available as f64);
        processes::measure().map_err(|error| error.to_string())
    });
    measuring.await.map_err(|error| error.to_string())?
}

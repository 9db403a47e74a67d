//! `kallitype serve`: the server.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;
use tracing::Metadata;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt;

use crate::app::file_deletions;
use crate::app::readiness::Readiness;
use crate::app::state::{App, State};
use crate::commands::{BLOCKING_THREADS, CommandError, block_on_threads};
use crate::config::{LogFormat, Role, Settings};
use crate::integrity;
use crate::integrity::journal;
use crate::integrity::open::Opened;
use crate::jobs::runner::Workers;
use crate::jobs::{runner, schedule};
use crate::mail::{MailServer, SmtpConfig};
use crate::oidc::provider::Provider;
use crate::queue::signal::JobSignal;
use crate::server::metrics;
use crate::server::metrics::Recorded;
use crate::server::observation::ACCESS;
use crate::server::router::router;
use kallitype_media::{MediaError, VideoSettings, VideoTools, WorkerPool, WorkerSettings};
use kallitype_storage::{Lock, Storage};
use kallitype_web::budget::Budget;
use kallitype_web::file_readers::FileReaders;
use kallitype_web::server;

/// How many passwords are hashed at once.
const HASHED_AT_ONCE: usize = 2;

/// # Errors
/// When the library cannot be opened or the address is taken.
pub fn run(settings: Settings) -> Result<ExitCode, CommandError> {
    start_log(&settings)?;
    decline_huge_pages();
    // Each connection may be sending a file, whose thread waits for the disk; on one that hangs, for ever. What else
    // needs threads must not wait for them.
    let threads = BLOCKING_THREADS + settings.max_connections + settings.file_readers;
    block_on_threads(threads, serve(settings))
}

/// Takes memory in the smallest pages. The allocator asks for ones of 2 MiB, each of which stays as long as one of its
/// bytes is used: with dozens of threads that hold some of every size, the server would take three times what it uses.
fn decline_huge_pages() {
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::warn!(%error, "the system decides how much memory a page takes; it may be more than is needed");
    }
}

async fn serve(settings: Settings) -> Result<ExitCode, CommandError> {
    let stop = stop_signal()?;
    let recorded = start_recording(&settings).await?;
    let opened = integrity::open(&settings).await?;
    if let Some(snapshot) = &opened.migrated.snapshot {
        tracing::info!(snapshot = %snapshot.display(), "the database was migrated; this is how it was before");
    }
    let storage = Storage::open(settings.media())?;
    let swept = integrity::sweep(&opened.db, &storage).await?;
    if swept > 0 {
        tracing::info!(swept, "unfinished uploads were removed");
    }
    let listener = listen(&settings).await?;
    // The lock is kept until the process ends.
    let (app, _lock) = make_app(settings, opened, storage).await?;
    tokio::spawn(tidy_up(app.clone()));
    let workers = start_workers(&app).await?;
    let stop = drained(app.clone(), stop);

    if let Some(listener) = &listener {
        let address = listener.local_addr()?;
        say(&format!("Kallitype answers at http://{address}"))?;
    }
    let metrics = serve_metrics(&app, recorded)?;
    match listener {
        Some(listener) => server::serve(listener, router(app.clone()), &app.limits, stop).await,
        None => stop.await,
    }
    drop(metrics);
    if let Some((workers, schedule)) = workers {
        drop(schedule);
        workers.stop().await;
    }
    app.finish_commits().await;
    app.journal.stop().await;
    app.db.close().await;
    Ok(ExitCode::SUCCESS)
}

type Recording = Option<(Recorded, TcpListener)>;

/// Begins to record metrics, if they are wanted: before there is anything to record.
async fn start_recording(settings: &Settings) -> Result<Recording, CommandError> {
    let Some(address) = settings.observation.metrics_listen else {
        return Ok(None);
    };
    let listener = bind(address).await?;
    Ok(Some((metrics::record()?, listener)))
}

/// Gives out what is recorded, until this is dropped.
fn serve_metrics(app: &App, recording: Recording) -> std::io::Result<JoinSet<()>> {
    let mut serving = JoinSet::new();
    if let Some((recorded, listener)) = recording {
        let address = listener.local_addr()?;
        say(&format!("Its metrics are at http://{address}/metrics"))?;
        serving.spawn(metrics::serve(listener, app.clone(), recorded));
    }
    Ok(serving)
}

async fn listen(settings: &Settings) -> Result<Option<TcpListener>, CommandError> {
    if !settings.has_role(Role::Api) {
        return Ok(None);
    }
    bind(settings.listen).await.map(Some)
}

async fn bind(address: SocketAddr) -> Result<TcpListener, CommandError> {
    let bound = TcpListener::bind(address).await;
    Ok(bound.map_err(|error| format!("{address}: {error}"))?)
}

/// Says something to whoever started the server, at once.
fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// The server, with the lock on its data that it keeps until it ends.
async fn make_app(
    settings: Settings,
    opened: Opened,
    storage: Storage,
) -> Result<(App, Option<Lock>), CommandError> {
    let journal = journal::follow(&opened.db, storage.root(), opened.id).await?;
    let media = media_workers(&settings)?;
    let video_tools = find_video_tools(&settings)?;
    let oauth = Provider::new(&settings.oauth)?;
    if oauth.is_none() && !settings.password_login {
        tracing::warn!("no one can sign in: passwords are not taken, and there is no provider");
    }
    let file_readers = FileReaders::new(
        storage.root(),
        settings.file_readers,
        settings.file_timeout(),
    );
    let app = App::new(State {
        limits: settings.limits(),
        proxies: settings.proxies(),
        budget: Budget::new(settings.max_body_memory_bytes),
        db: opened.db,
        readiness: Readiness::new(opened.id),
        storage,
        file_readers,
        journal,
        commits: TaskTracker::new(),
        job_signal: JobSignal::default(),
        oauth,
        media,
        video_tools,
        mail_server: SmtpConfig::from_settings(&settings.mail)?.map(MailServer::new),
        hashing: tokio::sync::Semaphore::new(HASHED_AT_ONCE),
        settings,
    });
    Ok((app, opened.lock))
}

/// Without the programs for videos, the server runs: videos are kept and served, but not looked into.
fn find_video_tools(settings: &Settings) -> Result<Result<VideoTools, String>, CommandError> {
    let found = VideoTools::find(VideoSettings {
        executable: std::env::current_exe()?,
        arguments: vec!["media-launcher".into()],
        ffmpeg: settings.video.ffmpeg_path.clone(),
        ffprobe: settings.video.ffprobe_path.clone(),
        memory_limit_bytes: settings.video.video_memory_bytes,
        timeout: Duration::from_secs(settings.media_timeout_seconds),
        transcode_timeout: Duration::from_secs(settings.video.video_timeout_seconds),
    });
    if let (Err(error), true) = (&found, settings.has_role(Role::Worker)) {
        tracing::warn!(%error, "videos are kept and served, but get no thumbnails, lengths or versions for browsers");
    }
    Ok(found.map_err(|error| match error {
        MediaError::Unavailable(reason) => reason,
        other => other.to_string(),
    }))
}

/// What may take long and can wait until the server answers.
async fn tidy_up(app: App) {
    file_deletions::delete_scheduled_files(&app).await;
    if let Err(error) = journal::compact(&app).await {
        tracing::error!(%error, "the journal could not be written anew as one file; the next start will try again");
    }
}

/// The processes that pictures are decoded in; they are started when there is something to decode.
fn media_workers(settings: &Settings) -> Result<WorkerPool, CommandError> {
    Ok(WorkerPool::new(WorkerSettings {
        executable: std::env::current_exe()?,
        arguments: vec!["media-worker".into()],
        count: settings.media_worker_count(),
        memory_limit_bytes: settings.media_memory_bytes,
        timeout: Duration::from_secs(settings.media_timeout_seconds),
        ..WorkerSettings::default()
    }))
}

type Background = (Workers, JoinSet<()>);

async fn start_workers(app: &App) -> Result<Option<Background>, CommandError> {
    if !app.settings.has_role(Role::Worker) {
        return Ok(None);
    }
    let workers = runner::start(app).await?;
    Ok(Some((workers, schedule::start(app))))
}

/// Ends some time after `stop`, in which those who send people here find out that they no longer should.
async fn drained(app: App, stop: impl Future<Output = ()>) {
    stop.await;
    app.readiness.stop();
    tokio::time::sleep(Duration::from_secs(app.settings.observation.drain_seconds)).await;
}

/// Hears SIGTERM and SIGINT from now on; the future ends with the first of them.
fn stop_signal() -> Result<impl Future<Output = ()>, CommandError> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
        tracing::info!("stopping");
    })
}

fn start_log(settings: &Settings) -> Result<(), CommandError> {
    let filter = EnvFilter::try_new(&settings.log)?;
    let is_access = |line: &Metadata<'_>| line.target() == ACCESS;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter.add_directive(format!("{ACCESS}=info").parse()?))
        .with_writer(
            std::io::stdout
                .with_filter(is_access)
                .or_else(std::io::stderr),
        );
    match settings.log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().try_init(),
    }
}

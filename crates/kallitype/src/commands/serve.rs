//! `kallitype serve`: the server.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::FutureExt;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;
use tracing::Metadata;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::app::checkup::Checkup;
use crate::app::events::Events;
use crate::app::file_deletions;
use crate::app::live_config;
use crate::app::live_config::{Follow, LiveConfig};
use crate::app::readiness::Readiness;
use crate::app::recent_log::{KeepLog, RecentLog};
use crate::app::search_pages::SearchPages;
use crate::app::state::{App, State};
use crate::commands::{BLOCKING_THREADS, CommandError, block_on_threads};
use crate::config::{LogFormat, Role, Settings};
use crate::core::stacks::automatic;
use crate::integrity;
use crate::integrity::journal;
use crate::integrity::open::Opened;
use crate::jobs::runner::Workers;
use crate::jobs::{adopt_models, renew_words, runner, schedule, watch_libraries};
use crate::learning::Learning;
use crate::queue::signal::JobSignal;
use crate::server::metrics;
use crate::server::metrics::Recorded;
use crate::server::observation::ACCESS;
use crate::server::router::router;
use crate::server::web_app::PAGE;
use crate::server::websocket::Websockets;
use kallitype_media::{MediaError, VideoSettings, VideoTools, WorkerPool, WorkerSettings};
use kallitype_storage::{Lock, Storage};
use kallitype_web::addresses::Addresses;
use kallitype_web::budget::Budget;
use kallitype_web::file_readers::FileReaders;
use kallitype_web::server;

/// How many passwords are hashed at once.
const HASHED_AT_ONCE: usize = 2;

/// How many connections the kernel keeps until they are taken, if `net.core.somaxconn` lets it. Those beyond are let try again
/// after a second.
const BACKLOG: u32 = 4096;

/// # Errors
/// When the library cannot be opened or the address is taken.
pub fn run(settings: Settings) -> Result<ExitCode, CommandError> {
    let log = start_log(&settings)?;
    decline_huge_pages();
    raise_descriptor_limit(&settings);
    // Each connection may be sending a file, whose thread waits for the disk; on one that hangs, for ever. What else
    // needs threads must not wait for them.
    let threads = BLOCKING_THREADS + settings.max_connections + settings.file_readers;
    block_on_threads(threads, serve(settings, log))
}

/// Takes memory in the smallest pages. The allocator asks for ones of 2 MiB, each of which stays as long as one of its
/// bytes is used: with dozens of threads that hold some of every size, the server would take three times what it uses.
fn decline_huge_pages() {
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::warn!(%error, "the system decides how much memory a page takes; it may be more than is needed");
    }
}

/// Descriptors for all but what connections need: the database, pipes to workers, the journal.
const DESCRIPTORS: u64 = 512;
/// Of one connection: its own, those of the files of an upload, and that of one that waits for its place.
const DESCRIPTORS_PER_CONNECTION: u64 = 4;

/// Has the system give as many descriptors as all connections at once may need. Many systems give 1,024 to who does not ask.
fn raise_descriptor_limit(settings: &Settings) {
    let connections = settings
        .max_connections
        .saturating_add(settings.file_readers) as u64;
    let needed = connections
        .saturating_mul(DESCRIPTORS_PER_CONNECTION)
        .saturating_add(DESCRIPTORS);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return;
    }
    let most = maximum.map_or(needed, |maximum| maximum.min(needed));
    if most < needed {
        tracing::warn!(
            needed,
            most,
            "the system allows fewer open files than --max-connections may need"
        );
    }
    let limit = Rlimit {
        current: Some(most),
        maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit on open files stays as it is");
    }
}

/// Fails when --web names a folder that no app can be served from.
fn find_web_app(settings: &Settings) -> Result<(), CommandError> {
    match &settings.web {
        Some(folder) if !folder.join(PAGE).is_file() => {
            Err(format!("--web: there is no {PAGE} in {}", folder.display()).into())
        }
        _ => Ok(()),
    }
}

async fn serve(settings: Settings, (log, recent_log): Log) -> Result<ExitCode, CommandError> {
    let stop = stop_signal()?;
    find_web_app(&settings)?;
    let recorded = start_recording(&settings)?;
    let opened = integrity::open(&settings).await?;
    if let Some(snapshot) = &opened.migrated.snapshot {
        tracing::info!(snapshot = %snapshot.display(), "the database was migrated; this is how it was before");
    }
    let storage = Storage::open(settings.media())?;
    let swept = integrity::sweep(&opened.db, &storage).await?;
    if swept > 0 {
        tracing::info!(swept, "unfinished uploads were removed");
    }
    let listener = listen(&settings)?;
    let follow = follow_log_level(&settings, log);
    // The lock is kept until the process ends.
    let (app, _lock) = make_app(settings, (follow, recent_log), opened, storage).await?;
    let following = live_config::follow(&app)?;
    tokio::spawn(tidy_up(app.clone()));
    tokio::spawn(forget_idle_vectors(app.clone()));
    let workers = start_workers(&app).await?;
    let stop = drained(app.clone(), stop);

    if let Some(listener) = &listener {
        let address = listener.local_addr()?;
        say(&format!("Kallitype answers at http://{address}"))?;
    }
    let metrics = serve_metrics(&app, recorded)?;
    match listener {
        Some(listener) => {
            let websockets = Websockets::start(&app)?;
            let router = router(app.clone(), &websockets);
            let stop = stop.inspect(|()| websockets.stop());
            server::serve(listener, router, &app.limits, &app.proxies(), stop).await;
            websockets.finish().await;
        }
        None => stop.await,
    }
    drop((metrics, following));
    if let Some((workers, rounds)) = workers {
        drop(rounds);
        workers.stop().await;
    }
    app.checkup.stop();
    app.finish_commits().await;
    app.journal.stop().await;
    app.db.close().await;
    Ok(ExitCode::SUCCESS)
}

type Recording = Option<(Recorded, TcpListener)>;

/// Begins to record metrics, if they are wanted: before there is anything to record.
fn start_recording(settings: &Settings) -> Result<Recording, CommandError> {
    let Some(address) = settings.observation.metrics_listen else {
        return Ok(None);
    };
    let listener = bind(address)?;
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

fn listen(settings: &Settings) -> Result<Option<TcpListener>, CommandError> {
    if !settings.has_role(Role::Api) {
        return Ok(None);
    }
    bind(settings.listen).map(Some)
}

fn bind(address: SocketAddr) -> Result<TcpListener, CommandError> {
    Ok(listen_at(address).map_err(|error| format!("{address}: {error}"))?)
}

fn listen_at(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Else a server that is started again waits for the ends of its last connections.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
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
    (follow, recent_log): (Follow, RecentLog),
    opened: Opened,
    storage: Storage,
) -> Result<(App, Option<Lock>), CommandError> {
    let journal = journal::follow(&opened.db, storage.root(), opened.id).await?;
    let media = media_workers(&settings)?;
    let video_tools = find_video_tools(&settings)?;
    let live_config = LiveConfig::load(&opened.db, &settings, follow).await?;
    let file_readers = FileReaders::new(
        storage.root(),
        settings.file_readers,
        settings.file_timeout(),
    );
    let app = App::new(State {
        limits: settings.limits(),
        clients: Addresses::new(settings.max_connections_per_address),
        trusted_proxies: settings.trusted_proxies.as_slice().into(),
        budget: Budget::new(settings.max_body_memory_bytes),
        db: opened.db,
        readiness: Readiness::new(opened.id),
        recent_log,
        checkup: Checkup::default(),
        storage,
        file_readers,
        journal,
        commits: TaskTracker::new(),
        search_pages: SearchPages::default(),
        events: Events::default(),
        job_signal: JobSignal::default(),
        live_config,
        learning: Learning::new(&settings.machine_learning)?,
        media,
        video_tools,
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
    if let Err(error) = integrity::measure_sidecars(&app.db, &app.storage).await {
        tracing::error!(%error, "not all sidecars could be measured; the next start will try again");
    }
    if let Err(error) = journal::compact(&app).await {
        tracing::error!(%error, "the journal could not be written anew as one file; the next start will try again");
    }
}

/// Lets go of what searches compared, some time after the last of them.
async fn forget_idle_vectors(app: App) {
    app.learning.vectors.forget_idle().await;
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

type Background = (Workers, [JoinSet<()>; 3]);

async fn start_workers(app: &App) -> Result<Option<Background>, CommandError> {
    if !app.settings.has_role(Role::Worker) {
        return Ok(None);
    }
    adopt_models::adopt_models(app).await?;
    let rules = app.settings.stacks.rules_text();
    app.commit(move |connection| automatic::request_all(connection, &rules))
        .await?;
    renew_words::resume(app).await?;
    let workers = runner::start(app).await?;
    let rounds = [
        schedule::start(app),
        watch_libraries::start(app),
        adopt_models::follow(app),
    ];
    Ok(Some((workers, rounds)))
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

/// Has another filter decide what is logged.
type SetFilter = Box<dyn Fn(&str) -> Result<(), CommandError> + Send + Sync>;

/// What decides what is logged, and the last of what was.
type Log = (SetFilter, RecentLog);

fn start_log(settings: &Settings) -> Result<Log, CommandError> {
    let filter = filter_of(settings.log.as_deref().unwrap_or("info"))?;
    let is_access = |line: &Metadata<'_>| line.target() == ACCESS;
    let recent = RecentLog::new(settings.observation.recent_log_bytes);
    let keep = KeepLog::new(recent.clone(), ACCESS);
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(
            std::io::stdout
                .with_filter(is_access)
                .or_else(std::io::stderr),
        );
    let set_filter: SetFilter = match settings.log_format {
        LogFormat::Text => {
            let log = log.with_ansi(std::io::stderr().is_terminal());
            let log = log.with_filter_reloading();
            let handle = log.reload_handle();
            log.finish().with(keep).try_init()?;
            Box::new(move |level| Ok(handle.reload(filter_of(level)?)?))
        }
        LogFormat::Json => {
            let log = log.json().with_filter_reloading();
            let handle = log.reload_handle();
            log.finish().with(keep).try_init()?;
            Box::new(move |level| Ok(handle.reload(filter_of(level)?)?))
        }
    };
    Ok((set_filter, recent))
}

/// What is logged; the access log always is, where there is one.
fn filter_of(text: &str) -> Result<EnvFilter, CommandError> {
    let filter = EnvFilter::try_new(text)?;
    Ok(filter.add_directive(format!("{ACCESS}=info").parse()?))
}

/// Has as much logged as the settings say, unless a flag does.
fn follow_log_level(settings: &Settings, log: SetFilter) -> Follow {
    let is_fixed = settings.log.is_some();
    Box::new(move |config| {
        let level = config.logging.filter();
        if is_fixed {
            return;
        }
        if let Err(error) = log(level) {
            tracing::error!(%error, level, "what is logged stays as it is");
        }
    })
}

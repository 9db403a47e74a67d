//! Hears from the system what changes in external libraries, and has those scanned where something did. No job: it lasts
//! as long as the process.

use std::collections::HashMap;
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::app::state::App;
use crate::core::assets::location::to_folders;
use crate::core::libraries::queries;
use crate::jobs::error::JobError;
use crate::jobs::scan::off_runtime;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::Connection;

/// How often is looked which libraries there are, and whether folders are there that could not be watched before.
const INTERVAL: Duration = Duration::from_secs(5);

/// Begins to watch whenever that is wanted. Dropping the set ends it.
#[must_use]
pub(crate) fn start(app: &App) -> JoinSet<()> {
    let mut watching = JoinSet::new();
    watching.spawn(watch(app.clone()));
    watching
}

/// The folders of a library that are watched, and by what.
struct Watched {
    folders: Vec<PathBuf>,
    _watcher: RecommendedWatcher,
}

async fn watch(app: App) {
    let (sender, mut changes) = mpsc::unbounded_channel();
    let mut settings = app.live_config.subscribe();
    let mut watched = HashMap::new();
    loop {
        let is_wanted = settings.borrow_and_update().library.watch.enabled;
        match renew(&app, watched, &sender).await {
            Ok(renewed) => watched = renewed,
            Err(error) => {
                watched = HashMap::new();
                tracing::warn!(%error, "libraries are not watched; it will be tried again");
            }
        }
        let mut again = pin!(wait(is_wanted));
        loop {
            tokio::select! {
                () = &mut again => break,
                changed = settings.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return,
                },
                Some(library) = changes.recv() => {
                    if let Err(error) = request_scan(&app, library).await {
                        tracing::error!(%error, "a scan could not be requested");
                    }
                }
            }
        }
    }
}

/// Waits until it is to be looked again, which is never while nothing is watched.
async fn wait(is_wanted: bool) {
    match is_wanted {
        true => tokio::time::sleep(INTERVAL).await,
        false => std::future::pending().await,
    }
}

/// Watches what is to be watched now, and nothing else.
async fn renew(
    app: &App,
    mut watched: HashMap<Uuid, Watched>,
    sender: &UnboundedSender<Uuid>,
) -> Result<HashMap<Uuid, Watched>, JobError> {
    if !app.config().library.watch.enabled {
        return Ok(HashMap::new());
    }
    let libraries = app.db.scan(queries::list_scannable).await?;
    let sender = sender.clone();
    off_runtime(move || {
        let mut renewed = HashMap::new();
        for library in libraries {
            let mut folders = to_folders(&library.import_paths.0);
            folders.retain(|folder| folder.is_dir());
            let present = watched.remove(&library.id);
            let present = present.filter(|present| present.folders == folders);
            let watcher = present.or_else(|| begin(library.id, folders, sender.clone()));
            renewed.extend(watcher.map(|watcher| (library.id, watcher)));
        }
        renewed
    })
    .await
}

/// What changed before it was watched, the scan finds that is requested with it.
fn begin(library: Uuid, folders: Vec<PathBuf>, sender: UnboundedSender<Uuid>) -> Option<Watched> {
    let request = move || {
        if sender.send(library).is_err() {
            tracing::trace!("no one watches any more");
        }
    };
    let heard = request.clone();
    let hear = move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| is_change(event.kind)) {
            heard();
        }
    };
    let watching = notify::recommended_watcher(hear).and_then(|mut watcher| {
        for folder in &folders {
            watcher.watch(folder, RecursiveMode::Recursive)?;
        }
        Ok(watcher)
    });
    match watching {
        Ok(watcher) => {
            request();
            Some(Watched {
                folders,
                _watcher: watcher,
            })
        }
        Err(error) => {
            tracing::warn!(%library, %error, "a library cannot be watched");
            None
        }
    }
}

/// Whether something may be different now: the server's own reading is heard, too.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

async fn request_scan(app: &App, library: Uuid) -> Result<(), JobError> {
    let delay = app.settings.libraries.watch_delay().as_micros();
    let delay = i64::try_from(delay).unwrap_or(i64::MAX);
    app.commit(move |connection: &mut Connection<'_>| {
        match queries::find_scannable(connection, library)? {
            Some(_) => queue::enqueue_later(connection, JobKind::ScanLibrary, library, delay),
            None => Ok(()),
        }
    })
    .await?;
    Ok(())
}

//! The first pass of a scan: files that no asset is made of. Some of them are known ones that were moved.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

use tokio::sync::mpsc;
use uuid::Uuid;

use super::plan::{Look, Plan};
use super::{hash, off_runtime};
use crate::app::state::App;
use crate::core::assets::file_type::FileType;
use crate::core::libraries::files::SeenFile;
use crate::core::libraries::queries::FileRow;
use crate::core::libraries::{files, queries};
use crate::jobs::error::JobError;
use kallitype_db::Connection;
use kallitype_web::time::now;

/// Paths that are looked up at a time.
const PATHS: usize = 4000;

/// Files that are recorded in one transaction.
const BATCH: usize = 1000;

/// Lists of paths that wait at most: the crawl goes on while those before are looked up, and no further.
const AHEAD: usize = 2;

/// A known file, and where it is now.
#[derive(Clone)]
struct Move {
    from: FileRow,
    to: SeenFile,
}

/// Takes what is new. Answers whether the library is still there.
///
/// # Errors
/// When the database fails; what was taken stays.
pub(crate) async fn take(app: &App, plan: &Arc<Plan>) -> Result<bool, JobError> {
    let (sender, mut lists) = mpsc::channel(AHEAD);
    let crawled = plan.clone();
    let crawling = off_runtime(move || crawl(&crawled, &sender));
    let taking = async move {
        while let Some(paths) = lists.recv().await {
            let unknown = list_unknown(app, plan, paths).await?;
            for batch in unknown.chunks(BATCH) {
                if !take_batch(app, plan, batch.to_vec()).await? {
                    // No one hears the crawl any more, by which it ends.
                    lists.close();
                    return Ok(false);
                }
            }
        }
        Ok::<_, JobError>(true)
    };
    let (crawled, taken) = tokio::join!(crawling, taking);
    crawled?;
    taken
}

/// Sends the paths of all files that could be assets.
fn crawl(plan: &Plan, sender: &mpsc::Sender<Vec<String>>) {
    let send = |paths: &mut Vec<String>| {
        let full = std::mem::take(paths);
        sender.blocking_send(full).map_err(io::Error::other)
    };
    let mut paths = Vec::with_capacity(PATHS);
    for root in &plan.roots {
        let crawled = root.crawl(plan, &mut |path| {
            if plan.wants(&path) {
                paths.push(path);
            }
            match paths.len() >= PATHS {
                true => send(&mut paths),
                false => Ok(()),
            }
        });
        match crawled {
            Ok(0) => {}
            Ok(unreadable) => {
                tracing::warn!(library = %plan.library, unreadable, "some folders and names in a library cannot be read");
            }
            Err(error) if sender.is_closed() => {
                tracing::debug!(%error, "a scan ends early");
                return;
            }
            Err(error) => {
                tracing::warn!(library = %plan.library, %error, "an import path cannot be read");
            }
        }
    }
    if !paths.is_empty() && send(&mut paths).is_err() {
        tracing::debug!("a scan ends early");
    }
}

async fn list_unknown(app: &App, plan: &Plan, paths: Vec<String>) -> Result<Vec<String>, JobError> {
    let (library, asked) = (plan.library, paths.clone());
    let known = app
        .db
        .scan(move |connection| queries::list_known(connection, library, asked))
        .await?;
    if known.len() == paths.len() {
        return Ok(Vec::new());
    }
    let known: HashSet<String> = known.into_iter().collect();
    let unknown = paths.into_iter().filter(|path| !known.contains(path));
    Ok(unknown.collect())
}

async fn take_batch(app: &App, plan: &Arc<Plan>, paths: Vec<String>) -> Result<bool, JobError> {
    let looking = plan.clone();
    let seen = off_runtime(move || {
        let see = |path: &String| match looking.look(path) {
            Look::Here(state) => Some(looking.see(path, state)),
            _ => None,
        };
        paths.iter().filter_map(see).collect::<Vec<_>>()
    });
    let (moves, files) = find_moves(app, plan, seen.await?).await?;
    let library = plan.library;
    let record = move |connection: &mut Connection<'_>| record(connection, library, &moves, &files);
    Ok(app.commit(record).await?)
}

/// Parts files into those that were moved and those that are new.
async fn find_moves(
    app: &App,
    plan: &Arc<Plan>,
    seen: Vec<SeenFile>,
) -> Result<(Vec<Move>, Vec<SeenFile>), JobError> {
    let library = plan.library;
    let inodes = seen.iter().map(|file| file.state.inode).collect();
    let alike = app
        .db
        .scan(move |connection| queries::list_by_inode(connection, library, inodes))
        .await?;
    let alike = by_key(
        alike
            .into_iter()
            .map(|row| ((row.inode, row.size, row.modified_at), row)),
    );
    let key = |file: &SeenFile| {
        let state = file.state;
        Some((Some(state.inode), state.size, state.modified_at))
    };
    let (mut moves, rest) = match_up(plan, seen, alike, key).await?;
    let rest = read_doubtful(app, plan, rest).await?;
    let (sizes, hashes) = rest
        .iter()
        .filter_map(|file| Some((file.state.size, file.content_hash?.to_vec())))
        .unzip::<_, _, Vec<i64>, Vec<Vec<u8>>>();
    if hashes.is_empty() {
        return Ok((moves, rest));
    }
    let alike = app
        .db
        .scan(move |connection| queries::list_by_hash(connection, library, sizes, hashes))
        .await?;
    let key = |file: &SeenFile| file.content_hash.map(|hash| hash.to_vec());
    // Where one of several equal files went, its inode has said.
    let followed: HashSet<Uuid> = moves.iter().map(|moved| moved.from.asset).collect();
    let alike = alike.into_iter();
    let alike = by_key(alike.filter(|(_, row)| !followed.contains(&row.asset)));
    let (more, files) = match_up(plan, rest, alike, key).await?;
    moves.extend(more);
    Ok((moves, files))
}

fn by_key<K: Eq + std::hash::Hash>(
    rows: impl IntoIterator<Item = (K, FileRow)>,
) -> HashMap<K, Vec<FileRow>> {
    let mut alike: HashMap<K, Vec<FileRow>> = HashMap::new();
    for (key, row) in rows {
        alike.entry(key).or_default().push(row);
    }
    alike
}

/// Matches files with known ones of the same key that are not where they were.
async fn match_up<K: Eq + std::hash::Hash + Send + 'static>(
    plan: &Arc<Plan>,
    seen: Vec<SeenFile>,
    mut alike: HashMap<K, Vec<FileRow>>,
    key: impl Fn(&SeenFile) -> Option<K> + Send + 'static,
) -> Result<(Vec<Move>, Vec<SeenFile>), JobError> {
    if alike.is_empty() {
        return Ok((Vec::new(), seen));
    }
    let plan = plan.clone();
    off_runtime(move || {
        let (mut moves, mut rest) = (Vec::new(), Vec::new());
        for to in seen {
            let candidates = key(&to).and_then(|key| alike.get_mut(&key));
            let found = candidates.and_then(|rows| {
                let is_it = |row: &FileRow| is_same_kind(row, &to) && has_left(&plan, row);
                let position = rows.iter().position(is_it)?;
                Some(rows.swap_remove(position))
            });
            match found {
                Some(from) => moves.push(Move { from, to }),
                None => rest.push(to),
            }
        }
        (moves, rest)
    })
    .await
}

fn is_same_kind(row: &FileRow, file: &SeenFile) -> bool {
    let kind = |path: &str| FileType::of_name(path).and_then(FileType::asset_type);
    kind(&row.path) == kind(&file.path)
}

/// Whether a known file is not under its path any more: no one is there, or another.
fn has_left(plan: &Plan, row: &FileRow) -> bool {
    match plan.look(&row.path) {
        Look::Here(state) => row.inode.is_some_and(|inode| inode != state.inode),
        Look::Missing | Look::Unwanted => true,
        Look::Unclear => false,
    }
}

/// Reads those files that are as long as a known one: they may be copies of what is gone.
async fn read_doubtful(
    app: &App,
    plan: &Arc<Plan>,
    mut files: Vec<SeenFile>,
) -> Result<Vec<SeenFile>, JobError> {
    if files.is_empty() {
        return Ok(files);
    }
    let library = plan.library;
    let sizes = files.iter().map(|file| file.state.size).collect();
    let sizes = app
        .db
        .scan(move |connection| queries::list_hashed_sizes(connection, library, sizes))
        .await?;
    if sizes.is_empty() {
        return Ok(files);
    }
    let plan = plan.clone();
    off_runtime(move || {
        for file in &mut files {
            let external = plan.external(&file.path);
            let doubtful = external.filter(|_| sizes.contains(&file.state.size));
            let seen = (file.state.size, file.state.modified_at);
            // One that cannot be read now is new.
            file.content_hash = doubtful.and_then(|external| hash(&external, seen).ok()?);
        }
        files
    })
    .await
}

/// Records files, unless someone else did so meanwhile. Answers whether the library is still there.
fn record(
    connection: &mut Connection<'_>,
    library: Uuid,
    moves: &[Move],
    files: &[SeenFile],
) -> kallitype_db::Result<bool> {
    connection.lock("library", library)?;
    let Some(present) = queries::find_scannable(connection, library)? else {
        return Ok(false);
    };
    let paths = moves.iter().map(|moved| &moved.to).chain(files);
    let paths = paths.map(|file| file.path.clone()).collect();
    let known: HashSet<String> = queries::list_known(connection, library, paths)?
        .into_iter()
        .collect();
    for Move { from, to } in moves.iter().filter(|moved| !known.contains(&moved.to.path)) {
        // One that was changed meanwhile is for the next scan.
        files::follow(connection, present.owner_id, from, to, now())?;
    }
    let new = files.iter().filter(|file| !known.contains(&file.path));
    let new: Vec<SeenFile> = new.cloned().collect();
    if !new.is_empty() {
        files::insert(connection, library, present.owner_id, &new, now())?;
    }
    Ok(true)
}

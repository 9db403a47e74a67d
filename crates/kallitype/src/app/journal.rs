//! Follows the database's changes into the journal beside the media.
//!
//! One task walks the change ids and appends the present state of whatever changed. A checkpoint in the journal says
//! how far it has come, so the journal knows by itself when it is behind: no one has to remember to tell it, and what
//! failed, or was committed by a process that died, is next in line. See docs/decisions/0007.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kallitype_db::{Database, DatabaseError};
use kallitype_storage::{Entry, Journal, JournalError, PartKind};
use serde_json::Value as Json;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::entity_changes::{list_changes, read_entries};
use super::entity_parts::split;

/// How long the follower waits for someone to call before it looks by itself: other processes write, too, and what
/// failed is tried again.
const INTERVAL: Duration = Duration::from_secs(5);

/// Rows of each table that are followed at a time.
const PAGE: i64 = 2000;

/// Why the journal could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FollowError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// The journal of a running server; clones are the same one.
#[derive(Clone)]
pub(crate) struct FollowedJournal {
    journal: Arc<Journal>,
    written: Arc<Written>,
    calls: mpsc::UnboundedSender<Call>,
}

enum Call {
    /// Answer when the journal has all that was committed by now, or could not be written, and which of both it is.
    CatchUp(oneshot::Sender<bool>),
    /// Write the last checkpoint and end.
    Stop(oneshot::Sender<bool>),
}

impl FollowedJournal {
    /// Begins to follow the changes after `reached`.
    pub(crate) fn start(db: Database, journal: Journal, reached: Uuid) -> Self {
        let journal = Arc::new(journal);
        let written = Arc::new(Written::new(!db.is_embedded()));
        let (calls, called) = mpsc::unbounded_channel();
        let follower = Follower {
            db,
            journal: journal.clone(),
            written: written.clone(),
            reached,
            checkpoint: reached,
        };
        tokio::spawn(follower.run(called));
        Self {
            journal,
            written,
            calls,
        }
    }

    /// Waits until the journal has every change that was committed before this call. Should it fail, this answers
    /// all the same: the change stands, and the journal stays behind until a later try. Answers whether the journal has
    /// them.
    pub(crate) async fn caught_up(&self) -> bool {
        self.call(Call::CatchUp).await
    }

    /// Brings the journal up to date and ends with a checkpoint.
    pub(crate) async fn stop(&self) {
        self.call(Call::Stop).await;
    }

    async fn call(&self, call: fn(oneshot::Sender<bool>) -> Call) -> bool {
        let (reply, answer) = oneshot::channel();
        if self.calls.send(call(reply)).is_err() {
            return false;
        }
        let answered = answer.await;
        if answered.is_err() {
            tracing::debug!("the journal's follower has ended");
        }
        answered.unwrap_or(false)
    }

    /// Appends the entry of something that is about to be committed, so that file and journal wait for the disk
    /// together.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub(crate) async fn append_ahead(&self, entry: Entry) -> Result<(), JournalError> {
        let entries = [entry];
        self.journal.append(&entries).await?;
        self.written.remember(&entries);
        Ok(())
    }

    pub(crate) fn file(&self) -> &Journal {
        &self.journal
    }
}

struct Follower {
    db: Database,
    journal: Arc<Journal>,
    written: Arc<Written>,
    /// Every change up to here is in the journal.
    reached: Uuid,
    /// The same, as the journal says it.
    checkpoint: Uuid,
}

impl Follower {
    async fn run(mut self, mut calls: mpsc::UnboundedReceiver<Call>) {
        let mut is_behind = false;
        loop {
            let Ok(call) = tokio::time::timeout(INTERVAL, calls.recv()).await else {
                is_behind = self.follow(is_behind, true).await;
                continue;
            };
            let Some(call) = call else { return };
            let mut waiting = vec![call];
            while let Ok(more) = calls.try_recv() {
                waiting.push(more);
            }
            let is_last = waiting.iter().any(|call| matches!(call, Call::Stop(_)));
            is_behind = self.follow(is_behind, is_last).await;
            if is_behind && is_last {
                tracing::error!(
                    "the journal is behind: keep the database, the next start catches up"
                );
            }
            for Call::CatchUp(reply) | Call::Stop(reply) in waiting {
                if reply.send(!is_behind).is_err() {
                    tracing::debug!("whoever waited for the journal has gone away");
                }
            }
            if is_last {
                return;
            }
        }
    }

    /// Brings the journal up to date, and says when that begins to fail and when it works again. Answers whether the
    /// journal is behind.
    async fn follow(&mut self, was_behind: bool, wants_checkpoint: bool) -> bool {
        match self.catch_up(wants_checkpoint).await {
            Ok(()) if was_behind => {
                tracing::info!("the journal is up to date again");
                false
            }
            Ok(()) => false,
            Err(error) => {
                if !was_behind {
                    tracing::error!(%error, "the journal is behind; it will be tried again");
                }
                true
            }
        }
    }

    async fn catch_up(&mut self, wants_checkpoint: bool) -> Result<(), FollowError> {
        let horizon = self.db.change_horizon().await?;
        let mut after = self.reached;
        loop {
            let (entries, through) = self.read_page(after).await?;
            let reached = through.map_or(horizon, |through| through.min(horizon));
            self.append(self.written.unknown(entries), reached, wants_checkpoint)
                .await?;
            match through {
                Some(through) => after = through,
                None => return Ok(()),
            }
        }
    }

    async fn read_page(&self, after: Uuid) -> Result<(Vec<Entry>, Option<Uuid>), DatabaseError> {
        self.db
            .scan(move |connection| {
                let changes = list_changes(connection, after, PAGE)?;
                Ok((read_entries(connection, &changes)?, changes.through))
            })
            .await
    }

    /// Appends entries. A checkpoint goes with them; alone it is only written when it is wanted, since each waits for
    /// the disk.
    async fn append(
        &mut self,
        mut entries: Vec<Entry>,
        reached: Uuid,
        wants_checkpoint: bool,
    ) -> Result<(), FollowError> {
        let reached = reached.max(self.reached);
        let is_worth_it = wants_checkpoint || !entries.is_empty();
        if reached > self.checkpoint && is_worth_it {
            entries.push(Entry::Checkpoint { update_id: reached });
        }
        if !entries.is_empty() {
            self.journal.append(&entries).await?;
            self.written.remember(&entries);
            self.checkpoint = reached;
        }
        self.reached = reached;
        Ok(())
    }
}

/// Which states were written not long ago: a change that leaves the state as it was needs no new line.
///
/// Where other processes write to the same journal, what this one wrote last may not be the last line; there a state
/// is only known together with the change that it is of.
struct Written {
    with_change: bool,
    generations: Mutex<Generations>,
}

/// The states of assets and their parts as hashes, by hashes of what they are of, in two generations: when the younger is
/// full, the older is forgotten.
#[derive(Default)]
struct Generations {
    younger: HashMap<u64, u64>,
    older: HashMap<u64, u64>,
}

/// How many states a generation holds.
const GENERATION: usize = 20_000;

impl Written {
    fn new(with_change: bool) -> Self {
        Self {
            with_change,
            generations: Mutex::default(),
        }
    }

    fn unknown(&self, entries: Vec<Entry>) -> Vec<Entry> {
        let written = self.lock();
        let is_known = |entry: &Entry| {
            let prints = self.fingerprints(entry);
            let is_written = |(what, state): &(u64, u64)| {
                let before = written.younger.get(what);
                before.or_else(|| written.older.get(what)) == Some(state)
            };
            !prints.is_empty() && prints.iter().all(is_written)
        };
        entries
            .into_iter()
            .filter(|entry| !is_known(entry))
            .collect()
    }

    fn remember(&self, entries: &[Entry]) {
        let mut written = self.lock();
        for (what, state) in entries.iter().flat_map(|entry| self.fingerprints(entry)) {
            if written.younger.len() >= GENERATION {
                written.older = std::mem::take(&mut written.younger);
            }
            written.younger.insert(what, state);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Hashes of what of an asset or an album an entry is about, and of the states of that.
    fn fingerprints(&self, entry: &Entry) -> Vec<(u64, u64)> {
        let print = |id: &Uuid, of: Option<(PartKind, &str)>, state: String| {
            let change = self.with_change.then(|| entry.update_id());
            (hash(&(id, of)), hash(&(state, change)))
        };
        match entry {
            Entry::Asset { id, state, .. } => {
                let mut fields = state.clone();
                let parts = split(&mut fields);
                let fields = print(id, None, Json::from(fields).to_string());
                let parts = parts.iter().map(|((part, key), value)| {
                    print(id, Some((*part, key.as_str())), value.to_string())
                });
                std::iter::once(fields).chain(parts).collect()
            }
            Entry::AssetFields { id, state, .. } => {
                vec![print(id, None, Json::from(state.clone()).to_string())]
            }
            Entry::Part {
                id,
                part,
                key,
                value,
                ..
            } => vec![print(id, Some((*part, key.as_str())), value.to_string())],
            _ => Vec::new(),
        }
    }
}

fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

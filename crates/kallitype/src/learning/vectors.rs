//! The vectors that are in memory: those of an owner are read when they are first compared with something, and go when no
//! one has for some time. Before each comparison, what any server has kept since is read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedRwLockReadGuard, RwLock};
use uuid::Uuid;

use super::array::{Near, VectorArray, Wanted};
use super::queries;
use super::vector::Vector;
use kallitype_db::{Connection, Database, DatabaseError, Result};

/// After so long, vectors are read anew, so that those that are gone take no memory. Before that they only do that: what
/// they are of is looked up when it is found.
const MAX_AGE: Duration = Duration::from_secs(3600);

/// How often it is looked which ones no one compares any more.
const LOOK_INTERVAL: Duration = Duration::from_secs(10);

/// What vectors are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum VectorKind {
    Asset,
    Face,
}

/// Vectors that are compared with each other: an owner's that one model made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    kind: VectorKind,
    owner: Uuid,
    model: String,
}

/// What is in memory of them.
#[derive(Default)]
struct Held {
    array: VectorArray,
    /// When they were first read, and up to which change they are there.
    read_at: Option<Instant>,
    seen: Uuid,
}

impl Held {
    fn is_old(&self) -> bool {
        self.read_at
            .is_none_or(|read_at| read_at.elapsed() > MAX_AGE)
    }
}

struct Kept {
    held: Arc<RwLock<Held>>,
    used_at: Instant,
}

/// The vectors of all owners of whom some were compared.
pub(crate) struct Vectors {
    kept: Mutex<HashMap<Key, Kept>>,
    idle: Duration,
}

impl Vectors {
    /// None yet; they go when they were not used for so long.
    pub(super) fn new(idle: Duration) -> Self {
        Self {
            kept: Mutex::default(),
            idle,
        }
    }

    /// What is nearest to a vector among what some owners have.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn nearest(
        &self,
        db: &Database,
        (kind, model): (VectorKind, &str),
        owners: &[Uuid],
        query: &Arc<Vector>,
        wanted: &Wanted,
    ) -> Result<Vec<Near>> {
        let mut found = Vec::new();
        for owner in owners {
            let key = Key {
                kind,
                owner: *owner,
                model: model.to_owned(),
            };
            let held = self.read(db, key).await?;
            let (query, wanted) = (query.clone(), wanted.clone());
            let compare = move || held.array.nearest(&query, &wanted);
            let compared = tokio::task::spawn_blocking(compare).await;
            found.extend(compared.map_err(|error| DatabaseError::Other(error.to_string()))?);
        }
        Ok(wanted.nearest_of(found))
    }

    /// The vectors of a key as they are in the database now.
    async fn read(&self, db: &Database, key: Key) -> Result<OwnedRwLockReadGuard<Held>> {
        let held = self.keep(&key);
        // What is decided by now has a change up to this one; what is read beyond it is read again.
        let horizon = db.change_horizon().await?;
        let current = held.clone().read_owned().await;
        if current.seen >= horizon && !current.is_old() {
            return Ok(current);
        }
        drop(current);
        let mut current = held.write_owned().await;
        if current.seen < horizon || current.is_old() {
            catch_up(db, key, &mut current, horizon).await?;
        }
        Ok(current.downgrade())
    }

    fn keep(&self, key: &Key) -> Arc<RwLock<Held>> {
        let mut kept = self.lock();
        let kept = kept.entry(key.clone()).or_insert_with(|| Kept {
            held: Arc::default(),
            used_at: Instant::now(),
        });
        kept.used_at = Instant::now();
        kept.held.clone()
    }

    /// Lets go what no one uses, for as long as it is polled.
    pub(crate) async fn forget_idle(&self) {
        loop {
            tokio::time::sleep(LOOK_INTERVAL).await;
            self.lock()
                .retain(|_, kept| kept.used_at.elapsed() < self.idle);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads what was kept since the last time, or all of it.
async fn catch_up(db: &Database, key: Key, held: &mut Held, horizon: Uuid) -> Result<()> {
    if held.is_old() {
        *held = Held {
            read_at: Some(Instant::now()),
            ..Held::default()
        };
    }
    let after = held.seen;
    let read = move |connection: &mut Connection<'_>| {
        let mut newer = VectorArray::default();
        queries::read_vectors(
            connection,
            key.kind,
            (key.owner, &key.model),
            after,
            |id, vector| {
                if !newer.push(id, vector) {
                    tracing::warn!(%id, model = key.model, "a vector has another length than others of its model");
                }
            },
        )?;
        Ok::<_, DatabaseError>(newer)
    };
    held.array.take(db.scan(read).await?);
    held.seen = horizon;
    Ok(())
}

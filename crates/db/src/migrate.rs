//! Schema changes: forward only, each in one transaction, after a snapshot of the embedded database.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::connection::Connection;
use crate::postgres::CachedClient;
use crate::{DatabaseError, DatabaseSettings, Result};

/// A step from one schema to the next. `common` is read by both engines, after it the engine's own part.
struct Migration {
    number: i64,
    name: &'static str,
    common: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "library",
        common: include_str!("migrations/0001_library.sql"),
        sqlite: include_str!("migrations/0001_library.sqlite.sql"),
        postgres: include_str!("migrations/0001_library.postgres.sql"),
    },
    Migration {
        number: 2,
        name: "queues",
        common: include_str!("migrations/0002_queues.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 3,
        name: "live photos",
        common: include_str!("migrations/0003_live_photos.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 4,
        name: "tags",
        common: include_str!("migrations/0004_tags.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 5,
        name: "accounts",
        common: include_str!("migrations/0005_accounts.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 6,
        name: "albums",
        common: include_str!("migrations/0006_albums.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 7,
        name: "notifications",
        common: include_str!("migrations/0007_notifications.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 8,
        name: "oauth",
        common: include_str!("migrations/0008_oauth.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 9,
        name: "changes",
        common: "",
        sqlite: include_str!("migrations/0009_changes.sqlite.sql"),
        postgres: include_str!("migrations/0009_changes.postgres.sql"),
    },
    Migration {
        number: 10,
        name: "queue",
        common: include_str!("migrations/0010_queue.sql"),
        sqlite: include_str!("migrations/0010_queue.sqlite.sql"),
        postgres: include_str!("migrations/0010_queue.postgres.sql"),
    },
];

/// How many snapshots are kept.
const SNAPSHOTS: usize = 5;

/// The number under which PostgreSQL lets one server at a time migrate.
const ADVISORY_LOCK: i64 = 0x6B61_6C6C_6974;

const BOOKKEEPING: &str = "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";

/// What bringing the schema up to date came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The schema's number before; 0 when the database was empty.
    pub from: i64,
    /// The schema's number now.
    pub to: i64,
    /// The snapshot taken before, if there was anything to keep.
    pub snapshot: Option<PathBuf>,
}

pub fn sqlite(
    connection: &mut rusqlite::Connection,
    settings: &DatabaseSettings,
) -> Result<Migrated> {
    connection.execute_batch(BOOKKEEPING)?;
    let from = current(&mut Connection::sqlite(connection))?;
    let steps = pending(from)?;
    let snapshot = match (from, steps.is_empty()) {
        (0, _) | (_, true) => None,
        _ => Some(take_snapshot(connection, settings, from)?),
    };
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for step in steps {
        transaction.execute_batch(step.common)?;
        transaction.execute_batch(step.sqlite)?;
        record(&mut Connection::sqlite(&transaction), step)?;
    }
    transaction.commit()?;
    Ok(Migrated {
        from,
        to: newest(),
        snapshot,
    })
}

pub fn postgres(client: &mut CachedClient) -> Result<Migrated> {
    client.batch("BEGIN")?;
    let migrated = postgres_steps(client);
    client.batch(if migrated.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    })?;
    migrated
}

fn postgres_steps(client: &mut CachedClient) -> Result<Migrated> {
    client.batch(&format!("SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))?;
    client.batch(BOOKKEEPING)?;
    let from = current(&mut Connection::postgres(client))?;
    for step in pending(from)? {
        client.batch(step.common)?;
        client.batch(step.postgres)?;
        record(&mut Connection::postgres(client), step)?;
    }
    Ok(Migrated {
        from,
        to: newest(),
        snapshot: None,
    })
}

fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |step| step.number)
}

fn current(connection: &mut Connection<'_>) -> Result<i64> {
    connection.query_one(
        "SELECT COALESCE(MAX(number), 0) FROM migration",
        &[],
        |row| row.get(0),
    )
}

fn pending(from: i64) -> Result<Vec<&'static Migration>> {
    if from > newest() {
        return Err(DatabaseError::Other(format!(
            "the database has schema {from}, but this program knows schemas up to {}: start the newer program, \
             or go back with `kallitype restore-snapshot`",
            newest()
        )));
    }
    Ok(MIGRATIONS
        .iter()
        .filter(|step| step.number > from)
        .collect())
}

fn record(connection: &mut Connection<'_>, step: &Migration) -> Result<()> {
    let now = Timestamp::now().as_microsecond();
    connection.execute(
        "INSERT INTO migration (number, name, applied_at) VALUES ($1, $2, $3)",
        &[step.number.into(), step.name.into(), now.into()],
    )?;
    Ok(())
}

/// Writes a consistent copy of the embedded database, then forgets the oldest copies.
fn take_snapshot(
    connection: &rusqlite::Connection,
    settings: &DatabaseSettings,
    from: i64,
) -> Result<PathBuf> {
    let unavailable = |error: std::io::Error| {
        DatabaseError::Unavailable(format!("no snapshot could be taken: {error}"))
    };
    std::fs::create_dir_all(&settings.snapshots).map_err(unavailable)?;
    let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%S%3f");
    let path = settings
        .snapshots
        .join(format!("schema-{from:04}-{stamp}.sqlite"));
    connection.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
    std::fs::File::open(&path)
        .and_then(|file| file.sync_all())
        .map_err(unavailable)?;
    std::fs::File::open(&settings.snapshots)
        .and_then(|folder| folder.sync_all())
        .map_err(unavailable)?;
    let kept = list_snapshots(&settings.snapshots).map_err(unavailable)?;
    for old in kept.iter().rev().skip(SNAPSHOTS) {
        std::fs::remove_file(old).map_err(unavailable)?;
    }
    Ok(path)
}

/// The snapshots in a folder, oldest first.
///
/// # Errors
/// When the folder cannot be read; a missing one has no snapshots.
pub fn list_snapshots(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut snapshots = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "sqlite")
        {
            snapshots.push(path);
        }
    }
    snapshots.sort_by_key(|path| {
        path.file_name()
            .map(|name| name.to_string_lossy().rsplit('-').next().map(str::to_owned))
    });
    Ok(snapshots)
}

/// Puts a snapshot in the place of the embedded database; the present one is kept beside it.
///
/// # Errors
/// When a file cannot be copied or renamed; the database is unchanged then.
pub fn restore_snapshot(snapshot: &Path, database: &Path) -> std::io::Result<PathBuf> {
    let beside = |suffix: &str| {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let incoming = beside(".restoring");
    std::fs::copy(snapshot, &incoming)?;
    std::fs::File::open(&incoming)?.sync_all()?;
    let kept = beside(&format!(
        ".before-{}",
        Timestamp::now().strftime("%Y%m%dT%H%M%S")
    ));
    if database.exists() {
        // Folding the log into the file first: the file alone is then the whole database.
        let connection = rusqlite::Connection::open(database).map_err(std::io::Error::other)?;
        connection
            .pragma_update(None, "journal_mode", "DELETE")
            .map_err(std::io::Error::other)?;
        connection
            .close()
            .map_err(|(_, error)| std::io::Error::other(error))?;
        std::fs::rename(database, &kept)?;
    }
    std::fs::rename(&incoming, database)?;
    if let Some(folder) = database.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(kept)
}

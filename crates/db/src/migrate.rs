//! Schema changes: forward only, each in one transaction, after a snapshot of the embedded database.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::connection::Connection;
use crate::postgres::CachedClient;
use crate::sqlite::copy_into;
use crate::{DatabaseError, DatabaseSettings, Result, private, statistics};

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
    Migration {
        number: 11,
        name: "lists",
        common: include_str!("migrations/0011_lists.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 12,
        name: "names",
        common: include_str!("migrations/0012_names.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 13,
        name: "sharing",
        common: include_str!("migrations/0013_sharing.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 14,
        name: "guesses",
        common: include_str!("migrations/0014_guesses.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 15,
        name: "sizes",
        common: include_str!("migrations/0015_sizes.sql"),
        sqlite: include_str!("migrations/0015_sizes.sqlite.sql"),
        postgres: include_str!("migrations/0015_sizes.postgres.sql"),
    },
    Migration {
        number: 16,
        name: "timeline",
        common: include_str!("migrations/0016_timeline.sql"),
        sqlite: include_str!("migrations/0016_timeline.sqlite.sql"),
        postgres: include_str!("migrations/0016_timeline.postgres.sql"),
    },
    Migration {
        number: 17,
        name: "search",
        common: "",
        sqlite: include_str!("migrations/0017_search.sqlite.sql"),
        postgres: include_str!("migrations/0017_search.postgres.sql"),
    },
    Migration {
        number: 18,
        name: "stacks",
        common: include_str!("migrations/0018_stacks.sql"),
        sqlite: include_str!("migrations/0018_stacks.sqlite.sql"),
        postgres: include_str!("migrations/0018_stacks.postgres.sql"),
    },
    Migration {
        number: 19,
        name: "people",
        common: include_str!("migrations/0019_people.sql"),
        sqlite: include_str!("migrations/0019_people.sqlite.sql"),
        postgres: include_str!("migrations/0019_people.postgres.sql"),
    },
    Migration {
        number: 20,
        name: "memories",
        common: include_str!("migrations/0020_memories.sql"),
        sqlite: include_str!("migrations/0020_memories.sqlite.sql"),
        postgres: include_str!("migrations/0020_memories.postgres.sql"),
    },
    Migration {
        number: 21,
        name: "duplicates",
        common: include_str!("migrations/0021_duplicates.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 22,
        name: "settings",
        common: include_str!("migrations/0022_settings.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 23,
        name: "libraries",
        common: include_str!("migrations/0023_libraries.sql"),
        sqlite: include_str!("migrations/0023_libraries.sqlite.sql"),
        postgres: include_str!("migrations/0023_libraries.postgres.sql"),
    },
    Migration {
        number: 24,
        name: "vectors",
        common: include_str!("migrations/0024_vectors.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 25,
        name: "face vectors",
        common: include_str!("migrations/0025_face_vectors.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 26,
        name: "automatic stacks",
        common: include_str!("migrations/0026_automatic_stacks.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 27,
        name: "words",
        common: include_str!("migrations/0027_words.sql"),
        sqlite: include_str!("migrations/0027_words.sqlite.sql"),
        postgres: include_str!("migrations/0027_words.postgres.sql"),
    },
    Migration {
        number: 28,
        name: "storage template",
        common: include_str!("migrations/0028_storage_template.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 29,
        name: "sync",
        common: include_str!("migrations/0029_sync.sql"),
        sqlite: include_str!("migrations/0029_sync.sqlite.sql"),
        postgres: include_str!("migrations/0029_sync.postgres.sql"),
    },
];

/// How many snapshots are kept.
const SNAPSHOTS: usize = 5;

/// The number under which PostgreSQL lets one server at a time migrate.
const ADVISORY_LOCK: i64 = 0x6B61_6C6C_6974;

const BOOKKEEPING: &str = "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, \
    applied_at BIGINT NOT NULL, checksum TEXT)";

/// Earlier versions kept no checksums.
const ADD_CHECKSUM: &str = "ALTER TABLE migration ADD COLUMN checksum TEXT";

impl Migration {
    /// The SHA-256 of what is run, in hexadecimal.
    fn checksum(&self, own: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(self.common);
        hash.update([0]);
        hash.update(own);
        hex::encode(hash.finalize())
    }
}

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

impl Migrated {
    /// Whether a schema that may have rows is another one now.
    pub(crate) fn has_changed(&self) -> bool {
        0 < self.from && self.from < self.to
    }
}

/// Brings the embedded database to a schema, the newest as a rule.
pub(crate) fn sqlite(
    connection: &mut rusqlite::Connection,
    settings: &DatabaseSettings,
    newest: i64,
) -> Result<Migrated> {
    connection.execute_batch(BOOKKEEPING)?;
    if !has_checksums(connection)? {
        connection.execute_batch(ADD_CHECKSUM)?;
    }
    let from = current(&mut Connection::sqlite(connection))?;
    let steps = pending(from, newest)?;
    let is_migrating = !steps.is_empty();
    let snapshot = match (from, is_migrating) {
        (0, _) | (_, false) => None,
        _ => Some(take_snapshot(connection, settings, from)?),
    };
    // A table is changed by making it anew and dropping the old one, and that would delete the rows that refer to it.
    // The switch does nothing inside a transaction.
    connection.pragma_update(None, "foreign_keys", false)?;
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    verify(&mut Connection::sqlite(&transaction), |step| step.sqlite)?;
    for step in steps {
        transaction.execute_batch(step.common)?;
        transaction.execute_batch(step.sqlite)?;
        record(&mut Connection::sqlite(&transaction), step, step.sqlite)?;
    }
    if is_migrating {
        require_whole_references(&transaction)?;
    }
    transaction.commit()?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let migrated = Migrated {
        from,
        to: newest.max(from),
        snapshot,
    };
    if migrated.has_changed() {
        statistics::analyze_outdated(connection)?;
    }
    Ok(migrated)
}

fn has_checksums(connection: &rusqlite::Connection) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM pragma_table_info('migration') WHERE name = 'checksum'";
    Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))? > 0)
}

/// With foreign keys switched off, a migration could leave rows that refer to nothing.
fn require_whole_references(connection: &rusqlite::Connection) -> Result<()> {
    let mut check = connection.prepare("PRAGMA foreign_key_check")?;
    let mut broken = check.query([])?;
    match broken.next()? {
        None => Ok(()),
        Some(row) => {
            let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
            Err(DatabaseError::Other(format!(
                "after the migration a row of {table} would refer to one of {parent} that is not there; nothing was changed"
            )))
        }
    }
}

/// Brings PostgreSQL to a schema, the newest as a rule, in the transaction that has begun.
pub(crate) fn postgres(client: &mut CachedClient, newest: i64) -> Result<Migrated> {
    client.batch(&format!("SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))?;
    client.batch(BOOKKEEPING)?;
    client.batch("ALTER TABLE migration ADD COLUMN IF NOT EXISTS checksum TEXT")?;
    let from = current(&mut Connection::postgres(client))?;
    let steps = pending(from, newest)?;
    verify(&mut Connection::postgres(client), |step| step.postgres)?;
    for step in steps {
        client.batch(step.common)?;
        client.batch(step.postgres)?;
        record(&mut Connection::postgres(client), step, step.postgres)?;
    }
    Ok(Migrated {
        from,
        to: newest.max(from),
        snapshot: None,
    })
}

/// Refuses a database whose schema was made by other statements than this program has under the same numbers. Those of
/// earlier versions without a checksum are given theirs.
fn verify(connection: &mut Connection<'_>, own: fn(&Migration) -> &'static str) -> Result<()> {
    let sql = "SELECT number, checksum FROM migration";
    let applied: Vec<(i64, Option<String>)> = connection.query(sql, &[])?;
    for step in MIGRATIONS {
        let checksum = step.checksum(own(step));
        match applied.iter().find(|(number, _)| *number == step.number) {
            Some((_, Some(kept))) if *kept != checksum => {
                return Err(DatabaseError::Other(format!(
                    "migration {} ({}) was applied with other statements than this program has; nothing was changed",
                    step.number, step.name
                )));
            }
            Some((_, None)) => {
                let sql = "UPDATE migration SET checksum = $2 WHERE number = $1";
                connection.execute(sql, &[step.number.into(), checksum.into()])?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The number of the newest schema.
pub(crate) fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |step| step.number)
}

fn current(connection: &mut Connection<'_>) -> Result<i64> {
    connection.query_one("SELECT COALESCE(MAX(number), 0) FROM migration", &[])
}

fn pending(from: i64, to: i64) -> Result<Vec<&'static Migration>> {
    if from > newest() {
        return Err(DatabaseError::Other(format!(
            "the database has schema {from}, but this program knows schemas up to {}: start the newer program, \
             or go back with `kallitype restore-snapshot`",
            newest()
        )));
    }
    Ok(MIGRATIONS
        .iter()
        .filter(|step| step.number > from && step.number <= to)
        .collect())
}

fn record(connection: &mut Connection<'_>, step: &Migration, own: &str) -> Result<()> {
    let now = Timestamp::now().as_microsecond();
    connection.execute(
        "INSERT INTO migration (number, name, applied_at, checksum) VALUES ($1, $2, $3, $4)",
        &[
            step.number.into(),
            step.name.into(),
            now.into(),
            step.checksum(own).into(),
        ],
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
    private::create_folder(&settings.snapshots).map_err(unavailable)?;
    let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%S%3f");
    let path = settings
        .snapshots
        .join(format!("schema-{from:04}-{stamp}.sqlite"));
    copy_into(connection, &path)?;
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
    private::close(&incoming)?;
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

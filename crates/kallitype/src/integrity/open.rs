//! Opening a library: database and media have to be each other's, or nothing is touched.

use std::path::Path;

use uuid::Uuid;

use crate::config::Settings;
use crate::integrity::queries;
use kallitype_db::{Connection, Database, DatabaseError, Migrated, private};
use kallitype_storage::{Lock, list_files, read_marker, write_marker};
use kallitype_web::time::now;

/// A library that is ready to be used.
pub(crate) struct Opened {
    pub db: Database,
    pub id: Uuid,
    pub migrated: Migrated,
    /// Keeps other processes from using the embedded database.
    pub lock: Option<Lock>,
}

/// Why a library is not opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("another process is using {0}: stop it first")]
    InUse(String),
    #[error(
        "the media in {media} belong to library {marker}, but the database is empty.\n\
         Nothing was changed. If the database was lost, put back a copy of it, or make it again from the journal \
         beside the media with `kallitype rebuild`. If a new library is wanted, choose another folder with --data or --storage."
    )]
    DatabaseMissing { media: String, marker: Uuid },
    #[error(
        "{media} holds media files, but no mark of the library they belong to, and the database does not know them.\n\
         Nothing was changed. Choose the folder that belongs to this database with --data or --storage, or an empty one."
    )]
    UnknownMedia { media: String },
    #[error(
        "the database belongs to library {library}, but its media are not in {media}.\n\
         Nothing was changed. Is a disk not mounted? Choose the folder with the media with --storage."
    )]
    MediaMissing { media: String, library: Uuid },
    #[error(
        "the media in {media} belong to library {marker}, but the database belongs to library {library}.\n\
         Nothing was changed. Choose the folder and the database that belong together with --data, --storage and --database-url."
    )]
    Mismatch {
        media: String,
        marker: Uuid,
        library: Uuid,
    },
    #[error("{path}: {source}")]
    Io {
        path: String,
        source: std::io::Error,
    },
    #[error("the database: {0}")]
    Database(#[from] DatabaseError),
}

/// Opens the library that the settings name, making a new one where there is nothing yet.
///
/// # Errors
/// When media and database are not each other's, with what to do about it. Nothing is changed then.
pub(crate) async fn open(settings: &Settings) -> Result<Opened, OpenError> {
    let (data, media) = (&settings.data, settings.media());
    let io = |path: &Path| {
        let path = path.display().to_string();
        move |source| OpenError::Io { path, source }
    };
    let marker = read_marker(media).map_err(io(media))?;
    let database = settings.database();
    let is_embedded = database.is_embedded();
    if is_embedded && !database.file.exists() {
        require_untouched(media, marker)?;
    }
    private::create_folder(data).map_err(io(data))?;
    std::fs::create_dir_all(media).map_err(io(media))?;
    let lock = if is_embedded { Some(lock(data)?) } else { None };
    let db = open_database(database.clone()).await?;
    let known = db.read_consistent(queries::library_id).await?;
    if let Some(library) = known {
        require_same(&db, media, marker, library).await?;
    } else {
        require_untouched(media, marker)?;
    }
    let migrated = migrate(&db, database).await?;
    db.count_on().await?;
    let id = match known {
        Some(id) => id,
        None => db.write(create).await?,
    };
    if marker.is_none() {
        write_marker(media, id).map_err(io(media))?;
    }
    Ok(Opened {
        db,
        id,
        migrated,
        lock,
    })
}

fn lock(data: &Path) -> Result<Lock, OpenError> {
    let path = data.join("kallitype.lock");
    let taken = Lock::take_soon(&path).map_err(|source| OpenError::Io {
        path: path.display().to_string(),
        source,
    })?;
    taken.ok_or_else(|| OpenError::InUse(data.display().to_string()))
}

/// Without a database there may be no media either.
fn require_untouched(media: &Path, marker: Option<Uuid>) -> Result<(), OpenError> {
    let shown = media.display().to_string();
    match marker {
        Some(marker) => Err(OpenError::DatabaseMissing {
            media: shown,
            marker,
        }),
        None if has_files(media) => Err(OpenError::UnknownMedia { media: shown }),
        None => Ok(()),
    }
}

/// The marker has to name this library; only one that has no assets yet may be without.
async fn require_same(
    db: &Database,
    media: &Path,
    marker: Option<Uuid>,
    library: Uuid,
) -> Result<(), OpenError> {
    let shown = media.display().to_string();
    match marker {
        Some(marker) if marker == library => Ok(()),
        Some(marker) => Err(OpenError::Mismatch {
            media: shown,
            marker,
            library,
        }),
        None if db.read(queries::has_assets).await? => Err(OpenError::MediaMissing {
            media: shown,
            library,
        }),
        None if has_files(media) => Err(OpenError::UnknownMedia { media: shown }),
        None => Ok(()),
    }
}

fn has_files(media: &Path) -> bool {
    // The first file ends the walk.
    list_files(media, &mut |_, _| {
        Err(std::io::Error::other("there is one"))
    })
    .is_err()
}

async fn open_database(settings: kallitype_db::DatabaseSettings) -> Result<Database, OpenError> {
    let opening = tokio::task::spawn_blocking(move || Database::open(&settings));
    Ok(opening
        .await
        .map_err(|error| DatabaseError::Other(error.to_string()))??)
}

async fn migrate(
    db: &Database,
    settings: kallitype_db::DatabaseSettings,
) -> Result<Migrated, OpenError> {
    let db = db.clone();
    let migrating = tokio::task::spawn_blocking(move || db.migrate(&settings));
    Ok(migrating
        .await
        .map_err(|error| DatabaseError::Other(error.to_string()))??)
}

/// Two nodes that start at once on an empty database agree on one id.
fn create(connection: &mut Connection<'_>) -> kallitype_db::Result<Uuid> {
    match queries::library_id(connection)? {
        Some(id) => Ok(id),
        None => queries::insert_library(connection, Uuid::new_v4(), now()),
    }
}

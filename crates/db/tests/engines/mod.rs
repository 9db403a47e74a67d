//! An empty database of each engine.

use kallitype_db::{Database, DatabaseSettings};
use tempfile::TempDir;
use uuid::Uuid;

/// A database that goes with the test.
pub struct Fresh {
    pub settings: DatabaseSettings,
    _folder: TempDir,
}

impl Fresh {
    pub fn sqlite() -> Self {
        Self::at("sqlite".into())
    }

    /// In the PostgreSQL that `make test` starts.
    pub fn postgres() -> Self {
        let base = std::env::var("KALLITYPE_TEST_POSTGRES")
            .expect("KALLITYPE_TEST_POSTGRES says where to test on PostgreSQL; `make test` starts one and sets it");
        let name = format!("test_{}", Uuid::new_v4().simple());
        postgres::Client::connect(&format!("{base}/postgres"), postgres::NoTls)
            .and_then(|mut client| client.batch_execute(&format!("CREATE DATABASE {name}")))
            .expect("a database can be made");
        Self::at(format!("{base}/{name}"))
    }

    fn at(url: String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = DatabaseSettings {
            url,
            file: folder.path().join("kallitype.sqlite"),
            snapshots: folder.path().join("snapshots"),
            max_connections: 24,
            ..DatabaseSettings::default()
        };
        Self {
            settings,
            _folder: folder,
        }
    }

    pub fn open(&self) -> Database {
        Database::open(&self.settings).expect("the database opens")
    }
}

/// Runs what waits for the database, as a server does.
#[allow(dead_code, reason = "not every test has anything to wait for")]
pub fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(work)
}

//! A database for a test inside the crate, on either engine. It goes with the test.

#![allow(
    clippy::expect_used,
    reason = "a test that meets what it does not expect has failed"
)]

use std::path::PathBuf;
use std::time::Duration;

use uuid::Uuid;

use kallitype_db::{Connection, Database, DatabaseSettings, Result};

pub(crate) struct TestDatabase {
    pub db: Database,
    _folder: tempfile::TempDir,
}

impl TestDatabase {
    pub(crate) async fn on_sqlite() -> Self {
        Self::at("sqlite".into()).await
    }

    /// On the PostgreSQL of the tests, if there is one.
    pub(crate) async fn on_postgres() -> Option<Self> {
        let base = std::env::var("KALLITYPE_TEST_POSTGRES").ok()?;
        let name = format!("test_{}", Uuid::new_v4().simple());
        let sql: &'static str = format!("CREATE DATABASE {name}").leak();
        let server = open_blocking(format!("{base}/postgres"), std::env::temp_dir()).await;
        let created = server.read(move |connection| connection.execute(sql, &[]));
        created.await.expect("a database");
        Some(Self::at(format!("{base}/{name}")).await)
    }

    async fn at(url: String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let db = open_blocking(url, folder.path().into()).await;
        Self {
            db,
            _folder: folder,
        }
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Connection<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.db.write(work).await.expect("a transaction")
    }

    pub(crate) async fn execute(&self, sql: &'static str) -> u64 {
        self.write(move |connection| connection.execute(sql, &[]))
            .await
    }
}

/// Has a database do what it does by itself when there is time. PostgreSQL does not do it within a transaction.
pub(crate) async fn settle(database: &TestDatabase) {
    if database.db.is_embedded() {
        database.execute("ANALYZE").await;
    } else {
        let vacuum = |connection: &mut Connection<'_>| connection.execute("VACUUM ANALYZE", &[]);
        database.db.read(vacuum).await.expect("statistics");
    }
}

/// Says what was measured, and what is wanted.
pub(crate) fn tell(what: &str, mut taken: Vec<Duration>, limit: f64) {
    taken.sort();
    let at = |share: f64| {
        let position = (taken.len() as f64 * share) as usize;
        taken[position].as_secs_f64() * 1000.0
    };
    println!(
        "  {what:<36} median {:>7.2} ms, 9 of 10 within {:>7.2} ms, wanted {limit:.0} ms",
        at(0.5),
        at(0.9)
    );
}

/// Opens a database; one of a test gets its schema.
async fn open_blocking(url: String, folder: PathBuf) -> Database {
    let settings = DatabaseSettings {
        url,
        file: folder.join("kallitype.sqlite"),
        snapshots: folder.join("snapshots"),
        max_connections: 4,
        ..DatabaseSettings::default()
    };
    let open = move || {
        let db = Database::open(&settings).expect("a database");
        if !settings.url.ends_with("/postgres") {
            db.migrate(&settings).expect("a schema");
        }
        db
    };
    tokio::task::spawn_blocking(open)
        .await
        .expect("it was opened")
}

/// Runs tests on both databases.
macro_rules! on_both {
    ($(async fn $name:ident($database:ident: $type:ty) $body:block)*) => {
        $(mod $name {
            use super::*;

            async fn run($database: $type) $body

            #[tokio::test]
            async fn sqlite() {
                run(<$type>::from(TestDatabase::on_sqlite().await)).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(database) = TestDatabase::on_postgres().await {
                    run(<$type>::from(database)).await;
                }
            }
        })*
    };
}

pub(crate) use on_both;

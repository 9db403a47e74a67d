//! What the databases know of their tables.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that meets what it does not expect has failed"
)]

mod engines;

use engines::{Fresh, run};
use kallitype_db::Database;

/// More than the few rows that SQLite is told nothing about.
const ROWS: i64 = 150_000;

/// A schema that has the table, and others after it.
const EARLIER: i64 = 12;

async fn fill(db: &Database) {
    let sql = "INSERT INTO file_deletion (path, scheduled_at) \
        WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
        SELECT 'upload/a/path/as/long/as/they/are/' || i, i FROM n";
    db.write(move |connection| connection.execute(sql, &[ROWS.into()]))
        .await
        .unwrap();
}

/// How many rows SQLite believes to be in the table; none when it was told nothing.
fn sqlite_rows(fresh: &Fresh) -> Option<i64> {
    let connection = rusqlite::Connection::open(&fresh.settings.file).unwrap();
    let sql = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'sqlite_stat1'";
    let is_told: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    if is_told == 0 {
        return None;
    }
    let sql = "SELECT stat FROM sqlite_stat1 WHERE tbl = 'file_deletion'";
    let stat: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    Some(stat.split(' ').next().unwrap().parse().unwrap())
}

#[test]
fn sqlite_looks_at_a_large_library() {
    let fresh = Fresh::sqlite();
    let db = fresh.open();
    db.migrate(&fresh.settings).unwrap();
    run(async {
        db.optimize().await.unwrap();
        assert_eq!(sqlite_rows(&fresh), None, "a small one would mislead");
        fill(&db).await;
        db.optimize().await.unwrap();
        // Estimated, of a bounded number of rows.
        let rows = sqlite_rows(&fresh).unwrap();
        assert!((ROWS / 3..ROWS * 3).contains(&rows), "{rows}");
        // It can go on, with statements that were prepared before.
        fill_again(&db).await;
    });
}

async fn fill_again(db: &Database) {
    let sql = "INSERT INTO file_deletion (path, scheduled_at) VALUES ('one more', 0)";
    db.write(move |connection| connection.execute(sql, &[]))
        .await
        .unwrap();
}

#[test]
fn sqlite_looks_when_it_is_closed() {
    let fresh = Fresh::sqlite();
    let db = fresh.open();
    db.migrate(&fresh.settings).unwrap();
    run(async {
        fill(&db).await;
        db.close().await;
    });
    assert!(sqlite_rows(&fresh).is_some());
}

#[test]
fn sqlite_looks_after_a_migration() {
    let fresh = Fresh::sqlite();
    let db = fresh.open();
    db.migrate_to(&fresh.settings, EARLIER).unwrap();
    run(fill(&db));
    assert_eq!(sqlite_rows(&fresh), None);
    db.migrate(&fresh.settings).unwrap();
    assert!(sqlite_rows(&fresh).is_some());
}

/// How many rows PostgreSQL believes to be in the table; -1 when it was told nothing.
fn postgres_rows(fresh: &Fresh) -> f32 {
    let mut client = postgres::Client::connect(&fresh.settings.url, postgres::NoTls).unwrap();
    let sql = "SELECT reltuples FROM pg_class WHERE relname = 'file_deletion'";
    client.query_one(sql, &[]).unwrap().get(0)
}

#[test]
fn postgres_looks_after_a_migration_and_when_it_is_told() {
    let fresh = Fresh::postgres();
    let db = fresh.open();
    db.migrate_to(&fresh.settings, EARLIER).unwrap();
    run(fill(&db));
    assert!(
        postgres_rows(&fresh) < 0.0,
        "the tests' server looks at nothing by itself"
    );
    db.migrate(&fresh.settings).unwrap();
    assert!(postgres_rows(&fresh) > 1.0);
    run(async {
        db.write(|connection| connection.execute("DELETE FROM file_deletion", &[]))
            .await
            .unwrap();
        db.optimize().await.unwrap();
    });
    assert!(postgres_rows(&fresh) < 1.0);
}

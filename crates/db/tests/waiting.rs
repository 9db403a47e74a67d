//! How long anyone waits for the database, and for how many.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that meets what it does not expect has failed"
)]

mod engines;

use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use engines::{Fresh, run};
use kallitype_db::{Connection, Database, DatabaseError, Result};
use tokio::task::JoinHandle;

const SHORT: Duration = Duration::from_millis(200);

fn one(connection: &mut Connection<'_>) -> Result<i64> {
    connection.query_one("SELECT CAST(1 AS BIGINT)", &[])
}

/// A long read that goes on until it is told to end.
async fn begin_scan(db: &Database) -> (JoinHandle<Result<i64>>, mpsc::Sender<()>) {
    let (begun, is_begun) = tokio::sync::oneshot::channel();
    let (end, is_ended) = mpsc::channel();
    let db = db.clone();
    let scan = tokio::spawn(async move {
        db.scan(move |connection| {
            begun.send(()).unwrap();
            is_ended.recv().unwrap();
            one(connection)
        })
        .await
    });
    is_begun.await.unwrap();
    (scan, end)
}

fn require_unavailable<T: std::fmt::Debug>(result: Result<T>, reason: &str) {
    let error = result.unwrap_err();
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{error}");
    assert!(error.to_string().contains(reason), "{error}");
}

async fn long_reads_are_bounded(db: Database) {
    let (scan, end) = begin_scan(&db).await;
    require_unavailable(db.scan(one).await, "all of the 1 long reads");
    assert_eq!(db.read(one).await.unwrap(), 1, "short reads go on");
    // Whoever asked goes away, and the read goes on all the same.
    scan.abort();
    assert!(scan.await.unwrap_err().is_cancelled());
    require_unavailable(db.scan(one).await, "all of the 1 long reads");
    end.send(()).unwrap();
    // No one hears when it has ended.
    while let Err(error) = db.scan(one).await {
        require_unavailable(Err::<i64, _>(error), "all of the 1 long reads");
    }
}

#[test]
fn long_reads_are_bounded_on_sqlite() {
    let mut fresh = Fresh::sqlite();
    (fresh.settings.max_scans, fresh.settings.acquire_timeout) = (1, SHORT);
    let db = fresh.open();
    run(long_reads_are_bounded(db));
}

#[test]
fn long_reads_are_bounded_on_postgres() {
    let mut fresh = Fresh::postgres();
    (fresh.settings.max_scans, fresh.settings.acquire_timeout) = (1, SHORT);
    let db = fresh.open();
    run(long_reads_are_bounded(db));
}

#[test]
fn no_one_waits_for_ever_for_a_connection() {
    let mut fresh = Fresh::postgres();
    (
        fresh.settings.max_connections,
        fresh.settings.acquire_timeout,
    ) = (1, SHORT);
    let db = fresh.open();
    run(async {
        let (scan, end) = begin_scan(&db).await;
        require_unavailable(db.read(one).await, "all of the 1 connections");
        require_unavailable(db.write(one).await, "all of the 1 connections");
        end.send(()).unwrap();
        assert_eq!(scan.await.unwrap().unwrap(), 1);
        assert_eq!(db.read(one).await.unwrap(), 1);
    });
}

fn take_long(connection: &mut Connection<'_>) -> Result<i64> {
    // Longer than the limit, and no longer than it has to be.
    let sql = "SELECT CAST(1 AS BIGINT) FROM pg_sleep(0.6)";
    connection.query_one(sql, &[])
}

#[test]
fn statements_are_cut_off_where_they_should_be_short() {
    let mut fresh = Fresh::postgres();
    fresh.settings.statement_timeout = SHORT;
    let db = fresh.open();
    db.migrate(&fresh.settings).unwrap();
    run(async {
        require_unavailable(db.read(take_long).await, "timeout");
        require_unavailable(db.read_consistent(take_long).await, "timeout");
        require_unavailable(db.write(take_long).await, "timeout");
        assert_eq!(db.scan(take_long).await.unwrap(), 1);
        let lifted = db.write(|connection| {
            connection.lift_statement_timeout()?;
            take_long(connection)
        });
        assert_eq!(lifted.await.unwrap(), 1);
        // The next one on that connection has its limit again.
        require_unavailable(db.write(take_long).await, "timeout");
    });
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut fresh = Fresh::sqlite();
    fresh.settings.url = format!("postgres://someone@{}/any", silent.local_addr().unwrap());
    fresh.settings.connect_timeout = SHORT;
    fresh.settings.max_connections = 1;
    for _ in 0..2 {
        let refused = Database::open(&fresh.settings).map(drop);
        require_unavailable(refused, "did not answer");
    }
}

#[test]
fn a_connection_that_was_lost_is_replaced() {
    let fresh = Fresh::postgres();
    let db = fresh.open();
    db.migrate(&fresh.settings).unwrap();
    run(async {
        assert_eq!(db.read(one).await.unwrap(), 1);
    });
    let mut client = postgres::Client::connect(&fresh.settings.url, postgres::NoTls).unwrap();
    let sql = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let ended = client.query(sql, &[]).unwrap();
    assert!(!ended.is_empty());
    assert!(ended.iter().all(|row| row.get(0)));
    run(async {
        // Those who begin with a transaction notice in time to take another connection.
        assert_eq!(db.write(one).await.unwrap(), 1);
        assert_eq!(db.read_consistent(one).await.unwrap(), 1);
        assert_eq!(db.read(one).await.unwrap(), 1);
    });
}

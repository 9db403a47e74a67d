//! What a transaction keeps, and what a read sees.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that meets what it does not expect has failed"
)]

mod engines;

use std::sync::mpsc;

use engines::{Fresh, run};
use kallitype_db::{Connection, Database, DatabaseError, Result};

fn insert(connection: &mut Connection<'_>, name: &str) -> Result<u64> {
    let sql = "INSERT INTO paused_queue (name) VALUES ($1)";
    connection.execute(sql, &[name.into()])
}

fn list(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let sql = "SELECT name FROM paused_queue ORDER BY name";
    connection.query(sql, &[])
}

/// Runs a test on an empty database with its schema.
fn on_schema(fresh: &Fresh, test: impl AsyncFnOnce(Database)) {
    let db = fresh.open();
    db.migrate(&fresh.settings).unwrap();
    run(test(db));
}

async fn a_failure_that_is_not_passed_on_keeps_nothing(db: Database) {
    let refused: Result<()> = db
        .write(|connection| {
            insert(connection, "first")?;
            assert!(matches!(
                insert(connection, "first"),
                Err(DatabaseError::Duplicate)
            ));
            // SQLite would go on; PostgreSQL refuses all that follows.
            drop(insert(connection, "second"));
            Ok(())
        })
        .await;
    let error = refused.unwrap_err();
    assert!(matches!(error, DatabaseError::Swallowed(_)), "{error}");
    assert!(error.is_refusal());
    assert!(db.read(list).await.unwrap().is_empty());
    // The connection is as good as before.
    db.write(|connection| insert(connection, "first"))
        .await
        .unwrap();
    assert_eq!(db.read(list).await.unwrap(), ["first"]);
}

#[test]
fn a_failure_that_is_not_passed_on_keeps_nothing_on_sqlite() {
    on_schema(
        &Fresh::sqlite(),
        a_failure_that_is_not_passed_on_keeps_nothing,
    );
}

#[test]
fn a_failure_that_is_not_passed_on_keeps_nothing_on_postgres() {
    on_schema(
        &Fresh::postgres(),
        a_failure_that_is_not_passed_on_keeps_nothing,
    );
}

async fn a_failed_transaction_leaves_the_others_alone(db: Database) {
    let writes = (0..40).map(|number| {
        let db = db.clone();
        tokio::spawn(async move {
            let name = format!("{number:02}");
            db.write(move |connection| {
                insert(connection, &name)?;
                if number % 2 == 1 {
                    drop(insert(connection, &name));
                }
                Ok::<_, DatabaseError>(())
            })
            .await
            .is_ok()
        })
    });
    let writes: Vec<_> = writes.collect();
    for (number, write) in writes.into_iter().enumerate() {
        assert_eq!(write.await.unwrap(), number % 2 == 0, "write {number}");
    }
    let kept = db.read(list).await.unwrap();
    let even: Vec<String> = (0..40).step_by(2).map(|n| format!("{n:02}")).collect();
    assert_eq!(kept, even);
}

#[test]
fn a_failed_transaction_leaves_the_others_alone_on_sqlite() {
    on_schema(
        &Fresh::sqlite(),
        a_failed_transaction_leaves_the_others_alone,
    );
}

#[test]
fn a_failed_transaction_leaves_the_others_alone_on_postgres() {
    on_schema(
        &Fresh::postgres(),
        a_failed_transaction_leaves_the_others_alone,
    );
}

/// A read of two statements, between which someone writes.
type ReadTwice = (tokio::sync::oneshot::Sender<()>, mpsc::Receiver<()>);

fn read_twice(connection: &mut Connection<'_>, (first, written): ReadTwice) -> Result<[usize; 2]> {
    let before = list(connection)?.len();
    first.send(()).unwrap();
    written.recv().unwrap();
    Ok([before, list(connection)?.len()])
}

async fn statements_see_one_state(db: Database) {
    for (number, is_long) in [(0, false), (1, true)] {
        let (first, is_read) = tokio::sync::oneshot::channel();
        let (written, is_written) = mpsc::channel();
        let (reader, pair) = (db.clone(), (first, is_written));
        let reading = tokio::spawn(async move {
            match is_long {
                true => reader.scan(|connection| read_twice(connection, pair)).await,
                false => {
                    let read = |connection: &mut Connection<'_>| read_twice(connection, pair);
                    reader.read_consistent(read).await
                }
            }
        });
        is_read.await.unwrap();
        let name = format!("{number}");
        db.write(move |connection| insert(connection, &name))
            .await
            .unwrap();
        written.send(()).unwrap();
        assert_eq!(reading.await.unwrap().unwrap(), [number, number]);
        assert_eq!(db.read(list).await.unwrap().len(), number + 1);
    }
}

#[test]
fn statements_see_one_state_on_sqlite() {
    on_schema(&Fresh::sqlite(), statements_see_one_state);
}

#[test]
fn statements_see_one_state_on_postgres() {
    on_schema(&Fresh::postgres(), statements_see_one_state);
}

async fn a_second_statement_of_a_short_read_is_found(db: Database) {
    let refused: Result<Vec<String>> = db
        .read(|connection| {
            list(connection)?;
            list(connection)
        })
        .await;
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("read_consistent"), "{error}");
}

#[test]
fn a_second_statement_of_a_short_read_is_found_on_sqlite() {
    on_schema(
        &Fresh::sqlite(),
        a_second_statement_of_a_short_read_is_found,
    );
}

#[test]
fn a_second_statement_of_a_short_read_is_found_on_postgres() {
    on_schema(
        &Fresh::postgres(),
        a_second_statement_of_a_short_read_is_found,
    );
}

/// More rows than any memory holds.
const ENDLESS: &str = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";

fn sum_some(connection: &mut Connection<'_>) -> Result<i64> {
    let mut sum = 0;
    let enough = connection.query_each(ENDLESS, &[], |number: i64| {
        sum += number;
        match number {
            100_000 => Err(DatabaseError::Other("enough".into())),
            _ => Ok(()),
        }
    });
    assert_eq!(enough.unwrap_err().to_string(), "enough");
    Ok(sum)
}

async fn rows_are_taken_while_they_come(db: Database) {
    let refused = db.scan(sum_some).await.unwrap_err();
    assert!(matches!(refused, DatabaseError::Swallowed(_)), "{refused}");
    let whole: i64 = db
        .scan(|connection| {
            let mut sum = 0;
            let sql = "SELECT CAST($1 AS BIGINT) UNION ALL SELECT 2";
            connection.query_each(sql, &[1.into()], |number: i64| {
                sum += number;
                Ok(())
            })?;
            Ok::<_, DatabaseError>(sum)
        })
        .await
        .unwrap();
    assert_eq!(whole, 3);
}

#[test]
fn rows_are_taken_while_they_come_on_sqlite() {
    on_schema(&Fresh::sqlite(), rows_are_taken_while_they_come);
}

#[test]
fn rows_are_taken_while_they_come_on_postgres() {
    let mut fresh = Fresh::postgres();
    // The second read gets the connection that the first one broke off on.
    fresh.settings.max_connections = 1;
    on_schema(&fresh, rows_are_taken_while_they_come);
}

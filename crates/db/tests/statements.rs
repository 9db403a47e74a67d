//! Statements are checked where tests run them: what goes through a large table is refused, and what answers other
//! columns than are read.
//!
//! The check is switched on by a variable, so each test runs itself once more, with it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that meets what it does not expect has failed"
)]

mod engines;

use std::process::Command;

use engines::Fresh;
use kallitype_db::{Connection, DatabaseError, FromRow, Result, Value};
use uuid::Uuid;

const VARIABLE: &str = "KALLITYPE_TEST_STATEMENTS";

/// Runs a test once more in a process of its own that checks statements, and answers whether this is that process.
fn is_checked(test: &str) -> bool {
    if std::env::var_os(VARIABLE).is_some() {
        return true;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut again = Command::new(std::env::current_exe().unwrap());
    let run = again.args(["--exact", test]).env(VARIABLE, folder.path());
    let output = run.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
    false
}

/// What becomes of a statement on a fresh database.
fn ask<T: FromRow + Send + 'static>(
    fresh: &Fresh,
    sql: &'static str,
    parameters: &[Value],
) -> Result<Vec<T>> {
    let db = fresh.open();
    db.migrate(&fresh.settings).unwrap();
    let parameters = parameters.to_vec();
    let query = move |connection: &mut Connection<'_>| connection.query(sql, &parameters);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(db.scan(query))
}

fn refusal<T: std::fmt::Debug>(answer: Result<T>) -> String {
    match answer {
        Err(DatabaseError::Other(refusal)) => refusal,
        other => panic!("{other:?} is no refusal"),
    }
}

fn scans_are_refused(fresh: &Fresh) {
    let scan = "SELECT id FROM asset WHERE file_size = $1";
    let refused = refusal(ask::<Uuid>(fresh, scan, &[1.into()]));
    assert!(refused.contains("reads all of asset"), "{refused}");

    let scan = "SELECT still.id FROM account JOIN asset still ON still.duration = account.quota_bytes WHERE account.id = $1";
    let refused = refusal(ask::<Uuid>(fresh, scan, &[Uuid::nil().into()]));
    assert!(refused.contains("reads all of asset"), "{refused}");

    let by_index = "SELECT id FROM asset WHERE owner_id = $1 AND file_size = $2";
    let found = ask::<Uuid>(fresh, by_index, &[Uuid::nil().into(), 1.into()]).unwrap();
    assert!(found.is_empty());

    let permitted = "SELECT id FROM asset WHERE file_size = $1 /* scan: to try this */";
    assert!(
        ask::<Uuid>(fresh, permitted, &[1.into()])
            .unwrap()
            .is_empty()
    );
}

fn other_columns_are_refused(fresh: &Fresh) {
    let sql = "SELECT id, name FROM account WHERE id = $1";
    let id = [Uuid::nil().into()];
    assert!(ask::<(Uuid, String)>(fresh, sql, &id).unwrap().is_empty());
    let refused = refusal(ask::<(Uuid, i64)>(fresh, sql, &id));
    assert!(refused.contains("[Uuid, Integer] is read"), "{refused}");
    let refused = refusal(ask::<Uuid>(fresh, sql, &id));
    assert!(refused.contains("[Uuid] is read"), "{refused}");
}

#[test]
fn scans_are_refused_on_sqlite() {
    if is_checked("scans_are_refused_on_sqlite") {
        scans_are_refused(&Fresh::sqlite());
    }
}

#[test]
fn scans_are_refused_on_postgres() {
    if is_checked("scans_are_refused_on_postgres") {
        scans_are_refused(&Fresh::postgres());
    }
}

#[test]
fn other_columns_are_refused_on_sqlite() {
    if is_checked("other_columns_are_refused_on_sqlite") {
        other_columns_are_refused(&Fresh::sqlite());
    }
}

#[test]
fn other_columns_are_refused_on_postgres() {
    if is_checked("other_columns_are_refused_on_postgres") {
        other_columns_are_refused(&Fresh::postgres());
    }
}

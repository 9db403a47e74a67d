//! Change ids: whoever has read up to the horizon never finds a lower one later.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that meets what it does not expect has failed"
)]

mod engines;

use std::collections::BTreeSet;

use engines::Fresh;
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Database, DatabaseError, Result, change};
use tokio::task::JoinSet;
use uuid::Uuid;

const WRITERS: usize = 16;
const TRANSACTIONS: usize = 60;

fn write_changes(connection: &mut Connection<'_>, count: usize) -> Result<()> {
    for _ in 0..count {
        let tombstone = Tombstone {
            owner: Uuid::nil(),
            entity: "asset",
            id: Uuid::new_v4(),
            part: None,
            other: None,
        };
        record_tombstone(connection, tombstone, 0)?;
    }
    Ok(())
}

fn list_after(connection: &mut Connection<'_>, after: Uuid, through: Uuid) -> Result<Vec<Uuid>> {
    connection.query(
        "SELECT update_id FROM tombstone WHERE update_id > $1 AND update_id <= $2 ORDER BY update_id",
        &[after.into(), through.into()],
    )
}

/// Many transactions of different lengths. Between their changes they let others go on.
async fn write_many(db: Database, writer: usize) {
    for number in 0..TRANSACTIONS {
        db.write(move |connection| {
            write_changes(connection, 1 + (writer + number) % 4)?;
            // On PostgreSQL others commit meanwhile; the embedded database has one writer.
            std::thread::sleep(std::time::Duration::from_micros(
                (writer * 37 + number * 11) as u64 % 700,
            ));
            write_changes(connection, number % 3)
        })
        .await
        .unwrap();
    }
}

/// Opens a database twice, as two nodes would, and runs a test on it. Opening blocks, so it is done outside of the
/// test's runtime.
fn on_two_nodes(fresh: &Fresh, test: impl AsyncFnOnce([Database; 2])) {
    let nodes = [fresh.open(), fresh.open()];
    nodes[0].migrate(&fresh.settings).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(test(nodes));
}

async fn a_reader_misses_nothing(nodes: [Database; 2]) {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write_many(nodes[writer % 2].clone(), writer));
    }
    let reader = &nodes[1];
    let mut seen = Vec::new();
    let mut after = Uuid::nil();
    let mut are_writing = true;
    while are_writing {
        // Looked at before the read, so that the last round reads what the last writer committed.
        are_writing = !writers.is_empty();
        while let Some(ended) = writers.try_join_next() {
            ended.unwrap();
        }
        let through = reader.change_horizon().await.unwrap();
        let found = reader
            .scan(move |connection| list_after(connection, after, through))
            .await
            .unwrap();
        seen.extend(found);
        after = through;
    }
    let all = reader
        .scan(|connection| list_after(connection, Uuid::nil(), Uuid::max()))
        .await
        .unwrap();
    assert!(all.len() > WRITERS * TRANSACTIONS);
    assert_eq!(seen.len(), all.len(), "a change was passed over");
    assert_eq!(seen, all, "the order of reading is that of the ids");
}

#[test]
fn a_reader_misses_nothing_on_sqlite() {
    on_two_nodes(&Fresh::sqlite(), a_reader_misses_nothing);
}

#[test]
fn a_reader_misses_nothing_on_postgres() {
    on_two_nodes(&Fresh::postgres(), a_reader_misses_nothing);
}

async fn next_id(db: &Database) -> Uuid {
    db.write(|connection| connection.query_one("SELECT next_change_id()", &[]))
        .await
        .unwrap()
}

async fn ids_go_on_beyond_what_was_met([db, _]: [Database; 2]) {
    let first = next_id(&db).await;
    assert!(change::time_of(first) > 1_700_000_000_000_000);
    let met = Uuid::from_u64_pair(0x01a0_0000_0000_0000, 0);
    db.raise_change_counter(met).await.unwrap();
    let second = next_id(&db).await;
    assert!(second > met, "{second} is not beyond {met}");
    // What is behind already changes nothing.
    db.raise_change_counter(first).await.unwrap();
    let third = next_id(&db).await;
    assert_eq!(change::counter_of(third), change::counter_of(second) + 1);

    // A row of an earlier version, whose clock went a year ahead.
    let ahead = Uuid::from_u64_pair(0x0300_0000_0000_0000, 0);
    db.write(move |connection| {
        connection.execute(
            "INSERT INTO tombstone (update_id, owner_id, entity, entity_id, deleted_at) VALUES ($1, $1, 'asset', $1, 0)",
            &[ahead.into()],
        )
    })
    .await
    .unwrap();
    db.count_on().await.unwrap();
    assert!(next_id(&db).await > ahead);
}

#[test]
fn ids_go_on_beyond_what_was_met_on_sqlite() {
    on_two_nodes(&Fresh::sqlite(), ids_go_on_beyond_what_was_met);
}

#[test]
fn ids_go_on_beyond_what_was_met_on_postgres() {
    on_two_nodes(&Fresh::postgres(), ids_go_on_beyond_what_was_met);
}

async fn every_row_of_a_statement_has_its_own([db, _]: [Database; 2]) {
    let ids: Vec<Uuid> = db
        .write(|connection| {
            write_changes(connection, 3)?;
            connection.execute("UPDATE tombstone SET update_id = next_change_id()", &[])?;
            connection.query("SELECT update_id FROM tombstone", &[])
        })
        .await
        .unwrap();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 3);
    let refused: Result<()> = db
        .write(|connection| {
            write_changes(connection, 1)?;
            Err(DatabaseError::Other("no".into()))
        })
        .await;
    assert!(refused.is_err());
    let greatest = ids.iter().max().copied().unwrap();
    assert!(next_id(&db).await > greatest);
}

#[test]
fn every_row_of_a_statement_has_its_own_on_sqlite() {
    on_two_nodes(&Fresh::sqlite(), every_row_of_a_statement_has_its_own);
}

#[test]
fn every_row_of_a_statement_has_its_own_on_postgres() {
    on_two_nodes(&Fresh::postgres(), every_row_of_a_statement_has_its_own);
}

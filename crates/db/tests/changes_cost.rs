//! What change ids cost an upload: `make bench-changes`. The figures stand in docs/decisions/0007.
//!
//! Each transaction inserts an asset and its facts, as an upload does, with ids that are made in one way or another. All
//! ways are measured in turns, so that a noisy machine is noisy for all; told are the turns
//! that nine in ten are slower than.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    unreachable_pub,
    reason = "a measurement that meets what it does not expect has failed"
)]

mod engines;

use std::time::{Duration, Instant};

use engines::Fresh;
use kallitype_db::{Connection, Database, Value, new_id};
use postgres::{Client, NoTls};
use uuid::Uuid;

const WRITERS: [usize; 2] = [1, 16];

/// Transactions of each writer in one turn, and turns.
const TRANSACTIONS: usize = 50;
const TURNS: usize = 30;

/// The ids of changes as they are, and as any value of a column. Both name the parameter, so that they can be exchanged.
const COUNTED: &str = "COALESCE(next_change_id(), $4)";
const PLAIN: &str = "$4";

/// What a transaction begins with on PostgreSQL: see `kallitype_db::change`.
const BEGIN: &str = "BEGIN";
const BEGIN_WITH_HORIZON: &str =
    "BEGIN; SELECT pg_advisory_xact_lock_shared((SELECT last_value FROM change_counter))";

fn insert_account() -> String {
    "INSERT INTO account (id, email, name, password_hash, is_admin, should_change_password, avatar_color, \
     profile_changed_at, created_at, updated_at, update_id) \
     VALUES ($1, 'me', 'Me', '', FALSE, FALSE, 'red', 0, 0, 0, $1)"
        .to_owned()
}

/// `$1` is the asset, `$2` its owner, `$3` its checksum, `$4` an id that was made before.
fn insert_asset(change: &str) -> String {
    format!(
        "INSERT INTO asset (id, owner_id, device_asset_id, device_id, type, original_path, original_file_name, file_size, \
         checksum, file_created_at, file_modified_at, local_date_time, visibility, is_favorite, random_key, created_at, \
         updated_at, update_id) VALUES ($1, $2, 'name', 'device', 'IMAGE', 'upload/path', 'name.jpg', 1, $3, 0, 0, 0, \
         'timeline', FALSE, 0, 0, 0, {change})"
    )
}

/// `$1` is the asset, `$4` an id that was made before.
fn insert_exif(change: &str) -> String {
    let change = change.replace("$4", "$2");
    format!(
        "INSERT INTO exif (asset_id, description, edited, update_id) VALUES ($1, '', '', {change})"
    )
}

/// Transactions a second in the turns that nine in ten are slower than.
fn rate(writers: usize, mut turns: Vec<Duration>) -> f64 {
    turns.sort();
    (writers * TRANSACTIONS) as f64 / turns[turns.len() / 10].as_secs_f64()
}

fn tell(engine: &str, writers: usize, ways: &[&str], turns: Vec<Vec<Duration>>) {
    for (way, turns) in ways.iter().zip(turns) {
        let rate = rate(writers, turns);
        println!("{engine:<12} {writers:>2} writers, {way:<36} {rate:>7.0} transactions/s");
    }
}

fn upload(connection: &mut Connection<'_>, owner: Uuid, change: &str) -> kallitype_db::Result<()> {
    let (id, plain) = (new_id(), new_id());
    let parameters: [Value; 4] = [
        id.into(),
        owner.into(),
        id.as_bytes().as_slice().into(),
        plain.into(),
    ];
    connection.execute(insert_asset(change).leak(), &parameters)?;
    connection.execute(insert_exif(change).leak(), &[id.into(), plain.into()])?;
    Ok(())
}

async fn upload_many(db: Database, owner: Uuid, change: &'static str) {
    for _ in 0..TRANSACTIONS {
        db.write(move |connection| upload(connection, owner, change))
            .await
            .unwrap();
    }
}

async fn measure_sqlite(db: Database) {
    let owner = new_id();
    db.write(move |connection| connection.execute(insert_account().leak(), &[owner.into()]))
        .await
        .unwrap();
    for writers in WRITERS {
        let mut turns = vec![Vec::new(), Vec::new()];
        for turn in 0..2 * TURNS {
            let change = [PLAIN, COUNTED][turn % 2];
            let begun = Instant::now();
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..writers {
                tasks.spawn(upload_many(db.clone(), owner, change));
            }
            tasks.join_all().await;
            turns[turn % 2].push(begun.elapsed());
        }
        tell(
            "SQLite",
            writers,
            &["plain ids", "ids of the counter"],
            turns,
        );
    }
}

/// A writer with a connection of its own.
fn upload_many_to_postgres(client: &mut Client, owner: Uuid, begin: &str, change: &str) {
    let asset = client.prepare(&insert_asset(change)).unwrap();
    let exif = client.prepare(&insert_exif(change)).unwrap();
    for _ in 0..TRANSACTIONS {
        let (id, plain) = (new_id(), new_id());
        client.batch_execute(begin).unwrap();
        let checksum = id.as_bytes().as_slice();
        client
            .execute(&asset, &[&id, &owner, &checksum, &plain])
            .unwrap();
        client.execute(&exif, &[&id, &plain]).unwrap();
        client.batch_execute("COMMIT").unwrap();
    }
}

fn measure_postgres(url: &str) {
    let connect = || Client::connect(url, NoTls).unwrap();
    let owner = new_id();
    connect()
        .execute(insert_account().leak(), &[&owner])
        .unwrap();
    let ways = [
        (BEGIN, PLAIN, "plain ids"),
        (BEGIN, COUNTED, "ids of the counter"),
        (BEGIN_WITH_HORIZON, PLAIN, "plain ids, horizon"),
        (BEGIN_WITH_HORIZON, COUNTED, "ids of the counter, horizon"),
    ];
    for writers in WRITERS {
        let mut clients: Vec<Client> = (0..writers).map(|_| connect()).collect();
        let mut turns = vec![Vec::new(); ways.len()];
        for turn in 0..ways.len() * TURNS {
            let (begin, change, _) = ways[turn % ways.len()];
            let begun = Instant::now();
            std::thread::scope(|scope| {
                for client in &mut clients {
                    scope.spawn(|| upload_many_to_postgres(client, owner, begin, change));
                }
            });
            turns[turn % ways.len()].push(begun.elapsed());
        }
        tell("PostgreSQL", writers, &ways.map(|(_, _, name)| name), turns);
    }
}

#[test]
#[ignore = "a measurement: `make bench-changes`"]
fn bench_changes() {
    let fresh = Fresh::sqlite();
    let db = fresh.open();
    db.migrate(&fresh.settings).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(measure_sqlite(db));

    let fresh = Fresh::postgres();
    fresh.open().migrate(&fresh.settings).unwrap();
    measure_postgres(&fresh.settings.url);
}

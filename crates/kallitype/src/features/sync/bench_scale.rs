//! `make bench-scale`: what a stream costs among many assets, on both databases: the first, one after nothing, and one after
//! a hundred changes.

#![allow(
    clippy::expect_used,
    reason = "a measurement that meets what it does not expect has failed"
)]

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;

use super::ack::Ack;
use super::checkpoints::Checkpoints;
use super::dto::SyncRequestType;
use super::plan::Plan;
use super::stages::{Reader, Stage, read_page};
use crate::test_database::{TestDatabase, settle, tell};
use kallitype_benches::library::Library;
use kallitype_db::{DatabaseError, Sql, change};
use kallitype_web::fields::Enumeration;
use kallitype_web::time::now;

/// How often short streams are read.
const STREAMS: usize = 20;

#[tokio::test]
#[ignore = "a measurement: `make bench-scale`"]
async fn bench_scale() {
    let number = |name: &str, otherwise: u32| {
        let text = std::env::var(name).ok();
        text.map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let owners = number("BENCH_OWNERS", 20);
    let library = Library::of(owners as usize, number("BENCH_ASSETS", 50_000));
    measure("SQLite", TestDatabase::on_sqlite().await, &library).await;
    if let Some(database) = TestDatabase::on_postgres().await {
        measure("PostgreSQL", database, &library).await;
    }
}

async fn measure(name: &str, database: TestDatabase, library: &Library) {
    let owners = library.insert(&database.db).await.expect("a library");
    settle(&database).await;
    println!("{name}: a stream of all types");
    let begun = Instant::now();
    let mut acks = read(&database, owners[0], Vec::new()).await;
    let rate = acks.rows as f64 / begun.elapsed().as_secs_f64();
    println!("  {:>9} rows at first, {rate:>9.0} a second", acks.rows);
    let mut taken = Vec::new();
    for _ in 0..STREAMS {
        let begun = Instant::now();
        acks = read(&database, owners[0], acks.last).await;
        taken.push(begun.elapsed());
    }
    tell("a stream of nothing", taken, 5.0);
    let mut taken = Vec::new();
    for _ in 0..STREAMS {
        change_some(&database, owners[0]).await;
        let begun = Instant::now();
        acks = read(&database, owners[0], acks.last).await;
        taken.push(begun.elapsed());
    }
    tell("a stream after 100 changes", taken, 20.0);
}

async fn change_some(database: &TestDatabase, owner: Uuid) {
    let change = move |connection: &mut kallitype_db::Connection<'_>| {
        Sql::new("UPDATE asset SET update_id = next_change_id() WHERE id IN (SELECT id FROM asset WHERE owner_id = ")
            .bind(owner)
            .push(" LIMIT 100)")
            .execute(connection)
    };
    database.db.write(change).await.expect("a change");
}

/// What was read, and what an app has then.
struct Had {
    rows: usize,
    last: Vec<Ack>,
}

/// Reads a stream of all types as an app that has something.
async fn read(database: &TestDatabase, user: Uuid, has: Vec<Ack>) -> Had {
    let through = database.db.change_horizon().await.expect("a horizon");
    let began = now();
    let counter = change::counter_of(through).unsigned_abs();
    let reader = Arc::new(Reader {
        user,
        session: Uuid::nil(),
        through,
        horizon: Uuid::from_u64_pair(counter, began.unsigned_abs()),
        began,
    });
    let types: Vec<SyncRequestType> = SyncRequestType::CHOICES
        .iter()
        .map(|(_, kind)| *kind)
        .collect();
    let (asking, known) = (reader.clone(), Checkpoints::of(has.clone()));
    let plan = database
        .db
        .read_consistent(move |connection| Plan::of(connection, &asking, &types, &known));
    let plan = plan.await.expect("a plan");
    let mut had = Had {
        rows: 0,
        last: [has, plan.settled].concat(),
    };
    let mut stages = plan.stages;
    while !stages.is_empty() {
        let reader = reader.clone();
        let page = database.db.scan(move |connection| {
            let text = read_page(connection, &reader, &mut stages)?;
            Ok::<(Vec<u8>, VecDeque<Stage>), DatabaseError>((text, stages))
        });
        let (text, left) = page.await.expect("a page");
        had.take(&String::from_utf8(text).expect("a text"));
        stages = left;
    }
    had
}

impl Had {
    fn take(&mut self, page: &str) {
        let mut last: BTreeMap<&str, &str> = BTreeMap::new();
        for line in page.lines() {
            self.rows += 1;
            let (_, ack) = line.rsplit_once("\"ack\":\"").expect("an ack");
            let ack = ack.trim_end_matches("\"}");
            last.insert(ack.split('|').next().unwrap_or_default(), ack);
        }
        for ack in last.into_values() {
            let ack: Ack = ack.parse().expect("an ack");
            self.last.retain(|last| last.entity != ack.entity);
            self.last.push(ack);
        }
    }
}

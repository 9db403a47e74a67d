//! `make bench-vectors`: what it costs to compare all vectors of an owner with one, and how many of the nearest are found that
//! are nearest by what is kept in the database. `BENCH_VECTORS` are how many there are.

#![allow(
    clippy::expect_used,
    reason = "a measurement that meets what it does not expect has failed"
)]

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::array::{Near, VectorArray, Wanted};
use super::queries::set_asset_vector;
use super::vector::Vector;
use super::vectors::{VectorKind, Vectors};
use crate::test_database::TestDatabase;
use kallitype_benches::library::Library;
use kallitype_benches::vectors;
use kallitype_db::Connection;

const DIMENSIONS: usize = 512;
const MODEL: &str = "measured";

/// How often is asked, and how many of the nearest for.
const QUERIES: usize = 20;
const NEAREST: usize = 100;

/// Vectors that are kept in one transaction.
const BATCH: usize = 1000;

/// Up to how many are also read from a database: what is measured there grows with their number.
const MAX_READ: usize = 100_000;

#[tokio::test]
#[ignore = "a measurement: `make bench-vectors`"]
async fn bench_vectors() {
    let sizes = std::env::var("BENCH_VECTORS").unwrap_or("100000,1000000".into());
    for size in sizes.split(',') {
        let size = size.parse().expect("a number");
        compare(size);
        if size <= MAX_READ {
            read("SQLite", TestDatabase::on_sqlite().await, size).await;
            if let Some(database) = TestDatabase::on_postgres().await {
                read("PostgreSQL", database, size).await;
            }
        }
    }
}

fn made(size: usize) -> impl Iterator<Item = Vector> {
    let vectors = vectors::Vectors::of(size, DIMENSIONS, 1);
    vectors.map(|numbers| Vector::of(numbers).expect("a vector"))
}

fn nearest() -> Wanted {
    Wanted {
        limit: NEAREST,
        after: None,
        max_distance: f32::INFINITY,
        among: None,
    }
}

/// In memory alone.
fn compare(size: usize) {
    let mut vectors = made(size);
    let queries: Vec<Vector> = vectors.by_ref().take(QUERIES).collect();
    let mut array = VectorArray::default();
    // What is nearest by the whole numbers, of each query.
    let mut exact: Vec<Vec<Near>> = vec![Vec::new(); QUERIES];
    for (number, vector) in vectors.take(size).enumerate() {
        let id = Uuid::from_u128(number as u128);
        array.push(id, &vector);
        for (query, exact) in queries.iter().zip(&mut exact) {
            let distance = query.distance(&vector);
            exact.push(Near { distance, id });
            if exact.len() > 20 * NEAREST {
                *exact = nearest().nearest_of(std::mem::take(exact));
            }
        }
    }
    let (mut times, mut met) = (Vec::new(), 0);
    for (query, exact) in queries.iter().zip(exact) {
        let begun = Instant::now();
        let found = array.nearest(query, &nearest());
        times.push(begun.elapsed());
        let exact = nearest().nearest_of(exact).into_iter();
        let exact: HashSet<Uuid> = exact.map(|near| near.id).collect();
        met += found.iter().filter(|near| exact.contains(&near.id)).count();
    }
    let recall = met as f64 / (QUERIES * NEAREST) as f64;
    println!(
        "{size} vectors of {DIMENSIONS}: {:.1} ms (the slowest {:.1}), recall {recall:.4}",
        milliseconds(median(&mut times)),
        milliseconds(times.iter().max().copied().unwrap_or_default()),
    );
}

/// The first time, when they are read from a database, and when one is new.
async fn read(name: &str, database: TestDatabase, size: usize) {
    let library = Library::of(1, u32::try_from(size).expect("fewer"));
    let owners = library.insert(&database.db).await.expect("a library");
    let list = "SELECT id FROM asset /* scan: a measurement wants them all */";
    let ids: Vec<Uuid> = database
        .write(move |connection| connection.query(list, &[]))
        .await;
    let all: Vec<(Uuid, Vector)> = ids.into_iter().zip(made(size)).collect();
    for batch in all.chunks(BATCH) {
        let batch = batch.to_vec();
        database
            .write(move |connection| {
                let mut each = batch.iter();
                each.try_for_each(|(id, vector)| set_asset_vector(connection, *id, MODEL, vector))
            })
            .await;
    }
    let kept = Vectors::new(Duration::from_secs(3600));
    let (id, query) = (all[0].0, Arc::new(all[0].1.clone()));
    for what in ["read", "there", "with a new one"] {
        if what == "with a new one" {
            let vector = query.clone();
            let set = move |connection: &mut Connection<'_>| {
                set_asset_vector(connection, id, MODEL, &vector)
            };
            database.write(set).await;
        }
        let begun = Instant::now();
        let kind = (VectorKind::Asset, MODEL);
        let wanted = nearest();
        let found = kept.nearest(&database.db, kind, &owners, &query, &wanted);
        assert_eq!(found.await.expect("the nearest").len(), NEAREST.min(size));
        println!(
            "{name}, {size} vectors, {what}: {:.1} ms",
            milliseconds(begun.elapsed())
        );
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

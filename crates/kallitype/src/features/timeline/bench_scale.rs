//! `make bench-scale`: what a timeline costs in a small library and in a large one, on both databases. It measures
//! everything between the request and its answer but HTTP, on one connection. `BENCH_TIMELINES` are the sizes.

#![allow(
    clippy::expect_used,
    reason = "a measurement that meets what it does not expect has failed"
)]

use std::time::Instant;

use futures_util::TryStreamExt;
use uuid::Uuid;

use crate::access::{Caller, Identity, Principal, User, Visibility};
use crate::core::choices::AssetOrder;
use crate::features::timeline::contents::Contents;
use crate::features::timeline::dto::{Month, TimelineFilter};
use crate::test_database::{TestDatabase, settle, tell};
use kallitype_benches::library::Library;
use kallitype_db::Connection;
use kallitype_web::version::Wire;

/// Months that nothing else is of, and how many assets they get, from all over the library: January of 2031 and of 2032.
const MONTHS: [(i64, i64, f64); 2] = [(22_280, 3_000, 10.0), (22_645, 20_000, 60.0)];

/// How often everything is asked for.
const TIMES: usize = 50;

#[tokio::test]
#[ignore = "a measurement: `make bench-scale`"]
async fn bench_scale_of_timelines() {
    let sizes = std::env::var("BENCH_TIMELINES").unwrap_or("100000,1000000".into());
    for size in sizes.split(',') {
        let library = Library::of(1, size.parse().expect("a number"));
        measure("SQLite", TestDatabase::on_sqlite().await, &library).await;
        if let Some(database) = TestDatabase::on_postgres().await {
            measure("PostgreSQL", database, &library).await;
        }
    }
}

async fn measure(name: &str, database: TestDatabase, library: &Library) {
    let begun = Instant::now();
    let owner = library.insert(&database.db).await.expect("a library")[0];
    for (month, assets, _) in MONTHS {
        gather(&database, month, assets).await;
    }
    let taken = begun.elapsed().as_secs();
    println!(
        "{name}: {} assets of one owner in {taken} s",
        library.assets[0]
    );
    settle(&database).await;
    let caller = caller(owner);
    for with_partners in [false, true] {
        let filter = filter(with_partners);
        let mut taken = Vec::new();
        for _ in 0..TIMES {
            let (caller, filter) = (caller.clone(), filter.clone());
            let begun = Instant::now();
            let count = move |connection: &mut Connection<'_>| {
                Contents::find(connection, &caller, &filter)?.count(connection)
            };
            let buckets = database.db.scan(count).await.expect("buckets");
            serde_json::to_vec(&buckets).expect("JSON");
            taken.push(begun.elapsed());
        }
        tell("buckets", taken, 2.0);
        for (month, assets, limit) in MONTHS {
            let mut taken = Vec::new();
            for _ in 0..TIMES {
                let begun = Instant::now();
                let bytes = read(&database, &caller, &filter, month).await;
                assert!(bytes as i64 > 100 * assets);
                taken.push(begun.elapsed());
            }
            tell(&format!("a bucket of {assets}"), taken, limit);
        }
    }
}

/// How many bytes the answer has.
async fn read(
    database: &TestDatabase,
    caller: &Caller,
    filter: &TimelineFilter,
    month: i64,
) -> usize {
    let (caller, filter) = (caller.clone(), filter.clone());
    let read = move |connection: &mut Connection<'_>| {
        let contents = Contents::find(connection, &caller, &filter)?;
        contents.read(connection, Some(Month(month)), Wire::V2)
    };
    let columns = database.db.scan(read).await.expect("a bucket");
    let pieces: Vec<_> = columns.into_json().try_collect().await.expect("an answer");
    pieces.iter().map(|piece| piece.len()).sum()
}

/// Has some assets, which lie anywhere, taken in one month.
async fn gather(database: &TestDatabase, month: i64, assets: i64) {
    let sql = "/* scan: a measurement */ UPDATE asset SET local_date_time = $1 * 86400000000 + random_key % 1296000000000 + 1296000000000, \
        file_created_at = $1 * 86400000000 + random_key % 1296000000000 + 1296000000000 WHERE id IN \
        (SELECT id FROM asset WHERE visibility = 'timeline' AND deleted_at IS NULL AND local_date_time < 1800000000000000 \
        ORDER BY random_key LIMIT $2)";
    let moved = database
        .write(move |connection| connection.execute(sql, &[month.into(), assets.into()]))
        .await;
    assert_eq!(moved as i64, assets);
}

fn caller(owner: Uuid) -> Caller {
    let user = User {
        id: owner,
        is_admin: false,
    };
    Caller::new(Identity::User(Principal {
        user,
        session: None,
        key: None,
    }))
}

/// What the web asks for, for its photos and to pick from them.
fn filter(with_partners: bool) -> TimelineFilter {
    TimelineFilter {
        album_id: None,
        is_favorite: None,
        is_trashed: false,
        order: AssetOrder::Descending,
        person_id: None,
        tag_id: None,
        user_id: None,
        visibility: Some(Visibility::Timeline),
        with_coordinates: false,
        with_partners,
        with_stacked: with_partners,
    }
}

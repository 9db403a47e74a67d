//! `make bench-scale`: what lists cost among many assets, on both databases. It measures queries on one connection; what
//! answering over HTTP costs beside is the same for every size. `BENCH_OWNERS` and `BENCH_ASSETS` (of each) make it
//! smaller or larger.

#![allow(
    clippy::expect_used,
    reason = "a measurement that meets what it does not expect has failed"
)]

use std::time::Instant;

use uuid::Uuid;

use super::page::{Page, Position, list_positions, read_positions};
use crate::access::{Caller, Identity, Listing, Principal, Section, User};
use crate::core::assets::queries;
use crate::core::choices::AssetOrder;
use crate::test_database::{TestDatabase, settle, tell};
use kallitype_benches::library::{Library, insert_assets};
use kallitype_db::{Connection, Result};

/// A page's length, and how many pages are read.
const PAGE: i64 = 250;
const PAGES: usize = 200;

/// Rows that are inserted to see what the indexes of lists cost.
const INSERTED: u32 = 20_000;

#[tokio::test]
#[ignore = "a measurement: `make bench-scale`"]
async fn bench_scale() {
    let number = |name: &str, otherwise: u32| {
        let text = std::env::var(name).ok();
        text.map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let owners = number("BENCH_OWNERS", 20);
    let library = Library::of(owners as usize, number("BENCH_ASSETS", 50_000));
    measure("SQLite", TestDatabase::on_sqlite().await, &library, 5.0).await;
    if let Some(database) = TestDatabase::on_postgres().await {
        measure("PostgreSQL", database, &library, 8.0).await;
    }
}

async fn measure(name: &str, database: TestDatabase, library: &Library, details_limit: f64) {
    let begun = Instant::now();
    let owners = library.insert(&database.db).await.expect("a library");
    let (taken, each) = (begun.elapsed().as_secs(), library.assets[0]);
    println!(
        "{name}: {each} assets each of {} owners in {taken} s",
        owners.len()
    );
    settle(&database).await;
    let shown = list_all_timelines(&database, owners[0]).await;
    let own = Listing::owned(owners[0], &[Section::TIMELINE]);
    let trash = Listing::owned(owners[0], &Section::select(None, true));
    let pages: [(&str, &Listing, f64, Read); 4] = [
        ("ids of a page, all timelines", &shown, 2.0, list_positions),
        (
            "details of a page, all timelines",
            &shown,
            details_limit,
            read_details,
        ),
        ("ids of a page, one timeline", &own, 2.0, list_positions),
        ("ids of a page, one's trash", &trash, 2.0, list_positions),
    ];
    for (what, listing, limit, read) in pages {
        read_pages(&database, what, listing, limit, read).await;
    }
    count(&database, &shown).await;
    insert_with_and_without(&database, owners[0]).await;
}

/// What the first owner is shown in their timeline.
async fn list_all_timelines(database: &TestDatabase, owner: Uuid) -> Listing {
    let user = User {
        id: owner,
        is_admin: false,
    };
    let caller = Caller::new(Identity::User(Principal {
        user,
        session: None,
        key: None,
    }));
    let list = move |connection: &mut Connection<'_>| {
        Listing::with_partners(connection, &caller, &[Section::TIMELINE])
    };
    database.db.scan(list).await.expect("a list")
}

fn read_details(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
) -> Result<Vec<Position>> {
    let positions = list_positions(connection, listing, page)?;
    read_positions(connection, &positions)?;
    Ok(positions)
}

type Read = fn(&mut Connection<'_>, &Listing, &Page) -> Result<Vec<Position>>;

/// Reads page after page from the newest on, from the beginning again after the last.
async fn read_pages(
    database: &TestDatabase,
    what: &str,
    listing: &Listing,
    limit: f64,
    read: Read,
) {
    let mut taken = Vec::new();
    let mut after = None;
    for _ in 0..PAGES {
        let page = Page {
            order: AssetOrder::Descending,
            after,
            limit: PAGE,
        };
        let listing = listing.clone();
        let begun = Instant::now();
        let positions = database
            .db
            .scan(move |connection| read(connection, &listing, &page))
            .await;
        taken.push(begun.elapsed());
        let positions = positions.expect("a page");
        after = positions
            .last()
            .copied()
            .filter(|_| positions.len() as i64 == PAGE);
    }
    tell(what, taken, limit);
}

async fn count(database: &TestDatabase, listing: &Listing) {
    let mut taken = Vec::new();
    for _ in 0..PAGES {
        let listing = listing.clone();
        let begun = Instant::now();
        let counted = database
            .db
            .read(move |connection| queries::count(connection, &listing, None))
            .await;
        taken.push(begun.elapsed());
        counted.expect("counts");
    }
    tell("how many they are", taken, 1.0);
}

/// What uploads pay for the indexes of lists.
async fn insert_with_and_without(database: &TestDatabase, owner: Uuid) {
    let rate = async |seed: u64| {
        let begun = Instant::now();
        let inserted = insert_assets(&database.db, owner, INSERTED, seed).await;
        inserted.expect("assets");
        f64::from(INSERTED) / begun.elapsed().as_secs_f64()
    };
    let with = rate(11).await;
    database.execute("DROP INDEX asset_listed").await;
    database.execute("DROP INDEX asset_trashed").await;
    let without = rate(12).await;
    println!("  rows inserted/s {with:>32.0}, without the indexes of lists {without:.0}");
}

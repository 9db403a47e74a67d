//! `make bench-scale`: what searches cost in a small library and in a large one, on both databases. It measures everything
//! between the request and its answer but HTTP, on one connection. `BENCH_SEARCHES` are the sizes.

#![allow(
    clippy::expect_used,
    reason = "a measurement that meets what it does not expect has failed"
)]

use std::time::Instant;

use uuid::Uuid;

use crate::access::{Caller, Identity, Listing, Principal, Section, User};
use crate::app::search_words;
use crate::app::search_words::words::WantedWords;
use crate::core::asset_listing::page::{Page, read_positions};
use crate::core::assets::model::AssetType;
use crate::core::choices::AssetOrder;
use crate::features::search::filter::{Filter, Moments, Tags};
use crate::features::search::search_random::find_some;
use crate::features::search::{find, queries};
use crate::test_database::{TestDatabase, settle, tell};
use kallitype_benches::library::{Library, insert_assets};
use kallitype_db::Connection;
use kallitype_web::error::Result;

/// How often everything is asked for.
const TIMES: usize = 20;

/// How many assets come when that is measured.
const COMING: u64 = 200;

/// A page's length.
const PAGE: i64 = 250;

/// The moment of the newest picture, in microseconds, and a day.
const NOW: i64 = 1_767_225_600_000_000;
const DAY: i64 = 86_400_000_000;

#[tokio::test]
#[ignore = "a measurement: `make bench-scale`"]
async fn bench_scale_of_searches() {
    let sizes = std::env::var("BENCH_SEARCHES").unwrap_or("100000,1000000".into());
    for size in sizes.split(',') {
        let library = Library::of(1, size.parse().expect("a number"));
        measure("SQLite", TestDatabase::on_sqlite().await, &library).await;
        if let Some(database) = TestDatabase::on_postgres().await {
            measure("PostgreSQL", database, &library).await;
        }
    }
}

/// One filter each, frequent values and rare ones.
fn filters() -> Vec<(&'static str, Filter)> {
    let value = |text: &str| Some(Some(text.to_owned()));
    let between = |after: i64, before: i64| Moments {
        after: Some(after),
        before: Some(before),
    };
    let none = Filter::default;
    vec![
        ("no filter", none()),
        (
            "make of a fifth",
            Filter {
                make: value("Canon"),
                ..none()
            },
        ),
        (
            "model of none",
            Filter {
                model: value("none"),
                ..none()
            },
        ),
        (
            "city of a tenth",
            Filter {
                city: value("Kyoto"),
                ..none()
            },
        ),
        (
            "country and make",
            Filter {
                country: value("Japan"),
                make: value("Canon"),
                ..none()
            },
        ),
        (
            "no city",
            Filter {
                city: Some(None),
                ..none()
            },
        ),
        (
            "videos",
            Filter {
                kind: Some(AssetType::Video),
                ..none()
            },
        ),
        (
            "favourites",
            Filter {
                is_favorite: Some(true),
                ..none()
            },
        ),
        (
            "rating of none",
            Filter {
                rating: Some(5),
                ..none()
            },
        ),
        (
            "moving ones, none",
            Filter {
                is_motion: Some(true),
                ..none()
            },
        ),
        (
            "encoded ones, none",
            Filter {
                is_encoded: Some(true),
                ..none()
            },
        ),
        (
            "taken in a week long ago",
            Filter {
                taken: between(NOW - 5007 * DAY, NOW - 5000 * DAY),
                ..none()
            },
        ),
        (
            "recorded in a minute",
            Filter {
                created: between(NOW + 5_000_000_000, NOW + 5_060_000_000),
                ..none()
            },
        ),
        (
            "recorded in the first hours",
            Filter {
                created: between(NOW, NOW + 20_000_000_000),
                ..none()
            },
        ),
        (
            "a device of all",
            Filter {
                device_id: Some("made up".into()),
                ..none()
            },
        ),
        (
            "a device of none",
            Filter {
                device_id: Some("none".into()),
                ..none()
            },
        ),
        (
            "in no album",
            Filter {
                is_not_in_album: true,
                ..none()
            },
        ),
        (
            "untagged",
            Filter {
                tags: Some(Tags::None),
                ..none()
            },
        ),
    ]
}

/// Texts of descriptions and of names, and in how many assets of a million they stand.
fn texts() -> Vec<(&'static str, Filter)> {
    let said = |text: &str| Filter {
        description: Some(text.into()),
        ..Filter::default()
    };
    let named = |text: &str| Filter {
        name: Some(text.into()),
        ..Filter::default()
    };
    vec![
        ("a word of 10", said("zeppelin")),
        ("a word of 10,000", said("erntedankfest")),
        ("a word of 500,000", said("holiday")),
        ("a prefix of 10", said("zep")),
        ("a prefix of 10,000", said("ern")),
        ("a prefix of 500,000", said("hol")),
        ("a word of none", said("none is called so")),
        ("one name", named("IMG_012345")),
        ("a name of 100", named("G_0123")),
        ("all names", named("img")),
        ("two characters of 10", said("ze")),
        ("two characters of all", named("im")),
    ]
}

/// Words, and in how many assets of a million they stand, wherever.
fn words() -> Vec<(&'static str, Filter)> {
    let saying = |text: &str| Filter {
        words: Some(WantedWords::of(text)),
        ..Filter::default()
    };
    vec![
        ("said of 10", saying("zeppelin")),
        ("said of 10,000", saying("erntedankfest")),
        ("said of 500,000", saying("holiday")),
        ("said of none", saying("nowhere")),
        ("beginning of 10", saying("zep")),
        ("beginning of 10,000", saying("ern")),
        ("beginning of 500,000", saying("hol")),
        ("longer beginning of 500,000", saying("holida")),
        ("in all", saying("jpg")),
        ("two, 10 and 500,000", saying("zeppelin holiday")),
        ("two, 10,000 and 500,000", saying("holiday erntedankfest")),
        ("two, 100,000 and 500,000", saying("kyoto holiday")),
        ("two that no asset has both", saying("kyoto denver")),
        ("three", saying("img hol kyo")),
        ("a number of 1", saying("012345")),
    ]
}

async fn measure(name: &str, database: TestDatabase, library: &Library) {
    let begun = Instant::now();
    let owner = library.insert(&database.db).await.expect("a library")[0];
    let (taken, assets) = (begun.elapsed().as_secs(), library.assets[0]);
    println!("{name}: {assets} assets of one owner in {taken} s");
    settle(&database).await;
    let user = User {
        id: owner,
        is_admin: false,
    };
    let caller = Caller::new(Identity::User(Principal {
        user,
        session: None,
        key: None,
    }));
    for (what, filter) in filters() {
        time(
            &database,
            &format!("a page: {what}"),
            5.0,
            pages(&caller, &filter),
        )
        .await;
    }
    for (what, filter) in texts() {
        time(
            &database,
            &format!("a page: {what}"),
            20.0,
            pages(&caller, &filter),
        )
        .await;
    }
    let begun = Instant::now();
    while database.write(search_words::renew_some).await {}
    let seconds = begun.elapsed().as_secs();
    println!("{name}: the words of {assets} assets in {seconds} s");
    settle(&database).await;
    come(&database, owner).await;
    for (what, filter) in words() {
        let what = format!("words: {what}");
        time(&database, &what, 20.0, pages(&caller, &filter)).await;
    }
    for (what, limit, filter) in [
        ("no filter", 1.0, Filter::default()),
        ("a make", 0.0, filters()[1].1.clone()),
        ("a word of 10,000", 0.0, texts()[1].1.clone()),
    ] {
        let caller = caller.clone();
        let count = move |connection: &mut Connection<'_>| {
            find::count(connection, &caller, &filter).map(drop)
        };
        time(&database, &format!("how many: {what}"), limit, count).await;
    }
    for (what, filter) in [
        ("all", Filter::default()),
        ("videos", filters()[6].1.clone()),
    ] {
        let caller = caller.clone();
        let draw = move |connection: &mut Connection<'_>| {
            find_some(connection, &caller, &filter, 50).map(drop)
        };
        time(&database, &format!("50 of {what}"), 5.0, draw).await;
    }
    let cities = move |connection: &mut Connection<'_>| {
        Ok(queries::list_cities(connection, owner, 5).map(drop)?)
    };
    time(&database, "cities", 5.0, cities).await;
    let makes = move |connection: &mut Connection<'_>| {
        Ok(queries::list_values(connection, owner, queries::MAKE, &[]).map(drop)?)
    };
    time(&database, "makes", 5.0, makes).await;
    let listing = Listing::owned(owner, &[Section::TIMELINE]);
    let largest = move |connection: &mut Connection<'_>| {
        Ok(queries::list_largest(connection, &listing, 0, PAGE, &[]).map(drop)?)
    };
    time(&database, "the largest", 5.0, largest).await;
}

/// What it costs that an asset comes, and that its words are found, each with a commit of its own.
async fn come(database: &TestDatabase, owner: Uuid) {
    let (mut coming, mut finding) = (Vec::new(), Vec::new());
    for seed in 0..COMING {
        let begun = Instant::now();
        let inserted = insert_assets(&database.db, owner, 1, seed).await;
        inserted.expect("an asset");
        coming.push(begun.elapsed());
        let begun = Instant::now();
        database.write(search_words::renew_due).await;
        finding.push(begun.elapsed());
    }
    tell("an asset comes", coming, 0.0);
    tell("its words are found", finding, 0.0);
}

/// The first page of a search.
fn pages(
    caller: &Caller,
    filter: &Filter,
) -> impl Fn(&mut Connection<'_>) -> Result<()> + Clone + Send + 'static {
    let (caller, filter) = (caller.clone(), filter.clone());
    move |connection| {
        let page = Page {
            order: AssetOrder::Descending,
            after: None,
            limit: PAGE + 1,
        };
        let found = find::list(connection, &caller, &filter, &page)?;
        read_positions(connection, &found)?;
        Ok(())
    }
}

async fn time(
    database: &TestDatabase,
    what: &str,
    limit: f64,
    read: impl Fn(&mut Connection<'_>) -> Result<()> + Clone + Send + 'static,
) {
    let mut taken = Vec::new();
    for _ in 0..TIMES {
        let (read, begun) = (read.clone(), Instant::now());
        let done = database.db.scan(move |connection| read(connection)).await;
        taken.push(begun.elapsed());
        done.expect("an answer");
    }
    tell(what, taken, limit);
}

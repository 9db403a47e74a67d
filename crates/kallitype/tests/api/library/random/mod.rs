//! Thousands of operations of every kind, sent by several clients at once, and what a rebuild makes of them.
//!
//! Each run is another one. It says its seed when it fails, and `KALLITYPE_TEST_SEED` chooses one; since clients meet in
//! the server as they like, the same seed makes the same requests only as far as answers are the same.

pub use self::author::Manner;

mod author;
mod call;
mod operations;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::Value;
use uuid::Uuid;

use self::author::{Author, Board, sign_in_somehow};
use self::operations::OPERATIONS;
use super::rebuild::lose_and_rebuild;
use super::state::State;
use crate::support::server::Options;
use crate::support::{Answer, Engine, Server, User, tries, within};

/// How many clients work at once, and what they do together.
const CLIENTS: usize = 8;
const OPERATIONS_IN_ALL: usize = 5000;
const QUICK_OPERATIONS: usize = 1200;

/// What they do together where half of it is not waited for.
const HUNG_UP_IN_ALL: usize = 1200;
const QUICK_HUNG_UP: usize = 400;

/// How often everything is tried until everything could be.
const MAX_ROUNDS: usize = 60;

/// How long the jobs of all that may take.
const JOBS_TIMEOUT: Duration = Duration::from_secs(180);

/// The seed that was chosen, or another one each time.
pub fn seed() -> u64 {
    let chosen = std::env::var("KALLITYPE_TEST_SEED").ok();
    chosen.map_or_else(rand::random, |seed| seed.parse().expect("a number"))
}

/// Starts a server for random requests.
pub async fn start_with(engine: Engine, settings: impl FnOnce(Options) -> Options) -> Server {
    Server::start_with(engine, |options| {
        let options = options
            // People forget their passwords here, and try: so often that warnings say nothing.
            .with("login-attempts", 1_000_000)
            .with("log", "error")
            // Videos are no more than files here, so that no one waits for programs.
            .with("ffmpeg-path", "/nowhere/ffmpeg")
            .with("ffprobe-path", "/nowhere/ffprobe");
        settings(options)
    })
    .await
}

/// So many clients, each with an administrator of its own.
pub async fn authors(server: &Server, seed: u64, count: usize) -> Vec<Author> {
    let mut admins = vec![server.admin.clone()];
    for number in 1..count {
        let email = format!("admin-{number}@example.org");
        admins.push(User::another_with(server, &email, &["--admin"]).await);
    }
    let board = Arc::new(Board::of(admins.iter().map(|admin| admin.id).collect()));
    let numbered = admins.into_iter().enumerate();
    numbered
        .map(|(number, admin)| Author::new(seed, number, board.clone(), admin))
        .collect()
}

/// Has the clients do so many operations together, each through one of the servers.
pub async fn work(servers: &[&Server], authors: &mut [Author], count: usize, manner: Manner) {
    let share = count / authors.len();
    let through_all = servers.iter().cycle();
    let working = authors.iter_mut().zip(through_all);
    join_all(working.map(|(author, server)| author.work(server, share, manner))).await;
}

/// Lets the server do all that is left to do, what waits for its time too, and stops it.
async fn finish_and_stop(server: &mut Server) {
    loop {
        within(JOBS_TIMEOUT, "the end of all jobs", async || {
            let waiting = "SELECT kind FROM job WHERE state IN ('ready', 'leased')";
            server.jobs(waiting).await.is_empty().then_some(())
        })
        .await;
        server.stop();
        let put_off = "UPDATE job SET run_at = 0 WHERE state <> 'failed'";
        if server.execute_sql(put_off).await == 0 {
            return;
        }
        server.start_again();
    }
}

/// What people are shown of their own, by their addresses and the paths.
async fn seen(server: &Server) -> BTreeMap<(String, String), Value> {
    let active = "SELECT email FROM account WHERE status = 'active'";
    let mut seen = BTreeMap::new();
    for email in server.jobs(active).await {
        let (user, _) = sign_in_somehow(server, &email)
            .await
            .expect("one of the passwords");
        for path in paths_of(server, &user).await {
            let answer = Answer::of(server.get(&user, &path)).await;
            seen.insert((email.clone(), path), without_news(answer.json));
        }
    }
    seen
}

/// Where people find their own: what they have one of, their albums, and some of their assets.
async fn paths_of(server: &Server, user: &User) -> Vec<String> {
    let fixed = [
        "/users/me",
        "/users/me/preferences",
        "/users/me/onboarding",
        "/users/me/license",
    ];
    let lists = [
        "/assets/statistics",
        "/tags",
        "/albums",
        "/stacks",
        "/people?withHidden=true",
        "/duplicates",
    ];
    let mut paths: Vec<String> = fixed.into_iter().chain(lists).map(str::to_owned).collect();
    let albums = Answer::of(server.get(user, "/albums")).await.json;
    let albums = albums.as_array().into_iter().flatten();
    paths.extend(
        albums.map(|album| format!("/albums/{}", album["id"].as_str().unwrap_or_default())),
    );
    let assets = match server.options.engine {
        Engine::Sqlite => format!(
            "SELECT lower(hex(id)) FROM asset WHERE lower(hex(owner_id)) = '{}'",
            user.id.simple()
        ),
        Engine::Postgres => format!("SELECT id::text FROM asset WHERE owner_id = '{}'", user.id),
    };
    let mut assets = server.texts(format!("{assets} ORDER BY id LIMIT 20")).await;
    assets.sort();
    let ids = assets.iter().filter_map(|id| id.parse::<Uuid>().ok());
    paths.extend(ids.map(|id| format!("/assets/{id}")));
    paths
}

/// Without what a rebuild makes anew.
fn without_news(mut json: Value) -> Value {
    const NEW: [&str; 7] = [
        "correlationId",
        "updatedAt",
        "thumbnailPath",
        "lastModifiedAssetTimestamp",
        "hasSharedLink",
        "shared",
        "license",
    ];
    match &mut json {
        Value::Array(list) => list
            .iter_mut()
            .for_each(|item| *item = without_news(item.take())),
        Value::Object(object) => {
            object.retain(|name, _| !NEW.contains(&name.as_str()));
            object
                .values_mut()
                .for_each(|value| *value = without_news(value.take()));
        }
        _ => {}
    }
    json
}

fn assert_same(
    after: &BTreeMap<(String, String), Value>,
    before: &BTreeMap<(String, String), Value>,
    what: &str,
) {
    let differing: Vec<String> = before
        .iter()
        .filter(|(place, value)| after.get(*place) != Some(*value))
        .map(|(place, value)| format!("{place:?}\n- {value}\n+ {:?}", after.get(place)))
        .take(5)
        .collect();
    assert!(differing.is_empty(), "{what}:\n{}", differing.join("\n"));
    assert_eq!(after.len(), before.len(), "{what}");
}

async fn a_rebuild_equals_the_database(engine: Engine) {
    let seed = seed();
    let what = format!("KALLITYPE_TEST_SEED={seed}, after a rebuild");
    println!("{what}");
    let begun = Instant::now();
    let mut server = start_with(engine, |options| options).await;
    let mut authors = authors(&server, seed, CLIENTS).await;
    let count = tries(OPERATIONS_IN_ALL, QUICK_OPERATIONS);
    work(&[&server], &mut authors, count, Manner::Patient).await;
    work_until_everything_was_done(&server, &mut authors).await;
    println!("{:.1?}: the operations", begun.elapsed());

    finish_and_stop(&mut server).await;
    // They are to be made anew, and until then albums do not show what partners put there.
    server.execute_sql("DELETE FROM partner").await;
    println!("{:.1?}: their jobs", begun.elapsed());
    let (before, shown) = state_and_sight(&mut server).await;
    assert!(before.count("asset") > 50 && before.count("album") > 10);
    // Clean-ups leave as few of these as chance has it.
    for table in ["tag", "person", "asset_face"] {
        assert!(before.count(table) > 0, "{what}: {table}");
    }
    lose_and_rebuild(&mut server);
    println!("{:.1?}: a rebuild", begun.elapsed());
    server.start_again();
    finish_and_stop(&mut server).await;
    println!("{:.1?}: its jobs", begun.elapsed());
    let (after, shown_after) = state_and_sight(&mut server).await;
    after.assert_equals(&before, &what);
    assert_same(&shown_after, &shown, &what);
    println!("{:.1?}: the same", begun.elapsed());
}

/// What the database has, and what the server shows of it.
async fn state_and_sight(server: &mut Server) -> (State, BTreeMap<(String, String), Value>) {
    server.start_again();
    let seen = seen(server).await;
    finish_and_stop(server).await;
    (State::of(server).await, seen)
}

/// Goes on until every operation was accepted: one that never is, is not tried.
async fn work_until_everything_was_done(server: &Server, authors: &mut [Author]) {
    for _ in 0..MAX_ROUNDS {
        if never_done(authors).is_empty() {
            return;
        }
        work(&[server], authors, QUICK_OPERATIONS / 4, Manner::Patient).await;
    }
    let never = never_done(authors);
    assert!(never.is_empty(), "never done: {never:?}");
}

fn never_done(authors: &[Author]) -> Vec<&'static str> {
    let names = OPERATIONS.iter().map(|operation| operation.name);
    let is_done = |name: &&str| authors.iter().any(|author| author.done.contains(*name));
    names.filter(|name| !is_done(name)).collect()
}

#[tokio::test]
async fn a_rebuild_equals_the_database_on_sqlite() {
    a_rebuild_equals_the_database(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_rebuild_equals_the_database_on_postgres() {
    a_rebuild_equals_the_database(Engine::Postgres).await;
}

/// Some send a request and do not wait for what comes of it. Whatever has become of each, the journal says the same as the
/// database: when the server stops, and when it begins again after a power cut.
async fn who_hangs_up_leaves_nothing_half_told(engine: Engine, is_crash: bool) {
    let seed = seed();
    let what = format!("KALLITYPE_TEST_SEED={seed}, after a rebuild");
    // Without workers, so that the next start changes nothing by itself.
    let mut server = start_with(engine, |options| options.with("roles", "api")).await;
    let mut authors = authors(&server, seed, CLIENTS).await;
    let count = tries(HUNG_UP_IN_ALL, QUICK_HUNG_UP);
    work(&[&server], &mut authors, count, Manner::HangingUp).await;
    let mut sent: BTreeSet<&str> = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let hanging_up = authors
            .iter_mut()
            .map(|author| author.hang_up_on_everything(&server));
        sent.extend(join_all(hanging_up).await.into_iter().flatten());
        if sent.len() == OPERATIONS.len() {
            break;
        }
        // No one knew of anything to do the others with.
        work(&[&server], &mut authors, QUICK_HUNG_UP, Manner::Patient).await;
    }
    assert_eq!(sent.len(), OPERATIONS.len(), "{what}: {sent:?}");
    if is_crash {
        server.crash();
        server.is_abandoned().await;
        server.start_again();
        server.crash();
    } else {
        server.stop();
    }
    let before = State::of(&server).await;
    lose_and_rebuild(&mut server);
    State::of(&server).await.assert_equals(&before, &what);
}

#[tokio::test]
async fn who_hangs_up_before_a_stop_on_sqlite() {
    who_hangs_up_leaves_nothing_half_told(Engine::Sqlite, false).await;
}

#[tokio::test]
async fn who_hangs_up_before_a_stop_on_postgres() {
    who_hangs_up_leaves_nothing_half_told(Engine::Postgres, false).await;
}

#[tokio::test]
async fn who_hangs_up_before_a_power_cut_on_sqlite() {
    who_hangs_up_leaves_nothing_half_told(Engine::Sqlite, true).await;
}

#[tokio::test]
async fn who_hangs_up_before_a_power_cut_on_postgres() {
    who_hangs_up_leaves_nothing_half_told(Engine::Postgres, true).await;
}

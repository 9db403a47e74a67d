//! Sudden ends under eight uploaders: fifty of them in CI.
//!
//! What must hold after each: every acknowledged asset is there and its bytes are right; a record that was not
//! acknowledged can only be of an upload that was under way (its answer was lost with the process), and then it is
//! as whole as any other; no file lies about without a record.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::{Answer, PATIENCE, Picture, Server, tries};
use crate::test_on_both;

const ROUNDS: usize = 50;
const QUICK_ROUNDS: usize = 15;
const UPLOADERS: usize = 8;

/// The most uploads that are acknowledged before a round's end is near, and the milliseconds that it then may take.
const MAX_UPLOADS: u32 = 6;
const MAX_END_MILLISECONDS: u64 = 20;

/// What the uploaders know of one round.
#[derive(Default)]
struct Round {
    acknowledged: HashMap<String, Uuid>,
    /// Names of uploads whose answer never came.
    open: HashSet<String>,
}

test_on_both! {
    async fn no_acknowledged_asset_is_ever_lost(server: Server by first_start) {
        let mut server = server;
        let mut acknowledged: HashMap<String, Uuid> = HashMap::new();
        let mut recorded: HashSet<String> = HashSet::new();
        let next = Arc::new(AtomicU32::new(0));
        let rounds = tries(ROUNDS, QUICK_ROUNDS);
        for _ in 0..rounds {
            let done = Arc::new(Semaphore::new(0));
            let uploaders = start_uploaders(&server, &next, &done);
            wait_for_some(&done).await;
            server.crash();
            let round = gather(uploaders).await;
            server.start_again();
            recorded = verify(&server, &recorded, &round).await;
            acknowledged.extend(round.acknowledged);
        }
        assert!(acknowledged.len() > rounds, "only {} uploads got through", acknowledged.len());
        assert!(acknowledged.keys().all(|name| recorded.contains(name)));
        server.stop();
        // One more start without workers, so that nothing is being derived while everything is counted.
        server.options.arguments.extend(["--roles".into(), "api".into()]);
        server.start_again();
        server.stop();
        let output = server.options.command(&["check"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

/// Lets a round go on for some uploads, however long they take, and then ends it anywhere in the middle of others.
async fn wait_for_some(done: &Semaphore) {
    let some = done.acquire_many(rand::random_range(0..=MAX_UPLOADS));
    let waited = tokio::time::timeout(PATIENCE, some).await;
    drop(waited.expect("uploads are acknowledged"));
    tokio::time::sleep(Duration::from_millis(rand::random_range(
        0..MAX_END_MILLISECONDS,
    )))
    .await;
}

/// Uploads until the server ends; `done` gets a permit for each upload that was acknowledged.
fn start_uploaders(
    server: &Server,
    next: &Arc<AtomicU32>,
    done: &Arc<Semaphore>,
) -> JoinSet<Round> {
    let mut uploaders = JoinSet::new();
    for _ in 0..UPLOADERS {
        let (url, http) = (
            format!("{}/api/assets", server.address),
            server.http().clone(),
        );
        let (token, next, done) = (server.admin.token.clone(), next.clone(), done.clone());
        uploaders.spawn(async move {
            let mut round = Round::default();
            loop {
                let picture = Picture::jpeg(next.fetch_add(1, Ordering::Relaxed));
                let name = picture.name.clone();
                let sent = http
                    .post(&url)
                    .bearer_auth(&token)
                    .multipart(picture.form())
                    .send()
                    .await;
                let Ok(response) = sent else {
                    round.open.insert(name);
                    return round;
                };
                assert_eq!(response.status(), 201);
                // The status line is the acknowledgement; the rest of the answer may have been lost.
                match response.json::<serde_json::Value>().await {
                    Ok(body) => {
                        let id = body["id"].as_str().unwrap().parse().unwrap();
                        round.acknowledged.insert(name, id);
                        done.add_permits(1);
                    }
                    Err(_) => {
                        round.open.insert(name);
                        return round;
                    }
                }
            }
        });
    }
    uploaders
}

async fn gather(uploaders: JoinSet<Round>) -> Round {
    let mut all = Round::default();
    for round in uploaders.join_all().await {
        all.acknowledged.extend(round.acknowledged);
        all.open.extend(round.open);
    }
    all
}

/// Compares the server with what the uploaders know; answers the names of all that is recorded.
async fn verify(server: &Server, before: &HashSet<String>, round: &Round) -> HashSet<String> {
    let listed = Answer::of(server.get(&server.admin, "/assets/device/test")).await;
    let recorded: HashSet<String> = serde_json::from_value(listed.json).unwrap();
    for name in before.iter().chain(round.acknowledged.keys()) {
        assert!(
            recorded.contains(name),
            "{name} was acknowledged and is lost"
        );
    }
    for name in &recorded {
        let known = before.contains(name)
            || round.acknowledged.contains_key(name)
            || round.open.contains(name);
        assert!(known, "{name} is recorded, but no one was uploading it");
    }
    assert_eq!(
        server.stored_originals().len(),
        recorded.len(),
        "as many files as records"
    );
    for (name, id) in &round.acknowledged {
        let seed = name
            .trim_start_matches("picture-")
            .trim_end_matches(".jpg")
            .parse()
            .unwrap();
        let original =
            Answer::of(server.get(&server.admin, &format!("/assets/{id}/original"))).await;
        assert!(
            original.bytes == Picture::jpeg(seed).bytes,
            "{name} is not what was uploaded"
        );
    }
    recorded
}

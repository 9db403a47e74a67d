//! Memories that the server makes by itself.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::library::rebuild::lose_and_rebuild;
use crate::support::{Answer, Engine, Picture, Server, User, eventually};
use crate::test_on_both;

/// A day that has memories by now, as `-MM-DD`, its year, and the same with its year: today, unless that is the 29th of
/// February, which most years do not have.
struct Today {
    year: i16,
    date: String,
}

impl Today {
    fn find() -> Self {
        let today = Timestamp::now().to_zoned_datetime(TimeZone::UTC).date();
        let today = match (today.month(), today.day()) {
            (2, 29) => today.checked_add(1.day()).expect("a day"),
            _ => today,
        };
        Self {
            year: today.year(),
            date: format!("-{:02}-{:02}", today.month(), today.day()),
        }
    }

    /// The same day so many years ago.
    fn ago(&self, years: i16) -> String {
        format!("{}{}", self.year - years, self.date)
    }
}

async fn upload(server: &Server, who: &User, seed: u32, moment: &str) -> Uuid {
    let picture = Picture::jpeg(seed)
        .with("fileCreatedAt", moment)
        .with("fileModifiedAt", moment);
    who.upload(server, &picture).await
}

/// The memories that someone is shown on a day.
async fn shown(server: &Server, who: &User, day: &str) -> Vec<Value> {
    let answer = Answer::of(server.get(who, &format!("/memories?for={day}T12:00:00Z"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json.as_array().expect("a list").clone()
}

/// Starts a server again that makes memories from now on, and waits until it has made those of a user.
async fn begin_to_remember(server: &mut Server, who: &User, day: &str) -> Vec<Value> {
    server.finish_jobs().await;
    server.stop();
    server.options = server.options.clone().with("generate-memories", true);
    server.start_again();
    eventually("memories", async || {
        let memories = shown(server, who, day).await;
        (!memories.is_empty()).then_some(memories)
    })
    .await
}

impl Server {
    /// A fresh server that makes no memories yet.
    pub async fn first_start_without_memories(engine: Engine) -> Self {
        Self::first_start_with(engine, |options| {
            options
                .with("generate-memories", false)
                .with("memory-interval-seconds", 1)
        })
        .await
    }
}

fn assets(memory: &Value) -> Vec<&str> {
    let assets = memory["assets"].as_array().expect("a list").iter();
    assets
        .map(|asset| asset["id"].as_str().expect("an id"))
        .collect()
}

test_on_both! {
    async fn the_same_day_of_earlier_years_is_remembered(server: Server by first_start_without_memories) {
        let mut server = server;
        let (owner, today) = (server.admin.clone(), Today::find());
        let other = User::another(&server, "other@example.org").await;
        let (last_year, long_ago) = (today.ago(1), today.ago(30));
        let first = upload(&server, &owner, 1, &format!("{last_year}T00:00:00.000Z")).await;
        let last = upload(&server, &owner, 2, &format!("{last_year}T23:59:59.000Z")).await;
        let old = upload(&server, &owner, 3, &format!("{long_ago}T12:00:00.000Z")).await;
        upload(&server, &owner, 4, &format!("{}T12:00:00.000Z", today.ago(0))).await;
        let archived = upload(&server, &owner, 5, &format!("{last_year}T12:00:00.000Z")).await;
        owner.update(&server, archived, json!({"visibility": "archive"})).await;
        let trashed = upload(&server, &owner, 6, &format!("{}T12:00:00.000Z", today.ago(2))).await;
        owner.trash(&server, trashed).await;
        for seed in 0..21 {
            upload(&server, &other, 100 + seed, &format!("{last_year}T12:00:00.{seed:03}Z")).await;
        }
        let now = today.ago(0);
        let memories = begin_to_remember(&mut server, &owner, &now).await;
        assert_eq!(memories.len(), 2, "{memories:?}");
        let [recent, ancient] = [&memories[0], &memories[1]];
        assert_eq!(assets(recent), [first.to_string(), last.to_string()]);
        assert_eq!(assets(ancient), [old.to_string()]);
        assert_eq!(recent["data"], json!({"year": today.year - 1}));
        assert_eq!(recent["memoryAt"], format!("{last_year}T00:00:00.000Z"));
        assert_eq!(recent["showAt"], format!("{now}T00:00:00.000Z"));
        assert_eq!(recent["hideAt"], format!("{now}T23:59:59.999Z"));
        assert_eq!((&recent["isSaved"], &recent["type"]), (&json!(false), &json!("on_this_day")));

        let theirs = eventually("their memory", async || shown(&server, &other, &now).await.pop()).await;
        assert_eq!(assets(&theirs).len(), 20, "not more than can be looked at");

        // What was deleted does not come again.
        let path = format!("/memories/{}", recent["id"].as_str().expect("an id"));
        assert_eq!(Answer::of(server.delete(&owner, &path)).await.status, 204);
        server.stop();
        server.start_again();
        server.finish_jobs().await;
        assert_eq!(shown(&server, &owner, &now).await.len(), 1);
    }
}

test_on_both! {
    async fn what_was_saved_or_made_by_hand_survives_the_database(server: Server by first_start_without_memories) {
        let mut server = server;
        let (owner, today) = (server.admin.clone(), Today::find());
        for years in 1..=2_u8 {
            upload(&server, &owner, years.into(), &format!("{}T12:00:00.000Z", today.ago(years.into()))).await;
        }
        let now = today.ago(0);
        let memories = begin_to_remember(&mut server, &owner, &now).await;
        assert_eq!(memories.len(), 2, "{memories:?}");
        let path = format!("/memories/{}", memories[0]["id"].as_str().expect("an id"));
        let saved = Answer::of(server.put(&owner, &path).json(&json!({"isSaved": true}))).await;
        assert_eq!(saved.status, 200, "{saved:?}");
        let body = json!({"type": "on_this_day", "data": {"year": 1}, "memoryAt": "0001-01-01", "assetIds": assets(&memories[1])});
        let by_hand = Answer::of(server.post(&owner, "/memories").json(&body)).await;
        assert_eq!(by_hand.status, 201, "{by_hand:?}");
        server.stop();
        lose_and_rebuild(&mut server);
        server.options = server.options.clone().with("generate-memories", false);
        server.start_again();
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        server.finish_jobs().await;
        let mut kept = shown(&server, &owner, &now).await;
        let said = |memory: &Value| {
            let mut said = memory.clone();
            said["updatedAt"] = Value::Null;
            said["assets"] = json!(assets(memory));
            said
        };
        let before = [said(&saved.json), said(&by_hand.json)];
        assert_eq!(kept.iter().map(said).collect::<Vec<_>>(), before);

        // The others are made again, and what was saved is not made twice.
        kept = begin_to_remember_again(&mut server, &owner, &now).await;
        assert_eq!(kept.len(), 3, "{kept:?}");
    }
}

async fn begin_to_remember_again(server: &mut Server, who: &User, day: &str) -> Vec<Value> {
    begin_to_remember(server, who, day).await;
    eventually("three memories", async || {
        let memories = shown(server, who, day).await;
        (memories.len() > 2).then_some(memories)
    })
    .await
}

test_on_both! {
    async fn what_no_one_saved_goes_after_some_days(server: Server by first_start_without_memories) {
        let mut server = server;
        let owner = server.admin.clone();
        let make = async |server: &Server, is_saved: bool| {
            let body = json!({"type": "on_this_day", "data": {"year": 2020}, "memoryAt": "2020-01-02", "isSaved": is_saved});
            let answer = Answer::of(server.post(&owner, "/memories").json(&body)).await;
            assert_eq!(answer.status, 201, "{answer:?}");
            answer.id()
        };
        make(&server, false).await;
        let saved = make(&server, true).await;
        server.stop();
        server.change("UPDATE memory SET created_at = created_at - 2678400000000").await;
        server.start_again();
        let recent = make(&server, false).await;
        eventually("the end of a memory", async || {
            let listed = Answer::of(server.get(&owner, "/memories")).await.json;
            let listed = listed.as_array().expect("a list").clone();
            (listed.len() == 2).then_some(listed)
        })
        .await
        .iter()
        .for_each(|memory| assert!([saved, recent].map(|id| json!(id)).contains(&memory["id"]), "{memory}"));
    }
}

//! Memories that someone makes, and what one does with them.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

/// A memory of someone's; `settings` are further properties of the request.
async fn make(server: &Server, who: &User, assets: &[Uuid], settings: Value) -> Value {
    let mut body = json!({
        "type": "on_this_day",
        "data": {"year": 2020},
        "memoryAt": "2020-01-02T00:00:00.000Z",
        "assetIds": assets,
    });
    for (name, value) in settings.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let answer = Answer::of(server.post(who, "/memories").json(&body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json
}

fn id(memory: &Value) -> &str {
    memory["id"].as_str().expect("an id")
}

async fn get(server: &Server, who: &User, memory: &Value) -> Value {
    let answer = Answer::of(server.get(who, &format!("/memories/{}", id(memory)))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

fn assets(memory: &Value) -> Vec<Uuid> {
    let assets = memory["assets"].as_array().expect("a list").iter();
    let id = |asset: &Value| {
        asset["id"]
            .as_str()
            .expect("an id")
            .parse()
            .expect("a UUID")
    };
    assets.map(id).collect()
}

/// A picture of some day.
fn picture(seed: u32, day: &str) -> Picture {
    Picture::jpeg(seed).with("fileCreatedAt", &format!("{day}T12:00:00.000Z"))
}

async fn change_assets(
    server: &Server,
    who: &User,
    method: Method,
    memory: &Value,
    ids: &[Uuid],
) -> Value {
    let path = format!("/memories/{}/assets", id(memory));
    let request = server
        .request_as(who, method, &path)
        .json(&json!({"ids": ids}));
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

test_on_both! {
    async fn what_was_made_is_there_until_it_is_deleted(server: Server) {
        let owner = &server.admin;
        let later = owner.upload(&server, &picture(1, "2020-01-02")).await;
        let earlier = owner.upload(&server, &picture(2, "2020-01-01")).await;
        server.finish_jobs().await;
        let made = make(&server, owner, &[later, earlier], json!({})).await;
        assert_eq!(made["type"], "on_this_day");
        assert_eq!(made["data"], json!({"year": 2020}));
        assert_eq!(made["ownerId"], json!(owner.id));
        assert_eq!(made["isSaved"], false);
        assert_eq!(made["memoryAt"], "2020-01-02T00:00:00.000Z");
        for absent in ["deletedAt", "hideAt", "seenAt", "showAt"] {
            assert!(made.get(absent).is_none(), "{absent}");
        }
        assert_eq!(assets(&made), [earlier, later], "the oldest first");
        let shown = &made["assets"][0];
        assert_eq!(shown["fileCreatedAt"], "2020-01-01T12:00:00.000Z");
        assert!(shown.get("owner").is_none());
        assert_eq!(get(&server, owner, &made).await, made);
        let listed = Answer::of(server.get(owner, "/memories")).await;
        assert_eq!(listed.json, json!([made]));

        let changes = json!({"isSaved": true, "seenAt": "2024-05-06T07:08:09+02:00", "memoryAt": "2019-01-02"});
        let changed = Answer::of(server.put(owner, &format!("/memories/{}", id(&made))).json(&changes)).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        assert_eq!(changed.json["isSaved"], true);
        assert_eq!(changed.json["seenAt"], "2024-05-06T05:08:09.000Z");
        assert_eq!(changed.json["memoryAt"], "2019-01-02T00:00:00.000Z");
        assert_eq!(get(&server, owner, &made).await, changed.json);

        let path = format!("/memories/{}", id(&made));
        assert_eq!(Answer::of(server.delete(owner, &path)).await.status, 204);
        assert_refused(server.get(owner, &path), 400, "Not found or no memory.read access").await;
        assert_eq!(owner.asset(&server, later).await["isTrashed"], false);
    }
}

test_on_both! {
    async fn memories_are_found_by_what_they_are(server: Server) {
        let owner = &server.admin;
        let always = make(&server, owner, &[], json!({"memoryAt": "2018-01-01"})).await;
        let saved = make(&server, owner, &[], json!({"isSaved": true, "memoryAt": "2019-01-01"})).await;
        let hidden = make(&server, owner, &[], json!({"showAt": "2024-03-05", "hideAt": "2024-03-05T23:59:59.999Z"})).await;
        let found = async |query: &str| {
            let listed = Answer::of(server.get(owner, &format!("/memories?{query}"))).await;
            assert_eq!(listed.status, 200, "{listed:?}");
            let listed: Vec<String> = listed.json.as_array().expect("a list").iter().map(|memory| id(memory).to_owned()).collect();
            let counted = Answer::of(server.get(owner, &format!("/memories/statistics?{query}"))).await;
            assert_eq!(counted.json, json!({"total": listed.len()}), "{query}");
            listed
        };
        let [always, saved, hidden] = [&always, &saved, &hidden].map(id);
        assert_eq!(found("").await, [hidden, saved, always], "the newest moments first");
        assert_eq!(found("isSaved=true").await, [saved]);
        assert_eq!(found("isSaved=false&type=on_this_day").await, [hidden, always]);
        assert_eq!(found("isTrashed=false").await.len(), 3);
        assert_eq!(found("isTrashed=true").await.len(), 0);
        for within in ["2024-03-05", "2024-03-05T12:00:00", "2024-03-06T00:59:00%2B01:00"] {
            assert_eq!(found(&format!("for={within}")).await, [hidden, saved, always], "{within}");
        }
        for without in ["2024-03-04T23:59:59Z", "2024-03-06"] {
            assert_eq!(found(&format!("for={without}")).await, [saved, always], "{without}");
        }
    }
}

test_on_both! {
    async fn a_memory_shows_what_is_in_the_timeline(server: Server) {
        let owner = &server.admin;
        owner.unlock(&server).await;
        let mut ids = Vec::new();
        for seed in 1..=4 {
            ids.push(owner.upload(&server, &picture(seed, "2020-01-01")).await);
        }
        let made = make(&server, owner, &ids, json!({})).await;
        owner.trash(&server, ids[0]).await;
        owner.update(&server, ids[1], json!({"visibility": "archive"})).await;
        owner.update(&server, ids[2], json!({"visibility": "locked"})).await;
        assert_eq!(assets(&get(&server, owner, &made).await), [ids[3]]);
        let listed = Answer::of(server.get(owner, "/memories")).await;
        assert_eq!(assets(&listed.json[0]), [ids[3]]);
        owner.update(&server, ids[1], json!({"visibility": "timeline"})).await;
        assert_eq!(assets(&get(&server, owner, &made).await).len(), 2);
    }
}

test_on_both! {
    async fn a_memory_is_made_of_ones_own(server: Server) {
        let owner = &server.admin;
        owner.unlock(&server).await;
        let other = User::another(&server, "other@example.org").await;
        let theirs = other.upload(&server, &Picture::jpeg(1)).await;
        let body = json!({"sharedWithId": owner.id});
        assert_eq!(Answer::of(server.post(&other, "/partners").json(&body)).await.status, 201);
        let [own, locked, trashed] = [
            owner.upload(&server, &Picture::jpeg(2)).await,
            owner.upload(&server, &Picture::jpeg(3).with("visibility", "locked")).await,
            owner.upload(&server, &Picture::jpeg(4)).await,
        ];
        owner.trash(&server, trashed).await;
        server.finish_jobs().await;
        let unknown = Uuid::new_v4();
        let made = make(&server, owner, &[theirs, locked, own, unknown, trashed, own], json!({})).await;
        assert_eq!(assets(&made), [own]);
        let outcomes = change_assets(&server, owner, Method::PUT, &made, &[theirs, locked, trashed, unknown, own]).await;
        let refused = [theirs, locked, trashed, unknown]
            .map(|id| json!({"id": id, "success": false, "error": "no_permission"}));
        let known = json!({"id": own, "success": false, "error": "duplicate"});
        assert_eq!(outcomes, Value::from([&refused[..], &[known]].concat()));
        assert_eq!(get(&server, owner, &made).await, made, "nothing changed");
    }
}

test_on_both! {
    async fn assets_come_and_go(server: Server) {
        let owner = &server.admin;
        let [one, other] = [
            owner.upload(&server, &picture(1, "2020-01-01")).await,
            owner.upload(&server, &picture(2, "2020-01-02")).await,
        ];
        let made = make(&server, owner, &[], json!({})).await;
        let outcomes = change_assets(&server, owner, Method::PUT, &made, &[one, other, one]).await;
        assert_eq!(outcomes, json!([
            {"id": one, "success": true},
            {"id": other, "success": true},
            {"id": one, "success": false, "error": "duplicate"},
        ]));
        let changed = get(&server, owner, &made).await;
        assert_eq!(assets(&changed), [one, other]);
        assert_ne!(changed["updatedAt"], made["updatedAt"]);
        let outcomes = change_assets(&server, owner, Method::DELETE, &made, &[one, Uuid::nil()]).await;
        assert_eq!(outcomes, json!([
            {"id": one, "success": true},
            {"id": Uuid::nil(), "success": false, "error": "not_found"},
        ]));
        assert_eq!(assets(&get(&server, owner, &made).await), [other]);
    }
}

test_on_both! {
    async fn what_breaks_the_rules_makes_nothing(server: Server) {
        let owner = &server.admin;
        let body = json!({"type": "on_this_day", "data": {"year": 2020}, "memoryAt": "2020-01-02"});
        let with = |name: &str, value: Value| {
            let mut body = body.clone();
            body[name] = value;
            server.post(owner, "/memories").json(&body)
        };
        assert_invalid(with("data", json!({"year": 0})), &["data.year must not be less than 1"]).await;
        assert_invalid(with("data", json!({"year": 2020.5})), &["data.year must be an integer number"]).await;
        assert_invalid(with("data", json!({})), &["data.year must be an integer number"]).await;
        for refused in [
            with("data", Value::Null),
            with("type", json!("birthday")),
            with("memoryAt", json!("yesterday")),
            with("assetIds", json!(["1"])),
            server.post(owner, "/memories").json(&json!({})),
            server.get(owner, "/memories?for=yesterday"),
            server.get(owner, "/memories?isSaved=yes"),
        ] {
            let answer = Answer::of(refused).await;
            assert_eq!(answer.status, 400, "{answer:?}");
        }
        assert_eq!(Answer::of(server.get(owner, "/memories/statistics")).await.json, json!({"total": 0}));
    }
}

//! `POST /download/info`

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Moving, info};
use crate::support::{
    Answer, Credential, Engine, Picture, Server, User, assert_invalid, assert_refused,
};
use crate::test_on_both;

/// The ids and the size of each archive of a plan, of which the sizes together are the whole.
async fn plan(server: &Server, who: impl Into<Credential>, body: Value) -> Vec<(Vec<Uuid>, u64)> {
    let answer = Answer::of(info(server, who, &body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let archives = answer.json["archives"].as_array().expect("archives").iter();
    let id = |id: &Value| id.as_str().expect("an id").parse().expect("a UUID");
    let archives: Vec<(Vec<Uuid>, u64)> = archives
        .map(|archive| {
            let ids = archive["assetIds"].as_array().expect("ids").iter();
            (
                ids.map(id).collect(),
                archive["size"].as_u64().expect("a size"),
            )
        })
        .collect();
    let total: u64 = archives.iter().map(|(_, size)| size).sum();
    assert_eq!(answer.json["totalSize"], json!(total));
    archives
}

/// All that is planned, each once.
async fn planned(server: &Server, who: impl Into<Credential>, body: Value) -> BTreeSet<Uuid> {
    let archives = plan(server, who, body).await;
    let all: Vec<Uuid> = archives.into_iter().flat_map(|(ids, _)| ids).collect();
    let set: BTreeSet<Uuid> = all.iter().copied().collect();
    assert_eq!(set.len(), all.len(), "each once");
    set
}

/// A picture of so many bytes, taken on a day of May 2024.
fn picture(day: u32, size: usize) -> Picture {
    let date = format!("2024-05-{day:02}T12:00:00.000Z");
    let picture = Picture::jpeg(day).with("fileCreatedAt", &date);
    let missing = size - picture.bytes.len();
    picture.followed_by(&vec![0; missing])
}

test_on_both! {
    async fn archives_are_closed_when_they_are_large_enough(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for (day, size) in [(1, 10_000), (2, 20_000), (3, 30_000), (4, 40_000)] {
            ids.push(owner.upload(&server, &picture(day, size)).await);
        }
        for (size, expected) in [
            (1, vec![(vec![ids[3]], 40_000), (vec![ids[2]], 30_000), (vec![ids[1]], 20_000), (vec![ids[0]], 10_000)]),
            (40_000, vec![(vec![ids[3], ids[2]], 70_000), (vec![ids[1], ids[0]], 30_000)]),
            (1_000_000, vec![(vec![ids[3], ids[2], ids[1], ids[0]], 100_000)]),
        ] {
            let body = json!({"assetIds": ids, "archiveSize": size});
            assert_eq!(plan(&server, owner, body).await, expected);
        }
        let whole = vec![(vec![ids[3], ids[2], ids[1], ids[0]], 100_000)];
        assert_eq!(plan(&server, owner, json!({"userId": owner.id})).await, whole);
        assert_eq!(plan(&server, owner, json!({"assetIds": []})).await, []);
        let twice = json!({"assetIds": [ids[0], ids[0]]});
        assert_eq!(plan(&server, owner, twice).await, [(vec![ids[0]], 10_000)]);
    }
}

test_on_both! {
    async fn moving_parts_follow_their_pictures(server: Server) {
        let owner = &server.admin;
        let moving = Moving::upload(&server, owner).await;
        let album = owner.album(&server, &[moving.live, moving.embedding], json!({})).await;
        let stills = [moving.live, moving.embedding];
        let wanted = [json!({"assetIds": stills}), json!({"albumId": album["id"]}), json!({"userId": owner.id})];
        let link = json!({"type": "ALBUM", "albumId": album["id"], "allowDownload": true});
        let link = Answer::of(server.post(owner, "/shared-links").json(&link)).await;
        let link = Credential::LinkKey(link.json["key"].as_str().expect("a key").to_owned());
        for with_embedded in [false, true] {
            let preferences = json!({"download": {"includeEmbeddedVideos": with_embedded}});
            let chosen = server.put(owner, "/users/me/preferences").json(&preferences);
            assert_eq!(Answer::of(chosen).await.status, 200);
            let mut expected = BTreeSet::from([moving.live, moving.embedding, moving.live_part]);
            expected.extend(with_embedded.then_some(moving.embedded));
            for body in &wanted {
                let found = planned(&server, owner, body.clone()).await;
                assert_eq!(found, expected, "{body} {with_embedded}");
            }
            let found = planned(&server, &link, wanted[1].clone()).await;
            assert_eq!(found, expected, "the link's owner decides");
        }
        // What is asked for by itself comes once, and may be asked for.
        let all = json!({"assetIds": [moving.live, moving.live_part, moving.embedded]});
        assert_eq!(planned(&server, owner, all).await.len(), 3);
        // Behind all pictures.
        let archives = plan(&server, owner, json!({"userId": owner.id, "archiveSize": 1})).await;
        let order: Vec<Uuid> = archives.into_iter().flat_map(|(ids, _)| ids).collect();
        assert_eq!(BTreeSet::from_iter(&order[..2]), BTreeSet::from_iter(&stills));
    }
}

test_on_both! {
    async fn what_is_in_the_trash_is_left_out(server: Server) {
        let owner = &server.admin;
        let kept = owner.upload(&server, &Picture::jpeg(1)).await;
        let trashed = owner.upload(&server, &Picture::jpeg(2)).await;
        let album = owner.album(&server, &[kept, trashed], json!({})).await;
        owner.trash(&server, trashed).await;
        for body in [json!({"assetIds": [kept, trashed]}), json!({"albumId": album["id"]}), json!({"userId": owner.id})] {
            assert_eq!(planned(&server, owner, body).await, BTreeSet::from([kept]));
        }
    }
}

test_on_both! {
    async fn what_is_locked_needs_the_pin(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let locked = json!({"visibility": "locked"});
        assert_eq!(owner.update(&server, id, locked).await.status, 200);
        let (all, one) = (json!({"userId": owner.id}), json!({"assetIds": [id]}));
        assert_eq!(planned(&server, owner, all.clone()).await, BTreeSet::new());
        assert_refused(info(&server, owner, &one), 400, "Not found or no asset.download access").await;
        owner.unlock(&server).await;
        for body in [all, one] {
            assert_eq!(planned(&server, owner, body).await, BTreeSet::from([id]));
        }
    }
}

test_on_both! {
    async fn an_album_is_what_it_shows(server: Server) {
        let (owner, member) = (&server.admin, User::another(&server, "member@example.org").await);
        let (shown, locked) = (owner.upload(&server, &Picture::jpeg(1)).await, owner.upload(&server, &Picture::jpeg(2)).await);
        let people = json!({"albumUsers": [{"userId": member.id, "role": "viewer"}]});
        let album = owner.album(&server, &[shown, locked], people).await;
        assert_eq!(owner.update(&server, locked, json!({"visibility": "locked"})).await.status, 200);
        let body = json!({"albumId": album["id"]});
        for who in [owner, &member] {
            assert_eq!(planned(&server, who, body.clone()).await, BTreeSet::from([shown]));
        }
        let stranger = User::another(&server, "stranger@example.org").await;
        let refused = "Not found or no album.download access";
        assert_refused(info(&server, &stranger, &body), 400, refused).await;
        assert_refused(info(&server, owner, &json!({"albumId": Uuid::new_v4()})), 400, refused).await;
        for (downloads, shows) in [(true, true), (true, false), (false, true)] {
            let link = json!({
                "type": "ALBUM", "albumId": album["id"], "allowDownload": downloads, "showMetadata": shows,
            });
            let link = Answer::of(server.post(owner, "/shared-links").json(&link)).await;
            let link = Credential::LinkKey(link.json["key"].as_str().expect("a key").to_owned());
            if downloads && shows {
                assert_eq!(planned(&server, &link, body.clone()).await, BTreeSet::from([shown]));
                let everything = json!({"userId": owner.id});
                assert_refused(info(&server, &link, &everything), 400, "Not found or no timeline.download access").await;
            } else {
                assert_refused(info(&server, &link, &body), 400, refused).await;
                let one = json!({"assetIds": [shown]});
                assert_refused(info(&server, &link, &one), 400, "Not found or no asset.download access").await;
            }
        }
    }
}

test_on_both! {
    async fn what_makes_no_sense_is_refused(server: Server) {
        let (owner, other) = (&server.admin, User::another(&server, "other@example.org").await);
        for user in [other.id, Uuid::new_v4()] {
            let body = json!({"userId": user});
            assert_refused(info(&server, owner, &body), 400, "Not found or no timeline.download access").await;
        }
        let share = server.post(&other, "/partners").json(&json!({"sharedWithId": owner.id}));
        assert_eq!(Answer::of(share).await.status, 201);
        let body = json!({"userId": other.id});
        assert_refused(info(&server, owner, &body), 400, "Not found or no timeline.download access").await;
        let nothing = "assetIds, albumId, or userId is required";
        assert_refused(info(&server, owner, &json!({})), 400, nothing).await;
        let theirs = other.upload(&server, &Picture::jpeg(1)).await;
        assert_eq!(planned(&server, owner, json!({"assetIds": [theirs]})).await, BTreeSet::from([theirs]), "a partner's");
        let refused = "Not found or no asset.download access";
        assert_refused(info(&server, owner, &json!({"assetIds": [theirs, Uuid::new_v4()]})), 400, refused).await;
        let body = json!({"assetIds": "x", "albumId": 1, "userId": "y", "archiveSize": 0});
        let rules = [
            "assetIds must be an array",
            "each value in assetIds must be a UUID",
            "albumId must be a UUID",
            "userId must be a UUID",
            "archiveSize must not be less than 1",
        ];
        assert_invalid(info(&server, owner, &body), &rules).await;
        assert_invalid(info(&server, owner, &json!({"archiveSize": 1.5})), &["archiveSize must be an integer number"]).await;
    }
}

#[tokio::test]
async fn lists_of_ids_have_an_end() {
    let server =
        Server::start_with(Engine::Sqlite, |options| options.with("max-list-items", 2)).await;
    let body = json!({"assetIds": [Uuid::nil(), Uuid::nil(), Uuid::nil()]});
    for path in ["/download/info", "/download/archive"] {
        let answer = Answer::of(server.post(&server.admin, path).json(&body)).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        let rule = answer.json["message"][0].as_str().expect("a rule");
        assert!(rule.starts_with("assetIds must contain"), "{rule}");
    }
    let owner = &server.admin;
    for seed in 0..3 {
        owner.upload(&server, &Picture::jpeg(seed)).await;
    }
    let archives = plan(&server, owner, json!({"userId": owner.id})).await;
    let counts: Vec<usize> = archives.iter().map(|(ids, _)| ids.len()).collect();
    assert_eq!(counts, [2, 1], "what is planned can be asked for");
}

test_on_both! {
    async fn many_are_planned_each_once(server: Server) {
        let owner = &server.admin;
        let first = owner.upload(&server, &Picture::jpeg(1)).await;
        let mut all = server.multiply(owner, 5000).await;
        all.push(first);
        let found = planned(&server, owner, json!({"userId": owner.id, "archiveSize": 100_000})).await;
        assert_eq!(found, BTreeSet::from_iter(all));
    }
}

use std::collections::BTreeSet;

use reqwest::Method;

use super::*;
use crate::support::{assert_refused, plain};
use crate::test_on_both;

test_on_both! {
    async fn what_is_most_alike_comes_first(learning: Learning) {
        let server = &learning.server;
        let me = &server.admin;
        let mut ids = Vec::new();
        for colour in [GREEN, RED, BLUE, ORANGE] {
            ids.push(me.upload(server, &plain(colour, 64)).await);
        }
        server.finish_jobs().await;
        let [green, red, blue, orange] = ids[..] else { panic!("four assets") };
        assert_eq!(found(server, me, json!({"query": "red"})).await.0[..2], [red, orange]);
        assert_eq!(found(server, me, json!({"query": "green"})).await.0[..2], [green, orange]);
        assert_eq!(found(server, me, json!({"queryAssetId": orange})).await.0[..3], [orange, red, green]);
        let both = json!({"query": "blue", "queryAssetId": red});
        assert_eq!(found(server, me, both).await.0[0], blue, "the text counts");

        me.update(server, orange, json!({"isFavorite": true})).await;
        let favourites = json!({"query": "red", "isFavorite": true, "withExif": true});
        let answer = smart(server, me, favourites).await.json;
        assert_eq!(answer["assets"]["items"][0]["id"], json!(orange));
        assert_eq!(answer["assets"]["items"][0]["exifInfo"]["exifImageWidth"], 64);
        assert_eq!(answer["assets"]["count"], 1);
        me.update(server, red, json!({"visibility": "archive"})).await;
        assert_eq!(found(server, me, json!({"query": "red"})).await.0[0], orange);
        assert_eq!(found(server, me, json!({"query": "red", "visibility": "archive"})).await.0, [red]);
        assert_refused(server.post(me, "/search/smart").json(&json!({"query": "red", "visibility": "locked"})), 401, "Elevated permission is required").await;
        me.trash(server, orange).await;
        assert_eq!(found(server, me, json!({"query": "red"})).await.0.len(), 2);
        assert_eq!(found(server, me, json!({"query": "red", "withDeleted": true})).await.0[0], orange);

        let request = server.request_as(me, Method::DELETE, "/assets");
        let deleted = Answer::of(request.json(&json!({"ids": [orange], "force": true}))).await;
        assert_eq!(deleted.status, 204, "{deleted:?}");
        assert_eq!(found(server, me, json!({"query": "red", "withDeleted": true})).await.0.len(), 2);
        let kept = server.texts("SELECT 'x' FROM asset_vector".into()).await;
        assert_eq!(kept.len(), 3, "it goes with its asset");
    }
}

test_on_both! {
    async fn pages_have_everything_once(learning: Learning) {
        let server = &learning.server;
        let me = &server.admin;
        let mut ids = BTreeSet::new();
        for side in 0..24 {
            let colour = [230, 20 + 4 * side as u8, 20];
            ids.insert(me.upload(server, &plain(colour, 40 + side)).await);
        }
        let blue = me.upload(server, &plain(BLUE, 64)).await;
        server.finish_jobs().await;
        let mut seen = Vec::new();
        let mut page = Some("1".to_owned());
        while let Some(number) = page {
            let number: i64 = number.parse().expect("a number");
            let (some, next) = found(server, me, json!({"query": "red", "size": 10, "page": number})).await;
            assert_eq!(next.is_some(), number < 3);
            seen.extend(some);
            if number == 1 {
                // It would be on a page that was answered.
                me.upload(server, &plain([255, 0, 0], 64)).await;
                server.finish_jobs().await;
            }
            page = next;
        }
        assert_eq!(seen.pop(), Some(blue), "what is least alike is on the last page");
        assert_eq!(seen.len(), 24);
        assert_eq!(seen.iter().copied().collect::<BTreeSet<_>>(), ids);

        // Few of the nearest are favourites: the one there is, is found all the same.
        me.update(server, blue, json!({"isFavorite": true})).await;
        let favourites = json!({"query": "red", "size": 1, "isFavorite": true});
        assert_eq!(found(server, me, favourites).await, (vec![blue], None));
        let tenth = json!({"query": "red", "size": 1, "page": 26});
        assert_eq!(found(server, me, tenth).await, (vec![blue], None), "a page that no one asked for the one before of");
        assert_eq!(found(server, me, json!({"query": "red", "page": 2})).await, (vec![], None));
    }
}

test_on_both! {
    async fn no_one_finds_what_they_may_not_see(learning: Learning) {
        let server = &learning.server;
        let (me, other) = (&server.admin, User::another(server, "other@example.org").await);
        let (mine, theirs) = (me.upload(server, &plain(RED, 64)).await, other.upload(server, &plain(ORANGE, 64)).await);
        server.finish_jobs().await;
        assert_eq!(found(server, me, json!({"query": "red"})).await.0, [mine]);
        let refused = "Not found or no asset.read access";
        let by = |body: Value| server.post(me, "/search/smart").json(&body);
        assert_refused(by(json!({"queryAssetId": theirs})), 400, refused).await;
        assert_refused(by(json!({"queryAssetId": Uuid::new_v4()})), 400, refused).await;
        let neither = "Either `query` or `queryAssetId` must be set";
        assert_refused(by(json!({})), 400, neither).await;
        assert_refused(by(json!({"query": "  "})), 400, neither).await;
        order(server, "smartSearch", json!({"command": "pause"})).await;
        let unseen = me.upload_and_settle(server, &plain(GREEN, 64)).await;
        assert_refused(by(json!({"queryAssetId": unseen})), 400, &format!("Asset {unseen} has no embedding")).await;
        order(server, "smartSearch", json!({"command": "resume"})).await;

        let shared = server.post(&other, "/partners").json(&json!({"sharedWithId": me.id}));
        assert_eq!(Answer::of(shared).await.status, 201);
        let shown = server.put(me, &format!("/partners/{}", other.id)).json(&json!({"inTimeline": true}));
        assert_eq!(Answer::of(shown).await.status, 200);
        server.finish_jobs().await;
        assert_eq!(found(server, me, json!({"query": "red"})).await.0, [mine, theirs, unseen]);
        assert_eq!(found(server, me, json!({"queryAssetId": theirs})).await.0[0], theirs);
        assert_eq!(found(server, &other, json!({"query": "red"})).await.0, [theirs]);
    }
}

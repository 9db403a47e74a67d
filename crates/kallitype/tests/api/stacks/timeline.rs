//! Stacks in the timeline: one asset stands for all, wherever they show up.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{restore, set, stack, upload};
use crate::library::state::State;
use crate::support::{Answer, Credential, Server, User};
use crate::test_on_both;
use crate::timeline::walk;

const MONTH: &str = "2024-05-01";
const STACKED: (&str, &str) = ("withStacked", "true");
const SHOWN: (&str, &str) = ("visibility", "timeline");

/// The column of stacks, newest first.
async fn stacks(server: &Server, way: impl Into<Credential>, query: &[(&str, &str)]) -> Value {
    let request = server.get(way, "/timeline/bucket").query(query);
    let answer = Answer::of(request.query(&[("timeBucket", MONTH)])).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["stack"].clone()
}

test_on_both! {
    async fn one_of_a_stack_is_listed_and_counted(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..5).await;
        let newest: Vec<Uuid> = ids.iter().rev().copied().collect();
        let id = stack(&server, owner, &[ids[1], ids[0], ids[3]]).await;
        assert_eq!(walk(&server, owner, &[SHOWN]).await, newest, "all without a word");
        assert_eq!(walk(&server, owner, &[SHOWN, STACKED]).await, [ids[4], ids[2], ids[1]]);
        assert_eq!(walk(&server, owner, &[SHOWN, STACKED, ("order", "asc")]).await, [ids[1], ids[2], ids[4]]);
        assert_eq!(stacks(&server, owner, &[SHOWN, STACKED]).await, json!([null, null, [id, "3"]]));
        assert_eq!(stacks(&server, owner, &[SHOWN]).await, Value::Null);
        let change = server.put(owner, &format!("/stacks/{id}")).json(&json!({"primaryAssetId": ids[3]}));
        assert_eq!(Answer::of(change).await.status, 200);
        assert_eq!(walk(&server, owner, &[SHOWN, STACKED]).await, [ids[4], ids[3], ids[2]]);
        assert_eq!(stacks(&server, owner, &[SHOWN, STACKED]).await, json!([null, [id, "3"], null]));
        let left = server.delete(owner, &format!("/stacks/{id}/assets/{}", ids[0]));
        assert_eq!(Answer::of(left).await.status, 204);
        assert_eq!(stacks(&server, owner, &[SHOWN, STACKED]).await, json!([null, [id, "2"], null, null]));
        assert_eq!(Answer::of(server.delete(owner, &format!("/stacks/{id}"))).await.status, 204);
        assert_eq!(walk(&server, owner, &[SHOWN, STACKED]).await, newest);
        State::of(&server).await;
    }
}

test_on_both! {
    async fn no_picture_is_lost_from_sight_with_its_primary(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..4).await;
        let id = stack(&server, owner, &[ids[3], ids[0], ids[1], ids[2]]).await;
        owner.trash(&server, ids[3]).await;
        assert_eq!(walk(&server, owner, &[SHOWN, STACKED]).await, [ids[0]], "the first stands for it");
        assert_eq!(stacks(&server, owner, &[SHOWN, STACKED]).await, json!([[id, "3"]]));
        assert_eq!(walk(&server, owner, &[("isTrashed", "true"), STACKED]).await, [ids[3]]);
        assert_eq!(stacks(&server, owner, &[("isTrashed", "true"), STACKED]).await, json!([null]), "it is alone there");
        owner.trash(&server, ids[2]).await;
        assert_eq!(walk(&server, owner, &[("isTrashed", "true"), STACKED]).await, [ids[3]]);
        assert_eq!(walk(&server, owner, &[("isTrashed", "true")]).await, [ids[3], ids[2]]);
        restore(&server, owner, &[ids[2], ids[3]]).await;
        set(&server, owner, &[ids[3], ids[1]], json!({"visibility": "archive"})).await;
        assert_eq!(walk(&server, owner, &[SHOWN, STACKED]).await, [ids[0]]);
        assert_eq!(walk(&server, owner, &[("visibility", "archive"), STACKED]).await, [ids[3]]);
        assert_eq!(walk(&server, owner, &[STACKED]).await, [ids[3], ids[0]], "one where each of them shows up");
        set(&server, owner, &[ids[1]], json!({"visibility": "locked"})).await;
        assert_eq!(stacks(&server, owner, &[("visibility", "archive"), STACKED]).await, json!([null]));
        owner.unlock(&server).await;
        assert_eq!(walk(&server, owner, &[("visibility", "locked"), STACKED]).await, [ids[1]]);
        assert_eq!(stacks(&server, owner, &[("visibility", "locked"), STACKED]).await, json!([null]));
        State::of(&server).await;
    }
}

test_on_both! {
    async fn filters_leave_what_stands_for_its_stack(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..4).await;
        let id = stack(&server, owner, &ids[..3]).await;
        set(&server, owner, &[ids[0], ids[1], ids[3]], json!({"isFavorite": true})).await;
        let tag = Answer::of(server.put(owner, "/tags").json(&json!({"tags": ["sea"]}))).await.json[0]["id"].clone();
        let tag = tag.as_str().expect("an id");
        let assets = json!({"ids": [ids[1], ids[3], ids[0]]});
        assert_eq!(Answer::of(server.put(owner, &format!("/tags/{tag}/assets")).json(&assets)).await.status, 200);
        let favorites = ("isFavorite", "true");
        assert_eq!(walk(&server, owner, &[favorites, STACKED]).await, [ids[3], ids[0]]);
        assert_eq!(walk(&server, owner, &[favorites]).await, [ids[3], ids[1], ids[0]]);
        assert_eq!(walk(&server, owner, &[("isFavorite", "false"), STACKED]).await, Vec::<Uuid>::new());
        assert_eq!(walk(&server, owner, &[("tagId", tag), STACKED]).await, [ids[3], ids[0]]);
        assert_eq!(stacks(&server, owner, &[favorites, STACKED]).await, json!([null, [id, "3"]]));
        set(&server, owner, &[ids[0]], json!({"isFavorite": false})).await;
        assert_eq!(walk(&server, owner, &[("isFavorite", "false"), STACKED]).await, [ids[0]]);
        State::of(&server).await;
    }
}

test_on_both! {
    async fn a_stack_moves_with_the_dates_of_its_assets(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..3).await;
        stack(&server, owner, &ids).await;
        set(&server, owner, &[ids[0]], json!({"dateTimeOriginal": "2020-02-03T04:05:06Z"})).await;
        assert_eq!(walk(&server, owner, &[SHOWN, STACKED]).await, [ids[0]]);
        let buckets = Answer::of(server.get(owner, "/timeline/buckets").query(&[SHOWN, STACKED])).await;
        assert_eq!(buckets.json, json!([{"timeBucket": "2020-02-01", "count": 1}]));
        owner.trash(&server, ids[0]).await;
        set(&server, owner, &[ids[1]], json!({"dateTimeOriginal": "2025-02-03T04:05:06Z"})).await;
        assert_eq!(walk(&server, owner, &[SHOWN, STACKED]).await, [ids[2]], "the oldest now");
        State::of(&server).await;
    }
}

test_on_both! {
    async fn partners_see_stacks_and_albums_do_not_tell_of_them(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let ids = upload(&server, owner, 0..3).await;
        let id = stack(&server, owner, &ids).await;
        let partner = json!({"sharedWithId": other.id});
        assert_eq!(Answer::of(server.post(owner, "/partners").json(&partner)).await.status, 201);
        let user = owner.id.to_string();
        let timeline = [("userId", user.as_str()), SHOWN, STACKED];
        assert_eq!(walk(&server, &other, &timeline).await, [ids[0]]);
        assert_eq!(stacks(&server, &other, &timeline).await, json!([[id, "3"]]));
        let people = json!({"albumUsers": [{"userId": other.id, "role": "viewer"}]});
        let album = owner.album(&server, &ids[..2], people).await;
        let album = album["id"].as_str().expect("an id");
        let link = server.post(owner, "/shared-links").json(&json!({"type": "ALBUM", "albumId": album}));
        let key = Answer::of(link).await.json["key"].as_str().expect("a key").to_owned();
        let album = ("albumId", album);
        for way in [Credential::from(&other), Credential::LinkKey(key)] {
            assert_eq!(walk(&server, &way, &[album]).await, [ids[1], ids[0]], "{way:?}");
            assert_eq!(walk(&server, &way, &[album, STACKED]).await, [ids[0]], "{way:?}");
            assert_eq!(stacks(&server, &way, &[album, STACKED]).await, json!([null]), "{way:?}");
        }
        assert_eq!(stacks(&server, owner, &[album, STACKED]).await, json!([[id, "3"]]));
    }
}

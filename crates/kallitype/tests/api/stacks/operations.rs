//! The seven operations.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{assets_of, stack, told, told_by, upload};
use crate::support::{Answer, Credential, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

/// The caller's stacks, those of a primary or all.
async fn search(server: &Server, user: &User, primary: Option<Uuid>) -> Vec<Vec<Uuid>> {
    let query: Vec<(&str, String)> = primary
        .map(|id| ("primaryAssetId", id.to_string()))
        .into_iter()
        .collect();
    let answer = Answer::of(server.get(user, "/stacks").query(&query)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let stacks = answer.json.as_array().expect("a list").iter();
    stacks.map(assets_of).collect()
}

async fn remove(server: &Server, user: &User, stack: Uuid, asset: Uuid) -> Answer {
    let path = format!("/stacks/{stack}/assets/{asset}");
    Answer::of(server.delete(user, &path)).await
}

test_on_both! {
    async fn the_first_asset_stands_for_the_others(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..3).await;
        let body = json!({"assetIds": [ids[2], ids[0], ids[1], ids[0]]});
        let answer = Answer::of(server.post(owner, "/stacks").json(&body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(assets_of(&answer.json), [ids[2], ids[0], ids[1]]);
        let names: BTreeSet<&String> = answer.json.as_object().expect("an object").keys().collect();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["assets", "id", "primaryAssetId"]);
        let first = &answer.json["assets"][0];
        assert_eq!(first["stack"], Value::Null);
        assert!(first["exifInfo"].is_object() && first["fileCreatedAt"].as_str().is_some_and(|date| date.ends_with('Z')), "{first}");
        let id = answer.id();
        assert_eq!(told(&server, owner, id).await, Some(vec![ids[2], ids[0], ids[1]]));
        for asset in &ids {
            assert_eq!(told_by(&server, owner, *asset).await, Some((id, ids[2], 3)));
        }
    }
}

test_on_both! {
    async fn stacks_are_searched_by_their_primary(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let ids = upload(&server, owner, 0..5).await;
        assert_eq!(search(&server, owner, None).await, Vec::<Vec<Uuid>>::new());
        stack(&server, owner, &ids[..2]).await;
        stack(&server, owner, &[ids[4], ids[2]]).await;
        let all = BTreeSet::from_iter(search(&server, owner, None).await);
        assert_eq!(all, BTreeSet::from([vec![ids[0], ids[1]], vec![ids[4], ids[2]]]));
        for (primary, expected) in [(0, Some([0, 1])), (1, None), (2, None), (3, None), (4, Some([4, 2]))] {
            let expected: Vec<Vec<Uuid>> = expected.map(|places| places.map(|place: usize| ids[place]).to_vec()).into_iter().collect();
            assert_eq!(search(&server, owner, Some(ids[primary])).await, expected, "{primary}");
        }
        assert_eq!(search(&server, owner, Some(Uuid::new_v4())).await, Vec::<Vec<Uuid>>::new());
        assert_eq!(search(&server, &other, None).await, Vec::<Vec<Uuid>>::new());
        assert_eq!(search(&server, &other, Some(ids[0])).await, Vec::<Vec<Uuid>>::new());
        let malformed = server.get(owner, "/stacks").query(&[("primaryAssetId", "x")]);
        assert_invalid(malformed, &["primaryAssetId must be a UUID"]).await;
    }
}

test_on_both! {
    async fn who_stacks_a_primary_stacks_its_stack(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..8).await;
        let first = stack(&server, owner, &[ids[0], ids[1], ids[2]]).await;
        let second = stack(&server, owner, &[ids[3], ids[4], ids[5]]).await;
        // The primary of the first, and a member of the second.
        let merged = stack(&server, owner, &[ids[6], ids[0], ids[4]]).await;
        assert!(merged != first && merged != second);
        assert_eq!(told(&server, owner, first).await, None);
        assert_eq!(told(&server, owner, second).await, Some(vec![ids[3], ids[5]]));
        assert_eq!(told(&server, owner, merged).await, Some(vec![ids[6], ids[0], ids[1], ids[2], ids[4]]));
        // What is left of the second is one asset, which is no stack.
        let last = stack(&server, owner, &[ids[5], ids[7]]).await;
        assert_eq!(told(&server, owner, second).await, None);
        assert_eq!(told_by(&server, owner, ids[3]).await, None);
        assert_eq!(told(&server, owner, last).await, Some(vec![ids[5], ids[7]]));
    }
}

test_on_both! {
    async fn only_ones_own_is_stacked_and_only_what_is_shown(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let ids = upload(&server, owner, 0..6).await;
        let theirs = upload(&server, &other, 10..11).await[0];
        let partner = json!({"sharedWithId": owner.id});
        assert_eq!(Answer::of(server.post(&other, "/partners").json(&partner)).await.status, 201);
        let send = |body: Value| server.post(owner, "/stacks").json(&body);
        let refusal = "Not found or no asset.update access";
        assert_refused(send(json!({"assetIds": [ids[0], theirs]})), 400, refusal).await;
        assert_refused(send(json!({"assetIds": [ids[0], Uuid::new_v4()]})), 400, refusal).await;
        owner.trash(&server, ids[3]).await;
        for (asset, visibility) in [(ids[4], "hidden"), (ids[5], "locked")] {
            assert_eq!(owner.update(&server, asset, json!({"visibility": visibility})).await.status, 200);
        }
        assert_refused(send(json!({"assetIds": [ids[0], ids[5]]})), 400, refusal).await;
        owner.unlock(&server).await;
        for unshown in &ids[3..] {
            let message = "Only what is in the timeline or in the archive can be stacked";
            assert_refused(send(json!({"assetIds": [ids[0], unshown]})), 400, message).await;
        }
        for (body, rules) in [
            (json!({}), &["assetIds must be an array", "each value in assetIds must be a UUID"][..]),
            (json!({"assetIds": []}), &["assetIds must contain at least 2 elements"]),
            (json!({"assetIds": [ids[0]]}), &["assetIds must contain at least 2 elements"]),
            (json!({"assetIds": [ids[0], ids[0]]}), &["assetIds must contain at least 2 elements"]),
        ] {
            let answer = Answer::of(send(body.clone())).await;
            assert_eq!(answer.status, 400, "{answer:?}");
            let message = answer.json["message"].to_string();
            assert!(rules.iter().any(|rule| message.contains(rule)), "{body}: {message}");
        }
        let many: Vec<Uuid> = (0..501).map(|_| Uuid::new_v4()).collect();
        assert_invalid(send(json!({"assetIds": many})), &["assetIds must contain no more than 500 elements"]).await;
        assert_eq!(search(&server, owner, None).await, Vec::<Vec<Uuid>>::new());
        assert_eq!(told_by(&server, owner, ids[0]).await, None);
    }
}

test_on_both! {
    async fn another_asset_can_stand_for_a_stack(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..5).await;
        let id = stack(&server, owner, &ids[..4]).await;
        let path = format!("/stacks/{id}");
        let change = |body: Value| server.put(owner, &path).json(&body);
        let changed = Answer::of(change(json!({"primaryAssetId": ids[2]}))).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        assert_eq!(assets_of(&changed.json), [ids[2], ids[0], ids[1], ids[3]]);
        assert_eq!(search(&server, owner, Some(ids[2])).await.len(), 1);
        for nothing in [json!({}), json!({"primaryAssetId": null})] {
            let same = Answer::of(change(nothing)).await;
            assert_eq!((same.status, assets_of(&same.json)), (200, vec![ids[2], ids[0], ids[1], ids[3]]));
        }
        owner.trash(&server, ids[3]).await;
        for outside in [ids[4], ids[3], Uuid::new_v4()] {
            assert_refused(change(json!({"primaryAssetId": outside})), 400, "Primary asset must be in the stack").await;
        }
        assert_invalid(change(json!({"primaryAssetId": "x"})), &["primaryAssetId must be a UUID"]).await;
        assert_eq!(told(&server, owner, id).await, Some(vec![ids[2], ids[0], ids[1]]));
    }
}

test_on_both! {
    async fn a_stack_that_is_deleted_leaves_its_assets(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..8).await;
        let mut stacks = Vec::new();
        for pair in ids.chunks(2) {
            stacks.push(stack(&server, owner, pair).await);
        }
        let one = server.delete(owner, &format!("/stacks/{}", stacks[0]));
        assert_eq!(Answer::of(one).await.status, 204);
        let several = |ids: &[Uuid]| {
            let request = server.request_as(owner, Method::DELETE, "/stacks");
            request.json(&json!({"ids": ids}))
        };
        let refusal = "Not found or no stack.delete access";
        assert_refused(several(&[stacks[1], Uuid::new_v4()]), 400, refusal).await;
        assert_refused(several(&[stacks[1], stacks[0]]), 400, refusal).await;
        assert_eq!(told(&server, owner, stacks[1]).await, Some(ids[2..4].to_vec()), "all or none");
        assert_eq!(Answer::of(several(&[stacks[1], stacks[2], stacks[1]])).await.status, 204);
        assert_eq!(Answer::of(several(&[])).await.status, 204);
        assert_eq!(search(&server, owner, None).await, [ids[6..].to_vec()]);
        for (place, asset) in ids.iter().enumerate() {
            let expected = (place >= 6).then_some((stacks[3], ids[6], 2));
            assert_eq!(told_by(&server, owner, *asset).await, expected);
        }
    }
}

test_on_both! {
    async fn an_asset_leaves_a_stack_and_the_last_one_is_none(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..4).await;
        let id = stack(&server, owner, &ids[..3]).await;
        for (asset, message) in [(ids[3], "Asset not in stack"), (Uuid::new_v4(), "Asset not in stack"), (ids[0], "Cannot remove stack's primary asset")] {
            let refused = remove(&server, owner, id, asset).await;
            assert_eq!((refused.status, &refused.json["message"]), (400, &json!(message)));
        }
        for (path, rule) in [(format!("/stacks/{id}/assets/x"), "assetId must be a UUID"), (format!("/stacks/x/assets/{id}"), "id must be a UUID")] {
            assert_invalid(server.delete(owner, &path), &[rule]).await;
        }
        assert_eq!(remove(&server, owner, id, ids[1]).await.status, 204);
        assert_eq!(told(&server, owner, id).await, Some(vec![ids[0], ids[2]]));
        assert_eq!(told_by(&server, owner, ids[1]).await, None);
        assert_eq!(remove(&server, owner, id, ids[2]).await.status, 204);
        assert_eq!(told(&server, owner, id).await, None);
        assert_eq!(told_by(&server, owner, ids[0]).await, None);
    }
}

test_on_both! {
    async fn no_one_else_is_told_of_a_stack(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let ids = upload(&server, owner, 0..2).await;
        let id = stack(&server, owner, &ids).await;
        let partner = json!({"sharedWithId": other.id});
        assert_eq!(Answer::of(server.post(owner, "/partners").json(&partner)).await.status, 201);
        let link = owner.share_key(&server, &ids, json!({})).await;
        for way in [Credential::from(&other), link.clone()] {
            let shown = Answer::of(server.get(&way, &format!("/assets/{}", ids[0]))).await;
            assert_eq!((shown.status, &shown.json["stack"]), (200, &Value::Null), "{way:?}");
        }
        let path = format!("/stacks/{id}");
        let asset = format!("{path}/assets/{}", ids[1]);
        for (method, path, permission) in [
            (Method::GET, &path, "stack.read"),
            (Method::PUT, &path, "stack.update"),
            (Method::DELETE, &path, "stack.delete"),
            (Method::DELETE, &asset, "stack.update"),
        ] {
            let send = |way: &Credential| server.request_as(way, method.clone(), path).json(&json!({"primaryAssetId": ids[1]}));
            let message = format!("Not found or no {permission} access");
            assert_refused(send(&Credential::from(&other)), 400, &message).await;
            assert_eq!(Answer::of(send(&link)).await.status, 403);
            assert_eq!(Answer::of(send(&Credential::None)).await.status, 401);
            let key = owner.api_key(&server, &["asset.update"]).await;
            assert_refused(send(&key), 403, &format!("Missing required permission: {permission}")).await;
        }
        assert_eq!(told(&server, owner, id).await, Some(ids));
    }
}

test_on_both! {
    async fn a_stack_has_so_many_assets_at_most(server: Server) {
        let owner = &server.admin;
        let first = upload(&server, owner, 0..2).await;
        stack(&server, owner, &first).await;
        let mut many = Vec::new();
        for seed in 0..499 {
            many.push(owner.upload(&server, &Picture::new(format!("picture {seed}").into_bytes(), "broken.jpg")).await);
        }
        let id = stack(&server, owner, &many).await;
        assert_eq!(told_by(&server, owner, many[300]).await, Some((id, many[0], 499)));
        // Both stacks would come along.
        let body = json!({"assetIds": [many[0], first[0]]});
        assert_refused(server.post(owner, "/stacks").json(&body), 400, "A stack has 500 assets at most").await;
        let fitting = stack(&server, owner, &[many[0], first[1]]).await;
        assert_eq!(told_by(&server, owner, first[1]).await, Some((fitting, many[0], 500)));
        assert_eq!(told_by(&server, owner, first[0]).await, None);
    }
}

test_on_both! {
    async fn a_search_finds_every_asset_of_a_stack(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..3).await;
        stack(&server, owner, &ids[..2]).await;
        for body in [json!({}), json!({"withStacked": true}), json!({"withStacked": false})] {
            let found = Answer::of(server.post(owner, "/search/metadata").json(&body)).await;
            let items = &found.json["assets"]["items"];
            assert_eq!((items.as_array().map(Vec::len), &items[2]["stack"]), (Some(3), &Value::Null), "{body}");
        }
    }
}

//! The three operations.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{compare, copy, delete, groups, told, upload_copies};
use crate::support::{Answer, Credential, User, assert_invalid, assert_refused};
use crate::test_on_both;

const NOTHING: [Vec<Uuid>; 0] = [];

test_on_both! {
    async fn groups_are_told_with_their_assets_the_oldest_first(server: Server) {
        let owner = &server.admin;
        assert_eq!(groups(&server, owner).await, NOTHING);
        let later = upload_copies(&server, owner, 2, 2).await;
        let earlier = upload_copies(&server, owner, 1, 3).await;
        upload_copies(&server, owner, 3, 1).await;
        assert_eq!(groups(&server, owner).await, [earlier, later.clone()]);
        let answer = Answer::of(server.get(owner, "/duplicates")).await;
        let group = &answer.json[1];
        let names: BTreeSet<&String> = group.as_object().expect("an object").keys().collect();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["assets", "duplicateId"]);
        let first = &group["assets"][0];
        assert_eq!((&first["id"], &first["duplicateId"]), (&json!(later[0]), &group["duplicateId"]));
        assert!(first["exifInfo"].is_object() && first["fileCreatedAt"].as_str().is_some_and(|date| date.ends_with('Z')), "{first}");
        assert_eq!(owner.asset(&server, later[1]).await["duplicateId"], group["duplicateId"]);
    }
}

test_on_both! {
    async fn only_what_is_shown_by_itself_is_told_of(server: Server) {
        let owner = &server.admin;
        let ids = upload_copies(&server, owner, 1, 3).await;
        owner.trash(&server, ids[1]).await;
        assert_eq!(groups(&server, owner).await, [vec![ids[0], ids[2]]]);
        owner.trash(&server, ids[2]).await;
        assert_eq!(groups(&server, owner).await, NOTHING, "one alone is no group");
        let restored = server.post(owner, "/trash/restore/assets").json(&json!({"ids": ids[1..]}));
        assert_eq!(Answer::of(restored).await.status, 200);
        assert_eq!(groups(&server, owner).await, std::slice::from_ref(&ids));
        owner.unlock(&server).await;
        for (visibility, is_told) in [("archive", true), ("hidden", false), ("locked", false), ("timeline", true)] {
            assert_eq!(owner.update(&server, ids[0], json!({"visibility": visibility})).await.status, 200);
            let expected = if is_told { &ids[..] } else { &ids[1..] };
            assert_eq!(groups(&server, owner).await, [expected], "{visibility}");
        }
        let stack = json!({"assetIds": ids[..2]});
        assert_eq!(Answer::of(server.post(owner, "/stacks").json(&stack)).await.status, 201);
        assert_eq!(groups(&server, owner).await, NOTHING, "what is stacked was decided about");
        // Nor is something like it looked for.
        compare(&server, true).await;
        assert_eq!(groups(&server, owner).await, NOTHING);
        owner.upload(&server, &copy(1, 8)).await;
        server.finish_jobs().await;
        let found = groups(&server, owner).await;
        assert!(found.len() == 1 && found[0].len() == 2 && found[0].contains(&ids[2]), "{found:?}");
    }
}

test_on_both! {
    async fn assets_of_a_group_that_is_deleted_stand_by_themselves(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for seed in 1..5 {
            ids.extend(upload_copies(&server, owner, seed, 2).await);
        }
        let all = told(&server, owner).await;
        assert_eq!(all.len(), 4);
        let one = server.delete(owner, &format!("/duplicates/{}", all[0].0));
        assert_eq!(Answer::of(one).await.status, 204);
        assert_eq!(told(&server, owner).await, all[1..]);
        // What is none is passed over.
        delete(&server, owner, &[all[1].0, Uuid::new_v4(), all[2].0, all[0].0]).await;
        delete(&server, owner, &[]).await;
        assert_eq!(told(&server, owner).await, all[3..]);
        for (place, asset) in ids.iter().enumerate() {
            let asset = owner.asset(&server, *asset).await;
            let expected = if place < 6 { Value::Null } else { json!(all[3].0) };
            assert_eq!((&asset["duplicateId"], &asset["isTrashed"]), (&expected, &json!(false)));
        }
        assert_invalid(server.delete(owner, "/duplicates/x"), &["id must be a UUID"]).await;
        let malformed = server.request_as(owner, Method::DELETE, "/duplicates").json(&json!({"ids": ["x"]}));
        assert_invalid(malformed, &["each value in ids must be a UUID"]).await;
    }
}

test_on_both! {
    async fn groups_are_their_owners_alone(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let ids = upload_copies(&server, owner, 1, 2).await;
        let group = told(&server, owner).await[0].0;
        // Clients may say which group an asset is in, and any id.
        let theirs = upload_copies(&server, &other, 2, 2).await;
        let body = json!({"ids": theirs, "duplicateId": group});
        assert_eq!(Answer::of(server.put(&other, "/assets").json(&body)).await.status, 204);
        assert_eq!(told(&server, owner).await, [(group, ids.clone())]);
        assert_eq!(told(&server, &other).await, [(group, theirs)]);
        let one = format!("/duplicates/{group}");
        assert_eq!(Answer::of(server.delete(&other, &one)).await.status, 204);
        assert_eq!(groups(&server, &other).await, NOTHING);
        delete(&server, &other, &[group]).await;
        let link = owner.share_key(&server, &ids, json!({})).await;
        for (method, path, permission) in [
            (Method::GET, "/duplicates", "duplicate.read"),
            (Method::DELETE, "/duplicates", "duplicate.delete"),
            (Method::DELETE, one.as_str(), "duplicate.delete"),
        ] {
            let send = |way: &Credential| server.request_as(way, method.clone(), path).json(&json!({"ids": [group]}));
            assert_eq!(Answer::of(send(&link)).await.status, 403);
            assert_eq!(Answer::of(send(&Credential::None)).await.status, 401);
            let key = owner.api_key(&server, &["asset.read", "asset.update"]).await;
            assert_refused(send(&key), 403, &format!("Missing required permission: {permission}")).await;
        }
        assert_eq!(told(&server, owner).await, [(group, ids)]);
        let key = owner.api_key(&server, &["duplicate.delete"]).await;
        assert_eq!(Answer::of(server.delete(&key, &one)).await.status, 204);
        assert_eq!(groups(&server, owner).await, NOTHING);
    }
}

//! Persons who are the same, and faces that are another's.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{create, face_of, faces, get, named, seen, show, tell_face, upload_some};
use crate::support::{Answer, Server, User, assert_refused};
use crate::test_on_both;

async fn merge(server: &Server, user: &User, person: Uuid, ids: &[Uuid]) -> Value {
    let path = format!("/people/{person}/merge");
    let answer = Answer::of(server.post(user, &path).json(&json!({"ids": ids}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

test_on_both! {
    async fn whoever_is_the_same_becomes_one(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let theirs = named(&server, &other, "Eve").await;
        let assets = upload_some(&server, owner, 3).await;
        let target = create(&server, owner, json!({"isHidden": true})).await;
        let ada = create(&server, owner, json!({"name": "Ada", "isFavorite": true})).await;
        let lady = create(&server, owner, json!({"name": "Lady L.", "birthDate": "1815-12-10"})).await;
        show(&server, owner, ada, &assets[..2]).await;
        show(&server, owner, lady, &assets[1..]).await;
        let refused = "Cannot merge a person into themselves";
        let path = format!("/people/{target}/merge");
        assert_refused(server.post(owner, &path).json(&json!({"ids": [ada, target]})), 400, refused).await;
        let done = merge(&server, owner, target, &[ada, theirs, Uuid::nil(), lady, ada]).await;
        assert_eq!(done, json!([
            {"id": ada, "success": true},
            {"id": theirs, "success": false, "error": "no_permission"},
            {"id": Uuid::nil(), "success": false, "error": "no_permission"},
            {"id": lady, "success": true},
            {"id": ada, "success": false, "error": "no_permission"},
        ]));
        let merged = get(&server, owner, target).await;
        assert_eq!((&merged["name"], &merged["birthDate"]), (&json!("Ada"), &json!("1815-12-10")));
        assert_eq!((&merged["isHidden"], &merged["isFavorite"]), (&json!(true), &json!(false)));
        assert_eq!(seen(&server, owner, target).await, 3);
        for gone in [ada, lady] {
            assert_refused(server.get(owner, &format!("/people/{gone}")), 400, "Not found or no person.read access").await;
        }
        let on_second = faces(&server, owner, assets[1]).await;
        assert_eq!(on_second.len(), 2);
        assert!(on_second.iter().all(|face| face["person"]["id"] == json!(target)));
        assert_eq!(get(&server, &other, theirs).await["name"], "Eve");
        // A name that is there stays.
        let more = create(&server, owner, json!({"name": "Countess", "birthDate": "1900-01-01"})).await;
        merge(&server, owner, target, &[more]).await;
        let merged = get(&server, owner, target).await;
        assert_eq!((&merged["name"], &merged["birthDate"]), (&json!("Ada"), &json!("1815-12-10")));
    }
}

test_on_both! {
    async fn faces_become_another_persons(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let theirs = other.upload(&server, &crate::support::Picture::jpeg(9)).await;
        let eve = named(&server, &other, "Eve").await;
        show(&server, &other, eve, &[theirs]).await;
        let assets = upload_some(&server, owner, 2).await;
        let (ada, bob) = (named(&server, owner, "Ada").await, named(&server, owner, "Bob").await);
        show(&server, owner, ada, &assets).await;
        tell_face(&server, owner, &face_of(ada, assets[0])).await;
        let path = format!("/people/{bob}/reassign");
        let reassign = |data: Value| server.put(owner, &path).json(&json!({"data": data}));
        let item = |person: Uuid, asset: Uuid| json!({"personId": person, "assetId": asset});
        let answer = Answer::of(reassign(json!([item(ada, assets[0]), item(bob, assets[1])]))).await;
        assert_eq!((answer.status, answer.json.as_array().map(Vec::len)), (200, Some(2)), "{answer:?}");
        assert_eq!((&answer.json[0]["id"], &answer.json[1]["name"]), (&json!(bob), &json!("Bob")));
        assert_eq!(seen(&server, owner, bob).await, 1);
        assert_eq!(seen(&server, owner, ada).await, 1);
        assert_eq!(faces(&server, owner, assets[0]).await.len(), 2);
        // All or nothing, and nothing of others.
        for foreign in [theirs, Uuid::nil()] {
            let data = json!([item(ada, assets[1]), item(eve, foreign)]);
            assert_refused(reassign(data), 400, "Not found or no person.create access").await;
        }
        assert_eq!((seen(&server, owner, ada).await, seen(&server, &other, eve).await), (json!(1), json!(1)));
        // What is locked stays as it is, until the PIN is given.
        owner.update(&server, assets[1], json!({"visibility": "locked"})).await;
        assert_refused(reassign(json!([item(ada, assets[1])])), 400, "Not found or no person.create access").await;
        owner.unlock(&server).await;
        assert_eq!(Answer::of(reassign(json!([item(ada, assets[1])]))).await.status, 200);
    }
}

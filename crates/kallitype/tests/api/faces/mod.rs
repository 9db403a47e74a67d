//! `/faces`: where in a picture someone is, by the user's hand.

mod files;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::people::{delete_face, face_of, faces, get, named, show, tell_face, upload_some};
use crate::support::{Answer, Door, Picture, User, assert_invalid, assert_refused};
use crate::test_on_both;

test_on_both! {
    async fn faces_are_told_from_left_to_right(server: Server) {
        let owner = &server.admin;
        let asset = upload_some(&server, owner, 1).await[0];
        let (ada, bob) = (named(&server, owner, "Ada").await, named(&server, owner, "Bob").await);
        for (person, x, width) in [(bob, 700, 100), (ada, 0, 1), (ada, 900, 100)] {
            tell_face(&server, owner, &json!({
                "assetId": asset, "personId": person, "imageWidth": 1000, "imageHeight": 500,
                "x": x, "y": 400, "width": width, "height": 100,
            })).await;
        }
        // Thumbnails are drawn, by which persons change.
        server.finish_jobs().await;
        let told = faces(&server, owner, asset).await;
        let expected: Vec<Value> = [(ada, 0, 1), (bob, 700, 800), (ada, 900, 1000)].iter().zip(&told).map(|((_, x1, x2), face)| json!({
            "id": face["id"], "imageWidth": 1000, "imageHeight": 500, "boundingBoxX1": x1, "boundingBoxX2": x2,
            "boundingBoxY1": 400, "boundingBoxY2": 500, "sourceType": "manual", "person": face["person"],
        })).collect();
        assert_eq!(told, expected);
        assert_eq!(told[0]["person"], get(&server, owner, ada).await);
        assert_eq!(told[1]["person"], get(&server, owner, bob).await);
        // The same in what is known of the asset.
        let people = owner.asset(&server, asset).await["people"].clone();
        assert_eq!(people[0]["id"], json!(ada));
        let ids: Vec<&Value> = people[0]["faces"].as_array().expect("faces").iter().map(|face| &face["id"]).collect();
        assert_eq!(ids, [&told[0]["id"], &told[2]["id"]]);
        assert_eq!(people[1]["faces"][0]["boundingBoxX1"], 700);
        assert!(people[0]["faces"][0].get("person").is_none());
    }
}

test_on_both! {
    async fn faces_are_given_to_others_and_taken_away(server: Server) {
        let owner = &server.admin;
        let asset = upload_some(&server, owner, 1).await[0];
        let (ada, bob) = (named(&server, owner, "Ada").await, named(&server, owner, "Bob").await);
        show(&server, owner, ada, &[asset, asset]).await;
        let told = faces(&server, owner, asset).await;
        let give = |person: Uuid, face: &Value| server.put(owner, &format!("/faces/{person}")).json(&json!({"id": face}));
        let given = Answer::of(give(bob, &told[0]["id"])).await;
        assert_eq!((given.status, &given.json["name"]), (200, &json!("Bob")));
        let owners: Vec<Value> = faces(&server, owner, asset).await.iter().map(|face| face["person"]["name"].clone()).collect();
        assert_eq!(owners.iter().filter(|name| **name == "Bob").count(), 1, "{owners:?}");
        assert_refused(give(Uuid::nil(), &told[0]["id"]), 400, "Not found or no person.update access").await;
        assert_refused(give(bob, &json!(Uuid::nil())), 400, "Not found or no person.create access").await;
        for (face, force) in told.iter().zip([false, true]) {
            delete_face(&server, owner, face, force).await;
            let path = format!("/faces/{}", face["id"].as_str().expect("an id"));
            let again = server.delete(owner, &path).json(&json!({"force": true}));
            assert_refused(again, 400, "Not found or no face.delete access").await;
        }
        assert_eq!(faces(&server, owner, asset).await, Vec::<Value>::new());
        assert_eq!(owner.asset(&server, asset).await["people"], json!([]));
        // One was hidden, the other is gone.
        assert_eq!(server.texts("SELECT source FROM asset_face".into()).await, ["manual"]);
    }
}

test_on_both! {
    async fn boxes_lie_within_the_picture(server: Server) {
        let owner = &server.admin;
        let asset = upload_some(&server, owner, 1).await[0];
        let ada = named(&server, owner, "Ada").await;
        let with = |changes: Value| {
            let mut body = face_of(ada, asset);
            for (name, value) in changes.as_object().expect("an object") {
                body[name] = value.clone();
            }
            server.post(owner, "/faces").json(&body)
        };
        for (changes, rule) in [
            (json!({"x": -1}), "x must not be less than 0"),
            (json!({"y": 0.5}), "y must be an integer number"),
            (json!({"width": 0}), "width must not be less than 1"),
            (json!({"height": "x"}), "height must be an integer number"),
            (json!({"imageWidth": 0}), "imageWidth must not be less than 1"),
            (json!({"imageHeight": 1e9}), "imageHeight must not be greater than 1000000"),
            (json!({"x": 33}), "x plus width must not be greater than imageWidth"),
            (json!({"height": 49}), "y plus height must not be greater than imageHeight"),
            (json!({"assetId": "x"}), "assetId must be a UUID"),
            (json!({"personId": null}), "personId must be a UUID"),
        ] {
            assert_invalid(with(changes), &[rule]).await;
        }
        let missing = server.post(owner, "/faces").json(&json!({"assetId": asset, "personId": ada, "y": 0, "width": 1, "height": 1, "imageWidth": 1, "imageHeight": 1}));
        assert_invalid(missing, &["x should not be empty", "x must be an integer number"]).await;
        let refused = server.delete(owner, &format!("/faces/{}", Uuid::nil())).json(&json!({}));
        assert_invalid(refused, &["force should not be empty", "force must be a boolean value"]).await;
        assert_eq!(faces(&server, owner, asset).await, Vec::<Value>::new());
        assert_eq!(Answer::of(with(json!({"x": 32, "y": 24}))).await.status, 201);
    }
}

test_on_both! {
    async fn faces_are_their_owners_to_tell(server: Server) {
        let owner = &server.admin;
        let (partner, stranger) = (User::another(&server, "partner@example.org").await, User::another(&server, "stranger@example.org").await);
        let shared = server.post(owner, "/partners").json(&json!({"sharedWithId": partner.id}));
        assert_eq!(Answer::of(shared).await.status, 201);
        let asset = upload_some(&server, owner, 1).await[0];
        let (ada, eve) = (named(&server, owner, "Ada").await, named(&server, &partner, "Eve").await);
        show(&server, owner, ada, &[asset]).await;
        // A partner may see where faces are, but not whose; what is known of the asset says nothing of them.
        let told = faces(&server, &partner, asset).await;
        assert_eq!((told.len(), &told[0]["person"]), (1, &Value::Null));
        let seen = Answer::of(server.get(&partner, &format!("/assets/{asset}"))).await.json;
        assert_eq!((&seen["people"], &seen["unassignedFaces"]), (&json!([]), &json!([])));
        let found = Answer::of(server.post(&partner, "/search/metadata").json(&json!({"withPeople": true}))).await;
        assert!(found.json["assets"]["items"].as_array().expect("a list").iter().all(|item| item["people"] == json!([])));
        let link = owner.share_key(&server, &[asset], json!({"showMetadata": true})).await;
        let linked = Answer::of(server.get(&link, &format!("/assets/{asset}"))).await.json;
        assert_eq!((&linked["people"], &linked["unassignedFaces"]), (&json!([]), &json!([])));
        assert_refused(server.get(&stranger, &format!("/faces?id={asset}")), 400, "Not found or no asset.read access").await;
        // No one else records any, and no one's person is used by others.
        assert_refused(server.post(&partner, "/faces").json(&face_of(eve, asset)), 400, "Not found or no asset.update access").await;
        assert_refused(server.post(owner, "/faces").json(&face_of(eve, asset)), 400, "Not found or no person.read access").await;
        let face = &told[0]["id"];
        let take = server.put(&partner, &format!("/faces/{eve}")).json(&json!({"id": face}));
        assert_refused(take, 400, "Not found or no person.create access").await;
        let delete = server.delete(&partner, &format!("/faces/{}", face.as_str().expect("an id"))).json(&json!({"force": true}));
        assert_refused(delete, 400, "Not found or no face.delete access").await;
        assert_eq!(faces(&server, owner, asset).await[0]["person"]["name"], "Ada");
    }
}

test_on_both! {
    async fn what_is_out_of_sight_tells_no_faces(server: Server) {
        let owner = &server.admin;
        let assets = upload_some(&server, owner, 2).await;
        let ada = named(&server, owner, "Ada").await;
        show(&server, owner, ada, &assets).await;
        owner.trash(&server, assets[0]).await;
        assert_eq!(faces(&server, owner, assets[0]).await, Vec::<Value>::new());
        assert_eq!(owner.asset(&server, assets[0]).await["people"], json!([]));
        let told = faces(&server, owner, assets[1]).await;
        owner.update(&server, assets[1], json!({"visibility": "locked"})).await;
        let refused = "Not found or no asset.read access";
        assert_refused(server.get(owner, &format!("/faces?id={}", assets[1])), 400, refused).await;
        let face = told[0]["id"].as_str().expect("an id");
        let delete = server.delete(owner, &format!("/faces/{face}")).json(&json!({"force": true}));
        assert_refused(delete, 400, "Not found or no face.delete access").await;
        let give = server.put(owner, &format!("/faces/{ada}")).json(&json!({"id": face}));
        assert_refused(give, 400, "Not found or no person.create access").await;
        assert_refused(server.post(owner, "/faces").json(&face_of(ada, assets[1])), 400, "Not found or no asset.update access").await;
        owner.unlock(&server).await;
        assert_eq!(faces(&server, owner, assets[1]).await.len(), 1);
    }
}

test_on_both! {
    async fn only_users_with_the_permission_come_in(server: Server) {
        let owner = &server.admin;
        let asset = owner.upload(&server, &Picture::jpeg(1)).await;
        let ada = named(&server, owner, "Ada").await;
        show(&server, owner, ada, &[asset]).await;
        let face = faces(&server, owner, asset).await[0]["id"].clone();
        let list = format!("/faces?id={asset}");
        let give = format!("/faces/{ada}");
        let gone = format!("/faces/{}", face.as_str().expect("an id"));
        Door::new(Method::GET, &list, "face.read").open(&server, 200).await;
        Door::new(Method::POST, "/faces", "face.create").body(face_of(ada, asset)).open(&server, 201).await;
        Door::new(Method::PUT, &give, "face.update").body(json!({"id": face})).open(&server, 200).await;
        Door::new(Method::DELETE, &gone, "face.delete").body(json!({"force": true})).assert_closed(&server).await;
    }
}

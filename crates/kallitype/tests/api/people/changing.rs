//! Making, changing and deleting persons.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{create, delete_face, faces, get, named, show, update, upload_some};
use crate::support::{Answer, Door, User, assert_invalid, assert_refused};
use crate::test_on_both;

test_on_both! {
    async fn persons_are_what_they_were_made(server: Server) {
        let owner = &server.admin;
        let plain = get(&server, owner, create(&server, owner, json!({})).await).await;
        assert_eq!((&plain["name"], &plain["birthDate"], &plain["thumbnailPath"]), (&json!(""), &Value::Null, &json!("")));
        assert_eq!((&plain["isHidden"], &plain["isFavorite"]), (&json!(false), &json!(false)));
        assert!(plain.get("color").is_none() && plain["updatedAt"].is_string(), "{plain}");
        let body = json!({"name": "Ada", "birthDate": "1815-12-10", "color": "#aBc", "isHidden": true, "isFavorite": true});
        let answer = Answer::of(server.post(owner, "/people").json(&body)).await;
        assert_eq!(answer.status, 201);
        for (name, value) in body.as_object().expect("an object") {
            assert_eq!(answer.json[name], *value, "{name}");
        }
        assert_eq!(get(&server, owner, answer.id()).await, answer.json);
    }
}

test_on_both! {
    async fn persons_are_changed(server: Server) {
        let owner = &server.admin;
        let person = named(&server, owner, "Ada").await;
        for (body, name, value) in [
            (json!({"name": "Ada Lovelace"}), "name", json!("Ada Lovelace")),
            (json!({"birthDate": "1815-12-10"}), "birthDate", json!("1815-12-10")),
            (json!({}), "birthDate", json!("1815-12-10")),
            (json!({"birthDate": ""}), "birthDate", Value::Null),
            (json!({"birthDate": null}), "birthDate", Value::Null),
            (json!({"color": "fff"}), "color", json!("#fff")),
            (json!({"color": null}), "color", Value::Null),
            (json!({"isHidden": true}), "isHidden", json!(true)),
            (json!({"isFavorite": true}), "isFavorite", json!(true)),
            (json!({"name": ""}), "name", json!("")),
        ] {
            let answer = update(&server, owner, person, body.clone()).await;
            assert_eq!((answer.status, &answer.json[name]), (200, &value), "{body}");
            assert_eq!(get(&server, owner, person).await, answer.json);
        }
    }
}

test_on_both! {
    async fn many_are_changed_each_by_itself(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let (ada, bob) = (named(&server, owner, "Ada").await, named(&server, owner, "Bob").await);
        let theirs = named(&server, &other, "Eve").await;
        let body = json!({"people": [
            {"id": ada, "name": "Ada Lovelace", "color": "#fff"},
            {"id": theirs, "name": "mine"},
            {"id": Uuid::nil(), "name": "no one"},
            {"id": bob, "featureFaceAssetId": ada, "name": "nobody"},
            {"id": bob, "isHidden": true},
        ]});
        let answer = Answer::of(server.put(owner, "/people").json(&body)).await;
        assert_eq!((answer.status, answer.json), (200, json!([
            {"id": ada, "success": true},
            {"id": theirs, "success": false, "error": "unknown"},
            {"id": Uuid::nil(), "success": false, "error": "unknown"},
            {"id": bob, "success": false, "error": "unknown"},
            {"id": bob, "success": true},
        ])));
        let ada = get(&server, owner, ada).await;
        assert_eq!((&ada["name"], ada.get("color")), (&json!("Ada Lovelace"), None));
        let bob = get(&server, owner, bob).await;
        assert_eq!((&bob["name"], &bob["isHidden"]), (&json!("Bob"), &json!(true)));
        assert_eq!(get(&server, &other, theirs).await["name"], "Eve");
    }
}

test_on_both! {
    async fn persons_go_and_their_faces_stay(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let theirs = named(&server, &other, "Eve").await;
        let assets = upload_some(&server, owner, 1).await;
        let mut people = Vec::new();
        for name in ["Ada", "Bob", "Cyd"] {
            let person = named(&server, owner, name).await;
            show(&server, owner, person, &assets).await;
            people.push(person);
        }
        let gone = server.delete(owner, &format!("/people/{}", people[0]));
        assert_eq!(Answer::of(gone).await.status, 204);
        let delete = |ids: Value| server.request_as(owner, Method::DELETE, "/people").json(&json!({"ids": ids}));
        for foreign in [theirs, people[0], Uuid::nil()] {
            let refused = "Not found or no person.delete access";
            assert_refused(delete(json!([people[1], foreign])), 400, refused).await;
        }
        assert_eq!(Answer::of(delete(json!([people[1], people[1], people[2]]))).await.status, 204);
        for person in people {
            assert_refused(server.get(owner, &format!("/people/{person}")), 400, "Not found or no person.read access").await;
        }
        let left = faces(&server, owner, assets[0]).await;
        assert_eq!(left.len(), 3);
        assert!(left.iter().all(|face| face["person"].is_null()), "{left:?}");
        let asset = owner.asset(&server, assets[0]).await;
        assert_eq!(asset["people"], json!([]));
        assert_eq!(asset["unassignedFaces"].as_array().map(Vec::len), Some(3));
        delete_face(&server, owner, &left[0], true).await;
        assert_eq!(get(&server, &other, theirs).await["name"], "Eve");
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let owner = &server.admin;
        let person = named(&server, owner, "Ada").await;
        let path = format!("/people/{person}");
        let format = "birthDate must be a string in the format yyyy-MM-dd";
        let long = "x".repeat(256);
        for (body, rule) in [
            (json!({"birthDate": "2999-01-01"}), "Birth date cannot be in the future"),
            (json!({"birthDate": "1815-13-10"}), format),
            (json!({"birthDate": "10.12.1815"}), format),
            (json!({"birthDate": "1815-12-10T00:00:00Z"}), format),
            (json!({"birthDate": "1815-2-1"}), format),
            (json!({"birthDate": 1815}), "birthDate must be a string"),
            (json!({"color": "red"}), "color must be a hexadecimal color"),
            (json!({"name": null}), "name must be a string"),
            (json!({"name": long}), "name must be shorter than or equal to 255 characters"),
            (json!({"isHidden": 1}), "isHidden must be a boolean value"),
            (json!({"isFavorite": null}), "isFavorite must be a boolean value"),
        ] {
            assert!(Answer::of(server.post(owner, "/people").json(&body)).await.status == 400, "{body}");
            assert_invalid(server.put(owner, &path).json(&body), &[rule]).await;
        }
        assert_invalid(server.put(owner, &path).json(&json!({"featureFaceAssetId": "x"})), &["featureFaceAssetId must be a UUID"]).await;
        assert_invalid(server.put(owner, "/people").json(&json!({})), &["people must be an array"]).await;
        let item = server.put(owner, "/people").json(&json!({"people": [{"id": person}, {"id": person, "name": 5}]}));
        assert_invalid(item, &["people.1.name must be a string"]).await;
        assert_eq!(get(&server, owner, person).await["name"], "Ada");
    }
}

test_on_both! {
    async fn persons_of_others_are_not_there(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let person = named(&server, owner, "Ada").await;
        let mine = named(&server, &other, "Eve").await;
        for person in [person, Uuid::nil()] {
            let one = format!("/people/{person}");
            let (merge, reassign) = (format!("{one}/merge"), format!("{one}/reassign"));
            for (method, path, body, permission) in [
                (Method::GET, &one, json!({}), "person.read"),
                (Method::GET, &format!("{one}/statistics"), json!({}), "person.read"),
                (Method::GET, &format!("{one}/thumbnail"), json!({}), "person.read"),
                (Method::PUT, &one, json!({"name": "Eve"}), "person.update"),
                (Method::DELETE, &one, json!({}), "person.delete"),
                (Method::POST, &merge, json!({"ids": [mine]}), "person.update"),
                (Method::PUT, &reassign, json!({"data": []}), "person.update"),
            ] {
                let request = server.request_as(&other, method, path).json(&body);
                assert_refused(request, 400, &format!("Not found or no {permission} access")).await;
            }
            let closest = server.get(&other, &format!("/people?closestPersonId={person}"));
            assert_refused(closest, 404, "Person not found").await;
        }
        assert_eq!(get(&server, owner, person).await["name"], "Ada");
        assert_eq!(get(&server, &other, mine).await["name"], "Eve");
    }
}

test_on_both! {
    async fn only_users_with_the_permission_come_in(server: Server) {
        let person = named(&server, &server.admin, "Ada").await;
        let one = format!("/people/{person}");
        let (merge, reassign) = (format!("{one}/merge"), format!("{one}/reassign"));
        let statistics = format!("{one}/statistics");
        let none = json!({"ids": []});
        for (door, status) in [
            (Door::new(Method::GET, "/people", "person.read"), 200),
            (Door::new(Method::POST, "/people", "person.create"), 201),
            (Door::new(Method::PUT, "/people", "person.update").body(json!({"people": []})), 200),
            (Door::new(Method::DELETE, "/people", "person.delete").body(none.clone()), 204),
            (Door::new(Method::GET, &one, "person.read"), 200),
            (Door::new(Method::PUT, &one, "person.update"), 200),
            (Door::new(Method::POST, &merge, "person.merge").body(none.clone()), 200),
            (Door::new(Method::PUT, &reassign, "person.reassign").body(json!({"data": []})), 200),
            (Door::new(Method::GET, &statistics, "person.statistics"), 200),
        ] {
            door.open(&server, status).await;
        }
        // One is enough: the table of routes is tried as a whole elsewhere.
        Door::new(Method::DELETE, &one, "person.delete").assert_closed(&server).await;
    }
}

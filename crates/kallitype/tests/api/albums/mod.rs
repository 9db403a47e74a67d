//! `/albums`

mod assets;
mod links;
mod users;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

/// The URL of an album.
fn path_of(album: &Value) -> String {
    format!("/albums/{}", album["id"].as_str().expect("an id"))
}

/// An album as a user sees it.
async fn seen(server: &Server, user: &User, album: &Value) -> Value {
    let answer = Answer::of(server.get(user, &path_of(album))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

/// The ids of what an album shows, in its order.
fn shown(album: &Value) -> Vec<Uuid> {
    let assets = album["assets"].as_array().expect("a list");
    let id = |asset: &Value| {
        asset["id"]
            .as_str()
            .expect("an id")
            .parse()
            .expect("a UUID")
    };
    assets.iter().map(id).collect()
}

async fn list(server: &Server, user: &User, query: &str) -> Vec<Value> {
    let answer = Answer::of(server.get(user, &format!("/albums{query}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let names = answer.json.as_array().expect("a list").iter();
    names.map(|album| album["albumName"].clone()).collect()
}

async fn change(server: &Server, user: &User, album: &Value, changes: Value) -> Answer {
    let request = server.request_as(user, Method::PATCH, &path_of(album));
    Answer::of(request.json(&changes)).await
}

/// Invites someone.
async fn invite(server: &Server, owner: &User, album: &Value, user: &User, role: &str) {
    let body = json!({"albumUsers": [{"userId": user.id, "role": role}]});
    let request = server.put(owner, &format!("{}/users", path_of(album)));
    let answer = Answer::of(request.json(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

test_on_both! {
    async fn an_album_is_made_read_changed_and_deleted(server: Server) {
        let owner = &server.admin;
        let early = owner.upload(&server, &Picture::jpeg(1).with("fileCreatedAt", "2001-01-01T00:00:00.000Z")).await;
        let late = owner.upload(&server, &Picture::jpeg(2).with("fileCreatedAt", "2002-02-02T00:00:00.000Z")).await;
        server.finish_jobs().await;
        let album = owner.album(&server, &[early, late], json!({"description": "Sea"})).await;
        for (property, value) in [
            ("albumName", json!("Holidays")),
            ("description", json!("Sea")),
            ("albumThumbnailAssetId", json!(early)),
            ("albumUsers", json!([])),
            ("assetCount", json!(2)),
            ("hasSharedLink", json!(false)),
            ("isActivityEnabled", json!(true)),
            ("order", json!("desc")),
            ("ownerId", json!(owner.id)),
            ("shared", json!(false)),
        ] {
            assert_eq!(album[property], value, "{property}");
        }
        assert_eq!(album["owner"]["email"], json!(owner.email));
        assert_eq!(shown(&album), [late, early]);
        assert_eq!(album["startDate"], album["assets"][1]["localDateTime"]);
        assert_eq!(album["endDate"], album["assets"][0]["localDateTime"]);
        assert_eq!(seen(&server, owner, &album).await, album);
        let without = Answer::of(server.get(owner, &format!("{}?withoutAssets=true", path_of(&album)))).await;
        assert_eq!(without.json["assets"], json!([]));
        assert_eq!(without.json["assetCount"], 2);

        let changes = json!({"albumName": "Beach", "description": "", "order": "asc", "isActivityEnabled": false,
            "albumThumbnailAssetId": late});
        let changed = change(&server, owner, &album, changes).await;
        assert_eq!(changed.status, 200);
        assert_eq!(shown(&changed.json), [early, late]);
        for (property, value) in [("albumName", json!("Beach")), ("description", json!("")), ("order", json!("asc")),
            ("isActivityEnabled", json!(false)), ("albumThumbnailAssetId", json!(late))] {
            assert_eq!(changed.json[property], value, "{property}");
        }
        assert_eq!(Answer::of(server.delete(owner, &path_of(&album))).await.status, 204);
        assert_refused(server.get(owner, &path_of(&album)), 400, "Not found or no album.read access").await;
        assert_eq!(owner.asset(&server, early).await["id"], json!(early), "the pictures stay");
    }
}

test_on_both! {
    async fn albums_are_listed_by_whose_they_are_and_who_sees_them(server: Server) {
        let (owner, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let picture = owner.upload(&server, &Picture::jpeg(1)).await;
        owner.album(&server, &[picture], json!({"albumName": "mine"})).await;
        let shared = owner.album(&server, &[picture], json!({"albumName": "shared"})).await;
        let linked = owner.album(&server, &[], json!({"albumName": "linked"})).await;
        let theirs = other.album(&server, &[], json!({"albumName": "theirs"})).await;
        invite(&server, owner, &shared, &other, "viewer").await;
        invite(&server, &other, &theirs, owner, "viewer").await;
        let link = json!({"type": "ALBUM", "albumId": linked["id"]});
        assert_eq!(Answer::of(server.post(owner, "/shared-links").json(&link)).await.status, 201);

        assert_eq!(list(&server, owner, "").await, ["linked", "shared", "mine"]);
        assert_eq!(list(&server, owner, "?shared=true").await, ["theirs", "linked", "shared"]);
        assert_eq!(list(&server, owner, "?shared=false").await, ["mine"]);
        assert_eq!(list(&server, owner, "?isOwned=false").await, ["theirs"]);
        assert_eq!(list(&server, owner, &format!("?assetId={picture}")).await, ["shared", "mine"]);
        assert_eq!(list(&server, &other, &format!("?assetId={picture}")).await, ["shared"]);
        let counts = Answer::of(server.get(owner, "/albums/statistics")).await;
        assert_eq!(counts.json, json!({"owned": 3, "shared": 3, "notShared": 1}));
    }
}

test_on_both! {
    async fn clients_of_api_3_find_the_owner_among_the_people(server: Server) {
        let (owner, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let album = owner.album(&server, &[], json!({})).await;
        invite(&server, owner, &album, &other, "editor").await;
        let roles = |album: &Value| -> Vec<Value> {
            album["albumUsers"].as_array().expect("a list").iter().map(|user| user["role"].clone()).collect()
        };
        assert_eq!(roles(&seen(&server, owner, &album).await), ["editor"]);
        let request = server.get(owner, &path_of(&album)).header("x-kallitype-api-version", "3");
        assert_eq!(roles(&Answer::of(request).await.json), ["owner", "editor"]);
    }
}

test_on_both! {
    async fn bad_albums_are_refused(server: Server) {
        let owner = &server.admin;
        assert_invalid(server.post(owner, "/albums").json(&json!({})), &["albumName must be a string"]).await;
        let long = json!({"albumName": "x".repeat(256)});
        let rule = "albumName must be shorter than or equal to 255 characters";
        assert_invalid(server.post(owner, "/albums").json(&long), &[rule]).await;
        let body = json!({"albumName": "", "assetIds": ["x"], "albumUsers": [{"role": "owner"}]});
        assert_invalid(server.post(owner, "/albums").json(&body), &[
            "each value in assetIds must be a UUID",
            "albumUsers.0.role must be one of the following values: editor, viewer",
            "albumUsers.0.userId should not be empty",
            "albumUsers.0.userId must be a UUID",
        ])
        .await;
        let strangers = json!({"albumName": "", "albumUsers": [{"role": "editor", "userId": Uuid::new_v4()}]});
        assert_refused(server.post(owner, "/albums").json(&strangers), 400, "User not found").await;
        let myself = json!({"albumName": "", "albumUsers": [{"role": "editor", "userId": owner.id}]});
        assert_refused(server.post(owner, "/albums").json(&myself), 400, "Cannot share album with owner").await;
        assert_eq!(list(&server, owner, "").await, Vec::<Value>::new(), "what was refused left nothing");
        let album = owner.album(&server, &[], json!({"albumName": ""})).await;
        let picture = owner.upload(&server, &Picture::jpeg(1)).await;
        let changed = change(&server, owner, &album, json!({"albumThumbnailAssetId": picture})).await;
        assert_eq!((changed.status, &changed.json["message"]), (400, &json!("Invalid album thumbnail")));
    }
}

test_on_both! {
    async fn an_album_that_is_not_mine_is_as_if_it_were_not_there(server: Server) {
        let stranger = User::another(&server, "stranger@example.org").await;
        let album = server.admin.album(&server, &[], json!({})).await;
        let nothing = json!({"id": Uuid::new_v4()});
        for album in [&album, &nothing] {
            let path = path_of(album);
            let users = json!({"albumUsers": [{"userId": stranger.id}]});
            let me = format!("{path}/user/me");
            let ids = json!({"ids": []});
            for (request, need) in [
                (server.get(&stranger, &path), "album.read"),
                (server.request_as(&stranger, Method::PATCH, &path).json(&json!({})), "album.update"),
                (server.delete(&stranger, &path), "album.delete"),
                (server.put(&stranger, &format!("{path}/users")).json(&users), "album.share"),
                (server.put(&stranger, &me).json(&json!({"role": "editor"})), "album.share"),
                (server.delete(&stranger, &me), "album.read"),
                (server.put(&stranger, &format!("{path}/assets")).json(&ids), "albumAsset.create"),
                (server.delete(&stranger, &format!("{path}/assets")).json(&ids), "albumAsset.delete"),
            ] {
                assert_refused(request, 400, &format!("Not found or no {need} access")).await;
            }
        }
    }
}

test_on_both! {
    async fn albums_survive_a_sudden_end_and_a_lost_database(server: Server) {
        let mut server = server;
        let (owner, other) = (server.admin.clone(), User::another(&server, "other@example.org").await);
        let (first, second) = (owner.upload(&server, &Picture::jpeg(1)).await, owner.upload(&server, &Picture::jpeg(2)).await);
        let album = owner.album(&server, &[first, second], json!({"description": "Sea"})).await;
        invite(&server, &owner, &album, &other, "editor").await;
        let gone = owner.album(&server, &[first], json!({"albumName": "gone"})).await;
        assert_eq!(Answer::of(server.delete(&owner, &path_of(&gone))).await.status, 204);
        let changes = json!({"albumName": "Beach", "order": "asc", "albumThumbnailAssetId": second});
        assert_eq!(change(&server, &owner, &album, changes).await.status, 200);
        let path = format!("{}/assets", path_of(&album));
        let removed = server.delete(&owner, &path).json(&json!({"ids": [first]}));
        assert_eq!(Answer::of(removed).await.status, 200);
        let before = seen(&server, &owner, &album).await;
        server.crash();
        let said = crate::library::rebuild::lose_and_rebuild(&mut server);
        assert!(said.contains("1 albums"), "{said}");
        server.start_again();
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        let after = seen(&server, &owner, &album).await;
        for property in ["id", "albumName", "description", "albumThumbnailAssetId", "order", "ownerId", "createdAt"] {
            assert_eq!(after[property], before[property], "{property}");
        }
        assert_eq!(shown(&after), [second]);
        assert_eq!(after["albumUsers"][0]["user"]["id"], json!(other.id));
        assert_eq!(after["albumUsers"][0]["role"], "editor");
    }
}

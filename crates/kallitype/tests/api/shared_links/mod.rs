//! `/shared-links`

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

fn link_id(link: &Value) -> String {
    link["id"].as_str().expect("an id").to_owned()
}

fn key_of(link: &Value) -> Credential {
    Credential::LinkKey(link["key"].as_str().expect("a key").to_owned())
}

async fn change(server: &Server, link: &Value, changes: Value) -> Answer {
    let path = format!("/shared-links/{}", link_id(link));
    Answer::of(
        server
            .request_as(&server.admin, Method::PATCH, &path)
            .json(&changes),
    )
    .await
}

test_on_both! {
    async fn a_link_is_made_listed_changed_and_removed(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({"description": "Summer", "slug": "summer"})).await;
        assert_eq!(link["assets"][0]["id"], json!(id));
        for (property, value) in [
            ("type", json!("INDIVIDUAL")),
            ("description", json!("Summer")),
            ("slug", json!("summer")),
            ("password", Value::Null),
            ("expiresAt", Value::Null),
            ("allowDownload", json!(true)),
            ("showMetadata", json!(true)),
            ("userId", json!(owner.id)),
        ] {
            assert_eq!(link[property], value, "{property}");
        }
        let listed = Answer::of(server.get(owner, "/shared-links")).await;
        assert_eq!(listed.json, json!([link]));
        let path = format!("/shared-links/{}", link_id(&link));
        assert_eq!(Answer::of(server.get(owner, &path)).await.json, link);
        let changed = change(&server, &link, json!({"description": null, "allowDownload": false})).await;
        assert_eq!(changed.json["description"], Value::Null);
        assert_eq!(changed.json["allowDownload"], false);
        assert_eq!(Answer::of(server.delete(owner, &path)).await.status, 204);
        assert_refused(server.get(owner, &path), 400, "Shared link not found").await;
        assert_refused(server.get(key_of(&link), "/shared-links/me"), 401, "Invalid share key").await;
    }
}

test_on_both! {
    async fn only_what_is_mine_and_in_the_open_can_be_shared(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let theirs = other.upload(&server, &Picture::jpeg(1)).await;
        let trashed = server.admin.upload(&server, &Picture::jpeg(2)).await;
        server.admin.trash(&server, trashed).await;
        let locked = server.admin.upload(&server, &Picture::jpeg(3).with("visibility", "locked")).await;
        for asset in [theirs, trashed, locked, Uuid::new_v4()] {
            let body = json!({"type": "INDIVIDUAL", "assetIds": [asset]});
            let request = server.post(&server.admin, "/shared-links").json(&body);
            assert_refused(request, 400, "Not found or no asset.share access").await;
        }
        assert_invalid(server.post(&server.admin, "/shared-links").json(&json!({})), &[
            "type should not be empty",
            "type must be one of the following values: ALBUM, INDIVIDUAL",
        ])
        .await;
    }
}

test_on_both! {
    async fn another_users_links_are_out_of_reach(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let link = server.admin.share(&server, &[id], json!({"slug": "mine"})).await;
        let path = format!("/shared-links/{}", link_id(&link));
        assert_eq!(Answer::of(server.get(&other, "/shared-links")).await.json, json!([]));
        assert_refused(server.get(&other, &path), 400, "Shared link not found").await;
        assert_refused(server.delete(&other, &path), 400, "Shared link not found").await;
        let theirs = other.upload(&server, &Picture::jpeg(1)).await;
        let body = json!({"type": "INDIVIDUAL", "assetIds": [theirs], "slug": "mine"});
        let taken = server.post(&other, "/shared-links").json(&body);
        assert_refused(taken, 400, "Shared link with this slug already exists").await;
    }
}

test_on_both! {
    async fn a_password_opens_its_own_link_and_no_other(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({"password": "sesame"})).await;
        let twin = owner.share(&server, &[id], json!({"password": "sesame"})).await;
        assert_eq!(link["password"], "••••••••", "never the password itself");
        let info = format!("/assets/{id}");
        for path in ["/shared-links/me", info.as_str()] {
            assert_refused(server.get(key_of(&link), path), 401, "Invalid password").await;
        }
        let wrong = server.get(key_of(&link), "/shared-links/me").query(&[("password", "simsalabim")]);
        assert_refused(wrong, 401, "Invalid password").await;
        let right = server.post(key_of(&link), "/shared-links/login").json(&json!({"password": "sesame"}));
        let opened = Answer::of(right).await;
        assert_eq!(opened.status, 201, "{opened:?}");
        let cookie = opened.header("set-cookie").to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let with_cookie = |link: &Value| server.get(key_of(link), &info).header("cookie", cookie.clone());
        assert_eq!(Answer::of(with_cookie(&link)).await.status, 200);
        assert_refused(with_cookie(&twin), 401, "Invalid password").await;

        let kept = change(&server, &link, json!({"password": "••••••••"})).await;
        assert_eq!(kept.json["password"], "••••••••");
        assert_eq!(Answer::of(with_cookie(&link)).await.status, 200, "the mask leaves the password as it is");
        change(&server, &link, json!({"password": "another"})).await;
        assert_refused(with_cookie(&link), 401, "Invalid password").await;
        let open = change(&server, &link, json!({"password": null})).await;
        assert_eq!(open.json["password"], Value::Null);
        assert_eq!(Answer::of(server.get(key_of(&link), &info)).await.status, 200);
    }
}

test_on_both! {
    async fn a_link_ends_when_it_should(server: Server) {
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let link = server.admin.share(&server, &[id], json!({"expiresAt": "2020-01-01T00:00:00.000Z"})).await;
        assert_refused(server.get(key_of(&link), &format!("/assets/{id}")), 401, "Invalid share key").await;
        let revived = change(&server, &link, json!({"changeExpiryTime": true})).await;
        assert_eq!(revived.json["expiresAt"], Value::Null);
        assert_eq!(Answer::of(server.get(key_of(&link), &format!("/assets/{id}"))).await.status, 200);
    }
}

test_on_both! {
    async fn a_link_that_hides_metadata_keeps_the_originals(server: Server) {
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let link = server.admin.share(&server, &[id], json!({"showMetadata": false, "allowDownload": true})).await;
        assert_eq!(link["allowDownload"], false);
        let shown = Answer::of(server.get(key_of(&link), "/shared-links/me")).await;
        assert_eq!(shown.json["assets"][0]["originalFileName"], "");
        assert_refused(server.get(key_of(&link), &format!("/assets/{id}/original")), 403, "Forbidden").await;
    }
}

test_on_both! {
    async fn assets_join_and_leave_a_link(server: Server) {
        let owner = &server.admin;
        let first = owner.upload(&server, &Picture::jpeg(1)).await;
        let second = owner.upload(&server, &Picture::jpeg(2)).await;
        let link = owner.share(&server, &[first], json!({})).await;
        let path = format!("/shared-links/{}/assets", link_id(&link));
        let missing = Uuid::new_v4();
        let body = json!({"assetIds": [first, second, missing]});
        let added = Answer::of(server.put(owner, &path).json(&body)).await;
        assert_eq!(added.json, json!([
            {"assetId": first, "success": false, "error": "duplicate"},
            {"assetId": second, "success": true},
            {"assetId": missing, "success": false, "error": "no_permission"},
        ]));
        let seen = format!("/assets/{first}");
        assert_eq!(Answer::of(server.get(key_of(&link), &seen)).await.status, 200);
        let removed = Answer::of(server.delete(owner, &path).json(&json!({"assetIds": [first, missing]}))).await;
        assert_eq!(removed.json, json!([
            {"assetId": first, "success": true},
            {"assetId": missing, "success": false, "error": "not_found"},
        ]));
        assert_refused(server.get(key_of(&link), &seen), 400, "Not found or no asset.read access").await;
    }
}

test_on_both! {
    async fn guessing_the_password_is_slowed_down(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({"password": "sesame"})).await;
        let login = |password: &str| server.post(key_of(&link), "/shared-links/login").json(&json!({"password": password}));
        for _ in 0..10 {
            assert_refused(login("simsalabim"), 401, "Invalid password").await;
        }
        assert_refused(login("sesame"), 429, "Too many wrong passwords, try again later").await;
    }
}

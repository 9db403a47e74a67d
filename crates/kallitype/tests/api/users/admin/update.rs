//! `PUT /admin/users/{id}`

use serde_json::{Value, json};
use uuid::Uuid;

use super::{account, delete, path};
use crate::support::user::PASSWORD;
use crate::support::{Answer, Credential, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

async fn update(server: &Server, user: &User, changes: Value) -> Answer {
    Answer::of(server.put(&server.admin, &path(user)).json(&changes)).await
}

test_on_both! {
    async fn what_is_given_changes_and_the_rest_stays(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let mut expected = account(&server, &other).await;
        for (property, given, kept) in [
            ("name", json!("Another"), json!("Another")),
            ("email", json!("ANOTHER@example.org"), json!("another@example.org")),
            ("quotaSizeInBytes", json!(0), json!(0)),
            ("quotaSizeInBytes", json!(null), json!(null)),
            ("storageLabel", json!("a/b"), json!("ab")),
            ("storageLabel", json!(""), json!(null)),
            ("isAdmin", json!(true), json!(true)),
            ("shouldChangePassword", json!(false), json!(false)),
            ("avatarColor", json!("gray"), json!("gray")),
        ] {
            let changed = update(&server, &other, json!({property: given})).await;
            assert_eq!(changed.status, 200, "{property} {changed:?}");
            expected[property] = kept;
            expected["updatedAt"] = changed.json["updatedAt"].clone();
            assert_eq!(changed.json, expected, "{property}");
        }
    }
}

test_on_both! {
    async fn a_password_reset_ends_every_session(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let key = other.api_key(&server, &["all"]).await;
        let change = json!({"password": "chosen by someone else", "shouldChangePassword": true});
        assert_eq!(update(&server, &other, change).await.json["shouldChangePassword"], true);
        assert_refused(server.get(&other, "/users/me"), 401, "Invalid user token").await;
        assert_eq!(Answer::of(server.get(&key, "/users/me")).await.status, 200);
        let login = async |password: &str| {
            let body = json!({"email": other.email, "password": password});
            Answer::of(server.post(Credential::None, "/auth/login").json(&body)).await
        };
        assert_eq!(login(PASSWORD).await.status, 401);
        assert_eq!(login("chosen by someone else").await.json["shouldChangePassword"], true);
    }
}

test_on_both! {
    async fn a_forgotten_pin_is_taken_away(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        other.unlock(&server).await;
        assert_eq!(update(&server, &other, json!({"pinCode": null})).await.status, 200);
        let status = Answer::of(server.get(&other, "/auth/status")).await.json;
        assert_eq!((&status["pinCode"], &status["isElevated"]), (&json!(false), &json!(false)));
        let request = server.put(&server.admin, &path(&other)).json(&json!({"pinCode": "12"}));
        assert_invalid(request, &["pinCode must be a 6-digit numeric string"]).await;
        assert_eq!(update(&server, &other, json!({"pinCode": "654321"})).await.status, 200);
        let unlock = server.post(&other, "/auth/session/unlock").json(&json!({"pinCode": "654321"}));
        assert_eq!(Answer::of(unlock).await.status, 204);
    }
}

test_on_both! {
    async fn there_is_always_an_administrator(server: Server) {
        let request = server.put(&server.admin, &path(&server.admin)).json(&json!({"isAdmin": false}));
        assert_refused(request, 400, "Admin status can only be changed by another admin").await;
        let other = User::another_with(&server, "other@example.org", &["--admin"]).await;
        // Each takes the other's rights at once: only one of them can be first.
        let take = |from: &User, by: &User| server.put(by, &path(from)).json(&json!({"isAdmin": false}));
        let (first, second) = tokio::join!(
            Answer::of(take(&other, &server.admin)),
            Answer::of(take(&server.admin, &other)),
        );
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403]);
    }
}

test_on_both! {
    async fn what_is_taken_and_who_is_gone_is_refused(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let gone = User::another(&server, "gone@example.org").await;
        update(&server, &gone, json!({"storageLabel": "label"})).await;
        delete(&server, &gone, false).await;
        let put = |changes: Value| server.put(&server.admin, &path(&other)).json(&changes);
        for email in ["Admin@example.org", "gone@example.org"] {
            assert_refused(put(json!({"email": email})), 400, "Email already in use by another account").await;
        }
        let message = "Storage label already in use by another account";
        assert_refused(put(json!({"storageLabel": "label"})), 400, message).await;
        for id in [gone.id, Uuid::new_v4()] {
            let request = server.put(&server.admin, &format!("/admin/users/{id}")).json(&json!({"name": "x"}));
            assert_refused(request, 400, "User not found").await;
        }
    }
}

test_on_both! {
    async fn a_limited_key_cannot_take_an_administrators_account_over(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let admin = User::another_with(&server, "admin-too@example.org", &["--admin"]).await;
        let key = server.admin.api_key(&server, &["adminUser.update"]).await;
        let missing = "Missing required permission: all";
        for changes in [json!({"password": "mine"}), json!({"email": "mine@example.org"}), json!({"pinCode": null})] {
            assert_refused(server.put(&key, &path(&admin)).json(&changes), 403, missing).await;
            assert_eq!(Answer::of(server.put(&key, &path(&other)).json(&changes)).await.status, 200);
        }
        assert_refused(server.put(&key, &path(&other)).json(&json!({"isAdmin": true})), 403, missing).await;
    }
}

test_on_both! {
    async fn two_uploads_at_once_do_not_both_fit_into_the_room_for_one(server: Server) {
        let pictures: Vec<Picture> = (1..=6).map(Picture::jpeg).collect();
        let largest = pictures.iter().map(|picture| picture.bytes.len()).max().unwrap();
        let other = User::another(&server, "other@example.org").await;
        update(&server, &other, json!({"quotaSizeInBytes": largest + largest / 2})).await;
        let uploads = pictures.iter().map(|picture| {
            tokio::spawn(server.post(&other, "/assets").multipart(picture.form()).send())
        });
        let mut created = 0;
        for upload in uploads.collect::<Vec<_>>() {
            created += u32::from(upload.await.unwrap().unwrap().status() == 201);
        }
        assert_eq!(created, 1);
        let shown = account(&server, &other).await;
        assert!(shown["quotaUsageInBytes"].as_u64() <= shown["quotaSizeInBytes"].as_u64(), "{shown}");
    }
}

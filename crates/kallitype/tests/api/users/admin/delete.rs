//! `DELETE /admin/users/{id}`, `POST /admin/users/{id}/restore`, and what becomes of the accounts

use serde_json::{Value, json};
use uuid::Uuid;

use super::{account, delete, path};
use crate::support::server::files_below;
use crate::support::user::PASSWORD;
use crate::support::{
    Answer, Credential, Engine, LateUpload, Picture, Server, User, assert_refused, eventually,
};
use crate::test_on_both;

async fn restore(server: &Server, user: &User) -> Answer {
    Answer::of(server.post(&server.admin, &format!("{}/restore", path(user)))).await
}

fn login(server: &Server, email: &str) -> reqwest::RequestBuilder {
    let body = json!({"email": email, "password": PASSWORD});
    server.post(Credential::None, "/auth/login").json(&body)
}

/// Waits until there is no such account.
async fn removed(server: &Server, user: &User) {
    eventually("the account's removal", async || {
        let answer = Answer::of(server.get(&server.admin, &path(user))).await;
        (answer.status == 400).then_some(())
    })
    .await;
    server.finish_jobs().await;
}

/// Every file of a user.
fn files_of(server: &Server, user: &User) -> usize {
    let folders = ["upload", "thumbs", "encoded-video", "profile"];
    let of = |folder| server.options.data.join(folder).join(user.id.to_string());
    folders
        .iter()
        .map(|folder| files_below(&of(folder)).len())
        .sum()
}

test_on_both! {
    async fn a_deleted_account_is_shut_and_comes_back_whole(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let key = other.api_key(&server, &["all"]).await;
        let id = other.upload(&server, &Picture::jpeg(1)).await;
        let link = other.share(&server, &[id], json!({"slug": "shown", "allowUpload": true})).await;
        let link = Credential::LinkKey(link["key"].as_str().unwrap().to_owned());
        let slug = Credential::LinkSlug("shown".into());
        assert_eq!(Answer::of(server.get(&link, &format!("/assets/{id}"))).await.status, 200);

        let deleted = delete(&server, &other, false).await;
        assert_eq!((deleted.status, &deleted.json["status"]), (200, &json!("deleted")), "{deleted:?}");
        assert!(deleted.json["deletedAt"].is_string());
        assert_eq!(account(&server, &other).await, deleted.json);
        assert_refused(server.get(&other, "/users/me"), 401, "Invalid user token").await;
        assert_refused(server.get(&key, "/users/me"), 401, "Invalid API key").await;
        for path in [format!("/assets/{id}"), format!("/assets/{id}/original"), "/shared-links/me".into()] {
            assert_refused(server.get(&link, &path), 401, "Invalid share key").await;
            assert_refused(server.get(&slug, &path), 401, "Invalid share slug").await;
        }
        assert_refused(login(&server, &other.email), 401, "Incorrect email or password").await;
        let again = server.delete(&server.admin, &path(&other)).json(&json!({}));
        assert_refused(again, 400, "User not found").await;

        let restored = restore(&server, &other).await;
        assert_eq!((restored.status, &restored.json["status"]), (200, &json!("active")), "{restored:?}");
        assert_eq!(restored.json["deletedAt"], Value::Null);
        assert_refused(server.get(&other, "/users/me"), 401, "Invalid user token").await;
        assert_eq!(Answer::of(server.get(&key, "/users/me")).await.status, 200);
        let other = User::login(server.http(), &server.address, &other.email).await;
        other.asset(&server, id).await;
        assert_eq!(Answer::of(server.get(&link, &format!("/assets/{id}"))).await.status, 200);
    }
}

test_on_both! {
    async fn force_leaves_nothing(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let picture = Picture::jpeg(1);
        let mine = server.admin.upload_and_settle(&server, &picture).await;
        let video = other.upload(&server, &Picture::video(1)).await;
        let still = Picture::jpeg(2).with("livePhotoVideoId", &video.to_string());
        other.upload_and_settle(&server, &still).await;
        let theirs = other.upload_and_settle(&server, &picture).await;
        let trashed = other.upload(&server, &Picture::jpeg(3)).await;
        other.trash(&server, trashed).await;
        other.share(&server, &[theirs], json!({"slug": "shown"})).await;
        let form = reqwest::multipart::Form::new()
            .part("file", reqwest::multipart::Part::bytes(picture.bytes.clone()).file_name("me.jpg"));
        let image = server.post(&other, "/users/profile-image").multipart(form);
        assert_eq!(Answer::of(image).await.status, 201);
        server.finish_jobs().await;
        assert!(files_of(&server, &other) > 4);

        let deleted = delete(&server, &other, true).await;
        assert_eq!((deleted.status, &deleted.json["status"]), (200, &json!("removing")), "{deleted:?}");
        assert_refused(server.get(&other, "/users/me"), 401, "Invalid user token").await;
        removed(&server, &other).await;
        eventually("the files' removal", async || (files_of(&server, &other) == 0).then_some(())).await;
        for table in ["asset", "asset_count", "shared_link"] {
            let column = if table == "shared_link" { "user_id" } else { "owner_id" };
            let sql = format!("SELECT '{table}' FROM {table} WHERE {column} NOT IN (SELECT id FROM account)");
            assert!(server.jobs(Box::leak(sql.into_boxed_str())).await.is_empty(), "{table}");
        }
        assert_eq!(server.jobs("SELECT entity FROM tombstone WHERE entity = 'user'").await, ["user"]);
        assert_eq!(Answer::of(server.get(&server.admin, &format!("/assets/{mine}/original"))).await.bytes, picture.bytes);
        let again = User::another(&server, &other.email).await;
        assert_ne!(again.id, other.id);
    }
}

test_on_both! {
    async fn what_a_deleted_account_showed_others_goes_with_it(server: Server) {
        let (admin, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let id = other.upload(&server, &Picture::jpeg(1)).await;
        let album = json!({"albumName": "Shown", "assetIds": [id], "albumUsers": [{"userId": admin.id, "role": "editor"}]});
        let album = Answer::of(server.post(&other, "/albums").json(&album)).await;
        assert_eq!(album.status, 201, "{album:?}");
        let own = Answer::of(server.post(admin, "/albums").json(&json!({"albumName": "Own",
            "albumUsers": [{"userId": other.id, "role": "editor"}]}))).await;
        let held = format!("/albums/{}/assets", own.id());
        assert_eq!(Answer::of(server.put(&other, &held).json(&json!({"ids": [id]}))).await.status, 200);
        assert_eq!(Answer::of(server.post(&other, &format!("/partners/{}", admin.id))).await.status, 201);
        let seen = async || {
            let mut seen = Vec::new();
            for path in [format!("/albums/{}", album.id()), format!("/assets/{id}"), format!("/assets/{id}/original")] {
                seen.push(Answer::of(server.get(admin, &path)).await.status);
            }
            let albums = Answer::of(server.get(admin, "/albums?shared=true")).await.json;
            let is_listed = albums.as_array().unwrap().iter().any(|listed| listed["id"] == album.json["id"]);
            let partners = Answer::of(server.get(admin, "/partners?direction=shared-with")).await.json;
            let own = Answer::of(server.get(admin, &format!("/albums/{}", own.id()))).await.json;
            (seen, is_listed, partners.as_array().unwrap().len(), own["assetCount"].clone(), own["albumUsers"].as_array().unwrap().len())
        };
        let shown = (vec![200, 200, 200], true, 1, json!(1), 1);
        let hidden = (vec![400, 400, 400], false, 0, json!(0), 0);
        assert_eq!(seen().await, shown);
        delete(&server, &other, false).await;
        assert_eq!(seen().await, hidden);
        restore(&server, &other).await;
        assert_eq!(seen().await, shown);
        delete(&server, &other, true).await;
        assert_eq!(seen().await, hidden);
        removed(&server, &other).await;
        assert_eq!(seen().await, hidden);
        assert_eq!(server.jobs("SELECT name FROM album").await, ["Own"]);
    }
}

test_on_both! {
    async fn administrators_do_not_delete_themselves_or_the_last_one(server: Server) {
        let own = server.delete(&server.admin, &path(&server.admin)).json(&json!({"force": true}));
        assert_refused(own, 403, "Cannot delete your own account").await;
        let nobody = server.delete(&server.admin, &format!("/admin/users/{}", Uuid::new_v4())).json(&json!({}));
        assert_refused(nobody, 400, "User not found").await;
        let other = User::another_with(&server, "other@example.org", &["--admin"]).await;
        let (first, second) = tokio::join!(
            Answer::of(server.delete(&server.admin, &path(&other)).json(&json!({}))),
            Answer::of(server.delete(&other, &path(&server.admin)).json(&json!({}))),
        );
        assert!([first.status, second.status].contains(&200));
        assert!([401, 403].iter().any(|status| [first.status, second.status].contains(status)), "{first:?} {second:?}");
    }
}

async fn grace_period_ends(engine: Engine) {
    let server = Server::start_with(engine, |options| {
        options
            .with("user-delete-days", 3)
            .with("user-delete-interval-seconds", 1)
    })
    .await;
    let config = Answer::of(server.request(reqwest::Method::GET, "/server/config")).await;
    assert_eq!(config.json["userDeleteDelay"], 3);
    let (early, late) = (
        User::another(&server, "early@example.org").await,
        User::another(&server, "late@example.org").await,
    );
    early.upload(&server, &Picture::jpeg(1)).await;
    let kept = late.upload(&server, &Picture::jpeg(1)).await;
    for user in [&early, &late] {
        assert_eq!(delete(&server, user, false).await.status, 200);
    }
    let four_days = 4 * 24 * 60 * 60 * 1_000_000_i64;
    let aged = format!(
        "UPDATE account SET deleted_at = deleted_at - {four_days} WHERE email = 'early@example.org'"
    );
    assert_eq!(server.execute_sql(&aged).await, 1);
    removed(&server, &early).await;
    assert_eq!(files_of(&server, &early), 0);
    assert_eq!(restore(&server, &late).await.status, 200);
    let late = User::login(server.http(), &server.address, &late.email).await;
    late.asset(&server, kept).await;
}

#[tokio::test]
async fn the_grace_period_ends_on_sqlite() {
    grace_period_ends(Engine::Sqlite).await;
}

#[tokio::test]
async fn the_grace_period_ends_on_postgres() {
    grace_period_ends(Engine::Postgres).await;
}

test_on_both! {
    async fn an_upload_that_outlasts_its_account_is_refused(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let upload = LateUpload::begin(&server, &other, &Picture::jpeg(1)).await;
        assert_eq!(delete(&server, &other, false).await.status, 200);
        assert_eq!(upload.finish().await.status, 401);
        assert!(server.stored_originals().is_empty());
    }
}

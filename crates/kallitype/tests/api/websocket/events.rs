//! Which events there are, and who hears of them.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::user::PASSWORD;
use crate::support::{Answer, Exif, Listener, Picture, Server, User};
use crate::test_on_both;

async fn delete(server: &Server, who: &User, ids: &[Uuid], force: bool) {
    let body = json!({"ids": ids, "force": force});
    let request = server
        .request_as(who, Method::DELETE, "/assets")
        .json(&body);
    assert_eq!(Answer::of(request).await.status, 204);
}

async fn restore(server: &Server, who: &User, ids: &[Uuid]) {
    let request = server
        .post(who, "/trash/restore/assets")
        .json(&json!({"ids": ids}));
    assert_eq!(Answer::of(request).await.status, 200);
}

/// Makes the next event of a user's one that is known, so that nothing else came before it.
async fn mark(server: &Server, who: &User, listener: &mut Listener, asset: Uuid) {
    restore(server, who, &[asset]).await;
    assert_eq!(listener.hear("on_asset_restore").await, [json!([asset])]);
}

test_on_both! {
    async fn apps_hear_first_which_version_is_spoken(server: Server) {
        let token = format!("Bearer {}", server.admin.token);
        let mut listener = Listener::connect(&server, &[("authorization", &token)]).await;
        assert_eq!(listener.hear("on_server_version").await, [json!({"major": 2, "minor": 0, "patch": 0})]);
    }
}

test_on_both! {
    async fn a_new_picture_is_told_of_when_it_can_be_shown(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let mut listener = Listener::of(&server, owner).await;
        let mut others = Listener::of(&server, &other).await;
        let exif = Exif {
            date_time_original: Some("2024:02:03 04:05:06"),
            make: Some("Camera"),
            ..Exif::default()
        };
        let id = owner.upload(&server, &Picture::jpeg_with_exif(1, exif)).await;
        let values = listener.hear("on_upload_success").await;
        assert_eq!(values, [owner.asset(&server, id).await]);
        assert_eq!(values[0]["exifInfo"]["make"], "Camera");
        assert!(values[0]["thumbhash"].is_string());

        let ready = listener.hear("AssetUploadReadyV1").await.remove(0);
        assert_eq!(ready["asset"]["id"], json!(id));
        assert_eq!(ready["asset"]["localDateTime"], "2024-02-03T04:05:06.000Z");
        assert_eq!(ready["asset"]["duration"], Value::Null);
        assert_eq!(ready["exif"]["assetId"], json!(id));
        assert_eq!(ready["exif"]["make"], "Camera");

        // It is drawn again, which is nothing new.
        let body = json!({"assetIds": [id], "name": "regenerate-thumbnail"});
        assert_eq!(Answer::of(server.post(owner, "/assets/jobs").json(&body)).await.status, 204);
        owner.refresh(&server, id).await;
        mark(&server, owner, &mut listener, id).await;

        let theirs = other.upload_and_settle(&server, &Picture::jpeg(2)).await;
        others.hear("on_upload_success").await;
        others.hear("AssetUploadReadyV1").await;
        mark(&server, &other, &mut others, theirs).await;
    }
}

test_on_both! {
    async fn what_is_locked_or_hidden_is_not_told_of(server: Server) {
        let owner = &server.admin;
        let mut listener = Listener::of(&server, owner).await;
        for (number, visibility) in [(1, "locked"), (2, "hidden")] {
            let form = Picture::jpeg(number).form().text("visibility", visibility);
            let answer = Answer::of(server.post(owner, "/assets").multipart(form)).await;
            assert_eq!(answer.status, 201, "{answer:?}");
        }
        server.finish_jobs().await;
        let form = Picture::jpeg(3).form().text("visibility", "archive");
        let archived = Answer::of(server.post(owner, "/assets").multipart(form)).await.id();
        assert_eq!(listener.hear("on_upload_success").await[0]["id"], json!(archived));
    }
}

test_on_both! {
    async fn changes_that_go_into_the_sidecar_are_told(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        let mut listener = Listener::of(&server, owner).await;
        owner.update(&server, id, json!({"isFavorite": true})).await;
        owner.update(&server, id, json!({"description": "Told"})).await;
        let updated = listener.hear("on_asset_update").await.remove(0);
        assert_eq!(updated["exifInfo"]["description"], "Told");
        assert_eq!(updated["isFavorite"], true);
        server.finish_jobs().await;
        mark(&server, owner, &mut listener, id).await;
    }
}

test_on_both! {
    async fn the_way_through_the_trash_is_told(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let second = owner.upload_and_settle(&server, &Picture::jpeg(2)).await;
        let mut listener = Listener::of(&server, owner).await;
        delete(&server, owner, &[id, second], false).await;
        assert_eq!(listener.hear("on_asset_trash").await, [json!([id, second])]);
        restore(&server, owner, &[id]).await;
        assert_eq!(listener.hear("on_asset_restore").await, [json!([id])]);
        delete(&server, owner, &[id], true).await;
        assert_eq!(listener.hear("on_asset_delete").await, [json!(id)]);
        let empty = server.post(owner, "/trash/empty");
        assert_eq!(Answer::of(empty).await.status, 200);
        assert_eq!(listener.hear("on_asset_delete").await, [json!(second)]);
    }
}

test_on_both! {
    async fn long_lists_are_told_in_parts(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let mut listener = Listener::of(&server, owner).await;
        restore(&server, owner, &vec![id; 1000]).await;
        // On PostgreSQL, what is said twice in one transaction is told once.
        let mut told = 0;
        while told < 100 {
            let ids = listener.hear("on_asset_restore").await.remove(0);
            told = ids.as_array().expect("a list").len();
            assert!(told <= 150, "{told}");
        }
        delete(&server, owner, &[id], true).await;
    }
}

test_on_both! {
    async fn a_video_that_becomes_part_of_a_picture_is_told_of(server: Server) {
        let owner = &server.admin;
        let video = owner.upload(&server, &Picture::playable_film("film.mp4")).await;
        server.finish_jobs().await;
        let mut listener = Listener::of(&server, owner).await;
        let form = Picture::jpeg(1).form().text("livePhotoVideoId", video.to_string());
        let picture = Answer::of(server.post(owner, "/assets").multipart(form)).await.id();
        assert_eq!(listener.hear("on_asset_hidden").await, [json!(video)]);
        assert_eq!(listener.hear("on_upload_success").await[0]["id"], json!(picture));
        listener.hear("AssetUploadReadyV1").await;

        owner.update(&server, picture, json!({"livePhotoVideoId": null})).await;
        let released = listener.hear("on_upload_success").await.remove(0);
        assert_eq!(released["id"], json!(video));
    }
}

test_on_both! {
    async fn there_is_something_to_read(server: Server) {
        let owner = &server.admin;
        let guest = User::another(&server, "guest@example.org").await;
        let mut listener = Listener::of(&server, &guest).await;
        let album = owner.album(&server, &[], json!({"albumUsers": [{"userId": guest.id, "role": "viewer"}]})).await;
        let told = listener.hear("on_notification").await.remove(0);
        let listed = Answer::of(server.get(&guest, "/notifications?unread=true")).await.json;
        let invitation = listed.as_array().expect("a list").iter().find(|known| known["id"] == told["id"]);
        assert_eq!(Some(&told), invitation);
        assert_eq!(told["data"]["albumId"], album["id"]);
    }
}

test_on_both! {
    async fn the_end_of_an_account_is_told_everyone(server: Server) {
        let admin = &server.admin;
        let leaving = User::another(&server, "leaving@example.org").await;
        let staying = User::another(&server, "staying@example.org").await;
        let mut listener = Listener::of(&server, &staying).await;
        let key = leaving.api_key(&server, &["all"]).await;
        let mut theirs = Listener::of(&server, &key).await;
        let path = format!("/admin/users/{}", leaving.id);
        let request = server.delete(admin, &path).json(&json!({"force": true}));
        assert_eq!(Answer::of(request).await.status, 200);
        assert_eq!(listener.hear("on_user_delete").await, [json!(leaving.id)]);
        assert_eq!(theirs.rest().await, ["41"], "who has no account is told nothing more");
    }
}

test_on_both! {
    async fn a_session_that_ends_takes_its_apps_along(server: Server) {
        let owner = &server.admin;
        let other = User::login(server.http(), &server.address, &owner.email).await;
        let mut ended = Listener::of(&server, &other).await;
        let mut going_on = Listener::of(&server, owner).await;
        assert_eq!(Answer::of(server.post(&other, "/auth/logout")).await.status, 200);
        let (name, values) = ended.event().await;
        assert_eq!(name, "on_session_delete");
        assert!(values[0].as_str().is_some_and(|id| Uuid::parse_str(id).is_ok()), "{values:?}");
        assert_eq!(ended.rest().await, ["41"]);

        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        going_on.hear("on_upload_success").await;
        going_on.hear("AssetUploadReadyV1").await;
        mark(&server, owner, &mut going_on, id).await;
    }
}

test_on_both! {
    async fn so_do_passwords_and_keys_that_open_nothing_any_more(server: Server) {
        let owner = &server.admin;
        let another = User::login(server.http(), &server.address, &owner.email).await;
        let mut sessions = Listener::of(&server, &another).await;
        let body = json!({"password": PASSWORD, "newPassword": "another long password", "invalidateSessions": true});
        let change = server.post(owner, "/auth/change-password").json(&body);
        assert_eq!(Answer::of(change).await.status, 200);
        sessions.rest().await;

        let made = Answer::of(server.post(owner, "/api-keys").json(&json!({"name": "a", "permissions": ["all"]}))).await;
        let secret = made.json["secret"].as_str().expect("a secret").to_owned();
        let path = format!("/api-keys/{}", made.json["apiKey"]["id"].as_str().expect("an id"));
        let mut by_key = Listener::connect(&server, &[("x-api-key", &secret)]).await;
        by_key.hear("on_server_version").await;
        let less = server.put(owner, &path).json(&json!({"name": "a", "permissions": ["asset.read"]}));
        assert_eq!(Answer::of(less).await.status, 200);
        assert_eq!(by_key.rest().await, ["41"]);
        let more = server.put(owner, &path).json(&json!({"name": "a", "permissions": ["all"]}));
        assert_eq!(Answer::of(more).await.status, 200);
        let mut by_key = Listener::connect(&server, &[("x-api-key", &secret)]).await;
        by_key.hear("on_server_version").await;
        assert_eq!(Answer::of(server.delete(owner, &path)).await.status, 204);
        assert_eq!(by_key.rest().await, ["41"]);
    }
}

test_on_both! {
    async fn stacks_that_change_are_told(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for seed in 1..=3 {
            ids.push(owner.upload_and_settle(&server, &Picture::jpeg(seed)).await);
        }
        server.finish_jobs().await;
        let mut listener = Listener::of(&server, owner).await;
        let made = Answer::of(server.post(owner, "/stacks").json(&json!({"assetIds": ids}))).await;
        assert_eq!(made.status, 201, "{made:?}");
        assert_eq!(listener.hear("on_asset_stack_update").await, Vec::<Value>::new());
        let path = format!("/stacks/{}", made.id());
        let chosen = server.put(owner, &path).json(&json!({"primaryAssetId": ids[1]}));
        assert_eq!(Answer::of(chosen).await.status, 200);
        listener.hear("on_asset_stack_update").await;
        assert_eq!(Answer::of(server.delete(owner, &path)).await.status, 204);
        listener.hear("on_asset_stack_update").await;
        mark(&server, owner, &mut listener, ids[0]).await;
    }
}

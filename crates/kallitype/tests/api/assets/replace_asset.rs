//! `PUT /assets/{id}/original`

use reqwest::RequestBuilder;
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    Answer, Credential, Picture, User, assert_invalid, assert_refused, eventually,
};
use crate::test_on_both;

const REFUSAL: &str = "Not found or no asset.update access";

fn put(
    server: &crate::support::Server,
    credential: impl Into<Credential>,
    id: impl std::fmt::Display,
    picture: &Picture,
) -> RequestBuilder {
    server
        .put(credential, &format!("/assets/{id}/original"))
        .multipart(picture.form())
}

async fn original(server: &crate::support::Server, owner: &User, id: Uuid) -> Vec<u8> {
    Answer::of(server.get(owner, &format!("/assets/{id}/original")))
        .await
        .bytes
}

test_on_both! {
    async fn every_way_in_that_may_replace_replaces(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(0)).await;
        let ways = [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(&server, &["asset.replace"]).await,
            owner.api_key(&server, &["all"]).await,
        ];
        for (seed, way) in (1..).zip(&ways) {
            let picture = Picture::jpeg(seed);
            let answer = Answer::of(put(&server, way, id, &picture)).await;
            assert_eq!((answer.status, answer.json["status"].as_str()), (200, Some("replaced")), "{way:?} {answer:?}");
            assert_eq!(original(&server, owner, id).await, picture.bytes, "{way:?}");
        }
    }
}

test_on_both! {
    async fn no_one_else_replaces(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(0);
        let id = owner.upload(&server, &picture).await;
        let link = owner.share(&server, &[id], json!({"allowUpload": true, "slug": "holidays"})).await;
        let writer = owner.api_key(&server, &["asset.update", "asset.upload"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (Credential::LinkKey("wrong".into()), 401, "Invalid share key"),
            (writer, 403, "Missing required permission: asset.replace"),
            (Credential::LinkKey(link["key"].as_str().unwrap().into()), 400, REFUSAL),
            (Credential::LinkSlug("holidays".into()), 400, REFUSAL),
        ] {
            assert_refused(put(&server, &way, id, &Picture::jpeg(1)), status, message).await;
        }
        assert_eq!(original(&server, owner, id).await, picture.bytes);
        assert_eq!(server.stored_originals().len(), 1);
    }
}

test_on_both! {
    async fn only_reachable_assets_are_replaced(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let theirs = other.upload(&server, &Picture::jpeg(0)).await;
        let locked = owner.upload(&server, &Picture::jpeg(1).with("visibility", "locked")).await;
        let key = owner.api_key(&server, &["all"]).await;
        let new = Picture::jpeg(2);
        for id in [theirs, Uuid::new_v4(), locked] {
            assert_refused(put(&server, owner, id, &new), 400, REFUSAL).await;
        }
        assert_invalid(put(&server, owner, "x", &new), &["id must be a UUID"]).await;
        owner.unlock(&server).await;
        assert_refused(put(&server, &key, locked, &new), 400, REFUSAL).await;
        assert_eq!(Answer::of(put(&server, owner, locked, &new)).await.status, 200);
        assert_eq!(owner.asset(&server, locked).await["visibility"], "locked");
    }
}

test_on_both! {
    async fn the_id_keeps_what_the_user_said_and_the_old_file_lives_on_in_the_trash(server: Server) {
        let owner = &server.admin;
        let (old, new) = (Picture::jpeg(1), Picture::png(2).named("better.png"));
        let id = owner.upload_and_settle(&server, &old.clone().with("metadata", r#"[{"key": "a", "value": {}}]"#)).await;
        let link = owner.share_key(&server, &[id], json!({})).await;
        let said = json!({"isFavorite": true, "visibility": "archive", "description": "Mine", "rating": 3});
        assert_eq!(owner.update(&server, id, said).await.status, 200);
        let answer = Answer::of(put(&server, owner, id, &new)).await;
        assert_eq!((answer.status, answer.json["status"].as_str()), (200, Some("replaced")));
        let copy = answer.id();
        assert_ne!(copy, id);

        let after = eventually("the new file's facts", async || {
            let asset = owner.asset(&server, id).await;
            (asset["exifInfo"]["exifImageWidth"] == 32 && asset["thumbhash"].is_string()).then_some(asset)
        }).await;
        for (pointer, value) in [
            ("/isFavorite", json!(true)),
            ("/visibility", json!("archive")),
            ("/isTrashed", json!(false)),
            ("/exifInfo/description", json!("Mine")),
            ("/exifInfo/rating", json!(3)),
            ("/checksum", json!(new.checksum_base64())),
            ("/originalFileName", json!("better.png")),
            ("/originalMimeType", json!("image/png")),
        ] {
            assert_eq!(after.pointer(pointer), Some(&value), "{pointer}");
        }
        let notes = Answer::of(server.get(owner, &format!("/assets/{id}/metadata"))).await;
        assert_eq!(notes.json[0]["key"], "a");
        assert_eq!(original(&server, owner, id).await, new.bytes);
        assert_eq!(Answer::of(server.get(&link, &format!("/assets/{id}"))).await.status, 200);

        let before = owner.asset(&server, copy).await;
        assert_eq!((&before["isTrashed"], &before["checksum"]), (&json!(true), &json!(old.checksum_base64())));
        assert_eq!(before["originalFileName"], old.name);
        assert_eq!(original(&server, owner, copy).await, old.bytes);
        let preview = server.get(owner, &format!("/assets/{copy}/thumbnail?size=preview"));
        assert_eq!(Answer::of(preview).await.status, 200);
        let is_sidecar = |file: &&std::path::PathBuf| file.extension().is_some_and(|it| it == "xmp");
        assert_eq!(server.stored_originals().iter().filter(|file| !is_sidecar(file)).count(), 2);
    }
}

test_on_both! {
    async fn bytes_that_are_kept_already_change_nothing(server: Server) {
        let owner = &server.admin;
        let (mine, another, trashed) = (Picture::jpeg(1), Picture::jpeg(2), Picture::jpeg(3));
        let id = owner.upload_and_settle(&server, &mine).await;
        let second = owner.upload_and_settle(&server, &another).await;
        let third = owner.upload_and_settle(&server, &trashed).await;
        owner.trash(&server, third).await;
        let before = owner.asset(&server, id).await;
        for (picture, existing) in [(&mine, id), (&another, second), (&trashed, third)] {
            let answer = Answer::of(put(&server, owner, id, picture)).await;
            assert_eq!((answer.status, answer.json["status"].as_str()), (200, Some("duplicate")), "{answer:?}");
            assert_eq!(answer.id(), existing);
        }
        assert_eq!(owner.asset(&server, id).await, before);
        assert_eq!(server.stored_originals().len(), 3);
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        for (field, value, rules) in [
            ("fileCreatedAt", "", vec!["fileCreatedAt must be a valid ISO 8601 date string", "fileCreatedAt should not be empty"]),
            ("fileModifiedAt", "soon", vec!["fileModifiedAt must be a valid ISO 8601 date string"]),
        ] {
            assert_invalid(put(&server, owner, id, &Picture::jpeg(2).with(field, value)), &rules).await;
        }
        let path = format!("/assets/{id}/original");
        let missing = server.put(owner, &path).multipart(Picture::jpeg(2).fields_form());
        assert_invalid(missing, &["assetData should not be empty"]).await;
        let unknown = Picture::jpeg(2).named("letter.txt");
        assert_refused(put(&server, owner, id, &unknown), 400, "Unsupported file type letter.txt").await;
        let announced = put(&server, owner, id, &Picture::jpeg(2)).header("x-immich-checksum", Picture::jpeg(3).checksum());
        assert_refused(announced, 400, "The file does not match its checksum, nothing was stored").await;
        assert_refused(server.put(owner, &path).json(&json!({})), 400, "The body must be multipart/form-data").await;
        assert_eq!(server.stored_originals().len(), 1);
    }
}

test_on_both! {
    async fn both_files_count_against_the_quota(server: Server) {
        let (old, new) = (Picture::jpeg(1), Picture::jpeg(2));
        let quota = (old.bytes.len() + new.bytes.len() - 1).to_string();
        let owner = User::another_with(&server, "small@example.org", &["--quota-bytes", &quota]).await;
        let id = owner.upload(&server, &old).await;
        assert_refused(put(&server, &owner, id, &new), 400, "Quota has been exceeded!").await;
        assert_eq!(original(&server, &owner, id).await, old.bytes);
        assert_eq!(server.stored_originals().len(), 1);
    }
}

test_on_both! {
    async fn an_edited_date_survives_a_new_file(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let edited = owner.update(&server, id, json!({"dateTimeOriginal": "2021-03-01T23:30:00+02:00"})).await.json;
        assert_eq!(Answer::of(put(&server, owner, id, &Picture::png(2))).await.status, 200);
        let after = eventually("the new file's facts", async || {
            let asset = owner.asset(&server, id).await;
            (asset["exifInfo"]["exifImageWidth"] == 32).then_some(asset)
        }).await;
        for pointer in ["/fileCreatedAt", "/localDateTime", "/exifInfo/dateTimeOriginal", "/exifInfo/timeZone"] {
            assert_eq!(after.pointer(pointer), edited.pointer(pointer), "{pointer}");
        }
    }
}

test_on_both! {
    async fn a_moving_part_stays_with_the_file_it_belongs_to(server: Server) {
        let owner = &server.admin;
        let video = owner.upload(&server, &Picture::video(1)).await;
        let id = owner.upload(&server, &Picture::jpeg(1).with("livePhotoVideoId", &video.to_string())).await;
        let copy = Answer::of(put(&server, owner, id, &Picture::jpeg(2))).await.id();
        assert!(owner.asset(&server, id).await["livePhotoVideoId"].is_null());
        assert_eq!(owner.asset(&server, copy).await["livePhotoVideoId"], json!(video));
        assert_eq!(owner.asset(&server, video).await["visibility"], "hidden");
    }
}

test_on_both! {
    async fn different_replacements_at_once_all_live_on(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(0)).await;
        let news: Vec<Picture> = (1..5).map(Picture::jpeg).collect();
        let answers = futures_util::future::join_all(news.iter().map(|new| Answer::of(put(&server, owner, id, new)))).await;
        assert!(answers.iter().all(|answer| answer.json["status"] == "replaced"), "{answers:?}");
        for holder in answers.iter().map(Answer::id).chain([id]) {
            let bytes = original(&server, owner, holder).await;
            let checksum = Picture::new(bytes, "a.jpg").checksum_base64();
            assert_eq!(owner.asset(&server, holder).await["checksum"], checksum);
        }
        assert_eq!(server.stored_originals().len(), 5);
    }
}

test_on_both! {
    async fn identical_replacements_at_once_leave_no_file_without_an_asset(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(0)).await;
        let new = Picture::jpeg(1);
        let answers = futures_util::future::join_all((0..4).map(|_| Answer::of(put(&server, owner, id, &new)))).await;
        let replaced = answers.iter().filter(|answer| answer.json["status"] == "replaced").count();
        assert_eq!(replaced, 1, "{answers:?}");
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
        assert_eq!(original(&server, owner, id).await, new.bytes);
        eventually("the superfluous files' removal", async || (server.stored_originals().len() == 2).then_some(())).await;
    }
}

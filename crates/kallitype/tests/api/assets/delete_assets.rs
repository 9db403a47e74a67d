//! `DELETE /assets`

use std::path::PathBuf;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::server::files_below;
use crate::support::{
    Answer, Credential, Picture, Server, User, assert_invalid, assert_refused, eventually,
};
use crate::test_on_both;

const REFUSAL: &str = "Not found or no asset.delete access";

fn delete(server: &Server, credential: impl Into<Credential>, body: &Value) -> RequestBuilder {
    server
        .request_as(credential, Method::DELETE, "/assets")
        .json(body)
}

/// Deletes one asset for good.
async fn force(server: &Server, owner: &User, id: Uuid) {
    let answer = Answer::of(delete(server, owner, &json!({"ids": [id], "force": true}))).await;
    assert_eq!((answer.status, answer.bytes.len()), (204, 0), "{answer:?}");
}

async fn is_there(server: &Server, owner: &User, id: Uuid) -> bool {
    Answer::of(server.get(owner, &format!("/assets/{id}")))
        .await
        .status
        == 200
}

fn derived_files(server: &Server) -> Vec<PathBuf> {
    files_below(&server.options.data.join("thumbs"))
}

test_on_both! {
    async fn every_way_in_that_may_delete_deletes(server: Server) {
        let owner = &server.admin;
        let ways = [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(&server, &["asset.delete"]).await,
            owner.api_key(&server, &["all"]).await,
        ];
        for (seed, way) in (1..).zip(&ways) {
            let id = owner.upload(&server, &Picture::jpeg(seed)).await;
            let answer = Answer::of(delete(&server, way, &json!({"ids": [id]}))).await;
            assert_eq!((answer.status, answer.bytes.len()), (204, 0), "{way:?} {answer:?}");
            assert_eq!(owner.asset(&server, id).await["isTrashed"], true, "{way:?}");
        }
    }
}

test_on_both! {
    async fn no_one_else_deletes(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share_key(&server, &[id], json!({"allowUpload": true})).await;
        let writer = owner.api_key(&server, &["asset.update", "asset.read"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (Credential::LinkKey("wrong".into()), 401, "Invalid share key"),
            (writer, 403, "Missing required permission: asset.delete"),
            (link, 403, "Forbidden"),
        ] {
            let request = delete(&server, &way, &json!({"ids": [id], "force": true}));
            assert_refused(request, status, message).await;
        }
        assert_eq!(owner.asset(&server, id).await["isTrashed"], false);
    }
}

test_on_both! {
    async fn one_bad_id_refuses_the_whole_list(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let mine = owner.upload(&server, &Picture::jpeg(1)).await;
        let theirs = other.upload(&server, &Picture::jpeg(2)).await;
        for bad in [theirs, Uuid::new_v4()] {
            for force in [true, false] {
                let body = json!({"ids": [mine, bad], "force": force});
                assert_refused(delete(&server, owner, &body), 400, REFUSAL).await;
            }
        }
        assert_eq!(owner.asset(&server, mine).await["isTrashed"], false);
        assert_eq!(other.asset(&server, theirs).await["isTrashed"], false);
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        for (body, rules) in [
            (json!({}), vec!["ids must be an array", "each value in ids must be a UUID"]),
            (json!({"ids": "x"}), vec!["ids must be an array", "each value in ids must be a UUID"]),
            (json!({"ids": [id, "x"]}), vec!["each value in ids must be a UUID"]),
            (json!({"ids": [id], "force": "maybe"}), vec!["force must be a boolean value"]),
        ] {
            assert_invalid(delete(&server, owner, &body), &rules).await;
        }
        assert_eq!(owner.asset(&server, id).await["isTrashed"], false);
        assert_eq!(Answer::of(delete(&server, owner, &json!({"ids": []}))).await.status, 204);
    }
}

test_on_both! {
    async fn the_lock_keeps_its_assets_unless_open(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1).with("visibility", "locked")).await;
        let key = owner.api_key(&server, &["all"]).await;
        let body = json!({"ids": [id], "force": true});
        assert_refused(delete(&server, owner, &body), 400, REFUSAL).await;
        owner.unlock(&server).await;
        assert_refused(delete(&server, &key, &body), 400, REFUSAL).await;
        assert!(is_there(&server, owner, id).await);
        force(&server, owner, id).await;
        assert!(!is_there(&server, owner, id).await);
    }
}

test_on_both! {
    async fn the_trash_keeps_everything_out_of_sight(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(1);
        let id = owner.upload_and_settle(&server, &picture).await;
        let link = owner.share_key(&server, &[id], json!({})).await;
        for body in [json!({"ids": [id]}), json!({"ids": [id, id], "force": false})] {
            assert_eq!(Answer::of(delete(&server, owner, &body)).await.status, 204);
        }
        let shown = Answer::of(server.get(&link, &format!("/assets/{id}"))).await;
        assert_eq!(shown.status, 400, "{shown:?}");
        let original = Answer::of(server.get(owner, &format!("/assets/{id}/original"))).await;
        assert_eq!(original.bytes, picture.bytes);
        assert_eq!((server.stored_originals().len(), derived_files(&server).len()), (1, 2));
        let statistics = Answer::of(server.get(owner, "/assets/statistics")).await;
        assert_eq!(statistics.json["total"], 0);
    }
}

test_on_both! {
    async fn deleted_for_good_nothing_is_left(server: Server) {
        let owner = &server.admin;
        let kept = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let picture = Picture::jpeg(2).with("metadata", r#"[{"key": "a", "value": {}}]"#);
        let sidecar = reqwest::multipart::Part::bytes(&b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"[..]).file_name("a.xmp");
        let upload = server.post(owner, "/assets").multipart(picture.form().part("sidecarData", sidecar));
        let id = Answer::of(upload).await.id();
        owner.settle(&server, id).await;
        assert_eq!((server.stored_originals().len(), derived_files(&server).len()), (3, 4));

        force(&server, owner, id).await;
        for part in ["", "/original", "/thumbnail", "/metadata"] {
            let answer = Answer::of(server.get(owner, &format!("/assets/{id}{part}"))).await;
            assert_eq!(answer.status, 400, "{part} {answer:?}");
        }
        eventually("the files' removal", async || {
            ((server.stored_originals().len(), derived_files(&server).len()) == (1, 2)).then_some(())
        }).await;
        assert!(is_there(&server, owner, kept).await);
        assert_refused(delete(&server, owner, &json!({"ids": [id]})), 400, REFUSAL).await;
        let again = owner.upload(&server, &picture).await;
        assert_ne!(again, id, "the same bytes are welcome again");
    }
}

test_on_both! {
    async fn what_is_in_the_trash_can_be_deleted_for_good(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        owner.trash(&server, id).await;
        force(&server, owner, id).await;
        assert!(!is_there(&server, owner, id).await);
        eventually("the file's removal", async || server.stored_originals().is_empty().then_some(())).await;
    }
}

test_on_both! {
    async fn a_moving_part_goes_with_the_last_picture_that_uses_it(server: Server) {
        let owner = &server.admin;
        let video = owner.upload(&server, &Picture::video(1)).await;
        let still = |seed| Picture::jpeg(seed).with("livePhotoVideoId", &video.to_string());
        let first = owner.upload(&server, &still(1)).await;
        let second = owner.upload(&server, &still(2)).await;
        force(&server, owner, first).await;
        assert!(is_there(&server, owner, video).await);
        owner.trash(&server, second).await;
        assert!(is_there(&server, owner, video).await, "the trash gives nothing up");
        force(&server, owner, second).await;
        assert!(!is_there(&server, owner, video).await);
        eventually("the files' removal", async || server.stored_originals().is_empty().then_some(())).await;
    }
}

test_on_both! {
    async fn pictures_and_their_moving_part_can_go_at_once(server: Server) {
        let owner = &server.admin;
        let video = owner.upload(&server, &Picture::video(1)).await;
        let still = |seed| Picture::jpeg(seed).with("livePhotoVideoId", &video.to_string());
        let first = owner.upload(&server, &still(1)).await;
        let second = owner.upload(&server, &still(2)).await;
        let body = json!({"ids": [first, video, second, first], "force": true});
        assert_eq!(Answer::of(delete(&server, owner, &body)).await.status, 204);
        for id in [first, second, video] {
            assert!(!is_there(&server, owner, id).await);
        }
        eventually("the files' removal", async || server.stored_originals().is_empty().then_some(())).await;
    }
}

test_on_both! {
    async fn a_picture_outlives_its_moving_part_as_a_plain_one(server: Server) {
        let owner = &server.admin;
        let video = owner.upload(&server, &Picture::video(1)).await;
        let id = owner.upload(&server, &Picture::jpeg(1).with("livePhotoVideoId", &video.to_string())).await;
        force(&server, owner, video).await;
        assert_eq!(owner.asset(&server, id).await["livePhotoVideoId"], Value::Null);
    }
}

test_on_both! {
    async fn only_what_is_gone_for_good_gives_its_quota_back(server: Server) {
        let (picture, another) = (Picture::jpeg(1), Picture::jpeg(2));
        let quota = (picture.bytes.len().max(another.bytes.len()) + 10).to_string();
        let owner = User::another_with(&server, "small@example.org", &["--quota-bytes", &quota]).await;
        let id = owner.upload(&server, &picture).await;
        owner.trash(&server, id).await;
        let request = server.post(&owner, "/assets").multipart(another.form());
        assert_refused(request, 400, "Quota has been exceeded!").await;
        force(&server, &owner, id).await;
        let me = Answer::of(server.get(&owner, "/users/me")).await;
        assert_eq!(me.json["quotaUsageInBytes"], 0);
        owner.upload(&server, &another).await;
    }
}

//! `POST /assets/jobs`

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::server::files_below;
use crate::support::{
    Answer, Credential, Exif, PATIENCE, Picture, Server, User, assert_invalid, assert_refused,
    eventually,
};
use crate::test_on_both;

const REFUSAL: &str = "Not found or no asset.update access";

fn run_jobs(server: &Server, credential: impl Into<Credential>, body: &Value) -> RequestBuilder {
    server.post(credential, "/assets/jobs").json(body)
}

/// The tag of an asset's preview; another one when the preview was made again.
async fn preview_tag(server: &Server, owner: &User, id: Uuid) -> String {
    let answer =
        Answer::of(server.get(owner, &format!("/assets/{id}/thumbnail?size=preview"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.header("etag").to_owned()
}

test_on_both! {
    async fn every_way_in_that_may_do_anything_runs_jobs(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        for way in [Credential::from(owner), owner.cookie(), owner.api_key(&server, &["all"]).await] {
            let before = preview_tag(&server, owner, id).await;
            let answer = Answer::of(run_jobs(&server, &way, &json!({"assetIds": [id], "name": "regenerate-thumbnail"}))).await;
            assert_eq!((answer.status, answer.bytes.len()), (204, 0), "{way:?} {answer:?}");
            eventually("another preview", async || {
                (preview_tag(&server, owner, id).await != before).then_some(())
            }).await;
        }
    }
}

test_on_both! {
    async fn a_preview_is_there_while_it_is_made_again(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let regenerate = json!({"assetIds": [id], "name": "regenerate-thumbnail"});
        for _ in 0..5 {
            let before = preview_tag(&server, owner, id).await;
            let answer = Answer::of(run_jobs(&server, owner, &regenerate)).await;
            assert_eq!(answer.status, 204, "{answer:?}");
            // Looks that follow each other at once fall between a record and its file sooner or later.
            let looking = async { while preview_tag(&server, owner, id).await == before {} };
            timeout(PATIENCE, looking).await.expect("another preview");
        }
    }
}

test_on_both! {
    async fn no_one_else_runs_jobs(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share_key(&server, &[id], json!({})).await;
        let some = owner.api_key(&server, &["asset.read", "asset.update", "job.create"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (Credential::LinkKey("wrong".into()), 401, "Invalid share key"),
            (some, 403, "Missing required permission: all"),
            (link, 403, "Forbidden"),
        ] {
            let request = run_jobs(&server, &way, &json!({"assetIds": [id], "name": "refresh-metadata"}));
            assert_refused(request, status, message).await;
        }
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let names = "name must be one of the following values: refresh-faces, refresh-metadata, regenerate-thumbnail, transcode-video";
        for (body, rules) in [
            (json!({}), vec!["assetIds must be an array", "each value in assetIds must be a UUID", "name should not be empty", names]),
            (json!({"assetIds": ["x"], "name": "refresh-metadata"}), vec!["each value in assetIds must be a UUID"]),
            (json!({"assetIds": [id], "name": "paint"}), vec![names]),
            (json!({"assetIds": [id], "name": null}), vec![names]),
        ] {
            assert_invalid(run_jobs(&server, owner, &body), &rules).await;
        }
        let faces = run_jobs(&server, owner, &json!({"assetIds": [id], "name": "refresh-faces"}));
        assert_eq!(Answer::of(faces).await.status, 204, "there are none to refresh");
        let none = run_jobs(&server, owner, &json!({"assetIds": [], "name": "refresh-metadata"}));
        assert_eq!(Answer::of(none).await.status, 204);
    }
}

test_on_both! {
    async fn one_bad_id_refuses_the_whole_list(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let mine = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let theirs = other.upload(&server, &Picture::jpeg(2)).await;
        let before = preview_tag(&server, owner, mine).await;
        for bad in [theirs, Uuid::new_v4()] {
            let body = json!({"assetIds": [mine, bad], "name": "regenerate-thumbnail"});
            assert_refused(run_jobs(&server, owner, &body), 400, REFUSAL).await;
        }
        // What is asked for later is done later: nothing waits before this one.
        let later = owner.upload_and_settle(&server, &Picture::jpeg(3)).await;
        assert!(!preview_tag(&server, owner, later).await.is_empty());
        assert_eq!(preview_tag(&server, owner, mine).await, before);
    }
}

test_on_both! {
    async fn the_trash_is_worked_on_and_the_lock_only_when_open(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        owner.trash(&server, id).await;
        let before = preview_tag(&server, owner, id).await;
        let body = json!({"assetIds": [id], "name": "regenerate-thumbnail"});
        assert_eq!(Answer::of(run_jobs(&server, owner, &body)).await.status, 204);
        eventually("another preview", async || (preview_tag(&server, owner, id).await != before).then_some(())).await;

        let locked = owner.upload(&server, &Picture::jpeg(2).with("visibility", "locked")).await;
        let key = owner.api_key(&server, &["all"]).await;
        let body = json!({"assetIds": [locked], "name": "refresh-metadata"});
        assert_refused(run_jobs(&server, owner, &body), 400, REFUSAL).await;
        owner.unlock(&server).await;
        assert_refused(run_jobs(&server, &key, &body), 400, REFUSAL).await;
        assert_eq!(Answer::of(run_jobs(&server, owner, &body)).await.status, 204);
    }
}

test_on_both! {
    async fn thumbnails_are_made_again_for_many_and_the_old_ones_go(server: Server) {
        let owner = &server.admin;
        let ids = [
            owner.upload_and_settle(&server, &Picture::jpeg(1)).await,
            owner.upload_and_settle(&server, &Picture::png(2)).await,
        ];
        let thumbs = server.options.data.join("thumbs");
        let before = files_below(&thumbs);
        let body = json!({"assetIds": ids, "name": "regenerate-thumbnail"});
        assert_eq!(Answer::of(run_jobs(&server, owner, &body)).await.status, 204);
        eventually("four other files", async || {
            let after = files_below(&thumbs);
            (after.len() == 4 && after.iter().all(|file| !before.contains(file))).then_some(())
        }).await;
    }
}

test_on_both! {
    async fn metadata_is_read_again_from_the_file(server: Server) {
        let owner = &server.admin;
        let exif = Exif { make: Some("Kodak"), ..Exif::default() };
        let id = owner.upload_and_settle(&server, &Picture::jpeg_with_exif(1, exif)).await;
        assert_eq!(owner.asset(&server, id).await["exifInfo"]["make"], "Kodak");
        // A file that says something else now, as if another program had written to it.
        let file = &server.stored_originals()[0];
        let other = Exif { make: Some("Leica"), ..Exif::default() };
        std::fs::write(file, Picture::jpeg_with_exif(1, other).bytes).unwrap();
        let body = json!({"assetIds": [id], "name": "refresh-metadata"});
        assert_eq!(Answer::of(run_jobs(&server, owner, &body)).await.status, 204);
        eventually("the other maker", async || {
            (owner.asset(&server, id).await["exifInfo"]["make"] == "Leica").then_some(())
        }).await;
    }
}

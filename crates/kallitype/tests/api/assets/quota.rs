//! What counts to a quota: originals, sidecars, and what apps keep with assets.

use reqwest::multipart::Part;
use serde_json::json;
use uuid::Uuid;

use crate::library::rebuild::lose_and_rebuild;
use crate::support::picture::xmp;
use crate::support::{Answer, Picture, Server, User, assert_refused, eventually};
use crate::test_on_both;

const REFUSAL: &str = "Quota has been exceeded!";

async fn usage(server: &Server, owner: &User) -> i64 {
    let me = Answer::of(server.get(owner, "/users/me")).await.json;
    me["quotaUsageInBytes"].as_i64().expect("bytes")
}

fn keep(server: &Server, owner: &User, id: Uuid, key: &str, text: &str) -> reqwest::RequestBuilder {
    let items = json!({"items": [{"key": key, "value": {"x": text}}]});
    server
        .put(owner, &format!("/assets/{id}/metadata"))
        .json(&items)
}

/// Bytes of a key and its value.
fn bytes(key: &str, text: &str) -> i64 {
    (key.len() + json!({"x": text}).to_string().len()) as i64
}

fn with_sidecar(
    server: &Server,
    owner: &User,
    picture: &Picture,
    sidecar: &str,
) -> reqwest::RequestBuilder {
    let part = Part::bytes(sidecar.as_bytes().to_vec()).file_name("a.xmp");
    let form = picture.form().part("sidecarData", part);
    server.post(owner, "/assets").multipart(form)
}

test_on_both! {
    async fn all_that_an_asset_takes_counts(server: Server by first_start) {
        let mut server = server;
        let owner = server.admin.clone();
        let picture = Picture::jpeg(1);
        let original = picture.bytes.len() as i64;
        let sidecar = xmp("<xmp:Label>a</xmp:Label>");
        let answer = Answer::of(with_sidecar(&server, &owner, &picture, &sidecar)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let id = answer.id();
        let mut wanted = original + sidecar.len() as i64;
        assert_eq!(usage(&server, &owner).await, wanted);

        assert_eq!(Answer::of(keep(&server, &owner, id, "ü", "some text")).await.status, 200);
        assert_eq!(Answer::of(keep(&server, &owner, id, "other", "ü")).await.status, 200);
        assert_eq!(Answer::of(keep(&server, &owner, id, "ü", "less")).await.status, 200);
        wanted += bytes("ü", "less") + bytes("other", "ü");
        assert_eq!(usage(&server, &owner).await, wanted);
        let path = format!("/assets/{id}/metadata/other");
        assert_eq!(Answer::of(server.delete(&owner, &path)).await.status, 204);
        wanted -= bytes("other", "ü");
        assert_eq!(usage(&server, &owner).await, wanted);

        let longer = xmp("<xmp:Label>a longer one</xmp:Label>");
        let again = Answer::of(with_sidecar(&server, &owner, &picture, &longer)).await;
        assert_eq!(again.status, 200, "{again:?}");
        wanted += (longer.len() - sidecar.len()) as i64;
        assert_eq!(usage(&server, &owner).await, wanted);

        server.stop();
        lose_and_rebuild(&mut server);
        server.start_again();
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        assert_eq!(usage(&server, &owner).await, wanted, "after a rebuild");
        let request = server.delete(&owner, "/assets").json(&json!({"ids": [id], "force": true}));
        assert_eq!(Answer::of(request).await.status, 204);
        assert_eq!(usage(&server, &owner).await, 0);
    }
}

test_on_both! {
    async fn nothing_beside_an_original_goes_beyond_the_quota(server: Server) {
        let picture = Picture::jpeg(1);
        let room = 100;
        let quota = (picture.bytes.len() + room).to_string();
        let owner = User::another_with(&server, "owner@example.org", &["--quota-bytes", &quota]).await;
        let long = xmp(&format!("<xmp:Label>{}</xmp:Label>", "x".repeat(room)));
        assert_refused(with_sidecar(&server, &owner, &picture, &long), 400, REFUSAL).await;
        let metadata = json!([{"key": "a", "value": {"x": "y".repeat(room)}}]).to_string();
        let upload = server.post(&owner, "/assets").multipart(picture.clone().with("metadata", &metadata).form());
        assert_refused(upload, 400, REFUSAL).await;
        assert!(server.stored_originals().is_empty());

        let id = owner.upload(&server, &picture).await;
        assert_refused(keep(&server, &owner, id, "a", &"y".repeat(room)), 400, REFUSAL).await;
        assert_refused(with_sidecar(&server, &owner, &picture, &long), 400, REFUSAL).await;
        let is_sidecar = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "xmp");
        assert!(!server.stored_originals().iter().any(is_sidecar), "no sidecar was put there");
        assert_eq!(usage(&server, &owner).await, picture.bytes.len() as i64);
        assert_eq!(Answer::of(keep(&server, &owner, id, "a", "y")).await.status, 200);
    }
}

test_on_both! {
    async fn sidecars_of_before_are_measured(server: Server) {
        let mut server = server;
        let owner = server.admin.clone();
        let sidecar = xmp("<xmp:Label>a</xmp:Label>");
        let picture = Picture::jpeg(1);
        let answer = Answer::of(with_sidecar(&server, &owner, &picture, &sidecar)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let wanted = usage(&server, &owner).await;
        server.stop();
        assert_eq!(server.execute_sql("UPDATE asset SET sidecar_bytes = NULL").await, 1);
        server.start_again();
        eventually("the sidecar's bytes", async || {
            (usage(&server, &owner).await == wanted).then_some(())
        })
        .await;
        assert_eq!(wanted, (picture.bytes.len() + sidecar.len()) as i64);
    }
}

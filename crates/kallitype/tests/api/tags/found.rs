//! Tags that files and their sidecars bring along.

use serde_json::json;

use super::{all, tag, tags_of, untag, upsert};
use crate::support::picture::xmp;
use crate::support::{Answer, Picture};
use crate::test_on_both;

/// A picture that names these paths as Lightroom does.
fn named(seed: u32, paths: &[&str]) -> Picture {
    let items: String = paths
        .iter()
        .map(|path| format!("<rdf:li>{path}</rdf:li>"))
        .collect();
    Picture::jpeg_with_xmp(
        seed,
        &format!(
            "<lr:hierarchicalSubject><rdf:Bag xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">{items}</rdf:Bag></lr:hierarchicalSubject>"
        ),
    )
}

test_on_both! {
    async fn keywords_become_tags(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &named(1, &["Places|Rome", "Music|AC/DC"])).await;
        server.finish_jobs().await;
        assert_eq!(tags_of(&server, owner, id).await, ["Music/AC|DC", "Places/Rome"]);
        assert_eq!(all(&server, owner).await, ["Music", "Music/AC|DC", "Places", "Places/Rome"]);
    }
}

test_on_both! {
    async fn tags_given_in_haste_do_not_hide_those_of_the_file(server: Server) {
        let owner = &server.admin;
        let mine = upsert(&server, owner, &["mine"]).await;
        for seed in 1..=5 {
            let id = owner.upload(&server, &named(seed, &["cat"])).await;
            tag(&server, owner, &mine[0], &[id]).await;
            server.finish_jobs().await;
            owner.refresh(&server, id).await;
            assert_eq!(tags_of(&server, owner, id).await, ["cat", "mine"]);
        }
    }
}

test_on_both! {
    async fn what_the_user_decided_stays(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &named(1, &["cat", "dog", "mouse|grey"])).await;
        let before = upsert(&server, owner, &["mine"]).await;
        // Before or after the file was looked into: it makes no difference.
        tag(&server, owner, &before[0], &[id]).await;
        server.finish_jobs().await;
        assert_eq!(tags_of(&server, owner, id).await, ["cat", "dog", "mine", "mouse/grey"]);
        let tags = upsert(&server, owner, &["cat", "mouse"]).await;
        untag(&server, owner, &tags[0], &[id]).await;
        let gone = server.delete(owner, &format!("/tags/{}", tags[1]["id"].as_str().expect("an id")));
        assert_eq!(Answer::of(gone).await.status, 204);
        for _ in 0..2 {
            owner.refresh(&server, id).await;
            assert_eq!(tags_of(&server, owner, id).await, ["dog", "mine"]);
        }
        let again = upsert(&server, owner, &["cat"]).await;
        tag(&server, owner, &again[0], &[id]).await;
        owner.refresh(&server, id).await;
        assert_eq!(tags_of(&server, owner, id).await, ["cat", "dog", "mine"]);
    }
}

test_on_both! {
    async fn a_sidecar_whose_last_tag_is_taken_away_still_hides_those_of_the_file(server: Server) {
        let owner = &server.admin;
        let subject = "<dc:subject><rdf:Bag xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
            <rdf:li>sea</rdf:li></rdf:Bag></dc:subject>";
        let sidecar = reqwest::multipart::Part::text(xmp(subject)).file_name("a.xmp");
        let form = named(1, &["land"]).form().part("sidecarData", sidecar);
        let id = Answer::of(server.post(owner, "/assets").multipart(form)).await.id();
        server.finish_jobs().await;
        assert_eq!(tags_of(&server, owner, id).await, ["sea"]);
        let sea = upsert(&server, owner, &["sea"]).await;
        untag(&server, owner, &sea[0], &[id]).await;
        server.finish_jobs().await;
        assert_eq!(tags_of(&server, owner, id).await, [""; 0]);
        owner.refresh(&server, id).await;
        assert_eq!(tags_of(&server, owner, id).await, [""; 0]);
    }
}

test_on_both! {
    async fn another_file_brings_its_own(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &named(1, &["old"])).await;
        let mine = upsert(&server, owner, &["mine"]).await;
        tag(&server, owner, &mine[0], &[id]).await;
        server.finish_jobs().await;
        let path = format!("/assets/{id}/original");
        let replaced = Answer::of(server.put(owner, &path).multipart(named(2, &["new"]).form())).await;
        assert_eq!(replaced.json["status"], json!("replaced"), "{replaced:?}");
        server.finish_jobs().await;
        assert_eq!(tags_of(&server, owner, id).await, ["mine", "new"]);
        assert_eq!(tags_of(&server, owner, replaced.id()).await, ["mine", "old"]);
    }
}

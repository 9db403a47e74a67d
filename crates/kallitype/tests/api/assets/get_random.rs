//! `GET /assets/random`

use std::collections::HashSet;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::support::{Answer, Credential, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

fn random(server: &Server, way: impl Into<Credential>, count: &str) -> RequestBuilder {
    let request = server.get(way, "/assets/random");
    if count.is_empty() {
        request
    } else {
        request.query(&[("count", count)])
    }
}

/// The ids of what was drawn, all of them different.
async fn draw(server: &Server, way: impl Into<Credential>, count: &str) -> HashSet<String> {
    let answer = Answer::of(random(server, way, count)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let drawn = answer.json.as_array().expect("a list");
    let ids: HashSet<String> = drawn
        .iter()
        .filter_map(|asset| asset["id"].as_str())
        .map(str::to_owned)
        .collect();
    assert_eq!(ids.len(), drawn.len(), "each is drawn once: {answer:?}");
    ids
}

async fn upload_many(server: &Server, owner: &User, count: u32) -> HashSet<String> {
    let mut ids = HashSet::new();
    for seed in 0..count {
        ids.insert(owner.upload(server, &Picture::jpeg(seed)).await.to_string());
    }
    ids
}

test_on_both! {
    async fn every_way_in_that_may_read_draws(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await.to_string();
        for way in [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(&server, &["asset.read"]).await,
            owner.api_key(&server, &["all"]).await,
        ] {
            assert_eq!(draw(&server, &way, "").await, HashSet::from([id.clone()]), "{way:?}");
        }
    }
}

test_on_both! {
    async fn no_one_else_draws(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({"slug": "holidays"})).await;
        let viewer = owner.api_key(&server, &["asset.view"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (viewer, 403, "Missing required permission: asset.read"),
            (Credential::LinkKey(link["key"].as_str().expect("a key").into()), 403, "Forbidden"),
            (Credential::LinkSlug("holidays".into()), 403, "Forbidden"),
        ] {
            assert_refused(random(&server, &way, ""), status, message).await;
        }
    }
}

test_on_both! {
    async fn as_many_are_drawn_as_are_asked_for_and_there(server: Server) {
        let owner = &server.admin;
        assert!(draw(&server, owner, "3").await.is_empty());
        let uploaded = upload_many(&server, owner, 8).await;
        for (count, expected) in [("", 1), ("1", 1), ("5", 5), ("8", 8), ("100", 8)] {
            let drawn = draw(&server, owner, count).await;
            assert_eq!(drawn.len(), expected, "count={count}");
            assert!(drawn.is_subset(&uploaded), "count={count}");
        }
    }
}

test_on_both! {
    async fn another_draw_is_another_picture(server: Server) {
        let owner = &server.admin;
        let uploaded = upload_many(&server, owner, 6).await;
        let mut seen = HashSet::new();
        // That one of six is not among two hundred happens once in a quadrillion runs.
        for _ in 0..200 {
            seen.extend(draw(&server, owner, "1").await);
            if seen == uploaded {
                break;
            }
        }
        assert_eq!(seen, uploaded);
    }
}

test_on_both! {
    async fn only_ones_own_timeline_is_drawn_from(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let timeline = upload_many(&server, owner, 3).await;
        other.upload(&server, &Picture::jpeg(100)).await;
        for (seed, visibility) in (10..).zip(["archive", "hidden", "locked"]) {
            owner.upload(&server, &Picture::jpeg(seed).with("visibility", visibility)).await;
        }
        let trashed = owner.upload(&server, &Picture::jpeg(101)).await;
        owner.trash(&server, trashed).await;
        assert_eq!(draw(&server, owner, "100").await, timeline);
        owner.unlock(&server).await;
        assert_eq!(draw(&server, owner, "100").await, timeline, "the PIN does not move the locked ones");
    }
}

test_on_both! {
    async fn what_is_drawn_is_described_as_everywhere(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::video(1).with("duration", "0:00:01.500000")).await;
        let of_version = async |version: &str| {
            let request = random(&server, owner, "1").header("x-kallitype-api-version", version);
            Answer::of(request).await.json[0].clone()
        };
        let asset: Value = of_version("2").await;
        assert_eq!(asset["duration"], "0:00:01.500000");
        assert_eq!(asset["id"], json!(id));
        assert_eq!(asset["owner"]["id"], json!(owner.id));
        assert!(asset["exifInfo"].is_object(), "{asset}");
        assert_eq!(of_version("3").await["duration"], 1500);
    }
}

test_on_both! {
    async fn the_count_is_checked(server: Server) {
        for (count, rule) in [
            ("0", "count must not be less than 1"),
            ("-1", "count must not be less than 1"),
            ("x", "count must be an integer number"),
            ("1.5", "count must be an integer number"),
        ] {
            assert_invalid(random(&server, &server.admin, count), &[rule]).await;
        }
    }
}

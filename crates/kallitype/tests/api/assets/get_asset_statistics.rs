//! `GET /assets/statistics`

use reqwest::RequestBuilder;
use serde_json::json;

use crate::support::{Answer, Credential, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

fn statistics(
    server: &Server,
    way: impl Into<Credential>,
    query: &[(&str, &str)],
) -> RequestBuilder {
    server.get(way, "/assets/statistics").query(query)
}

async fn assert_counts(
    server: &Server,
    way: impl Into<Credential>,
    query: &[(&str, &str)],
    images: u32,
    videos: u32,
) {
    let answer = Answer::of(statistics(server, way, query)).await;
    assert_eq!(answer.status, 200, "{query:?} {answer:?}");
    let expected = json!({"images": images, "videos": videos, "total": images + videos});
    assert_eq!(answer.json, expected, "{query:?}");
}

test_on_both! {
    async fn every_way_in_that_may_count_counts(server: Server) {
        let owner = &server.admin;
        owner.upload(&server, &Picture::jpeg(1)).await;
        for way in [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(&server, &["asset.statistics"]).await,
            owner.api_key(&server, &["all"]).await,
        ] {
            assert_counts(&server, &way, &[], 1, 0).await;
        }
    }
}

test_on_both! {
    async fn no_one_else_counts(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({"slug": "holidays"})).await;
        let reader = owner.api_key(&server, &["asset.read"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (reader, 403, "Missing required permission: asset.statistics"),
            (Credential::LinkKey(link["key"].as_str().expect("a key").into()), 403, "Forbidden"),
            (Credential::LinkSlug("holidays".into()), 403, "Forbidden"),
        ] {
            assert_refused(statistics(&server, &way, &[]), status, message).await;
        }
    }
}

test_on_both! {
    async fn what_is_counted_is_what_is_asked_for(server: Server) {
        let owner = &server.admin;
        assert_counts(&server, owner, &[], 0, 0).await;
        let mut trashed = Vec::new();
        for (seed, picture) in (1..).zip([
            Picture::jpeg,
            Picture::jpeg,
            Picture::video,
        ]) {
            trashed.push(owner.upload(&server, &picture(seed)).await);
        }
        for picture in [
            Picture::jpeg(10),
            Picture::jpeg(11).with("isFavorite", "true"),
            Picture::video(10).with("isFavorite", "true"),
            Picture::jpeg(12).with("visibility", "archive"),
            Picture::video(12).with("visibility", "hidden"),
            Picture::jpeg(13).with("visibility", "locked"),
        ] {
            owner.upload(&server, &picture).await;
        }
        for id in trashed {
            owner.trash(&server, id).await;
        }
        for (query, images, videos) in [
            (vec![], 3, 1),
            (vec![("isTrashed", "false")], 3, 1),
            (vec![("isTrashed", "true")], 2, 1),
            (vec![("isFavorite", "true")], 1, 1),
            (vec![("isFavorite", "false")], 2, 0),
            (vec![("isFavorite", "true"), ("isTrashed", "true")], 0, 0),
            (vec![("visibility", "timeline")], 2, 1),
            (vec![("visibility", "timeline"), ("isFavorite", "true")], 1, 1),
            (vec![("visibility", "timeline"), ("isTrashed", "true")], 2, 1),
            (vec![("visibility", "archive")], 1, 0),
            (vec![("visibility", "hidden")], 0, 1),
        ] {
            assert_counts(&server, owner, &query, images, videos).await;
        }
    }
}

test_on_both! {
    async fn counts_follow_what_happens(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        for (changes, query) in [
            (json!({"isFavorite": true}), ("isFavorite", "true")),
            (json!({"visibility": "archive"}), ("visibility", "archive")),
            (json!({"visibility": "timeline", "isFavorite": false}), ("isFavorite", "false")),
        ] {
            let answer = owner.update(&server, id, changes).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_counts(&server, owner, &[query], 1, 0).await;
        }
        let gone = server.delete(owner, "/assets").json(&json!({"ids": [id], "force": true}));
        assert_eq!(Answer::of(gone).await.status, 204);
        for query in [&[][..], &[("isTrashed", "true")]] {
            assert_counts(&server, owner, query, 0, 0).await;
        }
    }
}

test_on_both! {
    async fn everyone_counts_their_own(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        other.upload(&server, &Picture::video(1)).await;
        assert_counts(&server, &server.admin, &[], 1, 0).await;
        assert_counts(&server, &other, &[], 0, 1).await;
    }
}

test_on_both! {
    async fn the_locked_ones_are_counted_for_whoever_gave_the_pin(server: Server) {
        let owner = &server.admin;
        owner.upload(&server, &Picture::jpeg(1).with("visibility", "locked")).await;
        let (locked, message) = ([("visibility", "locked")], "Elevated permission is required");
        let key = owner.api_key(&server, &["all"]).await;
        assert_refused(statistics(&server, owner, &locked), 401, message).await;
        assert_refused(statistics(&server, &key, &locked), 401, message).await;
        owner.unlock(&server).await;
        assert_counts(&server, owner, &locked, 1, 0).await;
        assert_counts(&server, owner, &[], 0, 0).await;
        assert_refused(statistics(&server, &key, &locked), 401, message).await;
    }
}

test_on_both! {
    async fn every_filter_is_checked(server: Server) {
        let wrong = [("isFavorite", "1"), ("isTrashed", "maybe"), ("visibility", "everything")];
        let rules = [
            "isFavorite must be a boolean value",
            "isTrashed must be a boolean value",
            "visibility must be one of the following values: archive, timeline, hidden, locked",
        ];
        assert_invalid(statistics(&server, &server.admin, &wrong), &rules).await;
        for (filter, rule) in wrong.iter().zip(rules) {
            assert_invalid(statistics(&server, &server.admin, &[*filter]), &[rule]).await;
        }
    }
}

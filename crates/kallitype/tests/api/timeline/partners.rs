//! What partners show each other.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{NOTHING, bucket, buckets, read, share_timeline, taken_at, walk};
use crate::support::{Answer, Server, User, assert_refused};
use crate::test_on_both;

/// A user with a picture in every place; answers the one in the timeline.
async fn fill(server: &Server, user: &User, hour: u32) -> Uuid {
    let mut ids = Vec::new();
    for (seed, visibility) in (hour..)
        .step_by(100)
        .zip(["timeline", "archive", "hidden", "locked", "timeline"])
    {
        let picture = taken_at(seed, &format!("2024-05-06T{hour:02}:00:00.000Z"));
        let picture = picture
            .with("visibility", visibility)
            .with("isFavorite", "true");
        ids.push(user.upload(server, &picture).await);
    }
    user.trash(server, ids[4]).await;
    ids[0]
}

test_on_both! {
    async fn a_timeline_shows_those_that_are_wanted_in_it(server: Server) {
        let me = &server.admin;
        let [wanted, unwanted, stranger] = ["wanted", "unwanted", "stranger"].map(|name| format!("{name}@example.org"));
        let wanted = User::another(&server, &wanted).await;
        let unwanted = User::another(&server, &unwanted).await;
        let stranger = User::another(&server, &stranger).await;
        let [mine, theirs, other, _] = [fill(&server, me, 1).await, fill(&server, &wanted, 3).await, fill(&server, &unwanted, 2).await, fill(&server, &stranger, 4).await];
        share_timeline(&server, &wanted, me, true).await;
        share_timeline(&server, &unwanted, me, false).await;
        share_timeline(&server, me, &stranger, true).await;
        let timeline = ("visibility", "timeline");
        let partners = ("withPartners", "true");
        assert_eq!(walk(&server, me, &[timeline]).await, [mine]);
        assert_eq!(walk(&server, me, &[timeline, partners]).await, [theirs, mine]);
        assert_eq!(walk(&server, me, &[timeline, partners, ("order", "asc")]).await, [mine, theirs]);
        // Which pictures someone likes best is theirs to know.
        let shown = read(&server, me, "2024-05-01", &[timeline, partners]).await;
        assert_eq!(shown["isFavorite"], json!([false, true]));
        assert_eq!(shown["ownerId"], json!([wanted.id, me.id]));
        assert_eq!(walk(&server, me, &[("visibility", "hidden"), partners]).await.len(), 1);
        for (partner, picture) in [(&wanted, theirs), (&unwanted, other)] {
            let user = partner.id.to_string();
            let user = ("userId", user.as_str());
            for (query, expected) in [
                (&[user][..], &[picture][..]),
                (&[user, timeline], &[picture]),
                (&[user, ("isFavorite", "false")], &[picture]),
                (&[user, ("isFavorite", "true")], &[]),
                (&[user, ("isTrashed", "true")], &[]),
                (&[user, ("visibility", "hidden")], &[]),
            ] {
                assert_eq!(walk(&server, me, query).await, expected, "{query:?}");
            }
        }
        let user = unwanted.id.to_string();
        let both = [("userId", user.as_str()), timeline, partners];
        assert_eq!(walk(&server, me, &both).await, [theirs, other]);
    }
}

test_on_both! {
    async fn what_partners_keep_to_themselves_is_refused(server: Server) {
        let me = &server.admin;
        let partner = User::another(&server, "partner@example.org").await;
        let stranger = User::another(&server, "stranger@example.org").await;
        let picture = fill(&server, &partner, 1).await;
        fill(&server, &stranger, 1).await;
        share_timeline(&server, &partner, me, true).await;
        share_timeline(&server, me, &stranger, true).await;
        let id = partner.id.to_string();
        let user = ("userId", id.as_str());
        for (query, status, message) in [
            (vec![user, ("visibility", "archive")], 400, "Not found or no archive.read access"),
            (vec![user, ("visibility", "locked")], 401, "Elevated permission is required"),
            (vec![("userId", stranger.id.to_string().as_str())], 400, "Not found or no timeline.read access"),
            (vec![("userId", Uuid::new_v4().to_string().as_str())], 400, "Not found or no timeline.read access"),
        ] {
            assert_refused(buckets(&server, me, &query), status, message).await;
            assert_refused(bucket(&server, me, "2024-05-01", &query), status, message).await;
        }
        let only = "withPartners is only supported for non-archived, non-trashed, non-favorited assets";
        for more in [
            vec![],
            vec![("visibility", "archive")],
            vec![("visibility", "timeline"), ("isTrashed", "true")],
            vec![("visibility", "timeline"), ("isFavorite", "true")],
            vec![("visibility", "timeline"), ("isFavorite", "false")],
        ] {
            let query = [vec![("withPartners", "true")], more].concat();
            assert_refused(buckets(&server, me, &query), 400, only).await;
            assert_refused(bucket(&server, me, "2024-05-01", &query), 400, only).await;
        }
        // Not even with a PIN, which opens what is one's own.
        me.unlock(&server).await;
        assert_eq!(walk(&server, me, &[user, ("visibility", "locked")]).await, NOTHING);
        assert_eq!(walk(&server, me, &[("visibility", "locked"), ("withPartners", "true")]).await, NOTHING);
        assert_eq!(walk(&server, me, &[user]).await, [picture]);
        let path = format!("/admin/users/{}", partner.id);
        let removed = server.request_as(me, Method::DELETE, &path).json(&json!({}));
        assert_eq!(Answer::of(removed).await.status, 200);
        assert_refused(buckets(&server, me, &[user]), 400, "Not found or no timeline.read access").await;
        assert_eq!(walk(&server, me, &[("visibility", "timeline"), ("withPartners", "true")]).await, NOTHING);
    }
}

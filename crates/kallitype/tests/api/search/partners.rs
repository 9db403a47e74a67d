//! Of partners, what they show in the timeline is found, and nothing else.

use serde_json::json;
use uuid::Uuid;

use super::{NOTHING, ask, count, find, ids, share_timeline};
use crate::support::{Exif, Picture, Server, User};
use crate::test_on_both;

/// A user with a picture in every place; answers the one in the timeline.
async fn fill(server: &Server, user: &User, seed: u32) -> Uuid {
    let mut all = Vec::new();
    for (number, visibility) in (0..).zip(["timeline", "archive", "hidden", "locked", "timeline"]) {
        let exif = Exif {
            make: Some("Canon"),
            place: Some((48.14, 11.58)),
            ..Exif::default()
        };
        let picture = Picture::jpeg_with_exif(seed + number, exif).with("visibility", visibility);
        all.push(
            user.upload(server, &picture.with("isFavorite", "true"))
                .await,
        );
    }
    user.trash(server, all[4]).await;
    all[0]
}

test_on_both! {
    async fn the_timeline_of_partners_is_looked_through(server: Server) {
        let me = &server.admin;
        let wanted = User::another(&server, "wanted@example.org").await;
        let unwanted = User::another(&server, "unwanted@example.org").await;
        let mine = fill(&server, me, 10).await;
        let theirs = fill(&server, &wanted, 20).await;
        fill(&server, &unwanted, 30).await;
        server.finish_jobs().await;
        share_timeline(&server, &wanted, me, true).await;
        share_timeline(&server, &unwanted, me, false).await;
        me.unlock(&server).await;
        for filter in [
            json!({}), json!({"make": "Canon"}), json!({"city": "Munich"}), json!({"originalFileName": "picture"}),
            json!({"isFavorite": false}), json!({"isFavorite": true}), json!({"visibility": "archive"}),
            json!({"visibility": "hidden"}), json!({"visibility": "locked"}), json!({"trashedAfter": "2020-01-01T00:00:00.000Z"}),
        ] {
            let found = find(&server, me, filter.clone()).await;
            let others = found.iter().filter(|id| **id == theirs).count();
            let is_shown = filter.get("visibility").is_none() && filter.get("trashedAfter").is_none();
            // What their owner calls a favourite is none of mine.
            let is_shown = is_shown && filter["isFavorite"] != json!(true);
            assert_eq!(others, usize::from(is_shown), "{filter}");
            let own = usize::from(filter["isFavorite"] != json!(false));
            assert_eq!(found.len(), own + others, "{filter}");
            if filter.get("originalFileName").is_none() {
                assert_eq!(count(&server, me, &filter).await, found.len() as u64, "{filter}");
            }
        }
        let cities = ask(&server, me, "/search/cities").await;
        assert_eq!(cities.as_array().map(Vec::len), Some(1));
        assert_eq!(ask(&server, &wanted, "/search/suggestions?type=city").await, json!(["Munich"]));
        // Whoever is shown nothing finds nothing.
        let stranger = User::another(&server, "stranger@example.org").await;
        assert_eq!(find(&server, &stranger, json!({})).await, NOTHING);
        assert_eq!(ask(&server, &stranger, "/search/cities").await, json!([]));
        assert_eq!(ask(&server, &stranger, "/search/suggestions?type=city").await, json!([]));
        share_timeline(&server, &wanted, &stranger, true).await;
        assert_eq!(find(&server, &stranger, json!({})).await, [theirs]);
        assert_eq!(ids(&ask(&server, &stranger, "/search/cities").await), [theirs]);
        assert_eq!(ask(&server, &stranger, "/search/suggestions?type=city").await, json!(["Munich"]));
        assert_ne!(mine, theirs);
    }
}

use super::*;
use crate::support::plain;
use crate::test_on_both;

test_on_both! {
    async fn what_shows_the_same_is_a_duplicate(learning: Learning) {
        let server = &learning.server;
        let (me, other) = (&server.admin, User::another(server, "other@example.org").await);
        let mut same = Vec::new();
        // So plain, only a model tells that they show the same.
        for side in [64, 80] {
            same.push(me.upload(server, &plain(RED, side)).await);
        }
        for colour in [ORANGE, GREEN] {
            me.upload(server, &plain(colour, 64)).await;
        }
        other.upload(server, &plain(RED, 96)).await;
        server.finish_jobs().await;
        let groups = Answer::of(server.get(me, "/duplicates")).await.json;
        let groups = groups.as_array().expect("a list");
        assert_eq!(groups.len(), 1, "{groups:?}");
        let assets = groups[0]["assets"].as_array().expect("a list").iter();
        let mut ids: Vec<Uuid> = assets.map(|asset| asset["id"].as_str().expect("an id").parse().expect("a UUID")).collect();
        ids.sort_unstable();
        same.sort_unstable();
        assert_eq!(ids, same);
        assert_eq!(Answer::of(server.get(&other, "/duplicates")).await.json, json!([]));
    }
}

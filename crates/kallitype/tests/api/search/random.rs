//! `POST /search/random`; each filter is tried beside the metadata search.

use std::collections::BTreeSet;

use serde_json::json;

use super::{ids, taken_in};
use crate::support::{Answer, Picture};
use crate::test_on_both;

test_on_both! {
    async fn as_many_are_drawn_as_are_wanted(server: Server) {
        let owner = &server.admin;
        let mut all = BTreeSet::new();
        for month in 1..=8 {
            all.insert(owner.upload(&server, &taken_in(month)).await);
        }
        owner.upload(&server, &Picture::video(9)).await;
        let draw = async |body: serde_json::Value| {
            let answer = Answer::of(server.post(owner, "/search/random").json(&body)).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let drawn = ids(&answer.json);
            let distinct: BTreeSet<_> = drawn.iter().copied().collect();
            assert_eq!(distinct.len(), drawn.len(), "each is drawn once");
            distinct
        };
        assert_eq!(draw(json!({"type": "IMAGE"})).await, all);
        assert_eq!(draw(json!({})).await.len(), 9);
        let mut seen = BTreeSet::new();
        for _ in 0..100 {
            let drawn = draw(json!({"type": "IMAGE", "size": 3})).await;
            assert_eq!(drawn.len(), 3);
            assert!(drawn.is_subset(&all));
            seen.extend(drawn);
        }
        // That one is not seen in a hundred draws has a probability of some 10^-20.
        assert_eq!(seen, all);
    }
}

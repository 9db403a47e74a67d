//! `POST /search/large-assets`

use serde_json::Value;
use uuid::Uuid;

use super::{NOTHING, ids};
use crate::support::{Answer, Picture, Server};
use crate::test_on_both;

async fn largest(server: &Server, query: &str) -> (Vec<Uuid>, Value) {
    let path = format!("/search/large-assets{query}");
    let answer = Answer::of(server.post(&server.admin, &path)).await;
    assert_eq!(answer.status, 200, "{query} {answer:?}");
    (ids(&answer.json), answer.json)
}

test_on_both! {
    async fn the_largest_come_first(server: Server) {
        let owner = &server.admin;
        let mut all = Vec::new();
        for (seed, bytes) in [(1, 500), (2, 5000), (3, 50), (4, 50_000)] {
            let picture = Picture::jpeg(seed).followed_by(&vec![0; bytes]);
            all.push(owner.upload(&server, &picture).await);
        }
        let [second, third, fourth, first] = all[..] else { unreachable!("there are four") };
        let (second, third) = (third, second);
        let (found, answer) = largest(&server, "").await;
        assert_eq!(found, [first, second, third, fourth]);
        let sizes: Vec<u64> = answer.as_array().expect("a list").iter().map(|asset| asset["exifInfo"]["fileSizeInByte"].as_u64().expect("a size")).collect();
        assert!(sizes.is_sorted_by(|one, other| one > other), "{sizes:?}");
        assert_eq!(largest(&server, "?size=2").await.0, [first, second]);
        // Larger than so many bytes.
        assert_eq!(largest(&server, &format!("?minFileSize={}", sizes[1])).await.0, [first]);
        assert_eq!(largest(&server, &format!("?minFileSize={}", sizes[1] - 1)).await.0, [first, second]);
        assert_eq!(largest(&server, "?type=VIDEO").await.0, NOTHING);
        owner.trash(&server, first).await;
        assert_eq!(largest(&server, "?size=1").await.0, [second]);
        assert_eq!(largest(&server, "?size=1&withDeleted=true").await.0, [first]);
        // Lists are names that are given more than once.
        let one = owner.album(&server, &[second, third], serde_json::json!({})).await["id"].as_str().expect("an id").to_owned();
        let two = owner.album(&server, &[third, fourth], serde_json::json!({})).await["id"].as_str().expect("an id").to_owned();
        assert_eq!(largest(&server, &format!("?albumIds={one}")).await.0, [second, third]);
        assert_eq!(largest(&server, &format!("?albumIds={one}&albumIds={two}")).await.0, [third]);
    }
}

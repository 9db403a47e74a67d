//! Pages: each asset stands on one of them, whatever comes and goes meanwhile.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{ids, page};
use crate::support::{Picture, Server};
use crate::test_on_both;

/// Some pictures, most of them of one moment.
async fn fill(server: &Server, count: u32) -> Vec<Uuid> {
    let mut all = Vec::new();
    for seed in 0..count {
        let moment = format!("2024-01-{:02}T10:00:00.000Z", 1 + seed / 5);
        let picture = Picture::jpeg(seed).with("fileCreatedAt", &moment);
        all.push(server.admin.upload(server, &picture).await);
    }
    all
}

/// Everything on all pages, by the numbers that are told; `between` happens between them.
async fn walk(server: &Server, body: &Value, mut between: impl AsyncFnMut(u32)) -> Vec<Uuid> {
    let mut walked = Vec::new();
    let mut body = body.clone();
    for number in 1.. {
        let found = page(server, &server.admin, &body).await;
        walked.extend(ids(&found["items"]));
        let Some(next) = found["nextPage"].as_str() else {
            assert_eq!(found["nextPage"], Value::Null);
            break;
        };
        assert_eq!(next, (number + 1).to_string());
        body["page"] = json!(number + 1);
        between(number).await;
    }
    walked
}

test_on_both! {
    async fn each_asset_stands_on_one_page(server: Server) {
        let all = fill(&server, 12).await;
        for body in [json!({}), json!({"order": "asc"}), json!({"originalFileName": "picture"}), json!({"type": "IMAGE"})] {
            for size in [1, 5, 12, 13] {
                let mut body = body.clone();
                body["size"] = json!(size);
                let walked = walk(&server, &body, async |_| ()).await;
                let mut sorted = walked.clone();
                sorted.sort_unstable();
                let mut expected = all.clone();
                expected.sort_unstable();
                assert_eq!(sorted, expected, "{body}");
                let whole = page(&server, &server.admin, &json!({"order": body["order"].as_str().unwrap_or("desc")})).await;
                assert_eq!(walked, ids(&whole["items"]), "{body}");
            }
        }
        // Beyond the last there is nothing.
        for number in [3, 1_000_000_000] {
            let beyond = page(&server, &server.admin, &json!({"size": 12, "page": number})).await;
            assert_eq!((&beyond["items"], &beyond["nextPage"]), (&json!([]), &Value::Null));
        }
    }
}

test_on_both! {
    async fn what_comes_and_goes_moves_nothing_to_another_page(server: Server) {
        let all = fill(&server, 12).await;
        for (run, body) in (1..).zip([json!({"size": 3}), json!({"size": 3, "originalFileName": "picture"})]) {
            let walked = walk(&server, &body, async |number| {
                // Newer than all.
                let picture = Picture::jpeg(1000 * run + number).with("fileCreatedAt", "2025-01-01T10:00:00.000Z");
                let new = server.admin.upload(&server, &picture).await;
                if number == 2 {
                    server.admin.trash(&server, new).await;
                }
            }).await;
            let old: Vec<Uuid> = walked.iter().filter(|id| all.contains(id)).copied().collect();
            let mut sorted = old.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), 12, "{body} {walked:?}");
            assert_eq!(old.len(), 12, "{body}: none is repeated");
        }
    }
}

test_on_both! {
    async fn any_page_can_be_asked_for(server: Server) {
        fill(&server, 12).await;
        let whole = ids(&page(&server, &server.admin, &json!({})).await["items"]);
        for (number, places) in [(4, 9..12), (2, 3..6), (1, 0..3), (3, 6..9), (2, 3..6)] {
            let found = page(&server, &server.admin, &json!({"size": 3, "page": number})).await;
            assert_eq!(ids(&found["items"]), whole[places], "{number}");
        }
    }
}

test_on_both! {
    async fn another_search_begins_elsewhere(server: Server) {
        fill(&server, 6).await;
        let first = page(&server, &server.admin, &json!({"size": 4})).await;
        assert_eq!(first["nextPage"], "2");
        let other = page(&server, &server.admin, &json!({"size": 2, "page": 2})).await;
        assert_eq!(ids(&other["items"]), ids(&first["items"])[2..4]);
        let other = page(&server, &server.admin, &json!({"size": 4, "page": 2, "type": "VIDEO"})).await;
        assert_eq!(other["items"], json!([]));
    }
}

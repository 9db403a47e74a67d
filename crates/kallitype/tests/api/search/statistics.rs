//! `POST /search/statistics`; each filter is tried beside the metadata search.

use serde_json::json;

use super::{count, taken_in};
use crate::support::assert_refused;
use crate::test_on_both;

test_on_both! {
    async fn a_count_is_of_what_would_be_found(server: Server) {
        let owner = &server.admin;
        assert_eq!(count(&server, owner, &json!({})).await, 0);
        for month in 1..=3 {
            owner.upload(&server, &taken_in(month)).await;
        }
        let archived = owner.upload(&server, &taken_in(4).with("visibility", "archive")).await;
        assert_eq!(count(&server, owner, &json!({})).await, 3);
        assert_eq!(count(&server, owner, &json!({"visibility": "archive"})).await, 1);
        // It has no words for these.
        assert_eq!(count(&server, owner, &json!({"originalFileName": "no name", "withDeleted": true})).await, 3);
        owner.trash(&server, archived).await;
        assert_eq!(count(&server, owner, &json!({"visibility": "archive"})).await, 0);
        assert_eq!(count(&server, owner, &json!({"personIds": [owner.id]})).await, 0);
    }
}

test_on_both! {
    async fn counting_is_a_permission_of_its_own(server: Server) {
        let reader = server.admin.api_key(&server, &["asset.read"]).await;
        let request = server.post(&reader, "/search/statistics").json(&json!({}));
        assert_refused(request, 403, "Missing required permission: asset.statistics").await;
        let counter = server.admin.api_key(&server, &["asset.statistics"]).await;
        assert_eq!(count(&server, &counter, &json!({})).await, 0);
    }
}

//! Who may not look, and what cannot be asked for.

use super::{NOTHING, bucket, buckets, walk};
use crate::support::{Credential, assert_invalid, assert_refused};
use crate::test_on_both;

const MONTH: &str = "2024-05-01";

test_on_both! {
    async fn no_one_looks_without_a_right_to(server: Server) {
        let owner = &server.admin;
        let other = owner.api_key(&server, &["asset.view"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (other, 403, "Missing required permission: asset.read"),
        ] {
            assert_refused(buckets(&server, &way, &[]), status, message).await;
            assert_refused(bucket(&server, &way, MONTH, &[]), status, message).await;
        }
        let reader = owner.api_key(&server, &["asset.read"]).await;
        assert_eq!(walk(&server, &reader, &[]).await, NOTHING);
    }
}

test_on_both! {
    async fn broken_filters_are_refused(server: Server) {
        let owner = &server.admin;
        for (name, value, rule) in [
            ("albumId", "x", "albumId must be a UUID"),
            ("userId", "x", "userId must be a UUID"),
            ("tagId", "", "tagId must be a UUID"),
            ("personId", "x", "personId must be a UUID"),
            ("isFavorite", "yes", "isFavorite must be a boolean value"),
            ("isTrashed", "1", "isTrashed must be a boolean value"),
            ("withPartners", "", "withPartners must be a boolean value"),
            ("withStacked", "TRUE", "withStacked must be a boolean value"),
            ("withCoordinates", "x", "withCoordinates must be a boolean value"),
            ("order", "up", "order must be one of the following values: asc, desc"),
            ("visibility", "x", "visibility must be one of the following values: archive, timeline, hidden, locked"),
        ] {
            assert_invalid(buckets(&server, owner, &[(name, value)]), &[rule]).await;
            assert_invalid(bucket(&server, owner, MONTH, &[(name, value)]), &[rule]).await;
        }
        for month in ["", "junk", "2024-13-01", "-000044-03-01"] {
            assert_invalid(bucket(&server, owner, month, &[]), &["timeBucket must be a date string"]).await;
        }
        let without = server.get(owner, "/timeline/bucket");
        assert_invalid(without, &["timeBucket must be a string"]).await;
    }
}

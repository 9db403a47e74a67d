//! What cannot be asked for, and by whom.

use serde_json::{Value, json};

use super::{ask, metadata};
use crate::support::{Credential, assert_invalid, assert_refused};
use crate::test_on_both;

test_on_both! {
    async fn broken_filters_are_refused(server: Server) {
        let owner = &server.admin;
        let boolean = "must be a boolean value";
        let date = "must be a valid ISO 8601 date string";
        let uuids = "must be a UUID";
        for (name, value, rule) in [
            ("isFavorite", json!("yes"), boolean),
            ("isFavorite", json!(1), boolean),
            ("isMotion", json!(null), boolean),
            ("isEncoded", json!("TRUE"), boolean),
            ("isNotInAlbum", json!(""), boolean),
            ("isOffline", json!([]), boolean),
            ("takenAfter", json!("junk"), date),
            ("createdBefore", json!(5), date),
            ("updatedAfter", json!(""), date),
            ("trashedBefore", json!("2024-13-01"), date),
            ("libraryId", json!("x"), uuids),
            ("rating", json!(null), "must be an integer number"),
            ("rating", json!(1.5), "must be an integer number"),
            ("rating", json!(6), "must not be greater than 5"),
            ("rating", json!(-2), "must not be less than -1"),
            ("type", json!("image"), "must be one of the following values: IMAGE, VIDEO, AUDIO, OTHER"),
            ("visibility", json!("x"), "must be one of the following values: archive, timeline, hidden, locked"),
            ("city", json!(5), "must be a string"),
            ("make", json!(["x"]), "must be a string"),
            ("deviceId", json!(null), "must be a string"),
        ] {
            let rule = format!("{name} {rule}");
            let body = json!({name: value});
            for path in ["metadata", "random", "statistics", "smart"] {
                let request = server.post(owner, &format!("/search/{path}")).json(&body);
                assert_invalid(request, &[rule.as_str()]).await;
            }
        }
        for (name, value, rules) in [
            ("albumIds", json!(["x"]), &["each value in albumIds must be a UUID"][..]),
            ("tagIds", json!([null]), &["each value in tagIds must be a UUID"]),
            ("personIds", json!("x"), &["personIds must be an array", "each value in personIds must be a UUID"]),
            ("id", json!("x"), &["id must be a UUID"]),
            ("size", json!(0), &["size must not be less than 1"]),
            ("size", json!(1001), &["size must not be greater than 1000"]),
            ("page", json!(0), &["page must not be less than 1"]),
            ("page", json!("x"), &["page must be an integer number"]),
            ("order", json!("up"), &["order must be one of the following values: asc, desc"]),
            ("checksum", json!(5), &["checksum must be a string"]),
            ("withExif", json!("x"), &["withExif must be a boolean value"]),
            ("withDeleted", json!(0), &["withDeleted must be a boolean value"]),
        ] {
            assert_invalid(metadata(&server, owner, &json!({name: value})), rules).await;
        }
        for (query, rule) in [
            ("minFileSize=-1", "minFileSize must not be less than 0"),
            ("minFileSize=x", "minFileSize must be an integer number"),
            ("size=0", "size must not be less than 1"),
            ("isFavorite=1", "isFavorite must be a boolean value"),
            ("albumIds=x", "each value in albumIds must be a UUID"),
            ("tagIds=x&tagIds=y", "each value in tagIds must be a UUID"),
        ] {
            let request = server.post(owner, &format!("/search/large-assets?{query}"));
            assert_invalid(request, &[rule]).await;
        }
        let suggestions = |query: &str| server.get(owner, &format!("/search/suggestions{query}"));
        let kinds = "type must be one of the following values: country, state, city, camera-make, camera-model";
        assert_invalid(suggestions("?type=x"), &[kinds]).await;
        assert_invalid(suggestions(""), &["type should not be empty", kinds]).await;
        assert_invalid(suggestions("?type=city&includeNull=1"), &["includeNull must be a boolean value"]).await;
    }
}

test_on_both! {
    async fn nothing_is_searched_by_what_pictures_show(server: Server) {
        let owner = &server.admin;
        for body in [json!({"query": "a red car"}), json!({"queryAssetId": owner.id}), json!({"query": "x", "language": "de", "page": 2, "size": 100})] {
            let request = server.post(owner, "/search/smart").json(&body);
            assert_refused(request, 400, "Smart search is not enabled").await;
        }
        let features: Value = ask(&server, Credential::None, "/server/features").await;
        assert_eq!((&features["search"], &features["smartSearch"]), (&json!(true), &json!(false)));
    }
}

test_on_both! {
    async fn no_one_searches_without_a_right_to(server: Server) {
        let id = server.admin.upload(&server, &crate::support::Picture::jpeg(1)).await;
        let link = server.admin.share_key(&server, &[id], json!({})).await;
        let other = server.admin.api_key(&server, &["asset.view"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (link, 403, "Forbidden"),
            (other, 403, "Missing required permission: asset.read"),
        ] {
            assert_refused(metadata(&server, &way, &json!({})), status, message).await;
            assert_refused(server.get(&way, "/search/explore"), status, message).await;
        }
    }
}

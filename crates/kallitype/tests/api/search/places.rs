//! `GET /search/places` and `GET /search/person`

use serde_json::{Value, json};

use crate::support::{Answer, Credential, Server, assert_invalid, assert_refused};
use crate::test_on_both;

async fn places(server: &Server, name: &str) -> Value {
    let request = server.get(&server.admin, "/search/places");
    let answer = Answer::of(request.query(&[("name", name)])).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

test_on_both! {
    async fn towns_are_found_by_their_names(server: Server) {
        let expected = json!({"name": "Reykjavík", "admin1name": "Capital Region", "latitude": 64.1355, "longitude": -21.8954});
        for name in ["Reykjavík", "reykjavik", "REYKJ"] {
            assert_eq!(places(&server, name).await[0], expected, "{name}");
        }
        let towns = places(&server, "berg").await;
        assert_eq!(towns.as_array().map(Vec::len), Some(20));
        assert_eq!(towns[0]["name"], "Berg");
        for nothing in ["%", "_", "no town is called so", "\" OR"] {
            assert_eq!(places(&server, nothing).await, json!([]), "{nothing}");
        }
        let rules = ["name must be a string", "name should not be empty"];
        assert_invalid(server.get(&server.admin, "/search/places"), &rules).await;
        assert_invalid(server.get(&server.admin, "/search/places?name="), &rules[1..]).await;
    }
}

test_on_both! {
    async fn persons_are_looked_for_by_whoever_may(server: Server) {
        let owner = &server.admin;
        assert_invalid(server.get(owner, "/search/person?name="), &["name should not be empty"]).await;
        let hidden = server.get(owner, "/search/person?name=Ada&withHidden=yes");
        assert_invalid(hidden, &["withHidden must be a boolean value"]).await;
        let key = owner.api_key(&server, &["asset.read"]).await;
        assert_refused(server.get(&key, "/search/person?name=Ada"), 403, "Missing required permission: person.read").await;
        assert_refused(server.get(Credential::None, "/search/person?name=Ada"), 401, "Authentication required").await;
    }
}

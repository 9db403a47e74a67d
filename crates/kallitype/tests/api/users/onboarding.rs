//! `/users/me/onboarding`

use serde_json::json;

use crate::support::{Answer, assert_invalid};
use crate::test_on_both;

const PATH: &str = "/users/me/onboarding";

test_on_both! {
    async fn the_first_steps_are_taken_once(server: Server) {
        let me = &server.admin;
        let shown = async || Answer::of(server.get(me, PATH)).await.json["isOnboarded"].clone();
        assert_eq!(shown().await, json!(false));
        let set = Answer::of(server.put(me, PATH).json(&json!({"isOnboarded": true}))).await;
        assert_eq!((set.status, set.json), (200, json!({"isOnboarded": true})));
        assert_eq!(shown().await, json!(true));
        assert_eq!(Answer::of(server.delete(me, PATH)).await.status, 204);
        assert_eq!(shown().await, json!(false));
        let rules = ["isOnboarded should not be empty", "isOnboarded must be a boolean value"];
        assert_invalid(server.put(me, PATH).json(&json!({})), &rules).await;
    }
}

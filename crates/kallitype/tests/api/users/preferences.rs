//! `/users/me/preferences`

use serde_json::{Value, json};

use crate::support::{Answer, User, assert_invalid};
use crate::test_on_both;

const PATH: &str = "/users/me/preferences";

fn defaults() -> Value {
    json!({
        "albums": {"defaultAssetOrder": "desc"},
        "cast": {"gCastEnabled": false},
        "download": {"archiveSize": 4_294_967_296_i64, "includeEmbeddedVideos": false},
        "emailNotifications": {"albumInvite": true, "albumUpdate": true, "enabled": true},
        "folders": {"enabled": false, "sidebarWeb": false},
        "memories": {"enabled": true},
        "people": {"enabled": true, "sidebarWeb": false},
        "purchase": {"hideBuyButtonUntil": "2022-02-12T00:00:00.000Z", "showSupportBadge": true},
        "ratings": {"enabled": false},
        "sharedLinks": {"enabled": true, "sidebarWeb": false},
        "tags": {"enabled": false, "sidebarWeb": false},
    })
}

test_on_both! {
    async fn what_is_chosen_is_laid_over_what_was_before(server: Server) {
        let me = &server.admin;
        assert_eq!(Answer::of(server.get(me, PATH)).await.json, defaults());
        let mut expected = defaults();
        for (section, name, value) in [
            ("albums", "defaultAssetOrder", json!("asc")),
            ("folders", "sidebarWeb", json!(true)),
            ("folders", "enabled", json!(true)),
            ("download", "archiveSize", json!(1)),
            ("cast", "gCastEnabled", json!(true)),
            ("purchase", "hideBuyButtonUntil", json!("2030-01-01T00:00:00.000Z")),
            ("emailNotifications", "albumUpdate", json!(false)),
            ("folders", "enabled", json!(false)),
        ] {
            let change = json!({section: {name: value}, "unknown": {"x": 1}});
            expected[section][name] = value;
            let answer = Answer::of(server.put(me, PATH).json(&change)).await;
            assert_eq!((answer.status, &answer.json), (200, &expected), "{section} {name}");
        }
        assert_eq!(Answer::of(server.get(me, PATH)).await.json, expected);
        let other = User::another(&server, "other@example.org").await;
        assert_eq!(Answer::of(server.get(&other, PATH)).await.json, defaults());
    }
}

test_on_both! {
    async fn the_avatars_colour_is_the_accounts(server: Server) {
        let me = &server.admin;
        let change = json!({"avatar": {"color": "green"}});
        assert_eq!(Answer::of(server.put(me, PATH).json(&change)).await.json, defaults());
        assert_eq!(Answer::of(server.get(me, "/users/me")).await.json["avatarColor"], "green");
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        for (body, rule) in [
            (json!({"albums": {"defaultAssetOrder": "up"}}), "albums.defaultAssetOrder must be one of the following values: asc, desc"),
            (json!({"folders": {"enabled": "yes"}}), "folders.enabled must be a boolean value"),
            (json!({"folders": 7}), "folders must be an object"),
            (json!({"download": {"archiveSize": 0}}), "download.archiveSize must not be less than 1"),
            (json!({"download": {"archiveSize": 1.5}}), "download.archiveSize must be an integer number"),
            (json!({"purchase": {"hideBuyButtonUntil": "tomorrow"}}), "purchase.hideBuyButtonUntil must be a valid ISO 8601 date string"),
        ] {
            assert_invalid(server.put(&server.admin, PATH).json(&body), &[rule]).await;
        }
        assert_eq!(Answer::of(server.get(&server.admin, PATH)).await.json, defaults());
    }
}

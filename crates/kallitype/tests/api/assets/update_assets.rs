//! `PUT /assets`

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, User, assert_invalid, assert_refused};
use crate::test_on_both;

const REFUSAL: &str = "Not found or no asset.update access";

fn put(
    server: &crate::support::Server,
    credential: impl Into<Credential>,
    body: &Value,
) -> RequestBuilder {
    server.put(credential, "/assets").json(body)
}

/// When an asset was taken: the moment, the wall clock, and the zone.
fn taken(asset: &Value) -> [&Value; 3] {
    [
        &asset["fileCreatedAt"],
        &asset["localDateTime"],
        &asset["exifInfo"]["timeZone"],
    ]
}

test_on_both! {
    async fn every_way_in_that_may_update_updates(server: Server) {
        let owner = &server.admin;
        let ids = [
            owner.upload(&server, &Picture::jpeg(1)).await,
            owner.upload(&server, &Picture::video(2)).await,
        ];
        let ways = [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(&server, &["asset.update"]).await,
            owner.api_key(&server, &["all"]).await,
        ];
        for (number, way) in ways.iter().enumerate() {
            let description = format!("way {number}");
            let answer = Answer::of(put(&server, way, &json!({"ids": ids, "description": description}))).await;
            assert_eq!((answer.status, answer.bytes.len()), (204, 0), "{way:?} {answer:?}");
            for id in ids {
                assert_eq!(owner.asset(&server, id).await["exifInfo"]["description"], description);
            }
        }
    }
}

test_on_both! {
    async fn no_one_else_updates(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share_key(&server, &[id], json!({})).await;
        let reader = owner.api_key(&server, &["asset.read", "asset.delete"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (Credential::LinkKey("wrong".into()), 401, "Invalid share key"),
            (reader, 403, "Missing required permission: asset.update"),
            (link, 403, "Forbidden"),
        ] {
            let request = put(&server, &way, &json!({"ids": [id], "isFavorite": true}));
            assert_refused(request, status, message).await;
        }
        assert_eq!(owner.asset(&server, id).await["isFavorite"], false);
    }
}

test_on_both! {
    async fn one_bad_id_refuses_the_whole_list(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let mine = owner.upload(&server, &Picture::jpeg(1)).await;
        let theirs = other.upload(&server, &Picture::jpeg(2)).await;
        let locked = owner.upload(&server, &Picture::jpeg(3).with("visibility", "locked")).await;
        for bad in [theirs, Uuid::new_v4(), locked] {
            let request = put(&server, owner, &json!({"ids": [mine, bad], "isFavorite": true}));
            assert_refused(request, 400, REFUSAL).await;
        }
        assert_eq!(owner.asset(&server, mine).await["isFavorite"], false);
        assert_eq!(other.asset(&server, theirs).await["isFavorite"], false);
        assert_eq!(Answer::of(put(&server, owner, &json!({"ids": [], "isFavorite": true}))).await.status, 204);
    }
}

test_on_both! {
    async fn the_trash_can_be_updated_and_the_lock_only_when_open(server: Server) {
        let owner = &server.admin;
        let trashed = owner.upload(&server, &Picture::jpeg(1)).await;
        owner.trash(&server, trashed).await;
        let locked = owner.upload(&server, &Picture::jpeg(2).with("visibility", "locked")).await;
        let key = owner.api_key(&server, &["all"]).await;
        owner.unlock(&server).await;
        let body = json!({"ids": [trashed, locked], "isFavorite": true});
        assert_refused(put(&server, &key, &body), 400, REFUSAL).await;
        assert_eq!(Answer::of(put(&server, owner, &body)).await.status, 204);
        for id in [trashed, locked] {
            assert_eq!(owner.asset(&server, id).await["isFavorite"], true);
        }
    }
}

test_on_both! {
    async fn locked_assets_leave_every_link_for_good(server: Server) {
        let owner = &server.admin;
        let ids = [owner.upload(&server, &Picture::jpeg(1)).await, owner.upload(&server, &Picture::jpeg(2)).await];
        let link = owner.share_key(&server, &ids, json!({})).await;
        owner.unlock(&server).await;
        for visibility in ["locked", "timeline"] {
            let body = json!({"ids": ids, "visibility": visibility});
            assert_eq!(Answer::of(put(&server, owner, &body)).await.status, 204);
            for id in ids {
                assert_eq!(owner.asset(&server, id).await["visibility"], visibility);
                let request = server.get(&link, &format!("/assets/{id}"));
                assert_refused(request, 400, "Not found or no asset.read access").await;
            }
        }
    }
}

test_on_both! {
    async fn each_property_changes_on_every_asset(server: Server) {
        let owner = &server.admin;
        let ids = [
            owner.upload_and_settle(&server, &Picture::jpeg(1)).await,
            owner.upload_and_settle(&server, &Picture::jpeg(2)).await,
        ];
        let duplicate = Uuid::new_v4();
        for (changes, pointer, value) in [
            (json!({"isFavorite": true}), "/isFavorite", json!(true)),
            (json!({"visibility": "archive"}), "/isArchived", json!(true)),
            (json!({"description": "Both"}), "/exifInfo/description", json!("Both")),
            (json!({"rating": 5}), "/exifInfo/rating", json!(5)),
            (json!({"rating": null}), "/exifInfo/rating", json!(null)),
            (json!({"latitude": -1.5, "longitude": 2.5}), "/exifInfo/latitude", json!(-1.5)),
            (json!({"duplicateId": duplicate}), "/duplicateId", json!(duplicate)),
            (json!({}), "/duplicateId", json!(duplicate)),
            (json!({"duplicateId": null}), "/duplicateId", json!(null)),
            (json!({"dateTimeOriginal": "2021-03-01T23:30:00+02:00"}), "/localDateTime", json!("2021-03-01T23:30:00.000Z")),
        ] {
            let mut body = changes.clone();
            body["ids"] = json!([ids[0], ids[1], ids[0]]);
            assert_eq!(Answer::of(put(&server, owner, &body)).await.status, 204, "{changes}");
            for id in ids {
                assert_eq!(owner.asset(&server, id).await.pointer(pointer), Some(&value), "{changes}");
            }
        }
    }
}

test_on_both! {
    async fn dates_are_moved_by_minutes_and_zones(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let (date, zone) = ("2021-07-01T12:00:00+02:00", json!("UTC+2"));
        for (changes, moment, local, zone) in [
            (json!({"dateTimeOriginal": date}), "2021-07-01T10:00:00.000Z", "2021-07-01T12:00:00.000Z", zone.clone()),
            // From here on each change is made to what the one before left.
            (json!({"dateTimeRelative": 90}), "2021-07-01T11:30:00.000Z", "2021-07-01T13:30:00.000Z", zone.clone()),
            (json!({"dateTimeRelative": -1530}), "2021-06-30T10:00:00.000Z", "2021-06-30T12:00:00.000Z", zone),
            (json!({"dateTimeRelative": 0}), "2021-06-30T10:00:00.000Z", "2021-06-30T12:00:00.000Z", json!("UTC+2")),
            (json!({"timeZone": "America/New_York"}), "2021-06-30T10:00:00.000Z", "2021-06-30T06:00:00.000Z", json!("America/New_York")),
            (json!({"timeZone": "UTC+5:30", "dateTimeRelative": 1}), "2021-06-30T10:01:00.000Z", "2021-06-30T15:31:00.000Z", json!("UTC+5:30")),
            // A wall clock is read in the zone that comes with it, a moment stays what it is.
            (json!({"dateTimeOriginal": "2021-12-24T18:00:00", "timeZone": "Europe/Berlin"}),
                "2021-12-24T17:00:00.000Z", "2021-12-24T18:00:00.000Z", json!("Europe/Berlin")),
            (json!({"dateTimeOriginal": "2021-12-24T18:00:00Z", "timeZone": "Europe/Berlin"}),
                "2021-12-24T18:00:00.000Z", "2021-12-24T19:00:00.000Z", json!("Europe/Berlin")),
        ] {
            let mut body = changes.clone();
            body["ids"] = json!([id]);
            assert_eq!(Answer::of(put(&server, owner, &body)).await.status, 204, "{changes}");
            let asset = owner.asset(&server, id).await;
            assert_eq!(taken(&asset), [&json!(moment), &json!(local), &zone], "{changes}");
            assert_eq!(asset["exifInfo"]["dateTimeOriginal"], moment, "{changes}");
        }
    }
}

test_on_both! {
    async fn every_asset_moves_from_where_it_was(server: Server) {
        let owner = &server.admin;
        let early = owner.upload_and_settle(&server, &Picture::jpeg(1).with("fileCreatedAt", "2020-01-01T00:00:00Z")).await;
        let late = owner.upload_and_settle(&server, &Picture::jpeg(2).with("fileCreatedAt", "2022-01-01T00:00:00Z")).await;
        let body = json!({"ids": [early, late], "dateTimeRelative": -1});
        assert_eq!(Answer::of(put(&server, owner, &body)).await.status, 204);
        for (id, moment) in [(early, "2019-12-31T23:59:00.000Z"), (late, "2021-12-31T23:59:00.000Z")] {
            assert_eq!(owner.asset(&server, id).await["fileCreatedAt"], moment);
        }
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let before = owner.asset(&server, id).await;
        for (changes, rules) in [
            (json!({"ids": "x"}), vec!["ids must be an array", "each value in ids must be a UUID"]),
            (json!({"ids": [id, 1]}), vec!["each value in ids must be a UUID"]),
            (json!({"isFavorite": 1}), vec!["isFavorite must be a boolean value"]),
            (json!({"visibility": null}), vec!["visibility must be one of the following values: archive, timeline, hidden, locked"]),
            (json!({"description": null}), vec!["description must be a string"]),
            (json!({"rating": -2}), vec!["rating must not be less than -1"]),
            (json!({"rating": 6}), vec!["rating must not be greater than 5"]),
            (json!({"latitude": 91, "longitude": 181}), vec!["latitude must be a latitude string or number", "longitude must be a longitude string or number"]),
            (json!({"latitude": 1}), vec!["longitude must be a longitude string or number"]),
            (json!({"dateTimeOriginal": "2024-13-01"}), vec!["dateTimeOriginal must be a valid ISO 8601 date string"]),
            (json!({"dateTimeRelative": 1.5}), vec!["dateTimeRelative must be an integer number"]),
            (json!({"dateTimeRelative": 527_040_001}), vec!["dateTimeRelative must not be greater than 527040000"]),
            (json!({"timeZone": "Mars/Olympus"}), vec!["timeZone must be a valid IANA time zone"]),
            (json!({"timeZone": "UTC+25"}), vec!["timeZone must be a valid IANA time zone"]),
            (json!({"duplicateId": "x"}), vec!["duplicateId must be a UUID"]),
        ] {
            let mut body = json!({"ids": [id]});
            body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            assert_invalid(put(&server, owner, &body), &rules).await;
        }
        let without = json!({"isFavorite": true});
        assert_invalid(put(&server, owner, &without), &["ids must be an array", "each value in ids must be a UUID"]).await;
        assert_eq!(owner.asset(&server, id).await, before);
    }
}

test_on_both! {
    async fn no_date_leaves_the_calendar(server: Server) {
        let owner = &server.admin;
        let far = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let near = owner.upload_and_settle(&server, &Picture::jpeg(2)).await;
        let request = put(&server, owner, &json!({"ids": [far], "dateTimeOriginal": "9999-06-01T00:00:00Z"}));
        assert_eq!(Answer::of(request).await.status, 204);
        let before = [owner.asset(&server, far).await, owner.asset(&server, near).await];
        let request = put(&server, owner, &json!({"ids": [near, far], "dateTimeRelative": 527_040_000}));
        assert_invalid(request, &["dateTimeRelative must not move a date beyond the calendar"]).await;
        assert_eq!([owner.asset(&server, far).await, owner.asset(&server, near).await], before);
    }
}

//! `PUT /assets/{id}`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Credential, Exif, Picture, User, assert_invalid, assert_refused, eventually,
};
use crate::test_on_both;

const REFUSAL: &str = "Not found or no asset.update access";

test_on_both! {
    async fn every_way_in_that_may_update_updates(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let ways = [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(&server, &["asset.update"]).await,
            owner.api_key(&server, &["all"]).await,
        ];
        for (number, way) in ways.iter().enumerate() {
            let description = format!("way {number}");
            let request = server.put(way, &format!("/assets/{id}")).json(&json!({"description": description}));
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, 200, "{way:?} {answer:?}");
            assert_eq!(answer.json["exifInfo"]["description"], description);
            assert_eq!(owner.asset(&server, id).await["exifInfo"]["description"], description);
        }
    }
}

test_on_both! {
    async fn no_one_else_updates(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({"slug": "holidays"})).await;
        let reader = owner.api_key(&server, &["asset.read", "asset.delete"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::Cookie("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (Credential::LinkKey("wrong".into()), 401, "Invalid share key"),
            (Credential::LinkSlug("wrong".into()), 401, "Invalid share slug"),
            (reader, 403, "Missing required permission: asset.update"),
            (Credential::LinkKey(link["key"].as_str().unwrap().into()), 403, "Forbidden"),
            (Credential::LinkSlug("holidays".into()), 403, "Forbidden"),
        ] {
            let request = server.put(&way, &format!("/assets/{id}")).json(&json!({"isFavorite": true}));
            assert_refused(request, status, message).await;
        }
        assert_eq!(owner.asset(&server, id).await["isFavorite"], false);
    }
}

test_on_both! {
    async fn a_place_is_named(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        for (latitude, longitude, names) in [
            (48.2082, 16.3738, json!(["Vienna", "Vienna", "Austria"])),
            (0.0, -30.0, json!([null, null, null])),
        ] {
            let request = server.put(owner, &format!("/assets/{id}"));
            let answer = Answer::of(request.json(&json!({"latitude": latitude, "longitude": longitude}))).await;
            let exif = &answer.json["exifInfo"];
            assert_eq!(json!([exif["city"], exif["state"], exif["country"]]), names);
        }
    }
}

test_on_both! {
    async fn only_reachable_assets_are_updated(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let theirs = other.upload(&server, &Picture::jpeg(1)).await;
        for id in [theirs, Uuid::new_v4()] {
            let request = server.put(owner, &format!("/assets/{id}")).json(&json!({"isFavorite": true}));
            assert_refused(request, 400, REFUSAL).await;
        }
        assert_eq!(other.asset(&server, theirs).await["isFavorite"], false);
        let request = server.put(owner, "/assets/x").json(&json!({}));
        assert_invalid(request, &["id must be a UUID"]).await;
    }
}

test_on_both! {
    async fn the_trash_can_be_updated_and_the_lock_only_when_open(server: Server) {
        let owner = &server.admin;
        let trashed = owner.upload(&server, &Picture::jpeg(1)).await;
        owner.trash(&server, trashed).await;
        let answer = owner.update(&server, trashed, json!({"isFavorite": true})).await;
        assert_eq!((answer.status, &answer.json["isFavorite"], &answer.json["isTrashed"]), (200, &json!(true), &json!(true)));

        let locked = owner.upload(&server, &Picture::jpeg(2).with("visibility", "locked")).await;
        let key = owner.api_key(&server, &["all"]).await;
        let path = format!("/assets/{locked}");
        let opened = json!({"visibility": "timeline"});
        assert_refused(server.put(owner, &path).json(&opened), 400, REFUSAL).await;
        owner.unlock(&server).await;
        assert_refused(server.put(&key, &path).json(&opened), 400, REFUSAL).await;
        let answer = owner.update(&server, locked, opened).await;
        assert_eq!((answer.status, answer.json["visibility"].as_str()), (200, Some("timeline")));
    }
}

test_on_both! {
    async fn each_property_changes_by_itself(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let everything = json!({
            "isFavorite": true, "visibility": "archive", "description": "On the beach", "rating": 4,
            "latitude": -33.5, "longitude": 151.25, "unknown": {"ignored": true},
        });
        assert_eq!(owner.update(&server, id, everything).await.status, 200);
        for (changes, pointer, value) in [
            (json!({}), "/isFavorite", json!(true)),
            (json!({"isFavorite": false}), "/isFavorite", json!(false)),
            (json!({"visibility": "timeline"}), "/isArchived", json!(false)),
            (json!({"visibility": "hidden"}), "/visibility", json!("hidden")),
            (json!({"description": ""}), "/exifInfo/description", json!("")),
            (json!({"description": "ünï 😀\nline"}), "/exifInfo/description", json!("ünï 😀\nline")),
            (json!({"rating": -1}), "/exifInfo/rating", json!(-1)),
            (json!({"rating": 5}), "/exifInfo/rating", json!(5)),
            (json!({"rating": 0}), "/exifInfo/rating", json!(0)),
            (json!({"rating": null}), "/exifInfo/rating", json!(null)),
            (json!({"latitude": 90, "longitude": -180}), "/exifInfo/longitude", json!(-180.0)),
            (json!({"latitude": "12.5", "longitude": "0"}), "/exifInfo/latitude", json!(12.5)),
        ] {
            let before = owner.asset(&server, id).await;
            let answer = owner.update(&server, id, changes.clone()).await;
            assert_eq!(answer.status, 200, "{changes} {answer:?}");
            assert_eq!(answer.json.pointer(pointer), Some(&value), "{changes}");
            let after = owner.asset(&server, id).await;
            for (name, value) in before["exifInfo"].as_object().unwrap() {
                // A place brings its names along.
                let is_name = ["city", "state", "country"].contains(&name.as_str());
                if changes.get(name).is_none() && !is_name {
                    assert_eq!(&after["exifInfo"][name], value, "{changes} leaves {name}");
                }
            }
            assert!(before["updatedAt"].as_str() <= after["updatedAt"].as_str());
            assert_eq!(answer.json, after, "the answer is what is kept");
        }
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let before = owner.asset(&server, id).await;
        for (changes, rules) in [
            (json!({"isFavorite": "maybe"}), vec!["isFavorite must be a boolean value"]),
            (json!({"isFavorite": null}), vec!["isFavorite must be a boolean value"]),
            (json!({"visibility": "x"}), vec!["visibility must be one of the following values: archive, timeline, hidden, locked"]),
            (json!({"description": 1}), vec!["description must be a string"]),
            (json!({"description": "x".repeat(100_001)}), vec!["description must be shorter than or equal to 100000 characters"]),
            (json!({"dateTimeOriginal": "soon"}), vec!["dateTimeOriginal must be a valid ISO 8601 date string"]),
            (json!({"dateTimeOriginal": "2024-02-30T00:00:00Z"}), vec!["dateTimeOriginal must be a valid ISO 8601 date string"]),
            (json!({"rating": -2}), vec!["rating must not be less than -1"]),
            (json!({"rating": 6}), vec!["rating must not be greater than 5"]),
            (json!({"rating": 1.5}), vec!["rating must be an integer number"]),
            (json!({"rating": "good"}), vec!["rating must be an integer number"]),
            (json!({"latitude": 1}), vec!["longitude must be a longitude string or number"]),
            (json!({"longitude": 1}), vec!["latitude must be a latitude string or number"]),
            (json!({"latitude": 90.1, "longitude": 1}), vec!["latitude must be a latitude string or number"]),
            (json!({"latitude": 1, "longitude": -180.1}), vec!["longitude must be a longitude string or number"]),
            (json!({"latitude": "north", "longitude": 1}), vec!["latitude must be a number conforming to the specified constraints"]),
            (json!({"livePhotoVideoId": "x"}), vec!["livePhotoVideoId must be a UUID"]),
            (json!({"isFavorite": true, "rating": 9, "description": 1}), vec!["rating must not be greater than 5", "description must be a string"]),
        ] {
            assert_invalid(server.put(owner, &format!("/assets/{id}")).json(&changes), &rules).await;
        }
        let list = server.put(owner, &format!("/assets/{id}")).json(&json!([]));
        assert_refused(list, 400, "The body must be a JSON object").await;
        let broken = server.put(owner, &format!("/assets/{id}")).body("{");
        assert_eq!(Answer::of(broken).await.status, 400);
        assert_eq!(owner.asset(&server, id).await, before);
    }
}

test_on_both! {
    async fn a_locked_asset_leaves_every_link_for_good(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share_key(&server, &[id], json!({})).await;
        let path = format!("/assets/{id}");
        assert_eq!(Answer::of(server.get(&link, &path)).await.status, 200);
        let answer = owner.update(&server, id, json!({"visibility": "locked"})).await;
        assert_eq!((answer.status, answer.json["visibility"].as_str()), (200, Some("locked")));
        assert_refused(server.get(owner, &path), 400, "Not found or no asset.read access").await;
        owner.unlock(&server).await;
        assert_eq!(owner.asset(&server, id).await["visibility"], "locked");
        assert_eq!(owner.update(&server, id, json!({"visibility": "timeline"})).await.status, 200);
        assert_refused(server.get(&link, &path), 400, "Not found or no asset.read access").await;
    }
}

/// What an asset says of when it was taken: the moment, the wall clock, and the zone.
fn taken(asset: &Value) -> [&Value; 4] {
    let exif = &asset["exifInfo"];
    [
        &asset["fileCreatedAt"],
        &exif["dateTimeOriginal"],
        &asset["localDateTime"],
        &exif["timeZone"],
    ]
}

test_on_both! {
    async fn a_date_keeps_its_offset_and_moves_the_asset_at_once(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        for (date, moment, local, zone) in [
            ("2021-03-01T23:30:00.250+02:00", "2021-03-01T21:30:00.250Z", "2021-03-01T23:30:00.250Z", json!("UTC+2")),
            ("2021-03-01T23:30:00-03:30", "2021-03-02T03:00:00.000Z", "2021-03-01T23:30:00.000Z", json!("UTC-3:30")),
            ("1955-11-05T06:15:00Z", "1955-11-05T06:15:00.000Z", "1955-11-05T06:15:00.000Z", json!("UTC")),
            ("2022-07-08", "2022-07-08T00:00:00.000Z", "2022-07-08T00:00:00.000Z", json!(null)),
        ] {
            let answer = owner.update(&server, id, json!({"dateTimeOriginal": date})).await;
            assert_eq!(taken(&answer.json), [&json!(moment), &json!(moment), &json!(local), &zone], "{date}");
            assert_eq!(taken(&owner.asset(&server, id).await), taken(&answer.json), "{date}");
        }
    }
}

test_on_both! {
    async fn what_the_user_said_survives_what_the_file_says(server: Server) {
        let owner = &server.admin;
        let exif = Exif {
            make: Some("Kodak"),
            date_time_original: Some("2020:01:02 03:04:05"),
            offset: Some("+01:00"),
            ..Exif::default()
        };
        let id = owner.upload_and_settle(&server, &Picture::jpeg_with_exif(1, exif)).await;
        let file = owner.asset(&server, id).await;
        assert_eq!(taken(&file)[0], "2020-01-02T02:04:05.000Z");
        let changes = json!({
            "description": "Mine", "rating": 3, "latitude": 1.5, "longitude": 2.5,
            "dateTimeOriginal": "2021-03-01T23:30:00+02:00",
        });
        let edited = owner.update(&server, id, changes).await.json;

        // The file gets another maker, so that it shows when it was read again.
        let exif = Exif { make: Some("Leica"), ..exif };
        let original = server.options.data.join(file["originalPath"].as_str().unwrap());
        std::fs::write(original, Picture::jpeg_with_exif(1, exif).bytes).unwrap();
        let body = json!({"assetIds": [id], "name": "refresh-metadata"});
        assert_eq!(Answer::of(server.post(owner, "/assets/jobs").json(&body)).await.status, 204);
        let after = eventually("the refresh", async || {
            let asset = owner.asset(&server, id).await;
            (asset["exifInfo"]["make"] == "Leica").then_some(asset)
        }).await;
        assert_eq!(taken(&after), taken(&edited));
        for name in ["description", "rating", "latitude", "longitude"] {
            assert_eq!(after["exifInfo"][name], edited["exifInfo"][name], "{name}");
        }
    }
}

test_on_both! {
    async fn a_moving_part_can_be_linked_changed_and_unlinked(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let first = owner.upload(&server, &Picture::video(1)).await;
        let second = owner.upload(&server, &Picture::video(2)).await;
        let visibility = async |video| owner.asset(&server, video).await["visibility"].clone();

        // Saying the same twice changes nothing.
        for _ in 0..2 {
            let answer = owner.update(&server, id, json!({"livePhotoVideoId": first})).await;
            assert_eq!((answer.status, &answer.json["livePhotoVideoId"]), (200, &json!(first)), "{answer:?}");
            assert_eq!(visibility(first).await, "hidden");
        }
        let answer = owner.update(&server, id, json!({"livePhotoVideoId": second})).await;
        assert_eq!(answer.json["livePhotoVideoId"], json!(second));
        assert_eq!((visibility(first).await, visibility(second).await), (json!("timeline"), json!("hidden")));

        let untouched = owner.update(&server, id, json!({"isFavorite": true})).await;
        assert_eq!(untouched.json["livePhotoVideoId"], json!(second));
        for _ in 0..2 {
            let answer = owner.update(&server, id, json!({"livePhotoVideoId": null})).await;
            assert_eq!((answer.status, &answer.json["livePhotoVideoId"]), (200, &Value::Null));
            assert_eq!(visibility(second).await, "timeline");
        }
    }
}

test_on_both! {
    async fn a_moving_part_that_another_picture_uses_stays_hidden(server: Server) {
        let owner = &server.admin;
        let video = owner.upload(&server, &Picture::video(1)).await;
        let still = |seed| Picture::jpeg(seed).with("livePhotoVideoId", &video.to_string());
        let first = owner.upload(&server, &still(1)).await;
        let second = owner.upload(&server, &still(2)).await;
        for (id, visibility) in [(first, "hidden"), (second, "timeline")] {
            assert_eq!(owner.update(&server, id, json!({"livePhotoVideoId": null})).await.status, 200);
            assert_eq!(owner.asset(&server, video).await["visibility"], visibility);
        }
    }
}

test_on_both! {
    async fn only_a_video_within_reach_moves_a_picture(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let picture = owner.upload(&server, &Picture::jpeg(2)).await;
        let theirs = other.upload(&server, &Picture::video(1)).await;
        let trashed = owner.upload(&server, &Picture::video(2)).await;
        owner.trash(&server, trashed).await;
        let locked = owner.upload(&server, &Picture::video(3).with("visibility", "locked")).await;
        for (video, message) in [
            (theirs, "Live photo video not found"),
            (Uuid::new_v4(), "Live photo video not found"),
            (trashed, "Live photo video not found"),
            (locked, "Live photo video not found"),
            (picture, "Live photo video must be a video"),
            (id, "An asset cannot be its own moving part"),
        ] {
            let changes = json!({"livePhotoVideoId": video, "isFavorite": true});
            let request = server.put(owner, &format!("/assets/{id}")).json(&changes);
            assert_refused(request, 400, message).await;
        }
        let asset = owner.asset(&server, id).await;
        assert_eq!((&asset["livePhotoVideoId"], &asset["isFavorite"]), (&Value::Null, &json!(false)));
        owner.unlock(&server).await;
        assert_eq!(owner.asset(&server, locked).await["visibility"], "locked");
    }
}

test_on_both! {
    async fn nul_is_left_out_of_a_description(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let answer = owner.update(&server, id, json!({"description": "a\0b"})).await;
        assert_eq!(answer.json["exifInfo"]["description"], "ab", "{answer:?}");
    }
}

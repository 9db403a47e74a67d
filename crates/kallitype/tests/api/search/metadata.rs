//! `POST /search/metadata`: every filter.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{NOTHING, ask, count, find, page, taken_in};
use crate::support::{Answer, Exif, Picture, Server, User, assert_refused};
use crate::test_on_both;

/// Two towns.
const MUNICH: (f64, f64) = (48.14, 11.58);
const SALZBURG: (f64, f64) = (47.8, 13.04);

/// Tries filters: what each finds, newest first, and that as much is counted where it can be counted.
async fn try_filters(server: &Server, owner: &User, ids: &[Uuid], filters: &[(Value, &[usize])]) {
    for (filter, places) in filters {
        let expected: Vec<Uuid> = places.iter().map(|place| ids[*place]).collect();
        assert_eq!(
            find(server, owner, filter.clone()).await,
            expected,
            "{filter}"
        );
        let mut upwards = filter.clone();
        upwards["order"] = json!("asc");
        let mut backwards = find(server, owner, upwards).await;
        backwards.reverse();
        assert_eq!(backwards, expected, "{filter}");
        let drawn = server.post(owner, "/search/random").json(filter);
        let drawn = Answer::of(drawn).await;
        let is_known_to_all = [
            "id",
            "checksum",
            "deviceAssetId",
            "originalFileName",
            "originalPath",
            "description",
        ]
        .iter()
        .all(|name| filter.get(name).is_none());
        if is_known_to_all {
            let mut drawn = super::ids(&drawn.json);
            let mut all = expected.clone();
            drawn.sort_unstable();
            all.sort_unstable();
            assert_eq!(drawn, all, "{filter}");
        }
        if is_known_to_all && filter.get("withDeleted").is_none() {
            assert_eq!(
                count(server, owner, filter).await,
                places.len() as u64,
                "{filter}"
            );
        }
    }
}

test_on_both! {
    async fn places_and_cameras(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for (seed, make, place) in [
            (1, Some("Canon"), Some(MUNICH)),
            (2, Some("Canon"), Some(SALZBURG)),
            (3, Some("canon"), None),
            (4, None, Some(MUNICH)),
            (5, None, None),
        ] {
            let date = format!("2024:{:02}:01 10:00:00", 12 - seed);
            let exif = Exif { date_time_original: Some(&date), make, place, ..Exif::default() };
            ids.push(owner.upload_and_settle(&server, &Picture::jpeg_with_exif(seed, exif)).await);
        }
        server.finish_jobs().await;
        try_filters(&server, owner, &ids, &[
            (json!({}), &[0, 1, 2, 3, 4]),
            (json!({"make": "Canon"}), &[0, 1]),
            (json!({"make": "canon"}), &[2]),
            (json!({"make": "Can"}), &[]),
            (json!({"make": null}), &[3, 4]),
            (json!({"make": ""}), &[3, 4]),
            (json!({"model": null}), &[0, 1, 2, 3, 4]),
            (json!({"lensModel": "none has it"}), &[]),
            (json!({"city": "Munich"}), &[0, 3]),
            (json!({"city": "munich"}), &[]),
            (json!({"city": null}), &[2, 4]),
            (json!({"state": ""}), &[2, 4]),
            (json!({"country": "Austria"}), &[1]),
            (json!({"country": "Germany", "make": "Canon"}), &[0]),
            (json!({"country": "Germany", "state": "Bavaria", "city": "Munich", "make": null}), &[3]),
            (json!({"country": "Germany", "city": null}), &[]),
        ]).await;
        // What is known changes, and what is found with it.
        owner.update(&server, ids[4], json!({"latitude": SALZBURG.0, "longitude": SALZBURG.1})).await;
        try_filters(&server, owner, &ids, &[(json!({"country": "Austria"}), &[1, 4]), (json!({"city": null}), &[2])]).await;
    }
}

test_on_both! {
    async fn what_assets_are(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for (month, picture) in (1..).zip([
            Picture::jpeg(1),
            Picture::video(2),
            Picture::jpeg(3).with("isFavorite", "true"),
            Picture::jpeg(4).with("visibility", "archive"),
            Picture::jpeg(5).with("visibility", "hidden"),
            Picture::jpeg(6),
        ]) {
            let moment = format!("2023-{:02}-01T10:00:00.000Z", 12 - month);
            ids.push(owner.upload(&server, &picture.with("fileCreatedAt", &moment)).await);
        }
        owner.trash(&server, ids[5]).await;
        assert_eq!(owner.update(&server, ids[2], json!({"rating": 4})).await.status, 200);
        assert_eq!(owner.update(&server, ids[0], json!({"rating": -1})).await.status, 200);
        try_filters(&server, owner, &ids, &[
            (json!({}), &[0, 1, 2]),
            (json!({"visibility": "timeline"}), &[0, 1, 2]),
            (json!({"visibility": "archive"}), &[3]),
            (json!({"visibility": "hidden"}), &[4]),
            (json!({"type": "VIDEO"}), &[1]),
            (json!({"type": "IMAGE"}), &[0, 2]),
            (json!({"type": "AUDIO"}), &[]),
            (json!({"isFavorite": true}), &[2]),
            (json!({"isFavorite": false}), &[0, 1]),
            (json!({"rating": 4}), &[2]),
            (json!({"rating": -1}), &[0]),
            (json!({"rating": 5}), &[]),
            (json!({"isMotion": true}), &[]),
            (json!({"isMotion": false}), &[0, 1, 2]),
            (json!({"isEncoded": true}), &[]),
            (json!({"isEncoded": false}), &[0, 1, 2]),
            (json!({"isOffline": true}), &[]),
            (json!({"isOffline": false}), &[0, 1, 2]),
            (json!({"withDeleted": true}), &[0, 1, 2, 5]),
            (json!({"withDeleted": false}), &[0, 1, 2]),
            (json!({"withDeleted": true, "visibility": "archive"}), &[3]),
            (json!({"trashedAfter": "2020-01-01T00:00:00.000Z"}), &[5]),
            (json!({"trashedBefore": "2020-01-01T00:00:00.000Z"}), &[]),
            (json!({"libraryId": null}), &[0, 1, 2]),
            (json!({"libraryId": owner.id}), &[]),
            (json!({"personIds": []}), &[0, 1, 2]),
            (json!({"personIds": [owner.id]}), &[]),
            // What clients send, and no one reads.
            (json!({"isVisible": true, "withArchived": true, "previewPath": "x", "thumbnailPath": "x", "withStacked": true}), &[0, 1, 2]),
            (json!({"takenAfter": null, "updatedBefore": null}), &[0, 1, 2]),
        ]).await;
        owner.trash(&server, ids[0]).await;
        try_filters(&server, owner, &ids, &[(json!({"rating": -1}), &[]), (json!({}), &[1, 2])]).await;
        let restored = server.post(owner, "/trash/restore/assets").json(&json!({"ids": [ids[0], ids[5]]}));
        assert_eq!(Answer::of(restored).await.status, 200);
        try_filters(&server, owner, &ids, &[(json!({"rating": -1}), &[0]), (json!({}), &[0, 1, 2, 5])]).await;
    }
}

test_on_both! {
    async fn moments(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for month in [3, 2, 1] {
            ids.push(owner.upload(&server, &taken_in(month)).await);
        }
        let created = |id: Uuid| {
            let server = &server;
            async move { owner.asset(server, id).await["createdAt"].as_str().expect("a date").to_owned() }
        };
        let (first, last) = (created(ids[0]).await, created(ids[2]).await);
        owner.update(&server, ids[1], json!({"description": "touched"})).await;
        server.finish_jobs().await;
        let touched = owner.asset(&server, ids[1]).await["updatedAt"].clone();
        try_filters(&server, owner, &ids, &[
            (json!({"takenAfter": "2024-02-01T10:00:00.000Z"}), &[0, 1]),
            (json!({"takenBefore": "2024-02-01T10:00:00.000Z"}), &[1, 2]),
            (json!({"takenAfter": "2024-02-01T11:00:00.000+01:00", "takenBefore": "2024-02-01T10:00:00.000Z"}), &[1]),
            (json!({"takenAfter": "2024-02-01T10:00:00.001Z"}), &[0]),
            (json!({"takenAfter": "2025-02-01T10:00:00.000Z"}), &[]),
            (json!({"createdBefore": "2020-01-01T00:00:00.000Z"}), &[]),
            (json!({"createdAfter": "2020-01-01T00:00:00.000Z"}), &[0, 1, 2]),
            (json!({"createdAfter": first, "createdBefore": "2999-01-01T00:00:00.000Z"}), &[0, 1, 2]),
            (json!({"createdBefore": first}), &[]),
            (json!({"createdAfter": last, "takenBefore": "2024-01-31T00:00:00.000Z"}), &[2]),
            (json!({"updatedAfter": "2020-01-01T00:00:00.000Z"}), &[0, 1, 2]),
            (json!({"updatedBefore": "2020-01-01T00:00:00.000Z"}), &[]),
            (json!({"updatedAfter": touched, "takenAfter": "2024-01-15T00:00:00.000Z", "takenBefore": "2024-02-15T00:00:00.000Z"}), &[1]),
        ]).await;
    }
}

test_on_both! {
    async fn single_assets(server: Server) {
        let owner = &server.admin;
        let pictures = [3, 2, 1].map(taken_in);
        let mut ids = Vec::new();
        for (number, picture) in pictures.iter().enumerate() {
            let picture = picture.clone().with("deviceAssetId", &format!("file {number}")).with("deviceId", ["a phone", "a phone", "a camera"][number]);
            ids.push(owner.upload(&server, &picture).await);
        }
        let other = User::another(&server, "other@example.org").await;
        let foreign = other.upload(&server, &Picture::jpeg(99).with("deviceId", "a phone")).await;
        try_filters(&server, owner, &ids, &[
            (json!({"id": ids[1]}), &[1]),
            (json!({"id": foreign}), &[]),
            (json!({"checksum": pictures[0].checksum()}), &[0]),
            (json!({"checksum": pictures[2].checksum_base64()}), &[2]),
            (json!({"checksum": "junk"}), &[]),
            (json!({"checksum": Picture::jpeg(99).checksum()}), &[]),
            (json!({"deviceId": "a phone"}), &[0, 1]),
            (json!({"deviceId": "A phone"}), &[]),
            (json!({"deviceAssetId": "file 2"}), &[2]),
            (json!({"deviceAssetId": "file 0", "deviceId": "a phone"}), &[0]),
            (json!({"deviceAssetId": "file 0", "deviceId": "a camera"}), &[]),
        ]).await;
        assert_eq!(find(&server, owner, json!({"encodedVideoPath": "encoded/none.mp4"})).await, NOTHING);
    }
}

test_on_both! {
    async fn albums_and_tags(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for month in [4, 3, 2, 1] {
            ids.push(owner.upload(&server, &taken_in(month)).await);
        }
        let [one, two] = [&ids[..2], &ids[1..3]].map(|assets| async { owner.album(&server, assets, json!({})).await["id"].clone() });
        let (one, two) = (one.await, two.await);
        let paths = json!({"tags": ["animals/cats", "animals/dogs", "plants"]});
        let tags = Answer::of(server.put(owner, "/tags").json(&paths)).await.json;
        let tag = |value: &str| tags.as_array().expect("a list").iter().find(|tag| tag["value"] == value).map(|tag| tag["id"].clone());
        let all = ask(&server, owner, "/tags").await;
        let animals = all.as_array().expect("a list").iter().find(|tag| tag["value"] == "animals").expect("a parent")["id"].clone();
        let (cats, dogs) = (tag("animals/cats").expect("a tag"), tag("animals/dogs").expect("a tag"));
        for (tag, place) in [(&cats, 0), (&dogs, 1), (&cats, 2), (&dogs, 2)] {
            let path = format!("/tags/{}/assets", tag.as_str().expect("an id"));
            assert_eq!(Answer::of(server.put(owner, &path).json(&json!({"ids": [ids[place]]}))).await.status, 200);
        }
        try_filters(&server, owner, &ids, &[
            (json!({"albumIds": [one]}), &[0, 1]),
            (json!({"albumIds": [one, two]}), &[1]),
            (json!({"albumIds": []}), &[0, 1, 2, 3]),
            (json!({"albumIds": [owner.id]}), &[]),
            (json!({"isNotInAlbum": true}), &[3]),
            (json!({"isNotInAlbum": false}), &[0, 1, 2, 3]),
            (json!({"isNotInAlbum": true, "albumIds": [two]}), &[1, 2]),
            (json!({"tagIds": [cats]}), &[0, 2]),
            (json!({"tagIds": [animals]}), &[0, 1, 2]),
            (json!({"tagIds": [cats, dogs]}), &[2]),
            (json!({"tagIds": [cats, dogs], "albumIds": [one]}), &[]),
            (json!({"tagIds": null}), &[3]),
            (json!({"tagIds": []}), &[0, 1, 2, 3]),
            (json!({"tagIds": [owner.id]}), &[]),
        ]).await;
        // Of an album that one is not in, and of tags of others, nothing is told.
        let other = User::another(&server, "other@example.org").await;
        share(&server, owner, &other).await;
        assert_eq!(find(&server, &other, json!({})).await, ids);
        assert_eq!(find(&server, &other, json!({"albumIds": [one]})).await, NOTHING);
        assert_eq!(find(&server, &other, json!({"tagIds": [cats]})).await, NOTHING);
    }
}

async fn share(server: &Server, by: &User, with: &User) {
    super::share_timeline(server, by, with, true).await;
}

test_on_both! {
    async fn an_asset_has_what_is_asked_for(server: Server) {
        let owner = &server.admin;
        let exif = Exif { make: Some("Canon"), ..Exif::default() };
        let id = owner.upload_and_settle(&server, &Picture::jpeg_with_exif(1, exif)).await;
        let whole = owner.asset(&server, id).await;
        let plain = page(&server, owner, &json!({})).await["items"][0].clone();
        for absent in ["exifInfo", "people", "unassignedFaces", "tags", "stack", "owner"] {
            assert!(plain[absent].is_null(), "{absent}: {plain}");
        }
        for (name, value) in plain.as_object().expect("an asset") {
            assert_eq!(*value, whole[name], "{name}");
        }
        let more = page(&server, owner, &json!({"withExif": true, "withPeople": true})).await["items"][0].clone();
        assert_eq!(more["exifInfo"], whole["exifInfo"]);
        assert_eq!(more["exifInfo"]["make"], "Canon");
        assert_eq!((&more["people"], &more["unassignedFaces"]), (&json!([]), &json!([])));
    }
}

test_on_both! {
    async fn what_is_locked_opens_with_the_pin(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &taken_in(1).with("visibility", "locked")).await;
        let locked = json!({"visibility": "locked"});
        for path in ["/search/metadata", "/search/random", "/search/statistics"] {
            assert_refused(server.post(owner, path).json(&locked), 401, "Elevated permission is required").await;
        }
        let large = server.post(owner, "/search/large-assets?visibility=locked");
        assert_refused(large, 401, "Elevated permission is required").await;
        owner.unlock(&server).await;
        assert_eq!(find(&server, owner, locked.clone()).await, [id]);
        assert_eq!(count(&server, owner, &locked).await, 1);
        assert_eq!(find(&server, owner, json!({})).await, NOTHING);
    }
}

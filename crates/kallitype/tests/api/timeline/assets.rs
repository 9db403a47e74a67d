//! What is said of each asset, and in which order.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{NOTHING, counts, ids, read, taken_at, walk};
use crate::support::{Answer, Exif, Picture};
use crate::test_on_both;

test_on_both! {
    async fn the_wall_clock_decides_the_month(server: Server) {
        let owner = &server.admin;
        let evening = Exif {
            date_time_original: Some("2024:01:31 23:30:00"),
            offset: Some("-08:00"),
            ..Exif::default()
        };
        let id = owner.upload(&server, &Picture::jpeg_with_exif(1, evening)).await;
        // Before it was looked into, it stands where the client said that it was taken.
        server.finish_jobs().await;
        assert_eq!(counts(&server, owner, &[]).await, [("2024-01-01".to_owned(), 1)]);
        let columns = read(&server, owner, "2024-01-01", &[]).await;
        assert_eq!(ids(&columns), [id]);
        assert_eq!(columns["fileCreatedAt"], json!(["2024-02-01T07:30:00"]));
        assert_eq!(columns["localOffsetHours"], json!([-8.0]));
        assert_eq!(ids(&read(&server, owner, "2024-02-01", &[]).await), NOTHING);
    }
}

test_on_both! {
    async fn a_month_is_named_in_many_ways(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &taken_at(1, "2024-01-15T10:00:00.000Z")).await;
        for name in ["2024-01-01", "2024-01-01T00:00:00.000Z", "+2024-01-01", "-2024-01-01T00:00:00Z", " 2024-01-01"] {
            assert_eq!(ids(&read(&server, owner, name, &[]).await), [id], "{name}");
        }
        for name in ["2024-01-02", "2024-01-15", "2024-01-01T00:00:01Z", "2023-01-01", "2024-02-01", "0001-01-01"] {
            assert_eq!(ids(&read(&server, owner, name, &[]).await), NOTHING, "{name}");
        }
    }
}

test_on_both! {
    async fn what_no_calendar_has_is_of_its_first_year(server: Server) {
        let owner = &server.admin;
        let mut expected = Vec::new();
        for (seed, moment) in (0..).zip(["-000044-03-15T12:00:00Z", "0001-01-31T23:00:00Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z"]) {
            expected.push(owner.upload(&server, &taken_at(seed, moment)).await);
        }
        // What no file says of itself: its date is that of the file, unless someone says another.
        let last = owner.upload(&server, &taken_at(4, "1980-01-01T00:00:00Z")).await;
        let date = json!({"dateTimeOriginal": "9999-12-30T00:00:00Z"});
        assert_eq!(owner.update(&server, last, date).await.status, 200);
        expected.push(last);
        let months = counts(&server, owner, &[("order", "asc")]).await;
        let months: Vec<(&str, usize)> = months.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(months, [("0001-01-01", 2), ("1969-12-01", 1), ("1970-01-01", 1), ("9999-12-01", 1)]);
        assert_eq!(walk(&server, owner, &[("order", "asc")]).await, expected);
    }
}

test_on_both! {
    async fn columns_say_what_a_grid_needs(server: Server) {
        let owner = &server.admin;
        let upright = Exif { orientation: Some(6), place: Some((52.5, 13.25)), ..Exif::default() };
        let picture = Picture::jpeg_with_exif(1, upright).with("isFavorite", "true");
        let picture = owner.upload_and_settle(&server, &picture).await;
        let month = "2024-05-01";
        let film = Picture::video(2).with("fileCreatedAt", "2024-05-06T07:08:08.120Z").with("duration", "0:00:01.500000");
        let film = owner.upload(&server, &film).await;
        let shown = owner.asset(&server, picture).await;
        let columns = read(&server, owner, month, &[("withCoordinates", "true"), ("withStacked", "true")]).await;
        assert_eq!(ids(&columns), [picture, film]);
        for (name, expected) in [
            ("ownerId", json!([owner.id, owner.id])),
            ("ratio", json!([0.75, 1.0])),
            ("isImage", json!([true, false])),
            ("isFavorite", json!([true, false])),
            ("isTrashed", json!([false, false])),
            ("visibility", json!(["timeline", "timeline"])),
            ("fileCreatedAt", json!(["2024-05-06T07:08:09", "2024-05-06T07:08:08.12"])),
            ("localOffsetHours", json!([0.0, 0.0])),
            ("latitude", json!([52.5, null])),
            ("longitude", json!([13.25, null])),
            ("city", json!([shown["exifInfo"]["city"], null])),
            ("country", json!([shown["exifInfo"]["country"], null])),
            ("thumbhash", json!([shown["thumbhash"], null])),
            ("livePhotoVideoId", json!([null, null])),
            ("projectionType", json!([null, null])),
            ("stack", json!([null, null])),
            ("duration", json!([null, owner.asset(&server, film).await["duration"]])),
        ] {
            assert_eq!(columns[name], expected, "{name}");
        }
        assert!(shown["exifInfo"]["city"].is_string() && shown["thumbhash"].is_string());
        let names = |columns: &Value| -> BTreeSet<String> {
            columns.as_object().expect("columns").keys().cloned().collect()
        };
        let plain = names(&read(&server, owner, month, &[]).await);
        let empty = names(&read(&server, owner, "1980-01-01", &[]).await);
        let more: Vec<String> = names(&columns).difference(&plain).cloned().collect();
        assert_eq!(more, ["latitude", "longitude", "stack"]);
        assert_eq!((plain.len(), plain), (15, empty));
    }
}

test_on_both! {
    async fn a_picture_that_moves_says_by_what(server: Server) {
        let owner = &server.admin;
        let part = owner.upload(&server, &Picture::video(1)).await;
        let still = Picture::jpeg(1).with("livePhotoVideoId", &part.to_string());
        let still = owner.upload(&server, &still).await;
        let columns = read(&server, owner, "2024-05-01", &[]).await;
        assert_eq!((ids(&columns), &columns["livePhotoVideoId"]), (vec![still], &json!([part])));
        assert_eq!(walk(&server, owner, &[("visibility", "hidden")]).await, [part]);
        assert_eq!(owner.update(&server, still, json!({"visibility": "locked"})).await.status, 200);
        // The moving part of a locked picture is locked.
        assert_eq!(walk(&server, owner, &[("visibility", "hidden")]).await, NOTHING);
    }
}

test_on_both! {
    async fn days_come_in_order_and_moments_within_them(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for (seed, moment) in (0..).zip(["2024-02-03T10:00:00Z", "2024-02-03T09:00:00Z", "2024-01-31T10:00:00Z", "2024-02-01T10:00:00Z"]) {
            ids.push(owner.upload(&server, &taken_at(seed, moment)).await);
        }
        let newest_first = [ids[0], ids[1], ids[3], ids[2]];
        for query in [&[][..], &[("order", "desc")], &[("visibility", "timeline")]] {
            assert_eq!(walk(&server, owner, query).await, newest_first, "{query:?}");
        }
        let oldest_first: Vec<_> = newest_first.iter().rev().copied().collect();
        assert_eq!(walk(&server, owner, &[("order", "asc")]).await, oldest_first);
        // On a morning in the east it may be the day before in UTC: its own day counts, and then the moment.
        let morning = Exif { date_time_original: Some("2024:02:03 08:00:00"), offset: Some("+12:00"), ..Exif::default() };
        let east = owner.upload(&server, &Picture::jpeg_with_exif(7, morning)).await;
        server.finish_jobs().await;
        let oldest_first = [ids[2], ids[3], east, ids[1], ids[0]];
        assert_eq!(walk(&server, owner, &[("order", "asc")]).await, oldest_first);
        let moved = json!({"dateTimeOriginal": "2023-07-01T00:00:00.000Z"});
        assert_eq!(owner.update(&server, east, moved).await.status, 200);
        assert_eq!(walk(&server, owner, &[("order", "asc")]).await, [east, ids[2], ids[3], ids[1], ids[0]]);
    }
}

test_on_both! {
    async fn a_long_month_is_whole(server: Server) {
        let owner = &server.admin;
        owner.upload(&server, &Picture::jpeg(1)).await;
        server.multiply(owner, 3000).await;
        assert_eq!(counts(&server, owner, &[]).await, [("2024-05-01".to_owned(), 3001)]);
        assert_eq!(walk(&server, owner, &[("visibility", "timeline")]).await.len(), 3001);
        let all = server.delete(owner, "/assets").json(&json!({"ids": walk(&server, owner, &[]).await, "force": true}));
        assert_eq!(Answer::of(all).await.status, 204);
        server.finish_jobs().await;
        assert!(counts(&server, owner, &[]).await.is_empty());
    }
}

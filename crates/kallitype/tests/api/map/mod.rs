//! `/map`

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

const VIENNA: (f64, f64) = (48.2082, 16.3738);

/// Uploads a picture that was taken somewhere, on a day of May 2024.
async fn upload(server: &Server, owner: &User, day: u32, place: (f64, f64)) -> Uuid {
    let id = owner.upload_and_settle(server, &Picture::jpeg(day)).await;
    let changes = json!({
        "latitude": place.0,
        "longitude": place.1,
        "dateTimeOriginal": format!("2024-05-{day:02}T12:00:00.000Z"),
    });
    assert_eq!(owner.update(server, id, changes).await.status, 200);
    id
}

async fn markers(server: &Server, who: impl Into<Credential>, query: &str) -> Vec<Value> {
    let answer = Answer::of(server.get(who, &format!("/map/markers?{query}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json.as_array().expect("a list").clone()
}

async fn shown(server: &Server, who: impl Into<Credential>, query: &str) -> Vec<Uuid> {
    let markers = markers(server, who, query).await;
    let id = |marker: &Value| marker["id"].as_str().and_then(|id| id.parse().ok());
    markers
        .iter()
        .map(|marker| id(marker).expect("an id"))
        .collect()
}

async fn change(server: &Server, owner: &User, id: Uuid, changes: Value) {
    assert_eq!(owner.update(server, id, changes).await.status, 200);
}

test_on_both! {
    async fn it_shows_where_pictures_were_taken(server: Server) {
        let owner = &server.admin;
        let older = upload(&server, owner, 1, VIENNA).await;
        let newer = upload(&server, owner, 2, (-36.85, 174.76)).await;
        owner.upload_and_settle(&server, &Picture::jpeg(9)).await;
        let markers = markers(&server, owner, "").await;
        assert_eq!(markers.len(), 2, "one has no place");
        let cities: Vec<_> = markers.iter().map(|marker| &marker["city"]).collect();
        assert_eq!(cities, ["Auckland", "Vienna"]);
        assert_eq!(markers[1], json!({
            "id": older, "lat": VIENNA.0, "lon": VIENNA.1,
            "city": "Vienna", "state": markers[1]["state"], "country": "Austria",
        }));
        assert_eq!(markers[0]["id"], json!(newer));
    }
}

test_on_both! {
    async fn filters_choose(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for day in 1..=4 {
            ids.push(upload(&server, owner, day, VIENNA).await);
        }
        change(&server, owner, ids[0], json!({"isFavorite": true})).await;
        change(&server, owner, ids[1], json!({"visibility": "archive"})).await;
        change(&server, owner, ids[2], json!({"visibility": "locked"})).await;
        let hidden = upload(&server, owner, 5, VIENNA).await;
        owner.trash(&server, hidden).await;
        for (query, expected) in [
            ("", vec![ids[3], ids[0]]),
            ("isArchived=false", vec![ids[3], ids[0]]),
            ("isArchived=true", vec![ids[3], ids[0], ids[1]]),
            ("isFavorite=true", vec![ids[0]]),
            ("isFavorite=false", vec![ids[3]]),
            ("fileCreatedAfter=2024-05-04T12:00:00.000Z", vec![ids[3]]),
            ("fileCreatedAfter=2024-05-04T12:00:00.001Z", vec![]),
            ("fileCreatedBefore=2024-05-01T12:00:00.000Z", vec![ids[0]]),
            ("fileCreatedBefore=2024-05-01T11:59:59.999Z", vec![]),
            ("withPartners=true&withSharedAlbums=true", vec![ids[3], ids[0]]),
        ] {
            let expected: BTreeSet<Uuid> = expected.into_iter().collect();
            let found: BTreeSet<Uuid> = shown(&server, owner, query).await.into_iter().collect();
            assert_eq!(found, expected, "{query}");
        }
    }
}

test_on_both! {
    async fn partners_and_albums_show_more_if_they_are_wanted(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let theirs = upload(&server, &other, 1, VIENNA).await;
        let in_album = upload(&server, &other, 2, VIENNA).await;
        let archived = upload(&server, &other, 3, VIENNA).await;
        change(&server, &other, archived, json!({"visibility": "archive"})).await;
        let people = json!({"albumUsers": [{"userId": me.id, "role": "viewer"}]});
        other.album(&server, &[in_album, archived], people).await;
        let everything = "withPartners=true&withSharedAlbums=true";
        assert_eq!(shown(&server, me, "").await, [] as [Uuid; 0]);
        assert_eq!(shown(&server, me, "withPartners=true").await, [] as [Uuid; 0]);
        assert_eq!(shown(&server, me, everything).await, [in_album]);
        assert_eq!(shown(&server, me, "withSharedAlbums=true&isFavorite=true").await, [] as [Uuid; 0]);
        let with_archive = shown(&server, me, "withSharedAlbums=true&isArchived=true").await;
        assert_eq!(BTreeSet::from_iter(with_archive), BTreeSet::from([in_album, archived]));
        // Shown on the map, in the timeline or not.
        let share = server.post(&other, "/partners").json(&json!({"sharedWithId": me.id}));
        assert_eq!(Answer::of(share).await.status, 201);
        assert_eq!(shown(&server, me, "withPartners=true").await, [in_album, theirs]);
        assert_eq!(shown(&server, me, everything).await, [in_album, theirs], "each once");
        assert_eq!(shown(&server, me, "").await, [] as [Uuid; 0]);
        other.trash(&server, in_album).await;
        assert_eq!(shown(&server, me, everything).await, [theirs]);
    }
}

test_on_both! {
    async fn more_is_shown_than_is_read_at_a_time(server: Server) {
        let owner = &server.admin;
        let first = upload(&server, owner, 1, VIENNA).await;
        let mut all = server.multiply(owner, 10_100).await;
        all.push(first);
        let same = "UPDATE exif SET latitude = 1, longitude = 1";
        assert_eq!(server.execute_sql(same).await, all.len() as u64);
        let shown = shown(&server, owner, "").await;
        assert_eq!(shown.len(), all.len());
        assert_eq!(BTreeSet::from_iter(shown), BTreeSet::from_iter(all), "each once");
    }
}

test_on_both! {
    async fn places_have_names(server: Server) {
        let owner = &server.admin;
        for (query, city, country) in [
            ("lat=48.2082&lon=16.3738", json!("Vienna"), json!("Austria")),
            ("lat=0&lon=-30", Value::Null, Value::Null),
        ] {
            let answer = Answer::of(server.get(owner, &format!("/map/reverse-geocode?{query}"))).await;
            assert_eq!((answer.status, answer.json.as_array().map(Vec::len)), (200, Some(1)));
            assert_eq!((&answer.json[0]["city"], &answer.json[0]["country"]), (&city, &country));
        }
        let (north, east) = ("lat must be a number between -90 and 90", "lon must be a number between -180 and 180");
        for (query, rules) in [
            ("", vec![north, east]),
            ("lat=91&lon=181", vec![north, east]),
            ("lat=x&lon=0", vec![north]),
            ("lat=NaN&lon=0", vec![north]),
        ] {
            assert_invalid(server.get(owner, &format!("/map/reverse-geocode?{query}")), &rules).await;
        }
    }
}

test_on_both! {
    async fn only_users_see_it(server: Server) {
        let owner = &server.admin;
        let id = upload(&server, owner, 1, VIENNA).await;
        let link = owner.share_key(&server, &[id], json!({})).await;
        let reader = owner.api_key(&server, &["asset.read"]).await;
        let all = owner.api_key(&server, &["all"]).await;
        for path in ["/map/markers", "/map/reverse-geocode?lat=1&lon=1"] {
            for (way, status, message) in [
                (Credential::None, 401, "Authentication required"),
                (reader.clone(), 403, "Missing required permission: all"),
                (link.clone(), 403, "Forbidden"),
            ] {
                assert_refused(server.get(way, path), status, message).await;
            }
        }
        assert_eq!(shown(&server, all, "").await, [id]);
        let stranger = User::another(&server, "stranger@example.org").await;
        assert_eq!(shown(&server, &stranger, "withPartners=true&withSharedAlbums=true").await, [] as [Uuid; 0]);
    }
}

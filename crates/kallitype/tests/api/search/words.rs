//! `POST /kallitype/search`: several words at once, wherever they stand.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{NOTHING, ids, share_timeline};
use crate::library::rebuild::lose_and_rebuild;
use crate::people::{delete_face, faces, named, show, update};
use crate::support::{Answer, Credential, Exif, Picture, Server, User, assert_invalid};
use crate::test_on_both;

const MUNICH: (f64, f64) = (48.14, 11.58);
const SALZBURG: (f64, f64) = (47.8, 13.04);

/// What is answered to a search.
async fn ask(server: &Server, way: impl Into<Credential>, body: &Value) -> Value {
    let answer = Answer::of(server.post(way, "/kallitype/search").json(body)).await;
    assert_eq!(answer.status, 200, "{body} {answer:?}");
    answer.json["assets"].clone()
}

/// What has these words, on one page.
async fn find(server: &Server, way: impl Into<Credential>, words: &str) -> Vec<Uuid> {
    let found = ask(server, way, &json!({"words": words})).await;
    assert_eq!(found["nextPage"], Value::Null, "{words}");
    ids(&found["items"])
}

/// Fails unless an asset is found by each of these, or by none of them.
async fn assert_found(server: &Server, asset: Uuid, is_found: bool, all: &[&str]) {
    for words in all {
        let expected = if is_found { vec![asset] } else { Vec::new() };
        assert_eq!(
            find(server, &server.admin, words).await,
            expected,
            "{words}"
        );
    }
}

async fn tag(server: &Server, user: &User, path: &str, assets: &[Uuid]) -> Uuid {
    let made = server.put(user, "/tags").json(&json!({"tags": [path]}));
    let made = Answer::of(made).await;
    let tags = made.json.as_array().expect("a list");
    let id = tags.last().expect("a tag")["id"].as_str().expect("an id");
    let tagged = server.put(user, &format!("/tags/{id}/assets"));
    let tagged = Answer::of(tagged.json(&json!({"ids": assets}))).await;
    assert_eq!(tagged.status, 200, "{tagged:?}");
    id.parse().expect("a UUID")
}

async fn describe(server: &Server, asset: Uuid, text: &str) {
    let changes = json!({"description": text});
    let answer = server.admin.update(server, asset, changes).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

test_on_both! {
    async fn words_stand_anywhere(server: Server) {
        let me = &server.admin;
        let exif = Exif { place: Some(MUNICH), ..Exif::default() };
        let picture = Picture::jpeg_with_exif(1, exif).named("Sommer_IMG4711.jpg");
        let asset = me.upload_and_settle(&server, &picture).await;
        let other = me.upload_and_settle(&server, &Picture::jpeg(2).named("winter.jpg")).await;
        server.finish_jobs().await;
        describe(&server, asset, "Crème brûlée auf der Straße, im 2. Café").await;
        tag(&server, me, "Reisen/Österreich", &[asset]).await;
        let person = named(&server, me, "Zoë Ångström").await;
        show(&server, me, person, &[asset]).await;
        assert_found(&server, asset, true, &[
            // A name, a description, a place, a tag and the one above it, a person.
            "sommer", "SOMMER_IMG4711.JPG", "img4711", "4711", "brulee", "Munich", "bavaria", "germany",
            "österreich", "reisen", "Zoë", "angstrom",
            // Several, in any order, from anywhere.
            "zoe sommer brulee germany osterreich", "germany zoe", "  Café,\tim  ",
            // Accents and case, and each way to write them.
            "CRE\u{300}ME", "creme", "strasse", "STRAẞE",
            // Their beginnings.
            "som", "osterr", "zoe ang", "471",
            // Short ones are whole.
            "im", "2", "auf der",
        ]).await;
        assert_found(&server, asset, false, &[
            "sommer winter", "ommer", "so", "zoe berlin", "47", "none", "!?", "…", "0",
        ]).await;
        assert_eq!(find(&server, me, "jpg").await.len(), 2);
        assert_eq!(find(&server, me, "").await.len(), 2, "nothing is asked for");
        assert_eq!(find(&server, me, "winter").await, [other]);
        // Other filters count as well.
        for (filter, found) in [
            (json!({"words": "jpg", "city": "Munich"}), vec![asset]),
            (json!({"words": "jpg", "personIds": [person]}), vec![asset]),
            (json!({"words": "winter", "personIds": [person]}), vec![]),
            (json!({"words": "jpg", "originalFileName": "win"}), vec![other]),
        ] {
            assert_eq!(ids(&ask(&server, me, &filter).await["items"]), found, "{filter}");
        }
    }
}

test_on_both! {
    async fn scripts_without_spaces_are_found_by_their_characters(server: Server) {
        let me = &server.admin;
        let asset = me.upload(&server, &Picture::jpeg(1)).await;
        describe(&server, asset, "東京都の桜、カメラ 서울여행 Москва в марте").await;
        assert_found(&server, asset, true, &[
            "東京", "京都", "東京都", "都", "桜", "カメラ", "メラ", "서울", "여행", "москва МАРТ", "東京 桜 москва",
            "ｶﾒﾗ",
        ]).await;
        assert_found(&server, asset, false, &["東都", "京東", "大", "москва 大"]).await;
    }
}

test_on_both! {
    async fn what_changes_is_found_by_its_new_words(server: Server) {
        let mut server = server;
        let me = server.admin.clone();
        let exif = Exif { place: Some(MUNICH), ..Exif::default() };
        let asset = me.upload_and_settle(&server, &Picture::jpeg_with_exif(1, exif)).await;
        server.finish_jobs().await;
        describe(&server, asset, "one").await;
        assert_found(&server, asset, true, &["one", "munich"]).await;
        describe(&server, asset, "two").await;
        let moved = json!({"latitude": SALZBURG.0, "longitude": SALZBURG.1});
        assert_eq!(me.update(&server, asset, moved).await.status, 200);
        assert_found(&server, asset, true, &["two", "austria"]).await;
        assert_found(&server, asset, false, &["one", "munich", "germany"]).await;
        // Another moment is another place in the list.
        let dated = json!({"dateTimeOriginal": "1999-05-05T10:00:00.000Z"});
        assert_eq!(me.update(&server, asset, dated).await.status, 200);
        assert_found(&server, asset, true, &["two"]).await;

        let trip = tag(&server, &me, "trip/sea", &[asset]).await;
        assert_found(&server, asset, true, &["trip", "sea"]).await;
        // Only by hand, so far.
        assert_eq!(server.execute_sql("UPDATE tag SET value = 'trip/ocean' WHERE value = 'trip/sea'").await, 1);
        describe(&server, asset, "three").await;
        assert_found(&server, asset, true, &["ocean"]).await;
        assert_found(&server, asset, false, &["sea"]).await;
        let gone = Answer::of(server.delete(&me, &format!("/tags/{trip}"))).await;
        assert_eq!(gone.status, 204, "{gone:?}");
        assert_found(&server, asset, false, &["ocean", "trip"]).await;

        let anna = named(&server, &me, "Anna").await;
        show(&server, &me, anna, &[asset]).await;
        assert_found(&server, asset, true, &["anna"]).await;
        assert_eq!(update(&server, &me, anna, json!({"name": "Berta"})).await.status, 200);
        assert_found(&server, asset, false, &["anna"]).await;
        assert_eq!(update(&server, &me, anna, json!({"isHidden": true})).await.status, 200);
        assert_found(&server, asset, false, &["berta"]).await;
        assert_eq!(update(&server, &me, anna, json!({"isHidden": false})).await.status, 200);
        assert_found(&server, asset, true, &["berta"]).await;
        let clara = named(&server, &me, "Clara").await;
        let merged = server.post(&me, &format!("/people/{clara}/merge")).json(&json!({"ids": [anna]}));
        assert_eq!(Answer::of(merged).await.status, 200);
        assert_found(&server, asset, true, &["clara"]).await;
        assert_found(&server, asset, false, &["berta"]).await;
        server.finish_jobs().await;
        server.stop();
        lose_and_rebuild(&mut server);
        server.start_again();
        server.admin = User::login(server.http(), &server.address, &me.email).await;
        let me = server.admin.clone();
        assert_found(&server, asset, true, &["three", "austria", "clara", "picture"]).await;
        for face in faces(&server, &me, asset).await {
            delete_face(&server, &me, &face, false).await;
        }
        assert_found(&server, asset, false, &["clara"]).await;
        let deleted = json!({"ids": [asset], "force": true});
        let deleted = Answer::of(server.delete(&me, "/assets").json(&deleted)).await;
        assert_eq!(deleted.status, 204, "{deleted:?}");
        server.finish_jobs().await;
        assert_eq!(find(&server, &me, "three").await, NOTHING);
    }
}

test_on_both! {
    async fn only_what_one_may_see_is_found(server: Server) {
        let me = &server.admin;
        let friend = User::another(&server, "friend@example.org").await;
        let stranger = User::another(&server, "stranger@example.org").await;
        let mut theirs = Vec::new();
        for (seed, owner) in [(1, me), (2, &friend), (3, &stranger)] {
            let asset = owner.upload(&server, &Picture::jpeg(seed).named("common.jpg")).await;
            tag(&server, owner, "private", &[asset]).await;
            let person = named(&server, owner, "Someone").await;
            show(&server, owner, person, &[asset]).await;
            theirs.push(asset);
        }
        for words in ["common", "private", "someone", "common someone"] {
            assert_eq!(find(&server, me, words).await, theirs[..1], "{words}");
        }
        // What partners show is found by what they show of it. Their tags and persons are theirs.
        share_timeline(&server, &friend, me, true).await;
        let mut found = find(&server, me, "common").await;
        found.sort_unstable();
        let mut both = theirs[..2].to_vec();
        both.sort_unstable();
        assert_eq!(found, both);
        for words in ["private", "someone", "common someone"] {
            assert_eq!(find(&server, me, words).await, theirs[..1], "{words}");
        }
        // Everything has its section.
        for (seed, visibility) in [(4, "archive"), (5, "locked")] {
            let picture = Picture::jpeg(seed).named("common.jpg").with("visibility", visibility);
            let asset = me.upload(&server, &picture).await;
            let body = json!({"words": "common", "visibility": visibility});
            if visibility == "locked" {
                let closed = Answer::of(server.post(me, "/kallitype/search").json(&body)).await;
                assert_eq!(closed.status, 401, "{closed:?}");
                me.unlock(&server).await;
            }
            assert_eq!(ids(&ask(&server, me, &body).await["items"]), [asset]);
        }
        assert_eq!(find(&server, me, "common").await.len(), 2);
        me.trash(&server, theirs[0]).await;
        assert_eq!(find(&server, me, "common").await, theirs[1..2]);
        let trashed = json!({"words": "common", "trashedAfter": "2020-01-01T00:00:00.000Z"});
        assert_eq!(ids(&ask(&server, me, &trashed).await["items"]), theirs[..1]);
        // Links find nothing, and keys need the permission.
        let key = me.api_key(&server, &["asset.read"]).await;
        assert_eq!(find(&server, key, "common").await, theirs[1..2]);
    }
}

test_on_both! {
    async fn pages_of_what_was_taken_together_are_whole(server: Server) {
        let me = &server.admin;
        let mut all = Vec::new();
        for seed in 0..9 {
            let second = if seed < 6 { 7 } else { 50 };
            let moment = format!("2024-01-01T10:00:{second:02}.000Z");
            let picture = Picture::jpeg(seed).named("walk.jpg").with("fileCreatedAt", &moment);
            all.push((second, me.upload(&server, &picture).await));
            me.upload(&server, &Picture::jpeg(100 + seed).named("other.jpg")).await;
        }
        all.sort_unstable();
        let upwards: Vec<Uuid> = all.iter().map(|(_, id)| *id).collect();
        let downwards: Vec<Uuid> = upwards.iter().rev().copied().collect();
        for (order, expected) in [("asc", &upwards), ("desc", &downwards)] {
            for size in [1, 4, 9, 10] {
                let mut walked = Vec::new();
                let mut body = json!({"words": "walk", "order": order, "size": size, "page": 1});
                loop {
                    let found = ask(&server, me, &body).await;
                    walked.extend(ids(&found["items"]));
                    let Some(next) = found["nextPage"].as_str() else { break };
                    body["page"] = json!(next.parse::<u32>().expect("a number"));
                }
                assert_eq!(walked, *expected, "{order} {size}");
            }
            // A page of which no one asked for the one before.
            let body = json!({"words": "walk", "order": order, "size": 3, "page": 2});
            let fresh = me.api_key(&server, &["asset.read"]).await;
            assert_eq!(ids(&ask(&server, fresh, &body).await["items"]), expected[3..6]);
        }
    }
}

test_on_both! {
    async fn someone_in_thousands_of_pictures_is_renamed_by_a_job(server: Server) {
        let mut server = server;
        let me = server.admin.clone();
        let asset = me.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        server.multiply(&me, 2100).await;
        tag(&server, &me, "harvest", &[asset]).await;
        let person = named(&server, &me, "Emil").await;
        show(&server, &me, person, &[asset]).await;
        // Behind the server's back, or it would write thousands of sidecars.
        let tagged = "INSERT INTO tag_asset (asset_id, tag_id, is_given, update_id) \
            SELECT id, (SELECT id FROM tag), TRUE, update_id FROM asset WHERE device_id = 'copies'";
        assert_eq!(server.execute_sql(tagged).await, 2100);
        let seen = "INSERT INTO asset_face (id, asset_id, person_id, image_width, image_height, x1, y1, x2, y2, source, \
            is_decided, update_id) SELECT id, id, (SELECT id FROM person), 64, 48, 0, 0, 8, 8, 'manual', TRUE, update_id \
            FROM asset WHERE device_id = 'copies'";
        assert_eq!(server.execute_sql(seen).await, 2100);
        describe(&server, asset, "a transaction").await;
        server.finish_jobs().await;
        for words in ["harvest", "emil", "emil harvest"] {
            assert_eq!(count(&server, words).await, 2101, "{words}");
        }
        assert_eq!(server.execute_sql("UPDATE tag SET value = 'vintage'").await, 1);
        assert_eq!(server.execute_sql("UPDATE person SET name = 'Frieda'").await, 1);
        describe(&server, asset, "another one").await;
        assert_found(&server, asset, true, &["another"]).await;
        server.finish_jobs().await;
        for (words, expected) in [("vintage", 2101), ("frieda vintage", 2101), ("harvest", 0), ("emil", 0)] {
            assert_eq!(count(&server, words).await, expected, "{words}");
        }
        // A job that did not begin, begins with the next start.
        server.stop();
        assert_eq!(server.execute_sql("UPDATE tag SET value = 'wine'").await, 1);
        server.start_again();
        server.finish_jobs().await;
        assert_eq!(count(&server, "wine").await, 2101);
    }
}

/// How much has these words, on all pages.
async fn count(server: &Server, words: &str) -> usize {
    let mut found = Vec::new();
    for page in 1.. {
        let body = json!({"words": words, "size": 1000, "page": page});
        let answer = ask(server, &server.admin, &body).await;
        found.extend(ids(&answer["items"]));
        if answer["nextPage"].is_null() {
            break;
        }
    }
    let all = found.len();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), all, "nothing comes twice");
    all
}

test_on_both! {
    async fn what_cannot_be_asked_is_refused(server: Server) {
        let ask = |body: Value| server.post(&server.admin, "/kallitype/search").json(&body);
        assert_invalid(ask(json!({"words": 1})), &["words must be a string"]).await;
        let long = "a ".repeat(600);
        assert_invalid(ask(json!({"words": long})), &["words must be shorter than or equal to 1000 characters"]).await;
        assert_invalid(ask(json!({"size": 1001})), &["size must not be greater than 1000"]).await;
    }
}

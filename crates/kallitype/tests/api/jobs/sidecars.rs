//! XMP sidecars: what they say counts, and they say what the user changed.

use std::path::PathBuf;
use std::process::Command;

use reqwest::multipart::Part;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::picture::xmp;
use crate::support::{Answer, Engine, Exif, Picture, Server, eventually};
use crate::test_on_both;

/// Sends a picture with a sidecar.
pub async fn send(server: &Server, picture: &Picture, sidecar: &[u8]) -> Answer {
    let part = Part::bytes(sidecar.to_vec()).file_name("a.xmp");
    let form = picture.form().part("sidecarData", part);
    Answer::of(server.post(&server.admin, "/assets").multipart(form)).await
}

pub async fn upload(server: &Server, picture: &Picture, sidecar: &str) -> Uuid {
    let answer = send(server, picture, sidecar.as_bytes()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    server.finish_jobs().await;
    answer.id()
}

/// Where an asset's sidecar is.
pub async fn place(server: &Server, id: Uuid) -> PathBuf {
    let asset = server.admin.asset(server, id).await;
    let original = asset["originalPath"].as_str().expect("a path").to_owned();
    server.options.data.join(format!("{original}.xmp"))
}

async fn update(server: &Server, id: Uuid, changes: Value) {
    let answer = server.admin.update(server, id, changes).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    server.finish_jobs().await;
}

/// What exiftool reads in an asset's sidecar.
pub async fn exiftool(server: &Server, id: Uuid) -> Value {
    let output = Command::new("exiftool")
        .args(["-json", "-coordFormat", "%+.4f"])
        .arg(place(server, id).await)
        .output()
        .expect("exiftool is installed");
    let read: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    read[0].clone()
}

async fn facts(server: &Server, id: Uuid) -> Value {
    server.admin.asset(server, id).await["exifInfo"].clone()
}

const DARKTABLE: &str = "<exif:DateTimeOriginal>2019:04:05 06:07:08.250</exif:DateTimeOriginal>\
    <exif:GPSLatitude>48,8.25N</exif:GPSLatitude><exif:GPSLongitude>11,34.5E</exif:GPSLongitude>\
    <xmp:Rating>4</xmp:Rating><dc:description><rdf:Alt xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
    <rdf:li xml:lang='x-default'>from the sidecar</rdf:li></rdf:Alt></dc:description>\
    <dc:subject><rdf:Bag xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:li>darkroom</rdf:li></rdf:Bag></dc:subject>\
    <darktable:history xmlns:darktable='http://darktable.sf.net/'>crop</darktable:history>";

fn picture(seed: u32) -> Picture {
    Picture::jpeg_with_exif(
        seed,
        Exif {
            date_time_original: Some("2001:02:03 04:05:06"),
            offset: Some("+02:00"),
            make: Some("Kodak"),
            orientation: Some(6),
            place: Some((1.0, 2.0)),
            ..Exif::default()
        },
    )
}

test_on_both! {
    async fn a_sidecar_wins_over_its_file(server: Server) {
        let id = upload(&server, &picture(1), &xmp(DARKTABLE)).await;
        let asset = server.admin.asset(&server, id).await;
        assert_eq!(asset["localDateTime"], "2019-04-05T06:07:08.250Z");
        assert_eq!(asset["fileCreatedAt"], "2019-04-05T04:07:08.250Z", "in the file's zone");
        assert_eq!(asset["tags"][0]["value"], "darkroom");
        let facts = &asset["exifInfo"];
        for (name, value) in [
            ("timeZone", json!("UTC+2")),
            ("latitude", json!(48.1375)),
            ("longitude", json!(11.575)),
            ("city", json!("Munich")),
            ("rating", json!(4)),
            ("description", json!("from the sidecar")),
            ("make", json!("Kodak")),
            ("orientation", json!("6")),
        ] {
            assert_eq!(facts[name], value, "{name}");
        }
    }
}

test_on_both! {
    async fn videos_have_sidecars_too(server: Server) {
        let film = Picture::playable_film("film.mp4");
        let id = upload(&server, &film, &xmp(DARKTABLE)).await;
        assert_eq!(facts(&server, id).await["description"], "from the sidecar");
        assert_eq!(server.admin.asset(&server, id).await["localDateTime"], "2019-04-05T06:07:08.250Z");
    }
}

test_on_both! {
    async fn what_the_user_changes_is_written_beside_the_original(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &picture(1)).await;
        let changes = json!({"description": "New & <Year>", "dateTimeOriginal": "1999-12-31T23:59:59.500+01:00",
            "rating": -1, "latitude": -33.8651, "longitude": 151.2099});
        update(&server, id, changes).await;
        let read = exiftool(&server, id).await;
        for (name, value) in [
            ("Description", json!("New & <Year>")),
            ("ImageDescription", json!("New & <Year>")),
            ("DateTimeOriginal", json!("1999:12:31 23:59:59.5+01:00")),
            ("DateCreated", json!("1999:12:31 23:59:59.5+01:00")),
            ("Rating", json!(-1)),
        ] {
            assert_eq!(read[name], value, "{name} in {read}");
        }
        let degrees = |name: &str| read[name].as_str().map_or(read[name].as_f64(), |text| text.parse().ok());
        assert_eq!((degrees("GPSLatitude"), degrees("GPSLongitude")), (Some(-33.8651), Some(151.2099)), "{read}");
        assert!(read.get("Subject").is_none() && read.get("Make").is_none(), "nothing but edits: {read}");
        let before = facts(&server, id).await;
        owner.refresh(&server, id).await;
        assert_eq!(facts(&server, id).await, before);
        assert_eq!(before["dateTimeOriginal"], "1999-12-31T22:59:59.500Z");
        // The original is what it was.
        let original = Answer::of(server.get(owner, &format!("/assets/{id}/original"))).await;
        assert_eq!(original.bytes, picture(1).bytes);
    }
}

test_on_both! {
    async fn zones_of_many_and_tags_are_written_too(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &picture(1)).await;
        let body = json!({"ids": [id], "dateTimeRelative": 60, "timeZone": "Asia/Kathmandu"});
        assert_eq!(Answer::of(server.put(owner, "/assets").json(&body)).await.status, 204);
        let tags = Answer::of(server.put(owner, "/tags").json(&json!({"tags": ["Places/Rome", "cat"]}))).await.json;
        let bulk = json!({"assetIds": [id], "tagIds": [tags[0]["id"], tags[1]["id"]]});
        assert_eq!(Answer::of(server.put(owner, "/tags/assets").json(&bulk)).await.json["count"], 2);
        server.finish_jobs().await;
        let read = exiftool(&server, id).await;
        assert_eq!(read["DateTimeOriginal"], "2001:02:03 08:50:06+05:45", "{read}");
        assert_eq!(read["TimeZone"], "Asia/Kathmandu", "{read}");
        assert_eq!(read["TagsList"], json!(["Places/Rome", "cat"]));
        assert_eq!(read["HierarchicalSubject"], json!(["Places|Rome", "cat"]));
        assert_eq!(read["Subject"], json!(["Rome", "cat"]));
        owner.refresh(&server, id).await;
        let asset = owner.asset(&server, id).await;
        assert_eq!((&asset["localDateTime"], &asset["exifInfo"]["timeZone"]), (&json!("2001-02-03T08:50:06.000Z"), &json!("Asia/Kathmandu")));
        for tag in [&tags[0], &tags[1]] {
            let path = format!("/tags/{}/assets", tag["id"].as_str().expect("an id"));
            assert_eq!(Answer::of(server.delete(owner, &path).json(&json!({"ids": [id]}))).await.status, 200);
        }
        server.finish_jobs().await;
        let read = exiftool(&server, id).await;
        let is_empty = |tags: &Value| tags.is_null() || tags == "";
        assert!(is_empty(&read["TagsList"]) && read.get("Subject").is_none(), "{read}");
    }
}

test_on_both! {
    async fn what_others_wrote_stays_in_a_sidecar(server: Server) {
        let id = upload(&server, &picture(1), &xmp(DARKTABLE)).await;
        update(&server, id, json!({"rating": 2})).await;
        update(&server, id, json!({"description": ""})).await;
        let written = std::fs::read_to_string(place(&server, id).await).expect("a sidecar");
        for kept in [">crop</darktable:history>", "48,8.25N", "2019:04:05 06:07:08.250", "darkroom"] {
            assert!(written.contains(kept), "{kept} in {written}");
        }
        let read = exiftool(&server, id).await;
        assert_eq!(read["Rating"], 2);
        assert!(read.get("Description").is_none(), "{read}");
        server.admin.refresh(&server, id).await;
        let facts = facts(&server, id).await;
        assert_eq!((&facts["rating"], &facts["description"], &facts["latitude"]), (&json!(2), &json!(""), &json!(48.1375)));
        assert_eq!(server.job_errors().await, Vec::<String>::new());
    }
}

test_on_both! {
    async fn a_sidecar_that_cannot_be_read_is_left_alone(server: Server) {
        for (seed, broken) in [(1, &b"no sidecar <<<"[..]), (2, &b"\xff\xfe\x00<"[..])] {
            let id = send(&server, &picture(seed), broken).await.id();
            server.finish_jobs().await;
            assert_eq!(facts(&server, id).await["make"], "Kodak", "the file's own facts count");
            update(&server, id, json!({"description": "mine"})).await;
            assert_eq!(std::fs::read(place(&server, id).await).expect("a sidecar"), broken);
            assert_eq!(facts(&server, id).await["description"], "mine");
        }
        let errors = server.job_errors().await;
        let told = |what: &str| errors.iter().filter(|error| error.starts_with(what)).count();
        assert_eq!(told("extract-metadata: the sidecar cannot be read: "), 2, "{errors:?}");
        assert_eq!(told("write-sidecar: the sidecar cannot be read and was left as it is"), 2, "{errors:?}");
    }
}

test_on_both! {
    async fn hostile_xml_costs_nothing(server: Server) {
        let bomb = format!(
            "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>{}]>{}",
            (1..30).map(|n| format!("<!ENTITY a{n} '&a{};&a{};'>", n - 1, n - 1)).collect::<String>(),
            xmp("<dc:description>&a29;</dc:description><xmp:Rating>3</xmp:Rating>")
        );
        let deep = format!("{}{}", "<a>".repeat(100_000), xmp("<xmp:Rating>3</xmp:Rating>"));
        let wide = format!("<x {}/>", (0..200_000).map(|n| format!("a{n}='' ")).collect::<String>());
        for (seed, hostile) in [(1, bomb), (2, deep), (3, wide)] {
            let id = upload(&server, &picture(seed), &hostile).await;
            update(&server, id, json!({"description": "mine"})).await;
            assert_eq!(facts(&server, id).await["make"], "Kodak");
        }
        let harmless = server.admin.upload(&server, &Picture::jpeg(9)).await;
        server.admin.settle(&server, harmless).await;
    }
}

test_on_both! {
    async fn a_sidecar_may_come_later(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &picture(1)).await;
        update(&server, id, json!({"rating": 1})).await;
        let again = send(&server, &picture(1), xmp(DARKTABLE).as_bytes()).await;
        assert_eq!((again.status, again.id(), &again.json["status"]), (200, id, &json!("duplicate")));
        server.finish_jobs().await;
        let facts = facts(&server, id).await;
        assert_eq!((&facts["description"], &facts["rating"]), (&json!("from the sidecar"), &json!(1)));
        let read = exiftool(&server, id).await;
        assert_eq!((&read["Description"], &read["Rating"]), (&json!("from the sidecar"), &json!(1)));
        assert_eq!(server.stored_originals().len(), 2);
    }
}

test_on_both! {
    async fn visitors_and_keys_that_may_not_change_assets_bring_no_sidecars(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &picture(1)).await;
        let shown = owner.upload(&server, &Picture::jpeg(2)).await;
        let link = owner.share_key(&server, &[shown], json!({"allowUpload": true})).await;
        let key = owner.api_key(&server, &["asset.upload"]).await;
        for way in [link, key] {
            let part = Part::bytes(xmp(DARKTABLE).into_bytes()).file_name("a.xmp");
            let form = picture(1).form().part("sidecarData", part);
            let answer = Answer::of(server.post(&way, "/assets").multipart(form)).await;
            assert_eq!((answer.status, answer.id()), (200, id), "{answer:?}");
        }
        server.finish_jobs().await;
        assert_eq!(facts(&server, id).await["description"], "");
        assert_eq!(server.stored_originals().len(), 2);
    }
}

test_on_both! {
    async fn the_queue_writes_what_is_due_and_with_force_everything(server: Server) {
        let owner = &server.admin;
        let command = async |body: Value| {
            let answer = Answer::of(server.put(owner, "/jobs/sidecar").json(&body)).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            answer.json
        };
        let id = owner.upload_and_settle(&server, &picture(1)).await;
        owner.upload_and_settle(&server, &picture(2)).await;
        server.finish_jobs().await;
        command(json!({"command": "pause"})).await;
        assert_eq!(owner.update(&server, id, json!({"rating": 3})).await.status, 200);
        assert!(!place(&server, id).await.exists());
        let emptied = command(json!({"command": "empty"})).await;
        assert_eq!(emptied["jobCounts"]["paused"], 0);
        let started = command(json!({"command": "start"})).await;
        assert_eq!(started["jobCounts"]["paused"], 1, "only one has something to say");
        command(json!({"command": "resume"})).await;
        server.finish_jobs().await;
        assert_eq!(exiftool(&server, id).await["Rating"], 3);
        command(json!({"command": "pause"})).await;
        let nothing = command(json!({"command": "start"})).await;
        assert_eq!(nothing["jobCounts"]["paused"], 0, "it says everything");
        let forced = command(json!({"command": "start", "force": true})).await;
        assert_eq!(forced["jobCounts"]["paused"], 1);
        std::fs::remove_file(place(&server, id).await).expect("it was there");
        command(json!({"command": "resume"})).await;
        server.finish_jobs().await;
        assert_eq!(exiftool(&server, id).await["Rating"], 3);
    }
}

test_on_both! {
    async fn edits_move_on_to_another_file(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &picture(1)).await;
        update(&server, id, json!({"rating": 3})).await;
        let former = place(&server, id).await;
        let path = format!("/assets/{id}/original");
        let replaced = Answer::of(server.put(owner, &path).multipart(picture(2).form())).await;
        assert_eq!(replaced.status, 200, "{replaced:?}");
        server.finish_jobs().await;
        assert_ne!(place(&server, id).await, former);
        assert_eq!(exiftool(&server, id).await["Rating"], 3);
        assert_eq!(place(&server, replaced.id()).await, former);
        let body = json!({"ids": [id, replaced.id()], "force": true});
        assert_eq!(Answer::of(server.delete(owner, "/assets").json(&body)).await.status, 204);
        eventually("the end of all files", async || server.stored_originals().is_empty().then_some(())).await;
    }
}

test_on_both! {
    async fn a_check_knows_sidecars(server: Server) {
        let mut server = server;
        let id = upload(&server, &picture(1), &xmp(DARKTABLE)).await;
        let written = server.admin.upload_and_settle(&server, &picture(2)).await;
        for id in [id, written] {
            update(&server, id, json!({"rating": 3})).await;
        }
        server.crash_and_restart();
        server.stop();
        let output = server.options.command(&["check"]).output().expect("the command ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[tokio::test]
async fn a_crash_between_edit_and_sidecar_loses_neither() {
    let mut server = Server::start(Engine::Sqlite).await;
    let id = server.admin.upload_and_settle(&server, &picture(1)).await;
    for rating in 1..=5 {
        let answer = server
            .admin
            .update(&server, id, json!({"rating": rating}))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        server.crash_and_restart();
    }
    server.finish_jobs().await;
    assert_eq!(exiftool(&server, id).await["Rating"], 5);
}

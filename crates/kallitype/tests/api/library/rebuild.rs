//! `kallitype rebuild`

use std::path::Path;

use serde_json::{Value, json};

use crate::support::server::{Options, files_below};
use crate::support::user::User;
use crate::support::{Answer, Engine, Picture, Server};
use crate::test_on_both;

/// Loses the database, and rebuilds it from the media folder.
pub fn lose_and_rebuild(server: &mut Server) -> String {
    if server.options.engine == Engine::Sqlite {
        for file in [
            "kallitype.sqlite",
            "kallitype.sqlite-wal",
            "kallitype.sqlite-shm",
        ] {
            drop(std::fs::remove_file(server.options.data.join(file)));
        }
    } else {
        server.options.database_url =
            Options::fresh(Engine::Postgres, Path::new("/unused")).database_url;
    }
    let output = server
        .options
        .command(&["rebuild"])
        .output()
        .expect("the command ends");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The properties that have to survive.
fn kept(asset: &Value) -> Vec<Value> {
    [
        "id",
        "ownerId",
        "checksum",
        "originalFileName",
        "fileCreatedAt",
        "fileModifiedAt",
        "localDateTime",
        "type",
        "isFavorite",
        "isTrashed",
        "visibility",
        "deviceId",
        "deviceAssetId",
        "originalPath",
        "livePhotoVideoId",
    ]
    .iter()
    .map(|name| asset[name].clone())
    .collect()
}

test_on_both! {
    async fn owners_originals_names_and_dates_come_back(server: Server by first_start) {
        let mut server = server;
        let other = User::another(&server, "other@example.org").await;
        let owner = server.admin.clone();
        let pictures = [Picture::jpeg(1).named("one.jpg"), Picture::jpeg(2).with("isFavorite", "true"), Picture::jpeg(3)];
        let mut assets = Vec::new();
        for picture in &pictures {
            assets.push(owner.upload(&server, picture).await);
        }
        let theirs = other.upload(&server, &Picture::jpeg(1)).await;
        let changes = json!({"dateTimeOriginal": "1999-12-31T23:59:59+01:00", "description": "New Year", "rating": 4,
            "latitude": 48.1, "longitude": 11.5});
        owner.update(&server, assets[0], changes).await;
        owner.trash(&server, assets[2]).await;
        let items = json!({"items": [{"key": "mobile-app", "value": {"a": 1}}]});
        let path = format!("/assets/{}/metadata", assets[1]);
        assert_eq!(Answer::of(server.put(&owner, &path).json(&items)).await.status, 200);
        let mut before = Vec::new();
        for id in &assets {
            before.push(kept(&owner.asset(&server, *id).await));
        }
        server.crash();
        let said = lose_and_rebuild(&mut server);
        assert!(said.contains("2 accounts, 4 assets and 0 albums are back, 0 assets without"), "{said}");
        server.start_again();

        // Passwords are back; sessions are not.
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        let other = User::login(server.http(), &server.address, &other.email).await;
        for (id, before) in assets.iter().zip(&before) {
            assert_eq!(&kept(&owner.asset(&server, *id).await), before);
        }
        let edited = owner.asset(&server, assets[0]).await["exifInfo"].clone();
        assert_eq!(edited["description"], "New Year");
        assert_eq!(edited["rating"], 4);
        assert_eq!(edited["latitude"], 48.1);
        assert_eq!(edited["dateTimeOriginal"], "1999-12-31T22:59:59.000Z");
        let metadata = Answer::of(server.get(&owner, &path)).await;
        assert_eq!(metadata.json[0]["value"], json!({"a": 1}));
        for (id, picture) in assets.iter().zip(&pictures) {
            let original = Answer::of(server.get(&owner, &format!("/assets/{id}/original"))).await;
            assert_eq!(original.bytes, picture.bytes);
        }
        assert_eq!(other.asset(&server, theirs).await["ownerId"], json!(other.id));
        let statistics = Answer::of(server.get(&owner, "/assets/statistics")).await;
        assert_eq!(statistics.json["total"], 2);
    }
}

test_on_both! {
    async fn what_was_deleted_for_good_stays_away(server: Server by first_start) {
        let mut server = server;
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let request = server.delete(&server.admin, "/assets").json(&json!({"ids": [id], "force": true}));
        assert_eq!(Answer::of(request).await.status, 204);
        server.crash();
        let said = lose_and_rebuild(&mut server);
        assert!(said.contains("1 accounts, 0 assets and 0 albums are back, 0 assets without"), "{said}");
    }
}

test_on_both! {
    async fn accounts_come_back_with_all_they_have(server: Server by first_start) {
        let mut server = server;
        let admin = server.admin.clone();
        let (other, gone) = (User::another(&server, "other@example.org").await, User::another(&server, "gone@example.org").await);
        let body = json!({"storageLabel": "other", "quotaSizeInBytes": 1_000_000});
        Answer::of(server.put(&admin, &format!("/admin/users/{}", other.id)).json(&body)).await;
        for (path, body) in [
            ("/users/me/preferences", json!({"folders": {"enabled": true}})),
            ("/users/me/onboarding", json!({"isOnboarded": true})),
            ("/users/me/license", json!({"licenseKey": "IMCL-0KEY-ABCD-1234-efgh-5678-IJKL-90mn-WXYZ", "activationKey": "x"})),
        ] {
            assert_eq!(Answer::of(server.put(&other, path).json(&body)).await.status, 200, "{path}");
        }
        let part = reqwest::multipart::Part::bytes(Picture::png(1).bytes).file_name("me.png");
        let image = server.post(&other, "/users/profile-image").multipart(reqwest::multipart::Form::new().part("file", part));
        assert_eq!(Answer::of(image).await.status, 201);
        for (user, force) in [(&other, false), (&gone, true)] {
            let path = format!("/admin/users/{}", user.id);
            assert_eq!(Answer::of(server.delete(&admin, &path).json(&json!({"force": force}))).await.status, 200);
        }
        server.finish_jobs().await;
        let shown = async |server: &Server, admin: &User, path: &str| {
            let path = format!("/admin/users/{}{path}", other.id);
            let mut json = Answer::of(server.get(admin, &path)).await.json;
            json["updatedAt"] = Value::Null;
            json
        };
        let before = (shown(&server, &admin, "").await, shown(&server, &admin, "/preferences").await);
        server.crash();
        let said = lose_and_rebuild(&mut server);
        assert!(said.contains("2 accounts, 0 assets and 0 albums are back"), "{said}");
        server.start_again();
        let admin = User::login(server.http(), &server.address, &admin.email).await;
        let after = (shown(&server, &admin, "").await, shown(&server, &admin, "/preferences").await);
        assert_eq!(after, before);
        assert_eq!(after.0["status"], "deleted");
        let restore = format!("/admin/users/{}/restore", other.id);
        assert_eq!(Answer::of(server.post(&admin, &restore)).await.status, 200);
        let image = format!("/users/{}/profile-image", other.id);
        assert_eq!(Answer::of(server.get(&admin, &image)).await.status, 200);
        let onboarding = User::login(server.http(), &server.address, &other.email).await;
        assert_eq!(Answer::of(server.get(&onboarding, "/users/me/onboarding")).await.json["isOnboarded"], true);
        let check = server.options.command(&["check"]).output().unwrap();
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    }
}

/// The files of the journal, oldest first.
fn segments(server: &Server) -> Vec<std::path::PathBuf> {
    let mut files = files_below(&server.options.data.join("journal"));
    files.sort();
    files
}

test_on_both! {
    async fn what_cannot_be_read_keeps_nothing_else_away(server: Server by first_start) {
        let mut server = server;
        let owner = server.admin.clone();
        let mut ids = Vec::new();
        for seed in 0..3 {
            ids.push(owner.upload(&server, &Picture::jpeg(seed)).await);
        }
        server.crash();
        let segment = segments(&server).pop().expect("a journal");
        let text = std::fs::read_to_string(&segment).expect("lines");
        let of_second = ids[1].to_string();
        let mut lines: Vec<Vec<u8>> = text.lines().map(|line| line.as_bytes().to_vec()).collect();
        let mut damaged = 0;
        for line in &mut lines {
            let written = String::from_utf8_lossy(line).into_owned();
            if written.contains(&of_second) {
                // A zero byte in the middle of a line.
                let middle = line.len() / 2;
                line[middle] = 0;
                damaged += 1;
            } else if written.contains(&ids[2].to_string()) {
                // A hole that a power cut left before it.
                line.splice(0..0, [0; 512]);
            }
        }
        assert!(damaged > 0, "{text}");
        lines.push(b"\xff\xfe no line at all".to_vec());
        // It can be read, but no database takes it.
        let account = r#"{"type":"asset","updateId":"00000000-0000-0000-ffff-000000000000","id":"#;
        let state = format!(r#"{{"ownerId":"{}","originalPath":"x"}}"#, owner.id);
        lines.push(format!(r#"{account}"{of_second}","state":{state}}}"#).into_bytes());
        std::fs::write(&segment, [lines.join(&b'\n'), b"\n".to_vec()].concat()).expect("the journal");

        let said = lose_and_rebuild(&mut server);
        assert_eq!(said.matches("passed over: ").count(), damaged + 1, "{said}");
        assert!(said.contains(", line ") && said.contains("1 accounts, 2 assets"), "{said}");
        server.start_again();
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        for (seed, id) in [(0, ids[0]), (2, ids[2])] {
            let original = Answer::of(server.get(&owner, &format!("/assets/{id}/original"))).await;
            assert_eq!(original.bytes, Picture::jpeg(seed).bytes);
        }
    }
}

test_on_both! {
    async fn albums_come_back_from_journals_that_do_not_say_who_filled_them(server: Server by first_start) {
        let mut server = server;
        let (owner, other) = (server.admin.clone(), User::another(&server, "other@example.org").await);
        let mine = owner.upload(&server, &Picture::jpeg(1)).await;
        let theirs = other.upload(&server, &Picture::jpeg(2)).await;
        let people = json!({"albumUsers": [{"userId": other.id, "role": "editor"}]});
        let album = owner.album(&server, &[mine], people).await;
        let path = format!("/albums/{}", album["id"].as_str().expect("an id"));
        let add = server.put(&other, &format!("{path}/assets")).json(&json!({"ids": [theirs]}));
        assert_eq!(Answer::of(add).await.json[0]["success"], true);
        server.crash();
        let mut told = 0;
        for segment in segments(&server) {
            let text = std::fs::read_to_string(&segment).expect("lines");
            let earlier = text.lines().map(|line| {
                let mut line: Value = serde_json::from_str(line).expect("a line");
                let held = line["value"].as_object_mut();
                told += usize::from(held.is_some_and(|held| held.remove("by").is_some()));
                format!("{line}\n")
            });
            let earlier: String = earlier.collect();
            std::fs::write(&segment, earlier).expect("the journal");
        }
        assert!(told >= 2, "it says so today");
        lose_and_rebuild(&mut server);
        server.start_again();
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        assert_eq!(Answer::of(server.get(&owner, &path)).await.json["assetCount"], 2);
    }
}

test_on_both! {
    async fn a_rebuild_leaves_no_orphans(server: Server by first_start) {
        let mut server = server;
        let owner = server.admin.clone();
        let mut live = Vec::new();
        for seed in 0..2 {
            let part = owner.upload(&server, &Picture::video(seed)).await;
            let still = Picture::jpeg(seed).with("livePhotoVideoId", &part.to_string());
            live.push((owner.upload(&server, &still).await, part));
        }
        server.finish_jobs().await;
        let original = async |id: uuid::Uuid| {
            let path = owner.asset(&server, id).await["originalPath"].clone();
            server.options.data.join(path.as_str().expect("a path"))
        };
        let ((lone_still, lost_part), (lost_still, lone_part)) = (live[0], live[1]);
        let lost = [original(lost_part).await, original(lost_still).await];
        server.crash();
        lost.iter().for_each(|path| std::fs::remove_file(path).expect("an original"));
        let said = lose_and_rebuild(&mut server);
        assert!(said.contains("2 assets and 0 albums are back, 2 assets without"), "{said}");
        assert_eq!(files_below(&server.options.data.join("thumbs")), Vec::<std::path::PathBuf>::new());
        server.start_again();
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        assert_eq!(owner.asset(&server, lone_still).await["livePhotoVideoId"], Value::Null);
        assert_eq!(owner.asset(&server, lone_part).await["visibility"], "timeline", "someone can find it");
        server.finish_jobs().await;
        server.stop();
        let check = server.options.command(&["check"]).output().expect("a report");
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    }
}

#[tokio::test]
async fn a_database_that_is_there_is_not_overwritten() {
    let mut server = Server::first_start(Engine::Sqlite).await;
    server.stop();
    let output = server.options.command(&["rebuild"]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("the database is not empty"));
}

test_on_both! {
    async fn the_journal_is_written_anew_when_it_has_become_many_files(server: Server by first_start) {
        let mut server = server;
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        for _ in 0..25 {
            server.crash_and_restart();
        }
        let segments = || std::fs::read_dir(server.options.data.join("journal")).unwrap().count();
        if server.options.engine == Engine::Sqlite {
            crate::support::eventually("one file", async || (segments() < 20).then_some(())).await;
        }
        server.crash();
        lose_and_rebuild(&mut server);
        server.start_again();
        let owner = User::login(server.http(), &server.address, &server.admin.email).await;
        assert_eq!(owner.asset(&server, id).await["originalFileName"], "picture-1.jpg");
    }
}

test_on_both! {
    async fn tags_come_back_with_their_colours_on_assets_or_not(server: Server by first_start) {
        let mut server = server;
        let owner = server.admin.clone();
        let new = json!({"name": "Sea", "color": "#0000ff"});
        let sea = Answer::of(server.post(&owner, "/tags").json(&new)).await;
        assert_eq!(sea.status, 201, "{sea:?}");
        let paths = json!({"tags": ["Sea/Deep", "Gone"]});
        let tags = Answer::of(server.put(&owner, "/tags").json(&paths)).await.json;
        let path = |tag: &Value| format!("/tags/{}", tag["id"].as_str().expect("an id"));
        let color = json!({"color": "#00ff00"});
        assert_eq!(Answer::of(server.put(&owner, &path(&tags[0])).json(&color)).await.status, 200);
        assert_eq!(Answer::of(server.delete(&owner, &path(&tags[1]))).await.status, 204);
        let kept = |list: Value| -> Vec<[Value; 4]> {
            let list = list.as_array().expect("a list").iter();
            list.map(|tag| ["id", "value", "color", "parentId"].map(|name| tag[name].clone())).collect()
        };
        let before = kept(Answer::of(server.get(&owner, "/tags")).await.json);
        assert_eq!(before.len(), 2, "{before:?}");
        server.crash();
        lose_and_rebuild(&mut server);
        server.start_again();
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        assert_eq!(kept(Answer::of(server.get(&owner, "/tags")).await.json), before);
    }
}

test_on_both! {
    async fn tags_and_sidecars_come_back(server: Server by first_start) {
        let mut server = server;
        let owner = server.admin.clone();
        let picture = Picture::jpeg_with_xmp(
            1,
            "<dc:subject><rdf:Bag xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
             <rdf:li>refused</rdf:li><rdf:li>found</rdf:li></rdf:Bag></dc:subject>",
        );
        let id = owner.upload(&server, &picture).await;
        server.finish_jobs().await;
        let tags = Answer::of(server.put(&owner, "/tags").json(&json!({"tags": ["refused", "given/by hand"]}))).await.json;
        let path = |tag: &Value| format!("/tags/{}/assets", tag["id"].as_str().expect("an id"));
        let assets = json!({"ids": [id]});
        assert_eq!(Answer::of(server.delete(&owner, &path(&tags[0])).json(&assets)).await.status, 200);
        assert_eq!(Answer::of(server.put(&owner, &path(&tags[1])).json(&assets)).await.status, 200);
        server.finish_jobs().await;
        let sidecar = server.stored_originals().into_iter().find(|path| path.extension().is_some_and(|it| it == "xmp"));
        let sidecar = sidecar.expect("a sidecar");
        let written = std::fs::read(&sidecar).expect("a sidecar");
        server.crash();
        lose_and_rebuild(&mut server);
        server.start_again();
        server.finish_jobs().await;
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        let tags = owner.asset(&server, id).await["tags"].clone();
        let values: Vec<&Value> = tags.as_array().expect("a list").iter().map(|tag| &tag["value"]).collect();
        assert_eq!(values, [&json!("found"), &json!("given/by hand")]);
        assert_eq!(std::fs::read(&sidecar).expect("a sidecar"), written);
        let request = server.delete(&owner, "/assets").json(&json!({"ids": [id], "force": true}));
        assert_eq!(Answer::of(request).await.status, 204);
        crate::support::eventually("the end of both files", async || server.stored_originals().is_empty().then_some(())).await;
    }
}

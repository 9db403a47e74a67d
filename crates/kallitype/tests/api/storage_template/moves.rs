//! When originals are moved, and what goes with them.

use serde_json::{Value, json};

use super::{
    assert_clean, assert_kept, command, enable, migrate, originals, path, path_in_folder,
    wait_for_deletions,
};
use crate::jobs::sidecars;
use crate::libraries::tree::{Tree, assets, library, scan};
use crate::library::rebuild::lose_and_rebuild;
use crate::support::picture::xmp;
use crate::support::{Answer, Exif, Picture, User};
use crate::system_config::decide;
use crate::test_on_both;

const BY_DAY: &str = "{{y}}/{{y}}-{{MM}}-{{dd}}/{{filename}}";

test_on_both! {
    async fn an_upload_is_moved_once_it_was_read_and_so_is_one_with_another_date(server: Server) {
        let owner = &server.admin;
        enable(&server, BY_DAY).await;
        let picture = Picture::jpeg(1);
        let sidecar = xmp("<xmp:Rating>4</xmp:Rating>");
        let id = sidecars::upload(&server, &picture, &sidecar).await;
        assert_eq!(path_in_folder(&server, id).await, "2024/2024-05-06/picture-1.jpg");
        let changed = owner.update(&server, id, json!({"dateTimeOriginal": "1999-12-31T12:00:00.000+02:00"})).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        server.finish_jobs().await;
        assert_eq!(path_in_folder(&server, id).await, "1999/1999-12-31/picture-1.jpg");
        let now = path(&server, owner, id).await;
        wait_for_deletions(&server).await;
        assert_eq!(originals(&server), [now.clone(), format!("{now}.xmp")]);
        let folder = server.options.data.join("library/admin");
        assert!(!folder.join("2024").exists(), "no empty folder is left");
        let written = std::fs::read_to_string(server.options.data.join(format!("{now}.xmp"))).expect("the sidecar");
        assert!(written.contains("1999-12-31"), "{written}");
        assert_kept(&server, owner, id, &picture).await;
        assert_eq!(server.job_errors().await, Vec::<String>::new());
        assert_clean(&server);
    }
}

test_on_both! {
    async fn many_at_once_are_read_drawn_and_moved(server: Server) {
        enable(&server, "{{y}}/same").await;
        let mut kept = Vec::new();
        for seed in 0..20 {
            let picture = match seed % 5 {
                4 => Picture::png(seed),
                _ => Picture::jpeg_with_exif(seed, Exif { make: Some("Kodak"), ..Exif::default() }),
            };
            kept.push((server.admin.upload(&server, &picture).await, picture));
        }
        server.finish_jobs().await;
        for (id, picture) in &kept {
            let asset = server.admin.asset(&server, *id).await;
            assert!(asset["thumbhash"].is_string(), "{asset}");
            assert!(asset["exifInfo"]["exifImageWidth"].is_number(), "{asset}");
            assert!(path_in_folder(&server, *id).await.starts_with("2024/same"));
            assert_kept(&server, &server.admin, *id, picture).await;
        }
        assert_eq!(server.job_errors().await, Vec::<String>::new());
        let body = json!({"assetIds": kept.iter().map(|(id, _)| id).collect::<Vec<_>>()});
        let archive = Answer::of(server.post(&server.admin, "/download/archive").json(&body)).await;
        assert_eq!(archive.status, 200);
        let length: usize = kept.iter().map(|(_, picture)| picture.bytes.len()).sum();
        assert!(archive.bytes.len() > length);
        wait_for_deletions(&server).await;
        assert_eq!(originals(&server).len(), kept.len());
        assert_clean(&server);
    }
}

test_on_both! {
    async fn what_is_there_is_moved_on_command_and_only_then(server: Server) {
        let owner = &server.admin;
        let pictures: Vec<Picture> = (0..5).map(Picture::jpeg).collect();
        let mut ids = Vec::new();
        for picture in &pictures {
            ids.push(owner.upload(&server, picture).await);
        }
        server.finish_jobs().await;
        owner.trash(&server, ids[0]).await;
        let before = originals(&server);
        enable(&server, BY_DAY).await;
        assert_eq!(originals(&server), before);
        command(&server, "pause").await;
        let started = command(&server, "start").await;
        assert_eq!(started["jobCounts"]["paused"], 5, "{started}");
        let all = Answer::of(server.get(owner, "/jobs")).await.json;
        assert_eq!(all["storageTemplateMigration"]["jobCounts"]["paused"], 5);
        assert_eq!(originals(&server), before);
        command(&server, "resume").await;
        server.finish_jobs().await;
        wait_for_deletions(&server).await;
        for (id, picture) in ids.iter().zip(&pictures) {
            let name = format!("2024/2024-05-06/{}", picture.name);
            assert_eq!(path_in_folder(&server, *id).await, name);
            assert_kept(&server, owner, *id, picture).await;
        }
        let moved = originals(&server);
        assert_eq!(moved.len(), 5);
        let changes = "SELECT CAST(update_id AS TEXT) FROM asset ORDER BY id";
        let changes = match server.options.engine {
            crate::support::Engine::Sqlite => "SELECT hex(update_id) FROM asset ORDER BY id",
            crate::support::Engine::Postgres => changes,
        };
        let unchanged = server.texts(changes.into()).await;
        migrate(&server).await;
        assert_eq!(originals(&server), moved);
        assert_eq!(server.texts(changes.into()).await, unchanged, "nothing is recorded of what stays");
        decide(&server, &[("storageTemplate.enabled", json!(false))]).await;
        let new = owner.upload(&server, &Picture::jpeg(9)).await;
        server.finish_jobs().await;
        assert!(path(&server, owner, new).await.starts_with("upload/"));
        assert_eq!(originals(&server).len(), 6, "what was moved stays");
        assert_clean(&server);
    }
}

test_on_both! {
    async fn another_label_is_another_folder(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        enable(&server, BY_DAY).await;
        let id = other.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        let own = format!("library/{}/2024/2024-05-06/picture-1.jpg", other.id);
        assert_eq!(path(&server, &other, id).await, own);
        let label = json!({"storageLabel": "Зоя & co"});
        let request = server.put(&server.admin, &format!("/admin/users/{}", other.id)).json(&label);
        assert_eq!(Answer::of(request).await.status, 200);
        assert_eq!(path(&server, &other, id).await, own);
        migrate(&server).await;
        assert_eq!(path(&server, &other, id).await, "library/Зоя & co/2024/2024-05-06/picture-1.jpg");
        wait_for_deletions(&server).await;
        assert!(!server.options.data.join(format!("library/{}", other.id)).exists());
        assert_kept(&server, &other, id, &Picture::jpeg(1)).await;
    }
}

test_on_both! {
    async fn a_live_video_goes_with_its_picture(server: Server) {
        let owner = &server.admin;
        let film = Picture::video(1).with("fileCreatedAt", "2011-01-01T00:00:00.000Z");
        let video = owner.upload(&server, &film).await;
        let still = Picture::jpeg(1).named("IMG_1.JPG").with("livePhotoVideoId", &video.to_string());
        let id = owner.upload(&server, &still).await;
        let again = Picture::jpeg(2).named("IMG_2.JPG").with("livePhotoVideoId", &video.to_string());
        let second = owner.upload(&server, &again).await;
        server.finish_jobs().await;
        enable(&server, "{{y}}/{{filename}}").await;
        for _ in 0..2 {
            migrate(&server).await;
            assert_eq!(path_in_folder(&server, id).await, "2024/IMG_1.jpg");
            assert_eq!(path_in_folder(&server, second).await, "2024/IMG_2.jpg");
            assert_eq!(path_in_folder(&server, video).await, "2024/IMG_1.mp4");
        }
        assert_kept(&server, owner, video, &film).await;
        wait_for_deletions(&server).await;
        assert_eq!(originals(&server).len(), 3);
    }
}

test_on_both! {
    async fn the_files_of_others_are_never_touched(server: Server) {
        let tree = Tree::of(&["a.jpg", "b/c.jpg"]);
        let library = library(&server, &server.admin, &[&tree.root]).await;
        scan(&server, library).await;
        let before = tree.listing();
        enable(&server, BY_DAY).await;
        server.finish_jobs().await;
        let started = {
            command(&server, "pause").await;
            let started = command(&server, "start").await;
            command(&server, "resume").await;
            started
        };
        assert_eq!(started["jobCounts"]["paused"], 0, "{started}");
        for (path, asset) in assets(&server, &server.admin, library).await {
            let id = crate::libraries::tree::id(&asset);
            server.admin.refresh(&server, id).await;
            assert_eq!(super::path(&server, &server.admin, id).await, path);
        }
        assert_eq!(tree.listing(), before);
        assert_eq!(originals(&server), Vec::<String>::new());
    }
}

test_on_both! {
    async fn a_lost_database_is_made_again_where_the_files_are(server: Server by first_start) {
        let mut server = server;
        let picture = Picture::jpeg(1).named("quote's & <b>.jpg");
        let sidecar = xmp("<xmp:Rating>4</xmp:Rating>");
        let id = sidecars::upload(&server, &picture, &sidecar).await;
        let plain = server.admin.upload(&server, &Picture::jpeg(2)).await;
        enable(&server, "Ä ß/{{y}}/{{filename}}").await;
        migrate(&server).await;
        let before: Vec<Value> = vec![path(&server, &server.admin, id).await.into(), path(&server, &server.admin, plain).await.into()];
        assert!(before[0].as_str().expect("a path").ends_with("Ä ß/2024/quote's & b.jpg"), "{before:?}");
        server.crash();
        let said = lose_and_rebuild(&mut server);
        assert!(said.contains("1 accounts, 2 assets and 0 albums are back, 0 assets without"), "{said}");
        server.start_again();
        let owner = User::login(server.http(), &server.address, &server.admin.email).await;
        server.finish_jobs().await;
        assert_eq!(owner.asset(&server, id).await["originalPath"], before[0]);
        assert_eq!(owner.asset(&server, plain).await["originalPath"], before[1]);
        assert_eq!(owner.asset(&server, id).await["exifInfo"]["rating"], 4);
        assert_kept(&server, &owner, id, &picture).await;
        wait_for_deletions(&server).await;
        assert_eq!(originals(&server).len(), 3);
        assert_clean(&server);
    }
}

test_on_both! {
    async fn what_is_deleted_frees_its_name(server: Server) {
        let owner = &server.admin;
        enable(&server, "{{filename}}").await;
        for seed in 0..3 {
            let id = owner.upload(&server, &Picture::jpeg(seed).named("a.jpg")).await;
            server.finish_jobs().await;
            assert_eq!(path_in_folder(&server, id).await, "a.jpg");
            let request = server.delete(owner, "/assets").json(&json!({"ids": [id], "force": true}));
            assert_eq!(Answer::of(request).await.status, 204);
            wait_for_deletions(&server).await;
            assert_eq!(originals(&server), Vec::<String>::new());
        }
    }
}

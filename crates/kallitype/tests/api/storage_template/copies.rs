//! Moves to where no link leads, and disks without room.

use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::{
    QUEUE, assert_clean, assert_kept, command, enable, migrate, originals, path, wait_for_deletions,
};
use crate::jobs::sidecars;
use crate::support::picture::xmp;
use crate::support::{Answer, Engine, Picture, Server, eventually};
use crate::system_config::decide;
use crate::test_on_both;

/// What stands for another disk.
const OTHER_DISK: &str = "/dev/shm";

/// Puts the folder that the template sorts into on another disk than all else, for as long as the answer is kept. There is
/// none where all is one disk.
fn with_library_elsewhere(server: &mut Server) -> Option<TempDir> {
    let disk = |path: &Path| path.metadata().expect("a folder").dev();
    server.stop();
    let elsewhere = tempfile::tempdir_in(OTHER_DISK).expect("a folder");
    let folder = server.options.data.join("library");
    let is_another = disk(elsewhere.path()) != disk(&server.options.data);
    if is_another {
        std::fs::remove_dir(&folder).expect("an empty folder");
        symlink(elsewhere.path(), folder).expect("a link");
    }
    server.start_again();
    is_another.then_some(elsewhere)
}

test_on_both! {
    async fn where_no_link_leads_files_are_copied_and_compared(server: Server) {
        let mut server = server;
        let Some(_elsewhere) = with_library_elsewhere(&mut server) else {
            return;
        };
        let owner = &server.admin;
        let picture = Picture::jpeg(1);
        let id = sidecars::upload(&server, &picture, &xmp("<xmp:Rating>4</xmp:Rating>")).await;
        let damaged = owner.upload(&server, &Picture::jpeg(2)).await;
        server.finish_jobs().await;
        let damaged_path = path(&server, owner, damaged).await;
        let file = server.options.data.join(&damaged_path);
        let mut bytes = std::fs::read(&file).expect("the file");
        bytes[100] ^= 1;
        std::fs::write(&file, bytes).expect("the file");
        enable(&server, "{{filename}}").await;
        command(&server, "start").await;
        eventually("the refusal", async || {
            let sql = "SELECT error FROM job WHERE kind = 'apply-storage-template' AND error IS NOT NULL";
            let errors = server.texts(sql.into()).await;
            errors.iter().any(|error| error.contains("not what was uploaded")).then_some(())
        })
        .await;
        eventually("the other move", async || {
            path(&server, owner, id).await.starts_with("library/").then_some(())
        })
        .await;
        assert_eq!(path(&server, owner, damaged).await, damaged_path);
        wait_for_deletions(&server).await;
        let moved = path(&server, owner, id).await;
        assert_eq!(originals(&server), [moved.clone(), format!("{moved}.xmp"), damaged_path]);
        assert_kept(&server, owner, id, &picture).await;
        let modified = server.options.data.join(&moved).metadata().expect("the file").mtime();
        assert_eq!(modified, 1_714_979_290, "the time of the last change is kept");
        decide(&server, &[("storageTemplate.hashVerificationEnabled", json!(false))]).await;
        migrate(&server).await;
        assert!(path(&server, owner, damaged).await.starts_with("library/"));
        wait_for_deletions(&server).await;
        assert_eq!(originals(&server).len(), 3);
    }
}

test_on_both! {
    async fn a_disk_without_room_for_copies_leaves_all_as_it_is(server: Server) {
        let mut server = server;
        let Some(_elsewhere) = with_library_elsewhere(&mut server) else {
            return;
        };
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        let before = originals(&server);
        enable(&server, "{{filename}}").await;
        server.stop();
        let arguments = server.options.arguments.len();
        server.options = server.options.clone().with("min-free-bytes", u64::MAX / 4);
        server.start_again();
        command(&server, "start").await;
        eventually("the refusal", async || {
            let sql = "SELECT error FROM job WHERE kind = 'apply-storage-template' AND error IS NOT NULL";
            (!server.texts(sql.into()).await.is_empty()).then_some(())
        })
        .await;
        assert_eq!(originals(&server), before);
        assert_kept(&server, &server.admin, id, &Picture::jpeg(1)).await;
        server.stop();
        server.options.arguments.truncate(arguments);
        server.start_again();
        command(&server, "start").await;
        server.finish_jobs().await;
        assert!(path(&server, &server.admin, id).await.starts_with("library/"));
        wait_for_deletions(&server).await;
        assert_clean(&server);
    }
}

/// Bytes that no picture is made of, which no two numbers share.
fn noise(number: u32, length: u32) -> Vec<u8> {
    let of = |position: u32| (position ^ number << 20).wrapping_mul(2_654_435_761) >> 24;
    (0..length).map(|position| of(position) as u8).collect()
}

async fn a_full_disk_loses_nothing_and_the_rest_is_moved_later(engine: Engine) {
    let server = Server::start_with(engine, |options| {
        options.with("min-free-bytes", 0).on_disk_of(40 << 20)
    })
    .await;
    let owner = &server.admin;
    let mut kept = Vec::new();
    loop {
        let number = u32::try_from(kept.len()).expect("a few");
        let picture = Picture::new(noise(number, 700_000), &format!("{number}.jpg"));
        let request = server.post(owner, "/assets").multipart(picture.form());
        let answer = Answer::of(request).await;
        match answer.status {
            201 => kept.push((answer.id(), picture)),
            507 => break,
            _ => panic!("{answer:?}"),
        }
    }
    assert!(kept.len() > 10, "{}", kept.len());
    let document = Answer::of(server.get(owner, "/system-config")).await.json;
    let mut wanted = document.clone();
    wanted["storageTemplate"]["enabled"] = json!(true);
    wanted["storageTemplate"]["template"] = json!("{{filename}}");
    // Either may fail without room, and be tried again once there is some.
    let try_all = async || {
        let decided = Answer::of(server.put(owner, "/system-config").json(&wanted))
            .await
            .status;
        let body = json!({"command": "start", "force": false});
        let started = Answer::of(server.put(owner, QUEUE).json(&body))
            .await
            .status;
        decided == 200 && started == 200
    };
    try_all().await;
    for (id, picture) in &kept {
        eventually("the original", async || {
            let answer = Answer::of(server.get(owner, &format!("/assets/{id}/original"))).await;
            (answer.status == 200 && answer.bytes == picture.bytes).then_some(())
        })
        .await;
    }
    let ids: Vec<_> = kept.drain(..8).map(|(id, _)| id).collect();
    eventually("the deletion", async || {
        let body = json!({"ids": ids, "force": true});
        let answer = Answer::of(server.delete(owner, "/assets").json(&body)).await;
        (answer.status == 204).then_some(())
    })
    .await;
    eventually("the migration", async || {
        try_all().await;
        for (id, _) in &kept {
            if !path(&server, owner, *id).await.starts_with("library/") {
                return None;
            }
        }
        Some(())
    })
    .await;
    for (id, picture) in &kept {
        assert_kept(&server, owner, *id, picture).await;
    }
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_the_rest_is_moved_later_on_sqlite() {
    a_full_disk_loses_nothing_and_the_rest_is_moved_later(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_the_rest_is_moved_later_on_postgres() {
    a_full_disk_loses_nothing_and_the_rest_is_moved_later(Engine::Postgres).await;
}

//! `POST /download/archive`

use std::io::{Cursor, ErrorKind, Read};
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;
use uuid::Uuid;
use zip::{CompressionMethod, ExtraField, ZipArchive};

use super::{Moving, archive};
use crate::support::door::ways_in;
use crate::support::server::Options;
use crate::support::{
    Answer, Credential, Engine, Picture, Server, User, assert_invalid, assert_refused, eventually,
};
use crate::test_on_both;

const REFUSED: &str = "Not found or no asset.download access";

/// The names and contents of an archive, as its end lists them.
fn unpack(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let length = zip.len();
    let read = |position| {
        let mut file = zip.by_index(position).expect("an entry");
        assert_eq!(file.compression(), CompressionMethod::Stored);
        let mut content = Vec::new();
        file.read_to_end(&mut content)
            .expect("its content, by its checksum");
        (file.name().expect("a name").into_owned(), content)
    };
    (0..length).map(read).collect()
}

async fn download(
    server: &Server,
    who: impl Into<Credential>,
    ids: &[Uuid],
) -> Vec<(String, Vec<u8>)> {
    let answer = Answer::of(archive(server, who, ids)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    unpack(&answer.bytes)
}

/// Has other programs look at an archive, where they are there.
fn test_elsewhere(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("archive.zip");
    std::fs::write(&file, bytes).expect("a file");
    for words in [&["unzip", "-tqq"][..], &["python3", "-m", "zipfile", "-t"]] {
        let tested = Command::new(words[0]).args(&words[1..]).arg(&file).output();
        match tested {
            Ok(output) => assert!(output.status.success(), "{words:?} {output:?}"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{words:?}"),
        }
    }
}

/// Gives an asset another name, behind the server's back.
async fn rename(server: &Server, before: &str, after: &str) {
    let after = after.replace('\'', "''");
    let sql = format!(
        "UPDATE asset SET original_file_name = '{after}' WHERE original_file_name = '{before}'"
    );
    assert_eq!(server.execute_sql(&sql).await, 1);
}

test_on_both! {
    async fn what_was_uploaded_comes_back(server: Server) {
        let owner = &server.admin;
        // Longer than what is read in one go.
        let long: Vec<u8> = (0..3_000_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let pictures = [Picture::jpeg(1), Picture::new(long, "läng.mov"), Picture::png(2)];
        let mut ids = Vec::new();
        for picture in &pictures {
            ids.push(owner.upload(&server, picture).await);
        }
        let expected: Vec<_> = pictures.iter().map(|it| (it.name.clone(), it.bytes.clone())).collect();
        for way in ways_in(&server, owner, "asset.download").await {
            assert_eq!(download(&server, way, &ids).await, expected);
        }
        let again = [ids[0], ids[0], ids[1], ids[2], ids[0]];
        let answer = Answer::of(archive(&server, owner, &again)).await;
        assert_eq!(unpack(&answer.bytes), expected, "each once");
        assert_eq!(answer.header("content-type"), "application/octet-stream");
        assert!(!answer.headers.contains_key("content-length"));
        assert!(!answer.headers.contains_key("content-disposition"));
        test_elsewhere(&answer.bytes);
        assert_eq!(download(&server, owner, &[]).await, []);
    }
}

test_on_both! {
    async fn names_are_safe_and_each_is_there_once(server: Server) {
        let owner = &server.admin;
        let originals = [
            "same.jpg", "same.jpg", "Same.JPG", "../../../etc/passwd", "..", "C:\\boot.ini", "nul.jpg", "two\nlines.jpg",
            "/", "照片.heic", "it's.jpg",
        ];
        let mut ids = Vec::new();
        for (seed, name) in (0..).zip(originals) {
            let picture = Picture::jpeg(seed);
            ids.push(owner.upload(&server, &picture).await);
            rename(&server, &picture.name, name).await;
        }
        let answer = Answer::of(archive(&server, owner, &ids)).await;
        let names: Vec<String> = unpack(&answer.bytes).into_iter().map(|(name, _)| name).collect();
        let expected = [
            "same.jpg", "same+1.jpg", "Same+2.JPG", ".._.._.._etc_passwd", "unnamed", "C__boot.ini", "_nul.jpg",
            "two_lines.jpg", "_", "照片.heic", "it's.jpg",
        ];
        assert_eq!(names, expected);
        test_elsewhere(&answer.bytes);
    }
}

test_on_both! {
    async fn dates_are_kept(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        // The wall clock, and the moment in seconds where it can be written.
        let dates = [
            ("2024-05-06T07:08:10+02:00", (2024, 5, 6, 7, 8, 10), Some(1_714_972_090)),
            ("1955-11-05T06:15:00Z", (1980, 1, 1, 0, 0, 0), None),
            ("1969-12-31T23:59:59Z", (1980, 1, 1, 0, 0, 0), Some(-1)),
            ("2150-01-01T00:00:00Z", (2107, 12, 31, 23, 59, 58), None),
        ];
        for (seed, (date, _, _)) in (0..).zip(dates) {
            let id = owner.upload_and_settle(&server, &Picture::jpeg(seed)).await;
            let changed = owner.update(&server, id, json!({"dateTimeOriginal": date})).await;
            assert_eq!(changed.status, 200, "{changed:?}");
            ids.push(id);
        }
        let answer = Answer::of(archive(&server, owner, &ids)).await;
        let mut zip = ZipArchive::new(Cursor::new(&answer.bytes)).expect("an archive");
        for (position, (date, wall, moment)) in dates.into_iter().enumerate() {
            let file = zip.by_index(position).expect("an entry");
            let at = file.last_modified().expect("a date");
            let shown = (at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second());
            assert_eq!(shown, wall, "{date}");
            let told = file.extra_data_fields().find_map(|field| match field {
                ExtraField::ExtendedTimestamp(stamp) => stamp.mod_time(),
                _ => None,
            });
            match moment {
                Some(moment) => assert_eq!(told.map(u32::cast_signed), Some(moment), "{date}"),
                None => assert!(told.is_none_or(|told| told.cast_signed() < -1), "{date} {told:?}"),
            }
        }
    }
}

test_on_both! {
    async fn moving_parts_are_files_of_their_own(server: Server) {
        let owner = &server.admin;
        let moving = Moving::upload(&server, owner).await;
        let ids = [moving.live, moving.live_part, moving.embedding, moving.embedded];
        let files = download(&server, owner, &ids).await;
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["picture-1.jpg", "film-1.mp4", "moving.jpg", "moving.mp4"]);
        let (_, still) = &files[2];
        assert!(still.ends_with(&files[3].1), "the picture's file has it still");
    }
}

test_on_both! {
    async fn links_give_what_they_may(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(1);
        let (shown, other) = (owner.upload(&server, &picture).await, owner.upload(&server, &Picture::jpeg(2)).await);
        let link = owner.share_key(&server, &[shown], json!({"allowDownload": true, "slug": "take"})).await;
        let expected = [(picture.name.clone(), picture.bytes.clone())];
        assert_eq!(download(&server, &link, &[shown]).await, expected);
        assert_eq!(download(&server, Credential::LinkSlug("take".into()), &[shown]).await, expected);
        assert_refused(archive(&server, &link, &[shown, other]), 400, REFUSED).await;
        for settings in [json!({"allowDownload": false}), json!({"allowDownload": true, "showMetadata": false})] {
            let link = owner.share_key(&server, &[shown], settings).await;
            assert_refused(archive(&server, &link, &[shown]), 400, REFUSED).await;
        }
    }
}

test_on_both! {
    async fn what_one_may_not_have_is_refused(server: Server) {
        let (owner, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let mine = owner.upload(&server, &Picture::jpeg(1)).await;
        let theirs = other.upload(&server, &Picture::jpeg(2)).await;
        for ids in [vec![theirs], vec![mine, theirs], vec![Uuid::new_v4()]] {
            assert_refused(archive(&server, owner, &ids), 400, REFUSED).await;
        }
        assert_refused(archive(&server, Credential::None, &[mine]), 401, "Authentication required").await;
        let reader = owner.api_key(&server, &["asset.read", "asset.view"]).await;
        assert_refused(archive(&server, reader, &[mine]), 403, "Missing required permission: asset.download").await;
        let locked = json!({"visibility": "locked"});
        assert_eq!(owner.update(&server, mine, locked).await.status, 200);
        assert_refused(archive(&server, owner, &[mine]), 400, REFUSED).await;
        owner.unlock(&server).await;
        assert_eq!(download(&server, owner, &[mine]).await.len(), 1);
        // A partner's, until they put it into the trash; its owner has it from there too.
        let share = server.post(&other, "/partners").json(&json!({"sharedWithId": owner.id}));
        assert_eq!(Answer::of(share).await.status, 201);
        assert_eq!(download(&server, owner, &[theirs]).await.len(), 1);
        other.trash(&server, theirs).await;
        assert_refused(archive(&server, owner, &[theirs]), 400, REFUSED).await;
        assert_eq!(download(&server, &other, &[theirs]).await.len(), 1);
        let nothing = server.post(owner, "/download/archive").json(&json!({}));
        assert_invalid(nothing, &["assetIds must be an array", "each value in assetIds must be a UUID"]).await;
    }
}

/// Whether an archive ends before its end, as the connection tells: it may be cut before anything of it was sent.
async fn is_cut(server: &Server, ids: &[Uuid]) -> bool {
    match archive(server, &server.admin, ids).send().await {
        Ok(response) => {
            assert_eq!(response.status(), 200);
            response.bytes().await.is_err()
        }
        Err(_) => true,
    }
}

#[tokio::test]
async fn a_file_that_is_not_as_it_was_cuts_the_archive() {
    let server = Server::start_with(Engine::Sqlite, Options::logged).await;
    let owner = &server.admin;
    let first = owner.upload(&server, &Picture::jpeg(1)).await;
    let before = server.stored_originals();
    let second = owner.upload(&server, &Picture::jpeg(2)).await;
    server.finish_jobs().await;
    let mut added = server.stored_originals();
    added.retain(|path| !before.contains(path));
    let file: &PathBuf = added.first().expect("the second picture's file");
    let bytes = std::fs::read(file).expect("a readable file");
    assert!(!is_cut(&server, &[first, second]).await);
    std::fs::write(file, &bytes[..bytes.len() - 1]).expect("a writable file");
    assert!(is_cut(&server, &[first, second]).await);
    std::fs::remove_file(file).expect("a file");
    assert!(is_cut(&server, &[first, second]).await);
    let log = server.log();
    assert_eq!(
        log.matches("an archive could not be written to its end")
            .count(),
        2
    );
    assert!(log.contains("its length has changed"));
}

#[tokio::test]
async fn a_client_that_hangs_up_ends_it() {
    let server = Server::start(Engine::Sqlite).await;
    let owner = &server.admin;
    let long = Picture::new(vec![7; 40 << 20], "long.mov");
    let id = owner.upload(&server, &long).await;
    server.finish_jobs().await;
    let originals = server.stored_originals();
    let is_open = || {
        let files = format!("/proc/{}/fd", server.process_id());
        let files = std::fs::read_dir(files).expect("the server's files");
        let mut open = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        open.any(|file| {
            originals
                .iter()
                .any(|original| file.ends_with(original.file_name().expect("a name")))
        })
    };
    let mut response = archive(&server, owner, &[id])
        .send()
        .await
        .expect("an answer");
    response
        .chunk()
        .await
        .expect("a chunk")
        .expect("some bytes");
    eventually("the file to be read", async || is_open().then_some(())).await;
    drop(response);
    eventually("the file to be closed", async || (!is_open()).then_some(())).await;
}

test_on_both! {
    async fn many_files_are_one_archive(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(1);
        owner.upload(&server, &picture).await;
        let ids = server.multiply(owner, 2500).await;
        let files = download(&server, owner, &ids).await;
        assert_eq!(files.len(), ids.len());
        assert_eq!(files[2499].0, "picture-1+2499.jpg");
        assert!(files.iter().all(|(_, content)| *content == picture.bytes));
    }
}

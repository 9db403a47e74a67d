//! The room that uploads find on the disk, and leave there.

use std::path::PathBuf;

use reqwest::Body;
use reqwest::multipart::Part;

use crate::support::server::files_below;
use crate::support::{Answer, Engine, LateUpload, Picture, Server, assert_refused, eventually};

const MIB: usize = 1 << 20;

const FULL: &str = "The server's disk is full, nothing was stored";

/// A server on a disk of 48 MiB, of which 16 are to stay free.
async fn server() -> Server {
    Server::start_with(Engine::Postgres, |options| {
        let options = options.with("min-free-bytes", 16 * MIB);
        // Without workers, whose thumbnails would take from the room.
        options.with("roles", "api").on_disk_of(48 << 20)
    })
    .await
}

fn large(seed: u8, bytes: usize) -> Picture {
    Picture::new(vec![seed; bytes], "large.jpg")
}

/// Files that are being received.
fn parts(server: &Server) -> Vec<PathBuf> {
    let mut files = files_below(&server.seen("incoming"));
    files.retain(|path| path.extension().is_some_and(|end| end == "part"));
    files
}

/// The same file without its length having been said.
fn unannounced(server: &Server, picture: &Picture) -> reqwest::RequestBuilder {
    let chunks: Vec<std::io::Result<Vec<u8>>> = picture
        .bytes
        .chunks(MIB)
        .map(|chunk| Ok(chunk.to_vec()))
        .collect();
    let body = Body::wrap_stream(futures_util::stream::iter(chunks));
    let file = Part::stream(body).file_name(picture.name.clone());
    let form = picture.fields_form().part("assetData", file);
    server.post(&server.admin, "/assets").multipart(form)
}

#[tokio::test]
async fn what_was_announced_is_no_one_elses() {
    let server = server().await;
    let first = LateUpload::begin(&server, &server.admin, &large(1, 20 * MIB)).await;
    // There would be room for this one alone, and the first has not written a byte of note.
    let second = large(2, 20 * MIB);
    let request = server
        .post(&server.admin, "/assets")
        .multipart(second.form());
    assert_refused(request, 507, FULL).await;
    assert_refused(unannounced(&server, &second), 507, FULL).await;
    let small = large(3, 100_000);
    server.admin.upload(&server, &small).await;
    let kept = first.finish().await;
    assert_eq!(kept.status, 201, "{kept:?}");
    assert!(parts(&server).is_empty());
}

#[tokio::test]
async fn what_was_announced_and_does_not_come_is_free_again() {
    let server = server().await;
    for _ in 0..3 {
        let upload = LateUpload::begin(&server, &server.admin, &large(1, 20 * MIB)).await;
        upload.hang_up();
        eventually("the end of an upload", async || {
            parts(&server).is_empty().then_some(())
        })
        .await;
    }
    server.admin.upload(&server, &large(2, 20 * MIB)).await;
}

#[tokio::test]
async fn of_several_at_once_as_many_are_kept_as_fit() {
    let server = server().await;
    let uploads = (0..6).map(|seed| {
        let picture = large(seed, 9 * MIB);
        let request = server
            .post(&server.admin, "/assets")
            .multipart(picture.form());
        async move { Answer::of(request).await.status }
    });
    let mut statuses = futures_util::future::join_all(uploads).await;
    statuses.sort_unstable();
    let kept = statuses.iter().filter(|status| **status == 201).count();
    assert!((1..=3).contains(&kept), "{statuses:?}");
    assert!(
        statuses[kept..].iter().all(|status| *status == 507),
        "{statuses:?}"
    );
    assert!(parts(&server).is_empty());
}

#[tokio::test]
async fn what_was_not_announced_leaves_free_what_is_to_be_free() {
    let server = server().await;
    // It fits on the disk, but not beside what is to stay free.
    let picture = large(1, 40 * MIB);
    assert_refused(unannounced(&server, &picture), 507, FULL).await;
    eventually("the end of the draft", async || {
        parts(&server).is_empty().then_some(())
    })
    .await;
    let answer = Answer::of(unannounced(&server, &large(2, 20 * MIB))).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

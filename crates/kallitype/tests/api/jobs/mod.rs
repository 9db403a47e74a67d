//! What is done with a file after it was acknowledged.

mod by_hand;
mod hostile;
mod live_photos;
mod queues;
pub mod sidecars;
mod video;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::picture::xmp;
use crate::support::{Answer, Engine, Exif, Picture, Server, eventually};
use crate::test_on_both;

/// The asset once its file was looked into.
async fn examined(server: &Server, id: Uuid) -> Value {
    eventually("the facts", async || {
        let asset = server.admin.asset(server, id).await;
        (!asset["exifInfo"]["exifImageWidth"].is_null()).then_some(asset)
    })
    .await
}

async fn thumbnail(server: &Server, id: Uuid) -> Answer {
    eventually("the thumbnail", async || {
        let answer =
            Answer::of(server.get(&server.admin, &format!("/assets/{id}/thumbnail"))).await;
        (answer.status == 200).then_some(answer)
    })
    .await
}

test_on_both! {
    async fn a_file_says_when_and_with_what_it_was_taken(server: Server) {
        let exif = Exif {
            date_time_original: Some("2021:08:09 23:30:00"),
            offset: Some("+02:00"),
            make: Some("Kodak"),
            orientation: Some(6),
            ..Exif::default()
        };
        let id = server.admin.upload(&server, &Picture::jpeg_with_exif(1, exif)).await;
        let asset = examined(&server, id).await;
        for (property, value) in [
            ("fileCreatedAt", json!("2021-08-09T21:30:00.000Z")),
            ("localDateTime", json!("2021-08-09T23:30:00.000Z")),
            ("width", json!(48)),
            ("height", json!(64)),
        ] {
            assert_eq!(asset[property], value, "{property}");
        }
        for (property, value) in [
            ("dateTimeOriginal", json!("2021-08-09T21:30:00.000Z")),
            ("timeZone", json!("UTC+2")),
            ("make", json!("Kodak")),
            ("orientation", json!("6")),
            ("exifImageWidth", json!(64)),
            ("exifImageHeight", json!(48)),
        ] {
            assert_eq!(asset["exifInfo"][property], value, "{property}");
        }
    }
}

test_on_both! {
    async fn a_date_without_an_offset_is_read_as_utc(server: Server) {
        let exif = Exif { date_time_original: Some("2021:08:09 23:30:00"), ..Exif::default() };
        let id = server.admin.upload(&server, &Picture::jpeg_with_exif(1, exif)).await;
        let asset = examined(&server, id).await;
        assert_eq!(asset["fileCreatedAt"], "2021-08-09T23:30:00.000Z");
        assert_eq!(asset["localDateTime"], "2021-08-09T23:30:00.000Z");
        assert_eq!(asset["exifInfo"]["timeZone"], Value::Null);
    }
}

test_on_both! {
    async fn a_date_without_an_offset_is_read_by_the_clock_of_its_place(server: Server) {
        let taken = Exif { date_time_original: Some("2021:08:09 23:30:00"), ..Exif::default() };
        let there = Exif { place: Some((-33.45, -70.65)), ..taken };
        let of_picture = server.admin.upload(&server, &Picture::jpeg_with_exif(1, there)).await;
        // The place may also come with a sidecar.
        let place = "<exif:GPSLatitude>-33.45</exif:GPSLatitude><exif:GPSLongitude>-70.65</exif:GPSLongitude>";
        let of_sidecar = sidecars::upload(&server, &Picture::jpeg_with_exif(2, taken), &xmp(place)).await;
        for id in [of_picture, of_sidecar] {
            let asset = examined(&server, id).await;
            assert_eq!(asset["fileCreatedAt"], "2021-08-10T03:30:00.000Z");
            assert_eq!(asset["localDateTime"], "2021-08-09T23:30:00.000Z");
            assert_eq!(asset["exifInfo"]["timeZone"], "America/Santiago");
        }
    }
}

test_on_both! {
    async fn a_file_without_a_date_was_taken_when_it_was_made(server: Server) {
        let picture = Picture::jpeg(1)
            .with("fileCreatedAt", "2020-01-02T00:00:00.000Z")
            .with("fileModifiedAt", "2019-01-02T00:00:00.000Z");
        let id = server.admin.upload(&server, &picture).await;
        let asset = examined(&server, id).await;
        assert_eq!(asset["fileCreatedAt"], "2019-01-02T00:00:00.000Z", "the earlier of the two");
    }
}

test_on_both! {
    async fn pictures_are_made_upright(server: Server) {
        let exif = Exif { orientation: Some(6), ..Exif::default() };
        let id = server.admin.upload(&server, &Picture::jpeg_with_exif(1, exif)).await;
        let answer = thumbnail(&server, id).await;
        let picture = image::load_from_memory(&answer.bytes).expect("a picture");
        assert_eq!((picture.width(), picture.height()), (48, 64));
        assert!(server.admin.asset(&server, id).await["thumbhash"].is_string());
    }
}

test_on_both! {
    async fn what_cannot_be_decoded_is_kept_all_the_same(server: Server) {
        let broken = Picture::new(b"this is no JPEG at all".to_vec(), "broken.jpg");
        let cut_off = Picture::new(Picture::png(1).bytes[..60].to_vec(), "cut-off.png");
        let mut ids = Vec::new();
        for picture in [&broken, &cut_off] {
            ids.push(server.admin.upload(&server, picture).await);
        }
        // Whoever comes later is served all the same.
        let after = server.admin.upload(&server, &Picture::jpeg(1)).await;
        thumbnail(&server, after).await;
        for (id, picture) in ids.iter().zip([&broken, &cut_off]) {
            let answer = Answer::of(server.get(&server.admin, &format!("/assets/{id}/thumbnail"))).await;
            assert_eq!((answer.status, answer.json["message"].as_str()), (404, Some("Asset media not found")));
            let original = Answer::of(server.get(&server.admin, &format!("/assets/{id}/original"))).await;
            assert_eq!(original.bytes, picture.bytes);
        }
    }
}

test_on_both! {
    async fn work_that_a_crash_interrupted_is_done_after_it(server: Server) {
        let mut server = server;
        let mut ids = Vec::new();
        for seed in 0..12 {
            ids.push(server.admin.upload(&server, &Picture::jpeg_of_size(seed, 900, 700)).await);
        }
        server.crash_and_restart();
        for id in ids {
            thumbnail(&server, id).await;
        }
    }
}

#[tokio::test]
async fn a_bomb_costs_its_own_picture_only() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("media-max-pixels", 1_000_000)
    })
    .await;
    let bomb = server
        .admin
        .upload(&server, &Picture::jpeg_of_size(1, 1100, 1000))
        .await;
    let harmless = server.admin.upload(&server, &Picture::jpeg(2)).await;
    thumbnail(&server, harmless).await;
    let answer = Answer::of(server.get(&server.admin, &format!("/assets/{bomb}/thumbnail"))).await;
    assert_eq!(answer.status, 404);
    assert_eq!(
        examined(&server, bomb).await["width"],
        1100,
        "its facts are known"
    );
}

//! `GET /assets/{id}/video/playback`

use serde_json::json;
use uuid::Uuid;

use crate::support::film::{H264, TEST_PICTURE, probe};
use crate::support::server::files_below;
use crate::support::{Answer, Picture, Reading, assert_refused, assert_served, eventually};
use crate::test_on_both;

const PLAYBACK: Reading = Reading {
    suffix: "/video/playback",
    permission: "asset.view",
    sample: Picture::video,
};

test_on_both! {
    async fn every_way_in_that_may_look_plays(server: Server) {
        PLAYBACK.assert_open_to_every_way_in(&server).await;
    }
}

test_on_both! {
    async fn no_one_else_plays(server: Server) {
        PLAYBACK.assert_closed_to_everyone_else(&server).await;
    }
}

test_on_both! {
    async fn a_link_opens_with_its_password_only(server: Server) {
        PLAYBACK.assert_links_keep_their_password(&server).await;
    }
}

test_on_both! {
    async fn a_link_decides_even_beside_a_session(server: Server) {
        PLAYBACK.assert_the_link_decides(&server).await;
    }
}

test_on_both! {
    async fn what_one_may_not_see_is_not_found(server: Server) {
        PLAYBACK.assert_limited_to_what_one_may_see(&server).await;
    }
}

test_on_both! {
    async fn what_is_trashed_is_its_owners_alone(server: Server) {
        PLAYBACK.assert_trash_is_the_owners(&server).await;
    }
}

test_on_both! {
    async fn what_is_locked_needs_the_pin(server: Server) {
        PLAYBACK.assert_locked_needs_the_pin(&server).await;
    }
}

test_on_both! {
    async fn a_video_plays_as_it_is(server: Server) {
        let owner = &server.admin;
        let long = Picture::new(b"a long film ".repeat(200_000), "long film.webm");
        for (picture, mime, name) in [
            (Picture::video(1), "video/mp4", "film-1.mp4"),
            (Picture::video(2).named("IMG.MOV"), "video/quicktime", "IMG.MOV"),
            (long, "video/webm", "long%20film.webm"),
        ] {
            let id = owner.upload(&server, &picture).await;
            let path = format!("/assets/{id}/video/playback");
            let bytes = assert_served(&server, owner, &path, mime, name).await;
            assert!(bytes == picture.bytes, "{name}");
        }
    }
}

test_on_both! {
    async fn a_picture_does_not_play(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share_key(&server, &[id], json!({})).await;
        for way in [owner.into(), link] {
            assert_refused(PLAYBACK.request(&server, way, id), 400, "Asset is not a video").await;
        }
    }
}

test_on_both! {
    async fn a_link_plays_without_allowing_download(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::video(1)).await;
        let link = owner.share_key(&server, &[id], json!({"allowDownload": false})).await;
        assert_eq!(Answer::of(PLAYBACK.request(&server, link, id)).await.status, 200);
    }
}

/// A film that says where, when and by what it was taken, in its container and in its stream.
fn telling_film(name: &str, options: &[&str]) -> Picture {
    let tags = [
        "-movflags",
        "use_metadata_tags",
        "-metadata",
        "creation_time=2019-03-04T05:06:07Z",
        "-metadata",
        "location=+48.8584+002.2945/",
        "-metadata",
        "com.apple.quicktime.model=Secretcam",
        "-metadata",
        "title=Secrettitle",
        "-metadata:s:v",
        "handler_name=Secrethandler",
    ];
    Picture::film(TEST_PICTURE, &[options, &tags].concat(), name)
}

const SECRETS: [&[u8]; 5] = [b"2019", b"48.8584", b"Secret", b"x264", b"GPS"];

fn tells(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

test_on_both! {
    async fn a_link_that_hides_metadata_plays_a_video_without_them(server: Server) {
        let owner = &server.admin;
        let vp9 = ["-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", "-deadline", "realtime", "-cpu-used", "8"];
        let films = [
            (telling_film("film.mp4", H264), "video/mp4", "mp4"),
            (telling_film("film.webm", &vp9), "video/webm", "webm"),
        ];
        let mut ids = Vec::new();
        for (film, _, _) in &films {
            ids.push(owner.upload_and_settle(&server, film).await);
        }
        let link = owner.share_key(&server, &ids, json!({"showMetadata": false})).await;
        for ((film, mime, extension), id) in films.iter().zip(ids) {
            assert!(tells(&film.bytes, b"Secret"), "{mime}: there is something to hide");
            let waiting = Answer::of(PLAYBACK.request(&server, &link, id)).await;
            assert_eq!((waiting.status, waiting.header("retry-after")), (503, "2"), "{waiting:?}");
            server.finish_jobs().await;
            let played = Answer::of(PLAYBACK.request(&server, &link, id)).await;
            assert_eq!((played.status, played.header("content-type")), (200, *mime), "{played:?}");
            let told = SECRETS.iter().filter(|secret| tells(&played.bytes, secret));
            assert_eq!(told.count(), 0, "{mime}");
            let report = probe(&played.bytes);
            assert_eq!(report["streams"].as_array().map(Vec::len), Some(1), "{report}");
            assert_eq!(report["streams"][0]["width"], 160);
            let name = format!("inline; filename*=UTF-8''{id}.{extension}");
            assert_eq!(played.header("content-disposition"), name);
            for header in ["etag", "last-modified"] {
                let text = played.header(header);
                assert!(!text.contains(&film.checksum()) && !text.contains("2024"), "{header}: {text}");
            }
            let own = Answer::of(PLAYBACK.request(&server, owner, id)).await;
            assert!(own.bytes == film.bytes, "its owner still has it as it is");
            assert_refused(server.get(&link, &format!("/assets/{id}/original")), 403, "Forbidden").await;
        }
    }
}

test_on_both! {
    async fn a_link_that_hides_metadata_plays_what_was_converted(server: Server) {
        let owner = &server.admin;
        // What no browser plays as it is: its container, or its picture.
        for film in [telling_film("film.mov", H264), telling_film("old.avi", &["-c:v", "mjpeg"])] {
            assert!(tells(&film.bytes, b"Secret"), "there is something to hide");
            let id = owner.upload_and_settle(&server, &film).await;
            server.finish_jobs().await;
            let link = owner.share_key(&server, &[id], json!({"showMetadata": false})).await;
            let played = Answer::of(PLAYBACK.request(&server, &link, id)).await;
            assert_eq!((played.status, played.header("content-type")), (200, "video/mp4"), "{played:?}");
            assert!(!tells(&played.bytes, b"Secret") && !tells(&played.bytes, b"2019"));
        }
    }
}

test_on_both! {
    async fn a_link_that_hides_metadata_does_not_play_what_cannot_be_told_apart(server: Server) {
        let owner = &server.admin;
        let film = Picture::video(1);
        let video = owner.upload(&server, &film).await;
        let still = Picture::jpeg(1).with("livePhotoVideoId", &video.to_string());
        let still = owner.upload(&server, &still).await;
        let link = owner.share_key(&server, &[still], json!({"showMetadata": false})).await;
        assert_eq!(Answer::of(PLAYBACK.request(&server, &link, video)).await.status, 503);
        server.finish_jobs().await;
        let message = "This link hides metadata, and the video cannot be shown without them";
        for _ in 0..2 {
            assert_refused(PLAYBACK.request(&server, &link, video), 403, message).await;
        }
        let range = PLAYBACK.request(&server, &link, video).header("range", "bytes=0-9");
        assert_refused(range, 403, message).await;
        assert!(server.waiting_jobs().await.is_empty(), "it is not tried again for everyone who asks");
    }
}

test_on_both! {
    async fn a_replaced_video_is_bared_anew(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &telling_film("one.mp4", H264)).await;
        let link = owner.share_key(&server, &[id], json!({"showMetadata": false})).await;
        let play = async || {
            assert_eq!(Answer::of(PLAYBACK.request(&server, &link, id)).await.status, 503);
            server.finish_jobs().await;
            Answer::of(PLAYBACK.request(&server, &link, id)).await.bytes
        };
        let before = play().await;
        let another = Picture::film("testsrc2=size=160x90:rate=10:duration=1", H264, "two.mp4");
        let request = server.put(owner, &format!("/assets/{id}/original")).multipart(another.form());
        let replaced = Answer::of(request).await;
        assert_eq!(replaced.status, 200, "{replaced:?}");
        server.finish_jobs().await;
        assert!(play().await != before);
        let body = json!({"ids": [id, replaced.id()], "force": true});
        assert_eq!(Answer::of(server.delete(owner, "/assets").json(&body)).await.status, 204);
        let folder = server.options.data.join("encoded-video");
        eventually("the end of their files", async || files_below(&folder).is_empty().then_some(())).await;
    }
}

test_on_both! {
    async fn a_live_photo_moves_wherever_it_is_shown(server: Server) {
        let owner = &server.admin;
        let film = Picture::video(1);
        let video = owner.upload(&server, &film).await;
        let still = Picture::jpeg(1).with("livePhotoVideoId", &video.to_string());
        let still: Uuid = owner.upload(&server, &still).await;
        let link = owner.share_key(&server, &[still], json!({})).await;
        for way in [owner.into(), link.clone()] {
            let answer = Answer::of(PLAYBACK.request(&server, way, video)).await;
            assert!(answer.status == 200 && answer.bytes == film.bytes, "{answer:?}");
        }
        owner.trash(&server, still).await;
        let message = "Not found or no asset.view access";
        assert_refused(PLAYBACK.request(&server, link, video), 400, message).await;
    }
}

test_on_both! {
    async fn a_video_that_is_gone_is_not_found(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::video(1)).await;
        for file in server.stored_originals() {
            std::fs::remove_file(file).expect("the file was there");
        }
        assert_refused(PLAYBACK.request(&server, owner, id), 404, "Asset media not found").await;
    }
}

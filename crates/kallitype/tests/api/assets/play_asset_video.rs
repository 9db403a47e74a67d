//! `GET /assets/{id}/video/playback`

use serde_json::json;
use uuid::Uuid;

use crate::support::{Answer, Picture, Reading, assert_refused, assert_served};
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

test_on_both! {
    async fn a_link_that_hides_metadata_hides_the_name(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::video(1)).await;
        let link = owner.share_key(&server, &[id], json!({"showMetadata": false})).await;
        let answer = Answer::of(PLAYBACK.request(&server, link, id)).await;
        assert_eq!(answer.header("content-type"), "video/mp4");
        assert_eq!(answer.header("content-disposition"), format!("inline; filename*=UTF-8''{id}.mp4"));
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

//! What visitors bring by a link: nothing of the owner's can be named by it.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::assets::film;
use crate::support::film::{H264, TEST_PICTURE};
use crate::support::{Answer, Credential, Exif, Picture, Server, User};
use crate::test_on_both;

/// A link of the owner's that takes uploads.
async fn upload_link(server: &Server, owner: &User) -> Credential {
    let shown = owner.upload(server, &Picture::jpeg(900)).await;
    owner
        .share_key(server, &[shown], json!({"allowUpload": true}))
        .await
}

async fn bring(server: &Server, link: &Credential, picture: &Picture) -> Uuid {
    let answer = Answer::of(server.post(link, "/assets").multipart(picture.form())).await;
    assert!(answer.status < 300, "{answer:?}");
    server.finish_jobs().await;
    answer.id()
}

/// Nothing was done to a video, and no link shows it.
async fn assert_untouched(server: &Server, owner: &User, link: &Credential, video: Uuid) {
    assert_eq!(
        owner.asset(server, video).await["visibility"],
        "timeline",
        "it is where it was"
    );
    for path in ["", "/original", "/video/playback", "/thumbnail"] {
        let path = format!("/assets/{video}{path}");
        let answer = Answer::of(server.get(link, &path)).await;
        assert_eq!(answer.status, 400, "{path}");
    }
}

fn still(seed: u32, identifier: &str) -> Picture {
    let exif = Exif {
        content_identifier: Some(identifier),
        ..Exif::default()
    };
    Picture::jpeg_with_exif(seed, exif)
}

fn motion(identifier: &str) -> Picture {
    let identifier = format!("com.apple.quicktime.content.identifier={identifier}");
    let tags = ["-movflags", "use_metadata_tags", "-metadata", &identifier];
    Picture::film(TEST_PICTURE, &[H264, &tags].concat(), "motion.mov")
}

test_on_both! {
    async fn they_name_no_video_by_its_id(server: Server) {
        let owner = &server.admin;
        let video = owner.upload(&server, &film(1)).await;
        let link = upload_link(&server, owner).await;
        let picture = Picture::jpeg(1).with("livePhotoVideoId", &video.to_string());
        let brought = bring(&server, &link, &picture).await;
        assert_eq!(owner.asset(&server, brought).await["livePhotoVideoId"], Value::Null);
        assert_untouched(&server, owner, &link, video).await;
    }
}

test_on_both! {
    async fn they_name_no_half_of_a_live_photo_by_what_is_in_a_file(server: Server) {
        let owner = &server.admin;
        let link = upload_link(&server, owner).await;
        let video = owner.upload(&server, &motion("A1-B2")).await;
        let waiting = owner.upload(&server, &still(2, "C3-D4")).await;
        server.finish_jobs().await;
        let brought = bring(&server, &link, &still(1, "A1-B2")).await;
        assert_eq!(owner.asset(&server, brought).await["livePhotoVideoId"], Value::Null);
        assert_untouched(&server, owner, &link, video).await;
        bring(&server, &link, &motion("C3-D4")).await;
        assert_eq!(owner.asset(&server, waiting).await["livePhotoVideoId"], Value::Null);
        // What the owner brings still finds its half.
        let own = owner.upload(&server, &still(3, "A1-B2")).await;
        server.finish_jobs().await;
        assert_eq!(owner.asset(&server, own).await["livePhotoVideoId"], json!(video));
    }
}

test_on_both! {
    async fn they_name_no_video_by_bringing_it_in_a_picture(server: Server) {
        let owner = &server.admin;
        let link = upload_link(&server, owner).await;
        let film = Picture::playable_film("film.mp4");
        let video = owner.upload(&server, &film).await;
        let offset = format!("<GCamera:MicroVideoOffset>{}</GCamera:MicroVideoOffset>", film.bytes.len());
        let picture = Picture::jpeg_with_xmp(1, &offset).followed_by(&film.bytes);
        bring(&server, &link, &picture).await;
        assert_untouched(&server, owner, &link, video).await;
    }
}

test_on_both! {
    async fn they_do_not_pass_for_a_device_of_the_owners(server: Server) {
        let owner = &server.admin;
        let link = upload_link(&server, owner).await;
        let device = async || Answer::of(server.get(owner, "/assets/device/test")).await.json;
        let before = device().await;
        let items = r#"[{"key": "mobile-app", "value": {"iCloudId": "of the owner"}}]"#;
        let picture = Picture::jpeg(1).with("deviceAssetId", "next.jpg").with("metadata", items);
        let brought = bring(&server, &link, &picture).await;
        assert_eq!(device().await, before);
        let body = json!({"deviceId": "test", "deviceAssetIds": ["next.jpg"]});
        let known = Answer::of(server.post(owner, "/assets/exist").json(&body)).await;
        assert_eq!(known.json, json!({"existingIds": []}));
        let kept = Answer::of(server.get(owner, &format!("/assets/{brought}/metadata"))).await;
        assert_eq!(kept.json, json!([]));
    }
}

test_on_both! {
    async fn they_get_no_moving_part_for_the_picture_alone(server: Server) {
        let owner = &server.admin;
        let link = upload_link(&server, owner).await;
        let video = owner.upload(&server, &film(1)).await;
        let picture = Picture::jpeg(1).with("livePhotoVideoId", &video.to_string());
        let kept = owner.upload(&server, &picture).await;
        assert_eq!(bring(&server, &link, &Picture::jpeg(1)).await, kept);
        for id in [kept, video] {
            assert_eq!(Answer::of(server.get(&link, &format!("/assets/{id}"))).await.status, 400);
        }
        let request = server.request_as(&link, Method::GET, "/shared-links/me");
        assert_eq!(Answer::of(request).await.json["assets"].as_array().map(Vec::len), Some(1));
    }
}

//! Pictures that move: by a video that was sent along, and by one that is a part of their file.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::film::{H264, TEST_PICTURE};
use crate::support::{Answer, Exif, Picture, Server, User};
use crate::test_on_both;

const HEIC: &[u8] = include_bytes!("../../../../media/tests/samples/plain.heic");

/// The picture of a live photo.
fn still(seed: u32, identifier: &str) -> Picture {
    let exif = Exif {
        content_identifier: Some(identifier),
        ..Exif::default()
    };
    Picture::jpeg_with_exif(seed, exif)
}

/// The video of a live photo.
fn motion(identifier: &str) -> Picture {
    let identifier = format!("com.apple.quicktime.content.identifier={identifier}");
    let tags = ["-movflags", "use_metadata_tags", "-metadata", &identifier];
    Picture::film(TEST_PICTURE, &[H264, &tags].concat(), "motion.mov")
}

/// A motion photo as Google's cameras wrote them first.
fn micro_video(seed: u32, film: &Picture) -> Picture {
    let length = film.bytes.len();
    let properties = format!("<GCamera:MicroVideoOffset>{length}</GCamera:MicroVideoOffset>");
    Picture::jpeg_with_xmp(seed, &properties).followed_by(&film.bytes)
}

/// A motion photo as Google's cameras write them today, with something behind the video.
fn motion_photo(seed: u32, film: &Picture) -> Picture {
    let length = film.bytes.len();
    let properties = format!(
        r#"<GCamera:MotionPhoto>1</GCamera:MotionPhoto><Container:Directory><rdf:Seq>
        <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>
        <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="MotionPhoto" Item:Length="{length}"/></rdf:li>
        <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Depth" Item:Length="5"/></rdf:li>
        </rdf:Seq></Container:Directory>"#
    );
    Picture::jpeg_with_xmp(seed, &properties)
        .followed_by(&film.bytes)
        .followed_by(b"depth")
}

/// A motion photo as Samsung's cameras write them: pieces behind the picture, and a directory of them at the end.
fn samsung_photo(seed: u32, film: &Picture) -> Picture {
    const NAME: &[u8] = b"MotionPhoto_Data";
    let number = |length: usize| u32::try_from(length).expect("a short film").to_le_bytes();
    let kind: &[u8] = &[0, 0, 0x30, 0x0a];
    let piece = [kind, &number(NAME.len()), NAME, &film.bytes].concat();
    let length = number(piece.len());
    let directory = [b"SEFH", &number(107), &number(1), kind, &length, &length].concat();
    Picture::jpeg(seed)
        .followed_by(&piece)
        .followed_by(&directory)
        .followed_by(&number(directory.len()))
        .followed_by(b"SEFT")
}

/// A motion photo in HEIF, with the video in a box of its own.
fn heif_photo(film: &Picture) -> Picture {
    let length = u32::try_from(film.bytes.len() + 8)
        .expect("a short film")
        .to_be_bytes();
    let moving = [HEIC, &length, b"mpvd", &film.bytes].concat();
    Picture::new(moving, "moving.heic")
}

fn moving_part(asset: &Value) -> Option<Uuid> {
    asset["livePhotoVideoId"].as_str()?.parse().ok()
}

async fn visibility(server: &Server, id: Uuid) -> Value {
    server.admin.asset(server, id).await["visibility"].clone()
}

async fn statistics(server: &Server) -> Value {
    Answer::of(server.get(&server.admin, "/assets/statistics"))
        .await
        .json
}

async fn delete(server: &Server, id: Uuid) {
    let body = json!({"ids": [id], "force": true});
    let request = server.request_as(&server.admin, Method::DELETE, "/assets");
    assert_eq!(Answer::of(request.json(&body)).await.status, 204);
}

async fn exists(server: &Server, id: Uuid) -> bool {
    let answer = Answer::of(server.get(&server.admin, &format!("/assets/{id}"))).await;
    answer.status == 200
}

async fn original(server: &Server, id: Uuid) -> Vec<u8> {
    Answer::of(server.get(&server.admin, &format!("/assets/{id}/original")))
        .await
        .bytes
}

/// Uploads and waits until nothing is left to be done.
async fn keep(server: &Server, picture: &Picture) -> Uuid {
    let id = server.admin.upload(server, picture).await;
    server.finish_jobs().await;
    id
}

test_on_both! {
    async fn the_halves_of_a_live_photo_find_each_other(server: Server) {
        for (seed, identifier, is_video_first) in [(1, "A1-B2", false), (2, "C3-D4", true)] {
            let (picture, video) = (still(seed, identifier), motion(identifier));
            let (id, video) = if is_video_first {
                let video = keep(&server, &video).await;
                assert_eq!(visibility(&server, video).await, "timeline");
                (keep(&server, &picture).await, video)
            } else {
                let id = keep(&server, &picture).await;
                (id, keep(&server, &video).await)
            };
            assert_eq!(moving_part(&server.admin.asset(&server, id).await), Some(video));
            assert_eq!(visibility(&server, video).await, "hidden");
        }
        assert_eq!(statistics(&server).await, json!({"images": 2, "videos": 0, "total": 2}));
        assert_eq!(server.job_errors().await, Vec::<String>::new());
    }
}

test_on_both! {
    async fn halves_that_arrive_at_once_find_each_other(server: Server) {
        let mut pairs = Vec::new();
        for seed in 0..6 {
            let identifier = format!("pair-{seed}");
            let (picture, video) = (still(seed, &identifier), motion(&identifier));
            pairs.push(tokio::join!(
                server.admin.upload(&server, &picture),
                server.admin.upload(&server, &video),
            ));
        }
        server.finish_jobs().await;
        for (id, video) in pairs {
            assert_eq!(moving_part(&server.admin.asset(&server, id).await), Some(video));
            assert_eq!(visibility(&server, video).await, "hidden");
        }
    }
}

test_on_both! {
    async fn what_belongs_to_others_or_is_gone_stays_apart(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        other.upload(&server, &still(1, "A1-B2")).await;
        let trashed = keep(&server, &still(2, "A1-B2")).await;
        server.admin.trash(&server, trashed).await;
        let locked = keep(&server, &still(3, "A1-B2")).await;
        server.admin.update(&server, locked, json!({"visibility": "locked"})).await;
        keep(&server, &still(4, "another")).await;
        let video = keep(&server, &motion("A1-B2")).await;
        assert_eq!(visibility(&server, video).await, "timeline");
        assert_eq!(moving_part(&server.admin.asset(&server, trashed).await), None);
    }
}

test_on_both! {
    async fn a_picture_takes_its_video_along_when_it_goes(server: Server) {
        let id = keep(&server, &still(1, "A1-B2")).await;
        let video = keep(&server, &motion("A1-B2")).await;
        delete(&server, id).await;
        assert!(!exists(&server, video).await);
        assert!(server.stored_originals().is_empty());
    }
}

test_on_both! {
    async fn a_picture_without_its_video_waits_for_another(server: Server) {
        let id = keep(&server, &still(1, "A1-B2")).await;
        let video = keep(&server, &motion("A1-B2")).await;
        delete(&server, video).await;
        assert_eq!(moving_part(&server.admin.asset(&server, id).await), None);
        let video = keep(&server, &motion("A1-B2").followed_by(&[0, 0, 0, 8, b'f', b'r', b'e', b'e'])).await;
        assert_eq!(moving_part(&server.admin.asset(&server, id).await), Some(video));
    }
}

test_on_both! {
    async fn a_replaced_picture_looks_for_a_video_again(server: Server) {
        let id = keep(&server, &still(1, "A1-B2")).await;
        let first = keep(&server, &motion("A1-B2")).await;
        let second = keep(&server, &motion("C3-D4")).await;
        let request = server.put(&server.admin, &format!("/assets/{id}/original"));
        let answer = Answer::of(request.multipart(still(2, "C3-D4").form())).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        server.finish_jobs().await;
        assert_eq!(moving_part(&server.admin.asset(&server, id).await), Some(second));
        assert_eq!(moving_part(&server.admin.asset(&server, answer.id()).await), Some(first));
        delete(&server, answer.id()).await;
        assert!(!exists(&server, first).await);
        assert!(exists(&server, second).await);
    }
}

test_on_both! {
    async fn what_the_user_parted_stays_apart(server: Server) {
        let id = keep(&server, &still(1, "A1-B2")).await;
        let video = keep(&server, &motion("A1-B2")).await;
        let parted = server.admin.update(&server, id, json!({"livePhotoVideoId": null})).await;
        assert_eq!(parted.status, 200, "{parted:?}");
        for asset in [id, video] {
            server.admin.refresh(&server, asset).await;
        }
        assert_eq!(moving_part(&server.admin.asset(&server, id).await), None);
        assert_eq!(visibility(&server, video).await, "timeline");
    }
}

test_on_both! {
    async fn a_video_within_a_picture_becomes_its_moving_part(server: Server) {
        let film = |name| Picture::playable_film(name);
        let films = [film("a.mp4"), film("b.mov"), film("c.mp4").turned(90), film("d.mp4").turned(180)];
        let pictures = [
            micro_video(1, &films[0]),
            motion_photo(2, &films[1]),
            samsung_photo(3, &films[2]),
            heif_photo(&films[3]),
        ];
        for (picture, film) in pictures.iter().zip(&films) {
            let id = keep(&server, picture).await;
            let asset = server.admin.asset(&server, id).await;
            let video = moving_part(&asset).unwrap_or_else(|| panic!("{}: {asset}", picture.name));
            assert!(original(&server, video).await == film.bytes, "{}: the film, exactly", picture.name);
            assert!(original(&server, id).await == picture.bytes, "{}: the picture, exactly", picture.name);
            let video = server.admin.asset(&server, video).await;
            let stem = picture.name.rsplit_once('.').expect("a name").0;
            for (property, value) in [
                ("type", json!("VIDEO")),
                ("visibility", json!("hidden")),
                ("checksum", json!(film.checksum_base64())),
                ("originalFileName", json!(format!("{stem}.mp4"))),
                ("duration", json!("0:00:02.000000")),
            ] {
                assert_eq!(video[property], value, "{}: {property}", picture.name);
            }
        }
        assert_eq!(statistics(&server).await["total"], 4);
        assert_eq!(server.job_errors().await, Vec::<String>::new());
    }
}

test_on_both! {
    async fn a_video_that_several_pictures_hold_is_kept_once(server: Server) {
        let film = Picture::playable_film("film.mp4");
        let first = keep(&server, &micro_video(1, &film)).await;
        let second = keep(&server, &samsung_photo(2, &film)).await;
        let video = moving_part(&server.admin.asset(&server, first).await).expect("a moving part");
        assert_eq!(moving_part(&server.admin.asset(&server, second).await), Some(video));
        server.admin.refresh(&server, first).await;
        assert_eq!(server.stored_originals().len(), 3);
        delete(&server, first).await;
        assert!(exists(&server, video).await, "the other picture still moves");
        delete(&server, second).await;
        assert!(!exists(&server, video).await);
        assert!(server.stored_originals().is_empty());
    }
}

test_on_both! {
    async fn a_moving_part_counts_as_what_it_takes(server: Server) {
        let film = Picture::playable_film("film.mp4");
        let picture = micro_video(1, &film);
        let both = (picture.bytes.len() + film.bytes.len()).to_string();
        let owner = User::another_with(&server, "owner@example.org", &["--quota-bytes", &both]).await;
        let id = owner.upload(&server, &picture).await;
        server.finish_jobs().await;
        assert!(moving_part(&owner.asset(&server, id).await).is_some());
        let answer = Answer::of(server.get(&owner, "/users/me")).await;
        assert_eq!(answer.json["quotaUsageInBytes"].to_string(), both);

        let less = (picture.bytes.len() + film.bytes.len() - 1).to_string();
        let owner = User::another_with(&server, "other@example.org", &["--quota-bytes", &less]).await;
        let id = owner.upload(&server, &picture).await;
        server.finish_jobs().await;
        let asset = owner.asset(&server, id).await;
        assert_eq!((moving_part(&asset), &asset["width"]), (None, &json!(64)), "the picture is kept and known");
        let answer = Answer::of(server.get(&owner, "/users/me")).await;
        assert_eq!(answer.json["quotaUsageInBytes"], picture.bytes.len());
        assert_eq!(server.job_errors().await, ["extract-metadata: Quota has been exceeded!"]);
    }
}

test_on_both! {
    async fn claims_of_a_video_that_is_not_there_are_not_believed(server: Server) {
        let film = Picture::playable_film("film.mp4");
        let mut lying = micro_video(1, &film);
        lying.bytes.truncate(lying.bytes.len() - 100);
        let id = keep(&server, &lying).await;
        assert_eq!(moving_part(&server.admin.asset(&server, id).await), None);
        assert_eq!(server.stored_originals().len(), 1);
    }
}

//! The moving part of a picture is where the picture is, in everything.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::assets::film;
use crate::support::{Answer, Credential, Picture, Server, User, assert_refused};
use crate::test_on_both;

/// A picture and the video that it moves by.
struct LivePhoto {
    still: Uuid,
    part: Uuid,
    film: Picture,
}

impl LivePhoto {
    async fn upload(server: &Server, owner: &User, seed: u32) -> Self {
        let film = film(seed);
        let part = owner.upload(server, &film).await;
        let still = Picture::jpeg(seed).with("livePhotoVideoId", &part.to_string());
        let still = owner.upload(server, &still).await;
        server.finish_jobs().await;
        Self { still, part, film }
    }
}

async fn set_visibility(server: &Server, who: &User, id: Uuid, visibility: &str) -> Answer {
    who.update(server, id, json!({"visibility": visibility}))
        .await
}

/// The names by which the device knows what it has brought.
async fn device_list(server: &Server, who: &User) -> Value {
    Answer::of(server.get(who, "/assets/device/test"))
        .await
        .json
}

async fn bulk_check(server: &Server, who: &User, film: &Picture) -> Value {
    let body = json!({"assets": [{"id": "1", "checksum": film.checksum()}]});
    let request = server.post(who, "/assets/bulk-upload-check").json(&body);
    Answer::of(request).await.json["results"][0].clone()
}

/// The ways to a video's bytes and to what is known of it.
fn paths(id: Uuid) -> [String; 5] {
    [
        "",
        "/video/playback",
        "/original",
        "/thumbnail?size=preview",
        "/metadata",
    ]
    .map(|rest| format!("/assets/{id}{rest}"))
}

/// Whether a video is closed to someone, in every way.
async fn is_closed(server: &Server, credential: &Credential, id: Uuid) -> bool {
    let mut closed = Vec::new();
    for path in paths(id) {
        let answer = Answer::of(server.get(credential, &path)).await;
        let message = answer.json["message"].as_str().unwrap_or_default();
        closed.push(answer.status == 400 && message.starts_with("Not found or no "));
    }
    assert!(
        closed.iter().all(|it| *it == closed[0]),
        "all or nothing: {closed:?}"
    );
    closed[0]
}

async fn delete(server: &Server, who: &User, id: Uuid) {
    let body = json!({"ids": [id], "force": true});
    let request = server.request_as(who, Method::DELETE, "/assets");
    assert_eq!(Answer::of(request.json(&body)).await.status, 204);
}

test_on_both! {
    async fn it_is_locked_with_its_picture(server: Server) {
        let owner = &server.admin;
        let live = LivePhoto::upload(&server, owner, 1).await;
        let key = owner.api_key(&server, &["all"]).await;
        assert!(!is_closed(&server, &key, live.part).await);
        assert_eq!(device_list(&server, owner).await.as_array().map(Vec::len), Some(2));
        assert_eq!(set_visibility(&server, owner, live.still, "locked").await.status, 200);

        for way in [Credential::from(owner), key] {
            assert!(is_closed(&server, &way, live.part).await, "{way:?}");
            for changes in [json!({"visibility": "timeline"}), json!({"isFavorite": true})] {
                let one = server.put(&way, &format!("/assets/{}", live.part)).json(&changes);
                assert_refused(one, 400, "Not found or no asset.update access").await;
                let mut body = changes.clone();
                body["ids"] = json!([live.part]);
                assert_refused(server.put(&way, "/assets").json(&body), 400, "Not found or no asset.update access").await;
            }
            let body = json!({"type": "INDIVIDUAL", "assetIds": [live.part]});
            assert_refused(server.post(&way, "/shared-links").json(&body), 400, "Not found or no asset.share access").await;
        }
        assert_eq!(device_list(&server, owner).await, json!([]));

        // No other picture of the owner's gets hold of it.
        let other = owner.upload(&server, &Picture::jpeg(2)).await;
        let link = json!({"livePhotoVideoId": live.part});
        assert_eq!(owner.update(&server, other, link).await.status, 400);
        let third = Picture::jpeg(3).with("livePhotoVideoId", &live.part.to_string()).form();
        assert_eq!(Answer::of(server.post(owner, "/assets").multipart(third)).await.status, 400);

        owner.unlock(&server).await;
        assert!(!is_closed(&server, &Credential::from(owner), live.part).await, "the PIN opens both");
        assert_eq!(set_visibility(&server, owner, live.still, "timeline").await.status, 200);
        let lock = server.post(owner, "/auth/session/lock");
        assert_eq!(Answer::of(lock).await.status, 204);
        assert!(!is_closed(&server, &Credential::from(owner), live.part).await);
    }
}

test_on_both! {
    async fn parted_from_a_locked_picture_it_stays_locked(server: Server) {
        let owner = &server.admin;
        let live = LivePhoto::upload(&server, owner, 1).await;
        let album = owner.album(&server, &[live.still], json!({})).await;
        owner.unlock(&server).await;
        assert_eq!(set_visibility(&server, owner, live.still, "locked").await.status, 200);
        assert_eq!(owner.update(&server, live.still, json!({"livePhotoVideoId": null})).await.status, 200);
        assert_eq!(owner.asset(&server, live.part).await["visibility"], "locked");
        assert_eq!(Answer::of(server.post(owner, "/auth/session/lock")).await.status, 204);
        assert!(is_closed(&server, &Credential::from(owner), live.part).await);
        let album = Answer::of(server.get(owner, &format!("/albums/{}", album["id"].as_str().expect("an id")))).await;
        assert_eq!(album.json["assetCount"], 0);
    }
}

test_on_both! {
    async fn parted_it_shows_up_where_its_picture_does(server: Server) {
        let owner = &server.admin;
        for (seed, visibility) in (1..).zip(["timeline", "archive"]) {
            let live = LivePhoto::upload(&server, owner, seed).await;
            set_visibility(&server, owner, live.still, visibility).await;
            owner.update(&server, live.still, json!({"livePhotoVideoId": null})).await;
            assert_eq!(owner.asset(&server, live.part).await["visibility"], visibility);
        }
        let live = LivePhoto::upload(&server, owner, 3).await;
        owner.trash(&server, live.still).await;
        owner.update(&server, live.still, json!({"livePhotoVideoId": null})).await;
        assert_eq!(owner.asset(&server, live.part).await["isTrashed"], true);
    }
}

test_on_both! {
    async fn a_motion_photo_that_comes_locked_has_a_locked_part(server: Server) {
        let owner = &server.admin;
        let film = Picture::playable_film("film.mp4");
        let length = film.bytes.len();
        let offset = format!("<GCamera:MicroVideoOffset>{length}</GCamera:MicroVideoOffset>");
        let picture = Picture::jpeg_with_xmp(1, &offset).followed_by(&film.bytes);
        let still = owner.upload(&server, &picture.with("visibility", "locked")).await;
        server.finish_jobs().await;
        owner.unlock(&server).await;
        let part = owner.asset(&server, still).await["livePhotoVideoId"].clone();
        let part: Uuid = part.as_str().expect("a moving part").parse().expect("an id");
        assert!(!is_closed(&server, &Credential::from(owner), part).await);
        assert_eq!(Answer::of(server.post(owner, "/auth/session/lock")).await.status, 204);
        assert!(is_closed(&server, &Credential::from(owner), part).await);
    }
}

test_on_both! {
    async fn it_is_in_the_trash_with_its_picture(server: Server) {
        let owner = &server.admin;
        let live = LivePhoto::upload(&server, owner, 1).await;
        let is_trashed = async || {
            let told = bulk_check(&server, owner, &live.film).await;
            let known = owner.asset(&server, live.part).await;
            assert_eq!(told["isTrashed"], known["isTrashed"]);
            (known["isTrashed"] == true, device_list(&server, owner).await.as_array().map(Vec::len))
        };
        assert_eq!(is_trashed().await, (false, Some(2)));
        owner.trash(&server, live.still).await;
        assert_eq!(is_trashed().await, (true, Some(0)));
        // Another picture that moves by it keeps it.
        let still = Picture::jpeg(2).with("livePhotoVideoId", &live.part.to_string());
        let other = owner.upload(&server, &still).await;
        assert_eq!(is_trashed().await, (false, Some(2)));
        delete(&server, owner, other).await;
        assert_eq!(is_trashed().await, (true, Some(0)));
    }
}

test_on_both! {
    async fn it_does_not_go_its_own_way(server: Server) {
        let owner = &server.admin;
        let live = LivePhoto::upload(&server, owner, 1).await;
        let refused = "The moving part of a picture shows up where its picture does";
        let body = json!({"visibility": "timeline"});
        assert_refused(server.put(owner, &format!("/assets/{}", live.part)).json(&body), 400, refused).await;
        let body = json!({"ids": [live.part], "visibility": "archive", "isFavorite": true});
        assert_refused(server.put(owner, "/assets").json(&body), 400, refused).await;
        assert_eq!(owner.asset(&server, live.part).await["isFavorite"], false, "nothing was changed");
        // Some apps name both.
        let body = json!({"ids": [live.part, live.still], "visibility": "archive"});
        assert_eq!(Answer::of(server.put(owner, "/assets").json(&body)).await.status, 204);
        assert_eq!(owner.asset(&server, live.still).await["visibility"], "archive");
        assert_eq!(owner.asset(&server, live.part).await["visibility"], "hidden");

        let film = owner.upload(&server, &film(2)).await;
        let refused = "Only a picture has a moving part";
        let body = json!({"livePhotoVideoId": live.part});
        assert_refused(server.put(owner, &format!("/assets/{film}")).json(&body), 400, refused).await;
        let form = Picture::video(3).with("livePhotoVideoId", &film.to_string()).form();
        assert_refused(server.post(owner, "/assets").multipart(form), 400, refused).await;
    }
}

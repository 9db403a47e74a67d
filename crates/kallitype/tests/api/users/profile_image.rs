//! `/users/profile-image` and `/users/{id}/profile-image`

use std::path::PathBuf;

use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use uuid::Uuid;

use crate::support::server::files_below;
use crate::support::{
    Answer, Credential, Door, Engine, Picture, Server, User, assert_invalid, assert_refused,
};
use crate::test_on_both;

const PATH: &str = "/users/profile-image";

fn send(server: &Server, user: impl Into<Credential>, bytes: &[u8], name: &str) -> RequestBuilder {
    let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    server
        .post(user, PATH)
        .multipart(Form::new().part("file", part))
}

fn get(server: &Server, asker: &User, of: Uuid) -> RequestBuilder {
    server.get(asker, &format!("/users/{of}/profile-image"))
}

fn stored(server: &Server) -> Vec<PathBuf> {
    files_below(&server.options.data.join("profile"))
}

test_on_both! {
    async fn a_picture_is_drawn_anew_and_shown_to_everyone(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let before = Answer::of(server.get(me, "/users/me")).await.json["profileChangedAt"].clone();
        let picture = Picture::jpeg_of_size(1, 1200, 900);
        let made = Answer::of(send(&server, me, &picture.bytes, "me.jpg")).await;
        assert_eq!((made.status, &made.json["userId"]), (201, &json!(me.id)), "{made:?}");
        assert_ne!(made.json["profileChangedAt"], before);
        for path in ["/users/me".to_owned(), format!("/users/{}", me.id), format!("/admin/users/{}", me.id)] {
            let shown = Answer::of(server.get(me, &path)).await;
            for property in ["profileImagePath", "profileChangedAt"] {
                assert_eq!(shown.json[property], made.json[property], "{path}");
            }
        }
        let seen = Answer::of(get(&server, &other, me.id)).await;
        assert_eq!((seen.status, seen.header("content-type")), (200, "image/webp"));
        assert_eq!(seen.header("x-content-type-options"), "nosniff");
        assert!(seen.header("content-security-policy").starts_with("sandbox"));
        let drawn = image::load_from_memory(&seen.bytes).expect("a picture");
        assert_eq!((drawn.width(), drawn.height()), (512, 384));
        let again = get(&server, &other, me.id).header("if-none-match", seen.header("etag"));
        assert_eq!(Answer::of(again).await.status, 304);
    }
}

test_on_both! {
    async fn whoever_looks_while_it_is_replaced_sees_one_or_the_other(server: Server) {
        let me = &server.admin;
        let picture = Picture::jpeg(1).bytes;
        let replace = async || {
            let replaced = Answer::of(send(&server, me, &picture, "me.jpg")).await;
            assert_eq!(replaced.status, 201, "{replaced:?}");
        };
        replace().await;
        let replacing = async { for _ in 0..30 { replace().await } };
        let looking = async {
            loop {
                let looks = (0..4).map(|_| Answer::of(get(&server, me, me.id)));
                for seen in futures_util::future::join_all(looks).await {
                    assert_eq!(seen.status, 200, "{seen:?}");
                }
            }
        };
        tokio::select! {
            () = replacing => {}
            () = looking => {}
        }
    }
}

test_on_both! {
    async fn one_picture_takes_the_place_of_another(server: Server) {
        let me = &server.admin;
        for seed in [1, 2] {
            let made = Answer::of(send(&server, me, &Picture::png(seed).bytes, "me.png")).await;
            assert_eq!(made.status, 201, "{made:?}");
        }
        assert_eq!(stored(&server).len(), 1);
        assert_eq!(Answer::of(server.delete(me, PATH)).await.status, 204);
        assert!(stored(&server).is_empty());
        assert_refused(get(&server, me, me.id), 404, "User does not have a profile image").await;
        assert_eq!(Answer::of(server.get(me, "/users/me")).await.json["profileImagePath"], "");
        assert_refused(server.delete(me, PATH), 400, "There is no profile image to delete").await;
    }
}

test_on_both! {
    async fn whether_someone_exists_is_not_told(server: Server) {
        let without = User::another(&server, "other@example.org").await;
        let gone = User::another(&server, "gone@example.org").await;
        assert_eq!(Answer::of(send(&server, &gone, &Picture::png(1).bytes, "me.png")).await.status, 201);
        let delete = server.delete(&server.admin, &format!("/admin/users/{}", gone.id)).json(&json!({}));
        assert_eq!(Answer::of(delete).await.status, 200);
        for id in [without.id, gone.id, Uuid::new_v4()] {
            assert_refused(get(&server, &without, id), 404, "User does not have a profile image").await;
        }
    }
}

test_on_both! {
    async fn what_is_no_picture_is_refused_and_leaves_nothing(server: Server) {
        let me = &server.admin;
        let html = b"<html><script>alert(1)</script></html>".as_slice();
        let cut = &Picture::png(1).bytes[..40];
        for (bytes, name) in [(html, "me.png"), (html, "me.html"), (cut, "me.png"), (&Picture::video(1).bytes, "me.mp4")] {
            let message = "The file is no picture that can be shown";
            assert_refused(send(&server, me, bytes, name), 400, message).await;
        }
        assert_invalid(send(&server, me, b"", "me.png"), &["file should not be empty"]).await;
        let other_part = server.post(me, PATH).multipart(Form::new().text("x", "y"));
        assert_invalid(other_part, &["file should not be empty"]).await;
        let only_text = server.post(me, PATH).multipart(Form::new().text("file", "[object Object]"));
        assert_invalid(only_text, &["file should not be empty"]).await;
        let part = || Part::bytes(Picture::png(1).bytes).file_name("me.png");
        let twice = Form::new().part("file", part()).part("file", part());
        assert_invalid(server.post(me, PATH).multipart(twice), &["file must be given once"]).await;
        assert_eq!(Answer::of(server.post(me, PATH).json(&json!({}))).await.status, 400);
        assert!(stored(&server).is_empty());
    }
}

test_on_both! {
    async fn scripts_in_drawings_do_not_come_through(server: Server) {
        let drawing = br#"<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" onload="alert(1)">
            <script>alert(1)</script><image href="file:///etc/passwd"/><rect width="64" height="64" fill="red"/></svg>"#;
        let me = &server.admin;
        assert_eq!(Answer::of(send(&server, me, drawing, "me.svg")).await.status, 201);
        let seen = Answer::of(get(&server, me, me.id)).await;
        assert_eq!(image::guess_format(&seen.bytes).expect("a format"), image::ImageFormat::WebP);
    }
}

#[tokio::test]
async fn a_picture_of_too_many_bytes_is_not_waited_for() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("max-profile-image-bytes", 1000)
    })
    .await;
    let request = send(&server, &server.admin, &[0; 2000], "me.png");
    assert_refused(request, 413, "The file is larger than 1000 bytes").await;
}

test_on_both! {
    async fn the_doors_are_closed_to_others(server: Server) {
        let path = format!("/users/{}/profile-image", server.admin.id);
        for door in [
            Door::new(Method::POST, PATH, "userProfileImage.update"),
            Door::new(Method::DELETE, PATH, "userProfileImage.delete"),
            Door::new(Method::GET, &path, "userProfileImage.read"),
        ] {
            let key = server.admin.api_key(&server, &["user.read"]).await;
            let message = format!("Missing required permission: {}", door.permission);
            assert_refused(door.request(&server, &key), 403, &message).await;
            assert_refused(door.request(&server, &Credential::None), 401, "Authentication required").await;
        }
    }
}

//! `/activities`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

async fn say(server: &Server, user: &User, body: Value) -> Answer {
    Answer::of(server.post(user, "/activities").json(&body)).await
}

async fn list(server: &Server, user: &User, album: &Value, query: &str) -> Value {
    let id = album["id"].as_str().expect("an id");
    let answer = Answer::of(server.get(user, &format!("/activities?albumId={id}{query}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

fn ids(list: &Value) -> Vec<Value> {
    let list = list.as_array().expect("a list").iter();
    list.map(|activity| activity["id"].clone()).collect()
}

/// An album with a picture in it, and a guest who may look.
async fn album_with_guest(server: &Server) -> (Value, Uuid, User) {
    let guest = User::another(server, "guest@example.org").await;
    let picture = server.admin.upload(server, &Picture::jpeg(1)).await;
    let people = json!({"albumUsers": [{"userId": guest.id, "role": "viewer"}]});
    let album = server.admin.album(server, &[picture], people).await;
    (album, picture, guest)
}

test_on_both! {
    async fn people_comment_and_like_once(server: Server) {
        let (album, picture, guest) = album_with_guest(&server).await;
        let comment = say(&server, &guest, json!({"albumId": album["id"], "type": "comment", "comment": "<b>Sea</b>"})).await;
        assert_eq!(comment.status, 201);
        assert_eq!(comment.json["comment"], "<b>Sea</b>");
        assert_eq!(comment.json["assetId"], Value::Null);
        assert_eq!(comment.json["user"]["id"], json!(guest.id));
        let like = json!({"albumId": album["id"], "assetId": picture, "type": "like"});
        let first = say(&server, &guest, like.clone()).await;
        assert_eq!((first.status, &first.json["comment"]), (201, &Value::Null));
        let second = say(&server, &guest, like.clone()).await;
        assert_eq!((second.status, second.json["id"].clone()), (200, first.json["id"].clone()));
        let owners = say(&server, &server.admin, like).await;
        let everything = list(&server, &server.admin, &album, "").await;
        assert_eq!(ids(&everything), [&comment.json["id"], &first.json["id"], &owners.json["id"]].map(Clone::clone));
        assert_eq!(ids(&list(&server, &guest, &album, "&level=album").await), [comment.json["id"].clone()]);
        assert_eq!(ids(&list(&server, &guest, &album, "&type=comment").await), [comment.json["id"].clone()]);
        assert_eq!(ids(&list(&server, &guest, &album, &format!("&assetId={picture}")).await).len(), 2);
        assert_eq!(ids(&list(&server, &guest, &album, &format!("&type=like&userId={}", guest.id)).await), [first.json["id"].clone()]);
        let path = format!("/activities/statistics?albumId={}", album["id"].as_str().unwrap());
        assert_eq!(Answer::of(server.get(&guest, &path)).await.json, json!({"comments": 1, "likes": 2}));
        let path = format!("{path}&assetId={picture}");
        assert_eq!(Answer::of(server.get(&guest, &path)).await.json, json!({"comments": 0, "likes": 2}));
    }
}

test_on_both! {
    async fn its_author_or_the_albums_owner_takes_it_back(server: Server) {
        let (album, _, guest) = album_with_guest(&server).await;
        let other = User::another(&server, "other@example.org").await;
        let comment = json!({"albumId": album["id"], "type": "comment", "comment": "Sea"});
        let (mine, theirs) = (say(&server, &server.admin, comment.clone()).await, say(&server, &guest, comment).await);
        let path = |answer: &Answer| format!("/activities/{}", answer.id());
        let refused = "Not found or no activity.delete access";
        assert_refused(server.delete(&guest, &path(&mine)), 400, refused).await;
        assert_refused(server.delete(&other, &path(&theirs)), 400, refused).await;
        assert_refused(server.delete(&other, &format!("/activities/{}", Uuid::new_v4())), 400, refused).await;
        assert_eq!(Answer::of(server.delete(&server.admin, &path(&theirs))).await.status, 204);
        assert_eq!(Answer::of(server.delete(&server.admin, &path(&mine))).await.status, 204);
        assert_eq!(list(&server, &guest, &album, "").await, json!([]));
    }
}

test_on_both! {
    async fn only_people_in_the_album_talk_and_only_as_long_as_they_may(server: Server) {
        let (album, picture, guest) = album_with_guest(&server).await;
        let stranger = User::another(&server, "stranger@example.org").await;
        let outside = server.admin.upload(&server, &Picture::jpeg(2)).await;
        let like = json!({"albumId": album["id"], "assetId": picture, "type": "like"});
        let refused = "Not found or no activity.create access";
        assert_refused(server.post(&stranger, "/activities").json(&like), 400, refused).await;
        let elsewhere = json!({"albumId": album["id"], "assetId": outside, "type": "like"});
        assert_refused(server.post(&guest, "/activities").json(&elsewhere), 400, refused).await;
        let query = format!("?albumId={}", album["id"].as_str().unwrap());
        for path in ["/activities", "/activities/statistics"] {
            let request = server.get(&stranger, &format!("{path}{query}"));
            assert_refused(request, 400, "Not found or no album.read access").await;
        }
        assert_eq!(say(&server, &guest, like.clone()).await.status, 201);
        server.admin.trash(&server, picture).await;
        assert_eq!(list(&server, &guest, &album, "").await, json!([]), "what was said goes with the picture");
        let path = format!("/albums/{}", album["id"].as_str().unwrap());
        let off = server.request_as(&server.admin, reqwest::Method::PATCH, &path).json(&json!({"isActivityEnabled": false}));
        assert_eq!(Answer::of(off).await.status, 200);
        let album_like = json!({"albumId": album["id"], "type": "like"});
        assert_refused(server.post(&guest, "/activities").json(&album_like), 400, refused).await;
        assert_invalid(server.post(&guest, "/activities").json(&json!({"type": "comment"})), &[
            "albumId should not be empty", "albumId must be a UUID",
            "comment must be a string", "comment should not be empty",
        ]).await;
    }
}

test_on_both! {
    async fn what_was_said_goes_with_the_account_whose_picture_it_was(server: Server) {
        let guest = User::another(&server, "guest@example.org").await;
        let people = json!({"albumUsers": [{"userId": guest.id, "role": "editor"}]});
        let album = server.admin.album(&server, &[], people).await;
        let picture = guest.upload(&server, &Picture::jpeg(1)).await;
        let path = format!("/albums/{}/assets", album["id"].as_str().unwrap());
        let added = Answer::of(server.put(&guest, &path).json(&json!({"ids": [picture]}))).await;
        assert_eq!(added.json[0]["success"], true, "{added:?}");
        let comment = json!({"albumId": album["id"], "assetId": picture, "type": "comment", "comment": "Sea"});
        assert_eq!(say(&server, &server.admin, comment.clone()).await.status, 201);
        assert_eq!(ids(&list(&server, &server.admin, &album, "").await).len(), 1);
        let gone = server.delete(&server.admin, &format!("/admin/users/{}", guest.id)).json(&json!({}));
        assert_eq!(Answer::of(gone).await.status, 200);
        assert_eq!(list(&server, &server.admin, &album, "").await, json!([]));
        assert_refused(server.post(&server.admin, "/activities").json(&comment), 400, "Not found or no activity.create access").await;
    }
}

//! Links to albums.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{path_of, seen, shown};
use crate::support::{Answer, Credential, Picture, Server, User, assert_refused};
use crate::test_on_both;

async fn link_to(
    server: &Server,
    owner: &User,
    album: &Value,
    settings: Value,
) -> (Value, Credential) {
    let mut body = json!({"type": "ALBUM", "albumId": album["id"]});
    for (name, value) in settings.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let answer = Answer::of(server.post(owner, "/shared-links").json(&body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let key = answer.json["key"].as_str().expect("a key").to_owned();
    (answer.json, Credential::LinkKey(key))
}

test_on_both! {
    async fn a_link_shows_the_album_as_it_is_now(server: Server) {
        let owner = &server.admin;
        let (one, two) = (owner.upload(&server, &Picture::jpeg(1)).await, owner.upload(&server, &Picture::jpeg(2)).await);
        let outside = owner.upload(&server, &Picture::jpeg(3)).await;
        let album = owner.album(&server, &[one], json!({})).await;
        let (link, key) = link_to(&server, owner, &album, json!({"allowUpload": false})).await;
        assert_eq!(link["type"], "ALBUM");
        assert_eq!(link["album"]["id"], album["id"]);
        let mine = Answer::of(server.get(&key, "/shared-links/me")).await;
        assert_eq!(mine.json["album"]["albumName"], "Holidays");
        let visited = Answer::of(server.get(&key, &path_of(&album))).await;
        assert_eq!(shown(&visited.json), [one]);
        assert_eq!(visited.json["owner"]["email"], "", "whoever has a link is told no address");
        let add = json!({"ids": [two]});
        let path = format!("{}/assets", path_of(&album));
        assert_refused(server.put(&key, &path).json(&add), 400, "Not found or no albumAsset.create access").await;
        assert_eq!(Answer::of(server.put(owner, &path).json(&add)).await.status, 200);
        for (asset, status) in [(one, 200), (two, 200), (outside, 400)] {
            assert_eq!(Answer::of(server.get(&key, &format!("/assets/{asset}"))).await.status, status);
            assert_eq!(Answer::of(server.get(&key, &format!("/assets/{asset}/original"))).await.status, status);
        }
        let another = owner.album(&server, &[outside], json!({})).await;
        assert_refused(server.get(&key, &path_of(&another)), 400, "Not found or no album.read access").await;
        owner.trash(&server, one).await;
        assert_eq!(shown(&Answer::of(server.get(&key, &path_of(&album))).await.json), [two]);
        let listed = Answer::of(server.get(owner, &format!("/shared-links?albumId={}", album["id"].as_str().unwrap()))).await;
        assert_eq!(listed.json.as_array().map(Vec::len), Some(1));
        let listed = Answer::of(server.get(owner, &format!("/shared-links?albumId={}", Uuid::new_v4()))).await;
        assert_eq!(listed.json, json!([]));
        assert_eq!(Answer::of(server.delete(owner, &path_of(&album))).await.status, 204);
        assert_refused(server.get(&key, "/shared-links/me"), 401, "Invalid share key").await;
    }
}

test_on_both! {
    async fn what_visitors_upload_joins_the_album(server: Server) {
        let owner = &server.admin;
        let album = owner.album(&server, &[], json!({})).await;
        let (_, key) = link_to(&server, owner, &album, json!({"allowUpload": true})).await;
        let uploaded = Answer::of(server.post(&key, "/assets").multipart(Picture::jpeg(1).form())).await;
        assert_eq!(uploaded.status, 201, "{uploaded:?}");
        assert_eq!(shown(&seen(&server, owner, &album).await), [uploaded.id()]);
        let path = format!("{}/assets", path_of(&album));
        let again = Answer::of(server.put(&key, &path).json(&json!({"ids": [uploaded.id()]}))).await;
        assert_eq!(again.json[0]["error"], "duplicate");
        let private = owner.upload(&server, &Picture::jpeg(2)).await;
        let reach = Answer::of(server.put(&key, &path).json(&json!({"ids": [private]}))).await;
        assert_eq!(reach.json[0]["error"], "no_permission", "visitors reach nothing else of the owner's");
        let again = Answer::of(server.post(&key, "/assets").multipart(Picture::jpeg(2).form())).await;
        assert_eq!((again.status, again.id()), (200, private), "whoever has the bytes may show them");
        let locked = owner.upload(&server, &Picture::jpeg(3).with("visibility", "locked")).await;
        let again = Answer::of(server.post(&key, "/assets").multipart(Picture::jpeg(3).form())).await;
        assert_eq!((again.status, again.id()), (200, locked));
        assert_eq!(shown(&seen(&server, owner, &album).await).len(), 2, "what is locked stays so");
    }
}

test_on_both! {
    async fn only_the_owner_makes_links_and_a_password_closes_all_of_it(server: Server) {
        let (owner, editor) = (&server.admin, User::another(&server, "editor@example.org").await);
        let picture = owner.upload(&server, &Picture::jpeg(1)).await;
        let album = owner.album(&server, &[picture], json!({"albumUsers": [{"userId": editor.id, "role": "editor"}]})).await;
        let body = json!({"type": "ALBUM", "albumId": album["id"]});
        assert_refused(server.post(&editor, "/shared-links").json(&body), 400, "Not found or no album.share access").await;
        assert_refused(server.post(owner, "/shared-links").json(&json!({"type": "ALBUM"})), 400, "Invalid albumId").await;
        let (_, key) = link_to(&server, owner, &album, json!({"password": "a secret"})).await;
        for path in [path_of(&album), format!("/assets/{picture}"), format!("/assets/{picture}/thumbnail")] {
            assert_refused(server.get(&key, &path), 401, "Invalid password").await;
        }
        let (_, bare) = link_to(&server, owner, &album, json!({"showMetadata": false})).await;
        let shown = Answer::of(server.get(&bare, &path_of(&album))).await;
        assert_eq!(shown.json["assets"][0]["originalFileName"], "");
        assert_eq!(shown.json["startDate"], Value::Null);
    }
}

test_on_both! {
    async fn the_assets_of_an_album_link_are_the_albums_affair(server: Server) {
        let owner = &server.admin;
        let picture = owner.upload(&server, &Picture::jpeg(1)).await;
        let album = owner.album(&server, &[], json!({})).await;
        let (link, _) = link_to(&server, owner, &album, json!({})).await;
        let path = format!("/shared-links/{}/assets", link["id"].as_str().unwrap());
        let body = json!({"assetIds": [picture]});
        assert_refused(server.put(owner, &path).json(&body), 400, "Invalid shared link type").await;
        assert_refused(server.delete(owner, &path).json(&body), 400, "Invalid shared link type").await;
    }
}

//! What others share: whole for whoever is let in later, and gone when it is closed again.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ALL, App, ack, kinds, let_in, of_type, share_timeline, stream, take, values};
use crate::support::{Answer, Picture, Server, User};
use crate::test_on_both;

const OF_PARTNERS: [&str; 3] = ["PartnerAssetsV1", "PartnerAssetExifsV1", "PartnerStacksV1"];
const OF_ALBUMS: [&str; 4] = [
    "AlbumAssetsV1",
    "AlbumAssetExifsV1",
    "AlbumToAssetsV1",
    "AlbumUsersV1",
];

fn path_of(album: &Value) -> String {
    format!("/albums/{}", album["id"].as_str().expect("an id"))
}

async fn put_in(server: &Server, who: &User, album: &Value, ids: &[uuid::Uuid]) {
    let path = format!("{}/assets", path_of(album));
    let answer = Answer::of(server.put(who, &path).json(&json!({"ids": ids}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

test_on_both! {
    async fn partners_come_and_go(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let types = ["PartnersV1"];
        share_timeline(&server, &other, me).await;
        let pair = json!({"sharedById": other.id, "sharedWithId": me.id});
        for user in [me, &other] {
            let told = take(&server, user, &types).await;
            assert_eq!(told, [("PartnerV1".to_owned(), json!({"inTimeline": false, "sharedById": other.id, "sharedWithId": me.id}))]);
        }
        let path = format!("/partners/{}", other.id);
        Answer::of(server.put(me, &path).json(&json!({"inTimeline": true}))).await;
        assert_eq!(of_type(&take(&server, me, &types).await, "PartnerV1")[0]["inTimeline"], json!(true));
        take(&server, &other, &types).await;
        assert_eq!(Answer::of(server.delete(&other, &format!("/partners/{}", me.id))).await.status, 204);
        for user in [me, &other] {
            assert_eq!(take(&server, user, &types).await, [("PartnerDeleteV1".to_owned(), pair.clone())]);
            assert_eq!(take(&server, user, &types).await, []);
        }
    }
}

test_on_both! {
    async fn a_new_partners_assets_are_sent_later(server: Server) {
        let me = &server.admin;
        let (first, second) = (User::another(&server, "first@example.org").await, User::another(&server, "second@example.org").await);
        let late = [second.upload(&server, &Picture::jpeg(1)).await, second.upload(&server, &Picture::jpeg(2)).await];
        let early = first.upload(&server, &Picture::jpeg(3)).await;
        server.finish_jobs().await;
        let stack = Answer::of(server.post(&second, "/stacks").json(&json!({"assetIds": late}))).await;
        assert_eq!(stack.status, 201);
        let again = first.upload(&server, &Picture::jpeg(4)).await;
        server.finish_jobs().await;
        let stacked = json!({"assetIds": [early, again]});
        assert_eq!(Answer::of(server.post(&first, "/stacks").json(&stacked)).await.status, 201);
        share_timeline(&server, &first, me).await;
        let told = take(&server, me, &OF_PARTNERS).await;
        assert_eq!(kinds(&told), ["PartnerAssetV1", "PartnerAssetV1", "PartnerStackV1", "PartnerAssetExifV1", "PartnerAssetExifV1"]);
        assert_eq!(take(&server, me, &OF_PARTNERS).await, []);
        share_timeline(&server, &second, me).await;
        // Cut off in the middle, it goes on there.
        let lines = stream(&server, me, &OF_PARTNERS).await;
        let sent: Vec<&str> = lines.iter().map(|line| line.kind.as_str()).collect();
        assert_eq!(sent, ["PartnerAssetBackfillV1", "PartnerAssetBackfillV1", "SyncAckV1", "PartnerStackBackfillV1", "SyncAckV1",
            "PartnerAssetExifBackfillV1", "PartnerAssetExifBackfillV1", "SyncAckV1", "SyncCompleteV1"]);
        ack(&server, me, &[lines[0].ack.clone()]).await;
        let rest = take(&server, me, &OF_PARTNERS).await;
        assert_eq!(values(&rest, "PartnerAssetBackfillV1", "id"), [lines[1].data["id"].as_str().unwrap()]);
        assert_eq!(take(&server, me, &OF_PARTNERS).await, []);
        first.upload(&server, &Picture::jpeg(5)).await;
        let new = take(&server, me, &["PartnerAssetsV1"]).await;
        assert_eq!(kinds(&new), ["PartnerAssetV1"]);
    }
}

test_on_both! {
    async fn partners_are_told_of_a_stack_as_long_as_they_are_shown_its_primary(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let ids = [other.upload(&server, &Picture::jpeg(1)).await, other.upload(&server, &Picture::jpeg(2)).await];
        server.finish_jobs().await;
        let stack = Answer::of(server.post(&other, "/stacks").json(&json!({"assetIds": ids}))).await;
        assert_eq!(stack.status, 201, "{stack:?}");
        share_timeline(&server, &other, me).await;
        let types = ["PartnerStacksV1"];
        assert_eq!(kinds(&take(&server, me, &types).await), ["PartnerStackV1"]);
        for (visibility, told) in [("archive", "PartnerStackDeleteV1"), ("timeline", "PartnerStackV1")] {
            other.update(&server, ids[0], json!({"visibility": visibility})).await;
            assert_eq!(kinds(&take(&server, me, &types).await), [told], "{visibility}");
        }
        other.update(&server, ids[1], json!({"visibility": "archive"})).await;
        let path = format!("/stacks/{}", stack.json["id"].as_str().unwrap());
        let request = server.put(&other, &path).json(&json!({"primaryAssetId": ids[1]}));
        assert_eq!(Answer::of(request).await.status, 200);
        assert_eq!(kinds(&take(&server, me, &types).await), ["PartnerStackDeleteV1"], "another primary");
    }
}

test_on_both! {
    async fn what_a_partner_archives_stays_in_an_album(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let id = other.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        share_timeline(&server, &other, me).await;
        let album = other.album(&server, &[id], json!({})).await;
        let_in(&server, &other, &album, me.id).await;
        let types = ["PartnerAssetsV1", "AlbumAssetsV1", "AlbumToAssetsV1"];
        take(&server, me, &types).await;
        other.update(&server, id, json!({"visibility": "archive"})).await;
        // Were it told to be gone, apps would take it out of the album, too.
        let archived = take(&server, me, &types).await;
        assert_eq!(kinds(&archived), ["AlbumAssetUpdateV1"]);
        assert_eq!(values(&archived, "AlbumAssetUpdateV1", "visibility"), ["archive"]);
        let request = server.delete(&other, &format!("{}/assets", path_of(&album)));
        let removed = Answer::of(request.json(&json!({"ids": [id]}))).await;
        assert_eq!(removed.status, 200, "{removed:?}");
        assert_eq!(kinds(&take(&server, me, &types).await), ["PartnerAssetDeleteV1", "AlbumToAssetDeleteV1"]);
    }
}

test_on_both! {
    async fn an_app_that_was_cut_off_before_it_said_anything_hears_what_is_gone(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let id = other.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        share_timeline(&server, &other, me).await;
        let types = ["PartnerAssetsV1"];
        let lines = stream(&server, me, &types).await;
        assert_eq!(lines[0].kind, "PartnerAssetV1");
        other.update(&server, id, json!({"visibility": "archive"})).await;
        assert_eq!(kinds(&take(&server, me, &types).await), ["PartnerAssetDeleteV1"]);
    }
}

test_on_both! {
    async fn partners_are_not_told_of_what_is_put_away(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        other.unlock(&server).await;
        let id = other.upload(&server, &Picture::jpeg(1)).await;
        for (seed, visibility) in [(2, "archive"), (3, "locked")] {
            other.upload(&server, &Picture::jpeg(seed).with("visibility", visibility)).await;
        }
        let trashed = other.upload(&server, &Picture::jpeg(4)).await;
        other.trash(&server, trashed).await;
        server.finish_jobs().await;
        share_timeline(&server, &other, me).await;
        other.update(&server, id, json!({"isFavorite": true})).await;
        let types = ["PartnerAssetsV1", "PartnerAssetExifsV1"];
        let told = take(&server, me, &types).await;
        assert_eq!(values(&told, "PartnerAssetV1", "id"), [id.to_string()]);
        assert_eq!(values(&told, "PartnerAssetExifV1", "assetId"), [id.to_string()]);
        assert_eq!(of_type(&told, "PartnerAssetV1")[0]["isFavorite"], json!(false), "which is no one else's business");
        for visibility in ["archive", "locked"] {
            other.update(&server, id, json!({"visibility": visibility})).await;
            let closed = take(&server, me, &types).await;
            assert_eq!(closed, [("PartnerAssetDeleteV1".to_owned(), json!({"assetId": id}))], "{visibility}");
            other.update(&server, id, json!({"visibility": "timeline"})).await;
            let opened = take(&server, me, &types).await;
            assert_eq!(kinds(&opened), ["PartnerAssetV1", "PartnerAssetExifV1"], "{visibility}");
        }
        other.trash(&server, id).await;
        assert_eq!(kinds(&take(&server, me, &types).await), ["PartnerAssetDeleteV1"]);
        assert_eq!(Answer::of(server.post(&other, "/trash/restore/assets").json(&json!({"ids": [id]}))).await.status, 200);
        assert_eq!(kinds(&take(&server, me, &types).await), ["PartnerAssetV1", "PartnerAssetExifV1"]);
        let request = server.delete(&other, "/assets").json(&json!({"ids": [id], "force": true}));
        assert_eq!(Answer::of(request).await.status, 204);
        assert_eq!(kinds(&take(&server, me, &types).await), ["PartnerAssetDeleteV1"]);
    }
}

test_on_both! {
    async fn an_album_that_is_shared_later_is_sent_whole(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let mut ids = Vec::new();
        for seed in 0..3 {
            ids.push(other.upload(&server, &Picture::jpeg(seed)).await);
        }
        server.finish_jobs().await;
        let late = other.album(&server, &ids[..2], json!({})).await;
        let early = other.album(&server, &ids[2..], json!({})).await;
        let_in(&server, &other, &early, me.id).await;
        let told = take(&server, me, &OF_ALBUMS).await;
        assert_eq!(kinds(&told), ["SyncAckV1", "AlbumAssetCreateV1", "AlbumUserV1", "AlbumToAssetV1", "SyncAckV1", "AlbumAssetExifCreateV1"]);
        assert_eq!(take(&server, me, &OF_ALBUMS).await, []);
        let third = User::another(&server, "third@example.org").await;
        let_in(&server, &other, &late, third.id).await;
        // Something of the first changes, so that what was sent of it is newer than the second.
        put_in(&server, &other, &early, &ids[..1]).await;
        take(&server, me, &OF_ALBUMS).await;
        let_in(&server, &other, &late, me.id).await;
        let told = take(&server, me, &[&OF_ALBUMS[..], &["AlbumsV1"]].concat()).await;
        assert_eq!(of_type(&told, "AlbumAssetBackfillV1").len(), 2, "{told:?}");
        assert_eq!(of_type(&told, "AlbumAssetExifBackfillV1").len(), 2);
        assert_eq!(of_type(&told, "AlbumToAssetBackfillV1").len(), 2);
        let mut users = values(&told, "AlbumUserBackfillV1", "userId");
        users.extend(values(&told, "AlbumUserV1", "userId"));
        users.sort_unstable();
        let mut both = [me.id.to_string(), third.id.to_string()];
        both.sort();
        assert_eq!(users, both);
        assert!(values(&told, "AlbumV1", "id").contains(&late["id"].as_str().unwrap()));
        assert_eq!(take(&server, me, &OF_ALBUMS).await, []);
    }
}

test_on_both! {
    async fn albums_change_and_end(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let third = User::another(&server, "third@example.org").await;
        let ids = [other.upload(&server, &Picture::jpeg(1)).await, other.upload(&server, &Picture::jpeg(2)).await];
        server.finish_jobs().await;
        let album = other.album(&server, &ids[..1], json!({"description": "of the sea"})).await;
        let_in(&server, &other, &album, me.id).await;
        let_in(&server, &other, &album, third.id).await;
        let types: Vec<&str> = OF_ALBUMS.into_iter().chain(["AlbumsV1"]).collect();
        let told = take(&server, me, &types).await;
        let known = of_type(&told, "AlbumV1")[0];
        assert_eq!((&known["name"], &known["description"], &known["order"]), (&json!("Holidays"), &json!("of the sea"), &json!("desc")));
        assert_eq!((&known["ownerId"], &known["thumbnailAssetId"]), (&json!(other.id), &json!(ids[0])));
        put_in(&server, &other, &album, &ids[1..]).await;
        let more = take(&server, me, &types).await;
        assert_eq!(values(&more, "AlbumAssetCreateV1", "id"), [ids[1].to_string()]);
        assert_eq!(values(&more, "AlbumToAssetV1", "assetId"), [ids[1].to_string()]);
        assert_eq!(values(&more, "AlbumAssetExifCreateV1", "assetId"), [ids[1].to_string()]);
        other.update(&server, ids[1], json!({"description": "a wave"})).await;
        // The sidecar that says so is a change of the asset itself.
        server.finish_jobs().await;
        let changed = take(&server, me, &types).await;
        assert_eq!(values(&changed, "AlbumAssetExifUpdateV1", "description"), ["a wave"]);
        assert!(!of_type(&changed, "AlbumAssetUpdateV1").is_empty());
        // The trash takes it out, and gives it back.
        other.trash(&server, ids[1]).await;
        assert_eq!(values(&take(&server, me, &types).await, "AlbumToAssetDeleteV1", "assetId"), [ids[1].to_string()]);
        assert_eq!(Answer::of(server.post(&other, "/trash/restore/assets").json(&json!({"ids": [ids[1]]}))).await.status, 200);
        let back = take(&server, me, &types).await;
        assert_eq!(values(&back, "AlbumToAssetV1", "assetId"), [ids[1].to_string()]);
        let path = path_of(&album);
        let request = server.delete(&other, &format!("{path}/assets")).json(&json!({"ids": [ids[1]]}));
        assert_eq!(Answer::of(request).await.status, 200);
        let less = take(&server, me, &types).await;
        assert_eq!(of_type(&less, "AlbumToAssetDeleteV1"), [&json!({"albumId": album["id"], "assetId": ids[1]})]);
        let locked = other.update(&server, ids[0], json!({"visibility": "locked"})).await;
        assert_eq!(locked.status, 200);
        let less = take(&server, me, &types).await;
        assert_eq!(values(&less, "AlbumToAssetDeleteV1", "assetId"), [ids[0].to_string()]);
        assert_eq!(of_type(&less, "AlbumAssetUpdateV1"), Vec::<&Value>::new());
        // Who leaves is told that it is gone; the others are told who left.
        assert_eq!(Answer::of(server.delete(&third, &format!("{path}/user/me"))).await.status, 204);
        let left = take(&server, me, &types).await;
        assert_eq!(of_type(&left, "AlbumUserDeleteV1"), [&json!({"albumId": album["id"], "userId": third.id})]);
        assert_eq!(values(&take(&server, &third, &types).await, "AlbumDeleteV1", "albumId"), [album["id"].as_str().unwrap()]);
        assert_eq!(Answer::of(server.request_as(&other, Method::DELETE, &path)).await.status, 204);
        for user in [me, &other] {
            assert_eq!(values(&take(&server, user, &["AlbumsV1"]).await, "AlbumDeleteV1", "albumId"), [album["id"].as_str().unwrap()]);
        }
        assert_eq!(take(&server, me, &types).await, []);
    }
}

test_on_both! {
    async fn whoever_is_let_in_again_gets_all_again(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let id = other.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        let album = other.album(&server, &[id], json!({})).await;
        let_in(&server, &other, &album, me.id).await;
        let mut app = App::new(me);
        app.catch_up(&server).await;
        assert_eq!(app.table("album asset").len(), 1);
        let path = format!("{}/user/{}", path_of(&album), me.id);
        assert_eq!(Answer::of(server.delete(&other, &path)).await.status, 204);
        app.catch_up(&server).await;
        assert!(app.table("album").is_empty() && app.table("album asset").is_empty());
        let_in(&server, &other, &album, me.id).await;
        app.catch_up(&server).await;
        assert_eq!((app.table("album").len(), app.table("album asset").len(), app.table("album user").len()), (1, 1, 1));
        let other_session = User::login(server.http(), &server.address, &me.email).await;
        assert!(!take(&server, &other_session, &ALL).await.is_empty());
    }
}

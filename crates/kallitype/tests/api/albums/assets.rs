//! `/albums/{id}/assets` and `/albums/assets`

use serde_json::{Value, json};
use uuid::Uuid;

use super::{change, invite, path_of, seen, shown};
use crate::support::{Answer, Picture, Server, User, assert_refused};
use crate::test_on_both;

async fn add(server: &Server, user: &User, album: &Value, ids: &[Uuid]) -> Value {
    let request = server.put(user, &format!("{}/assets", path_of(album)));
    let answer = Answer::of(request.json(&json!({"ids": ids}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

async fn remove(server: &Server, user: &User, album: &Value, ids: &[Uuid]) -> Value {
    let request = server.delete(user, &format!("{}/assets", path_of(album)));
    let answer = Answer::of(request.json(&json!({"ids": ids}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

fn done(id: Uuid) -> Value {
    json!({"id": id, "success": true})
}

fn refused(id: Uuid, error: &str) -> Value {
    json!({"id": id, "success": false, "error": error})
}

test_on_both! {
    async fn each_asset_gets_its_own_answer(server: Server) {
        let (owner, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let (one, two) = (owner.upload(&server, &Picture::jpeg(1)).await, owner.upload(&server, &Picture::jpeg(2)).await);
        let locked = owner.upload(&server, &Picture::jpeg(3).with("visibility", "locked")).await;
        let trashed = owner.upload(&server, &Picture::jpeg(4)).await;
        owner.trash(&server, trashed).await;
        let theirs = other.upload(&server, &Picture::jpeg(5)).await;
        let album = owner.album(&server, &[one], json!({})).await;
        let answers = add(&server, owner, &album, &[one, two, two, locked, trashed, theirs]).await;
        assert_eq!(answers, json!([
            refused(one, "duplicate"), done(two), refused(two, "duplicate"), refused(locked, "no_permission"),
            refused(trashed, "no_permission"), refused(theirs, "no_permission"),
        ]));
        let answers = remove(&server, owner, &album, &[one, one, locked]).await;
        assert_eq!(answers, json!([done(one), refused(one, "not_found"), refused(locked, "not_found")]));
        assert_eq!(shown(&seen(&server, owner, &album).await), [two]);
    }
}

test_on_both! {
    async fn editors_add_theirs_and_take_only_theirs_out(server: Server) {
        let (owner, editor) = (&server.admin, User::another(&server, "editor@example.org").await);
        let viewer = User::another(&server, "viewer@example.org").await;
        let mine = owner.upload(&server, &Picture::jpeg(1)).await;
        let theirs = editor.upload(&server, &Picture::jpeg(2)).await;
        let album = owner.album(&server, &[mine], json!({})).await;
        invite(&server, owner, &album, &editor, "editor").await;
        invite(&server, owner, &album, &viewer, "viewer").await;
        assert_eq!(add(&server, &editor, &album, &[theirs]).await, json!([done(theirs)]));
        assert_eq!(remove(&server, &editor, &album, &[mine]).await, json!([refused(mine, "no_permission")]));
        for method in ["PUT", "DELETE"] {
            let path = format!("{}/assets", path_of(&album));
            let request = server.request_as(&viewer, method.parse().unwrap(), &path).json(&json!({"ids": [mine]}));
            let need = if method == "PUT" { "create" } else { "delete" };
            assert_refused(request, 400, &format!("Not found or no albumAsset.{need} access")).await;
        }
        assert_eq!(owner.asset(&server, theirs).await["ownerId"], json!(editor.id));
        assert_eq!(viewer.asset(&server, theirs).await["id"], json!(theirs));
        assert_eq!(remove(&server, &editor, &album, &[theirs]).await, json!([done(theirs)]));
        let path = format!("/assets/{theirs}");
        assert_refused(server.get(owner, &path), 400, "Not found or no asset.read access").await;
    }
}

test_on_both! {
    async fn editors_take_theirs_out_wherever_it_is(server: Server) {
        let (owner, editor) = (&server.admin, User::another(&server, "editor@example.org").await);
        let (mine, trashed) = (owner.upload(&server, &Picture::jpeg(1)).await, editor.upload(&server, &Picture::jpeg(2)).await);
        let album = owner.album(&server, &[mine], json!({})).await;
        invite(&server, owner, &album, &editor, "editor").await;
        add(&server, &editor, &album, &[trashed]).await;
        editor.trash(&server, trashed).await;
        owner.trash(&server, mine).await;
        let answers = remove(&server, &editor, &album, &[trashed, mine]).await;
        assert_eq!(answers, json!([done(trashed), refused(mine, "no_permission")]));
        assert_eq!(remove(&server, owner, &album, &[trashed]).await, json!([refused(trashed, "not_found")]));
    }
}

test_on_both! {
    async fn what_is_trashed_hidden_or_locked_is_not_shown(server: Server) {
        let (owner, viewer) = (&server.admin, User::another(&server, "viewer@example.org").await);
        let mut ids = Vec::new();
        for seed in 0..4 {
            ids.push(owner.upload(&server, &Picture::jpeg(seed)).await);
        }
        let album = owner.album(&server, &ids, json!({})).await;
        invite(&server, owner, &album, &viewer, "viewer").await;
        change(&server, owner, &album, json!({"albumThumbnailAssetId": ids[1]})).await;
        owner.update(&server, ids[0], json!({"visibility": "archive"})).await;
        owner.trash(&server, ids[1]).await;
        owner.update(&server, ids[2], json!({"visibility": "locked"})).await;
        owner.update(&server, ids[3], json!({"visibility": "hidden"})).await;
        for user in [owner, &viewer] {
            let album = seen(&server, user, &album).await;
            assert_eq!(shown(&album), [ids[0]]);
            assert_eq!(album["assetCount"], 1);
            assert_eq!(album["albumThumbnailAssetId"], json!(ids[0]), "what stands for an album is shown in it");
        }
        for id in &ids[1..3] {
            let path = format!("/assets/{id}/thumbnail");
            assert_refused(server.get(&viewer, &path), 400, "Not found or no asset.view access").await;
        }
        // Locking takes it out for good, the trash does not.
        owner.unlock(&server).await;
        owner.update(&server, ids[2], json!({"visibility": "timeline"})).await;
        let restored = owner.upload(&server, &Picture::jpeg(9)).await;
        add(&server, owner, &album, &[restored]).await;
        assert_eq!(shown(&seen(&server, &viewer, &album).await).len(), 2);
    }
}

test_on_both! {
    async fn assets_are_added_to_several_albums_at_once(server: Server) {
        let (owner, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let picture = owner.upload(&server, &Picture::jpeg(1)).await;
        let foreign = other.upload(&server, &Picture::jpeg(2)).await;
        let (first, second) = (owner.album(&server, &[], json!({})).await, owner.album(&server, &[picture], json!({})).await);
        let theirs = other.album(&server, &[], json!({})).await;
        let add = async |albums: &[&Value], assets: &[Uuid]| {
            let ids: Vec<&Value> = albums.iter().map(|album| &album["id"]).collect();
            let body = json!({"albumIds": ids, "assetIds": assets});
            Answer::of(server.put(owner, "/albums/assets").json(&body)).await.json
        };
        assert_eq!(add(&[&first, &second, &theirs], &[picture]).await, json!({"success": true}));
        assert_eq!(add(&[&first, &second], &[picture]).await, json!({"success": false, "error": "duplicate"}));
        assert_eq!(add(&[&theirs], &[picture]).await, json!({"success": false, "error": "no_permission"}));
        assert_eq!(add(&[&first], &[foreign]).await, json!({"success": false, "error": "no_permission"}));
        assert_eq!(shown(&seen(&server, owner, &first).await), [picture]);
        assert_eq!(shown(&seen(&server, &other, &theirs).await), Vec::<Uuid>::new());
    }
}

test_on_both! {
    async fn a_long_album_comes_whole_and_in_order(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for seed in 0..3 {
            let date = format!("200{seed}-01-01T00:00:00.000Z");
            ids.push(owner.upload(&server, &Picture::jpeg(seed).with("fileCreatedAt", &date)).await);
        }
        server.finish_jobs().await;
        let copies = server.multiply(owner, 2_500).await;
        let album = owner.album(&server, &ids, json!({})).await;
        let answers = add(&server, owner, &album, &copies).await;
        assert!(answers.as_array().expect("a list").iter().all(|answer| answer["success"] == true));
        let album = seen(&server, owner, &album).await;
        assert_eq!(album["assetCount"], 2_503);
        let dates: Vec<&str> = album["assets"].as_array().expect("a list").iter()
            .map(|asset| asset["fileCreatedAt"].as_str().expect("a date")).collect();
        assert_eq!(dates.len(), 2_503);
        assert!(dates.is_sorted_by(|before, after| before >= after));
    }
}

//! What becomes of a stack when something becomes of its assets.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{destroy, id_of, restore, set, stack, told, told_by, upload};
use crate::library::rebuild::lose_and_rebuild;
use crate::library::state::State;
use crate::support::{Answer, Picture, User};
use crate::test_on_both;

test_on_both! {
    async fn nothing_is_told_of_what_is_not_shown(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..4).await;
        let id = stack(&server, owner, &[ids[1], ids[0], ids[2], ids[3]]).await;
        owner.trash(&server, ids[1]).await;
        assert_eq!(told(&server, owner, id).await, Some(vec![ids[0], ids[2], ids[3]]), "the first stands for it");
        assert_eq!(told_by(&server, owner, ids[1]).await, None);
        assert_eq!(told_by(&server, owner, ids[2]).await, Some((id, ids[0], 3)));
        let by_primary = |primary: Uuid| server.get(owner, "/stacks").query(&[("primaryAssetId", primary.to_string())]);
        assert_eq!(Answer::of(by_primary(ids[1])).await.json, json!([]));
        assert_eq!(Answer::of(by_primary(ids[0])).await.json.as_array().map(Vec::len), Some(1));
        set(&server, owner, &[ids[0]], json!({"visibility": "locked"})).await;
        owner.unlock(&server).await;
        // The PIN opens what is locked, not what is said of it elsewhere.
        assert_eq!(told(&server, owner, id).await, Some(vec![ids[2], ids[3]]));
        assert_eq!(told_by(&server, owner, ids[0]).await, None);
        set(&server, owner, &[ids[3]], json!({"visibility": "archive"})).await;
        assert_eq!(told(&server, owner, id).await, Some(vec![ids[2], ids[3]]), "what is archived is shown");
        set(&server, owner, &[ids[3]], json!({"visibility": "hidden"})).await;
        assert_eq!(told(&server, owner, id).await, None, "one asset is no stack");
        assert_eq!(told_by(&server, owner, ids[2]).await, None);
        restore(&server, owner, &[ids[1]]).await;
        assert_eq!(told(&server, owner, id).await, Some(vec![ids[1], ids[2]]), "it is the primary still");
        set(&server, owner, &[ids[0], ids[3]], json!({"visibility": "timeline"})).await;
        assert_eq!(told(&server, owner, id).await, Some(vec![ids[1], ids[0], ids[2], ids[3]]));
    }
}

test_on_both! {
    async fn a_primary_that_is_gone_hands_over(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..4).await;
        let id = stack(&server, owner, &[ids[3], ids[0], ids[1], ids[2]]).await;
        owner.trash(&server, ids[0]).await;
        destroy(&server, owner, &[ids[3]]).await;
        // Not the oldest, which is in the trash.
        assert_eq!(told(&server, owner, id).await, Some(vec![ids[1], ids[2]]));
        restore(&server, owner, &[ids[0]]).await;
        assert_eq!(told(&server, owner, id).await, Some(vec![ids[1], ids[0], ids[2]]));
        destroy(&server, owner, &[ids[0]]).await;
        assert_eq!(told_by(&server, owner, ids[1]).await, Some((id, ids[1], 2)));
        destroy(&server, owner, &[ids[1]]).await;
        assert_eq!(told(&server, owner, id).await, None);
        assert_eq!(told_by(&server, owner, ids[2]).await, None);
        assert_eq!(server.texts("SELECT primary_asset_id FROM stack".into()).await.len(), 0, "one asset is no stack");
    }
}

test_on_both! {
    async fn a_stack_goes_with_all_of_its_assets(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..5).await;
        stack(&server, owner, &ids[..2]).await;
        let half = stack(&server, owner, &ids[2..]).await;
        for id in [ids[0], ids[1], ids[2]] {
            owner.trash(&server, id).await;
        }
        let emptied = Answer::of(server.post(owner, "/trash/empty")).await;
        assert_eq!(emptied.json["count"], 3, "{emptied:?}");
        assert_eq!(told(&server, owner, half).await, Some(ids[3..].to_vec()));
        assert_eq!(server.texts("SELECT CAST(created_at AS TEXT) FROM stack".into()).await.len(), 1);
        destroy(&server, owner, &ids[3..]).await;
        assert_eq!(server.texts("SELECT CAST(created_at AS TEXT) FROM stack".into()).await.len(), 0);
        State::of(&server).await;
    }
}

test_on_both! {
    async fn an_asset_with_another_file_stays_in_its_stack(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..2).await;
        let id = stack(&server, owner, &ids).await;
        let replacing = server.put(owner, &format!("/assets/{}/original", ids[0]));
        let replaced = Answer::of(replacing.multipart(Picture::jpeg(7).form())).await;
        assert_eq!(replaced.status, 200, "{replaced:?}");
        assert_eq!(told(&server, owner, id).await, Some(ids.clone()));
        assert_eq!(told_by(&server, owner, id_of(&replaced.json["id"])).await, None);
        State::of(&server).await;
    }
}

test_on_both! {
    async fn a_picture_keeps_its_moving_part_and_its_stack(server: Server) {
        let owner = &server.admin;
        let video = owner.upload(&server, &Picture::video(1)).await;
        let still = Picture::jpeg(1).with("livePhotoVideoId", &video.to_string());
        let still = owner.upload(&server, &still).await;
        let other = owner.upload(&server, &Picture::jpeg(2)).await;
        let body = json!({"assetIds": [still, video]});
        assert_eq!(Answer::of(server.post(owner, "/stacks").json(&body)).await.status, 400, "it is no picture of its own");
        let id = stack(&server, owner, &[still, other]).await;
        let unlinked = owner.update(&server, still, json!({"livePhotoVideoId": null})).await;
        assert_eq!(unlinked.json["stack"]["id"], json!(id), "{unlinked:?}");
        let both = stack(&server, owner, &[other, video]).await;
        let linked = owner.update(&server, still, json!({"livePhotoVideoId": video})).await;
        assert_eq!((linked.status, &linked.json["stack"]), (200, &Value::Null), "{linked:?}");
        assert_eq!(told(&server, owner, both).await, None, "the other is alone");
        State::of(&server).await;
    }
}

test_on_both! {
    async fn who_stacks_at_once_leaves_whole_stacks(server: Server) {
        let owner = &server.admin;
        let ids = upload(&server, owner, 0..6).await;
        for _ in 0..4 {
            let turned: Vec<Uuid> = ids.iter().rev().copied().collect();
            let (one, other) = (json!({"assetIds": ids}), json!({"assetIds": &turned[..4]}));
            let send = |body: &Value| Answer::of(server.post(owner, "/stacks").json(body));
            let trash = async |asset| owner.trash(&server, asset).await;
            let (one, other, again) = futures_util::join!(send(&one), send(&other), send(&one));
            for answer in [one, other, again] {
                assert_eq!(answer.status, 201, "{answer:?}");
            }
            futures_util::join!(trash(ids[0]), trash(ids[1]), trash(ids[2]), trash(ids[5]));
            State::of(&server).await;
            restore(&server, owner, &ids).await;
            State::of(&server).await;
        }
    }
}

test_on_both! {
    async fn stacks_come_back(server: Server by first_start) {
        let mut server = server;
        let owner = server.admin.clone();
        let ids = upload(&server, &owner, 0..12).await;
        let whole = stack(&server, &owner, &[ids[1], ids[0], ids[2]]).await;
        let lost = stack(&server, &owner, &[ids[3], ids[4]]).await;
        let headless = stack(&server, &owner, &[ids[7], ids[5], ids[6]]).await;
        let gone = stack(&server, &owner, &[ids[8], ids[9]]).await;
        let former = stack(&server, &owner, &[ids[10], ids[11]]).await;
        let path = format!("/stacks/{whole}");
        let changed = server.put(&owner, &path).json(&json!({"primaryAssetId": ids[2]}));
        assert_eq!(Answer::of(changed).await.status, 200);
        assert_eq!(Answer::of(server.delete(&owner, &format!("/stacks/{gone}"))).await.status, 204);
        let other = stack(&server, &owner, &[ids[10], ids[11]]).await;
        assert_ne!(other, former);
        owner.trash(&server, ids[0]).await;
        let original = async |id: Uuid| {
            let path = owner.asset(&server, id).await["originalPath"].clone();
            server.options.data.join(path.as_str().expect("a path"))
        };
        let originals = [original(ids[4]).await, original(ids[7]).await];
        server.finish_jobs().await;
        server.crash();
        originals.iter().for_each(|path| std::fs::remove_file(path).expect("an original"));
        lose_and_rebuild(&mut server);
        server.start_again();
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        assert_eq!(told(&server, &owner, whole).await, Some(vec![ids[2], ids[1]]));
        assert_eq!(told(&server, &owner, lost).await, None, "one asset is no stack");
        assert_eq!(told_by(&server, &owner, ids[3]).await, None);
        assert_eq!(told(&server, &owner, headless).await, Some(vec![ids[5], ids[6]]));
        assert_eq!((told(&server, &owner, gone).await, told(&server, &owner, former).await), (None, None));
        assert_eq!(told(&server, &owner, other).await, Some(ids[10..].to_vec()));
        restore(&server, &owner, &[ids[0]]).await;
        assert_eq!(told(&server, &owner, whole).await, Some(vec![ids[2], ids[0], ids[1]]));
        State::of(&server).await;
    }
}

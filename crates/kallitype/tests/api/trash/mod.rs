//! `/trash`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Credential, Picture, Server, User, assert_invalid, assert_refused, eventually,
};
use crate::test_on_both;

const REFUSAL: &str = "Not found or no asset.delete access";
const LEAVING: [&str; 3] = ["/trash/empty", "/trash/restore", "/trash/restore/assets"];

/// Sends what an operation wants; answers how many assets left the trash.
async fn count(server: &Server, who: impl Into<Credential>, path: &str, ids: &[Uuid]) -> u64 {
    let request = server.post(who, path).json(&json!({"ids": ids}));
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["count"].as_u64().expect("a number")
}

/// Uploads pictures and puts them into the trash.
async fn trashed(server: &Server, owner: &User, seeds: std::ops::Range<u32>) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for seed in seeds {
        let id = owner.upload(server, &Picture::jpeg(seed)).await;
        owner.trash(server, id).await;
        ids.push(id);
    }
    ids
}

async fn is_trashed(server: &Server, owner: &User, id: Uuid) -> Option<bool> {
    let answer = Answer::of(server.get(owner, &format!("/assets/{id}"))).await;
    answer.json["isTrashed"].as_bool()
}

test_on_both! {
    async fn some_are_restored(server: Server) {
        let owner = &server.admin;
        let ids = trashed(&server, owner, 0..3).await;
        let kept = owner.upload_and_settle(&server, &Picture::jpeg(9)).await;
        let before = owner.asset(&server, kept).await;
        let path = "/trash/restore/assets";
        assert_eq!(count(&server, owner, path, &[ids[0], ids[2], kept]).await, 3);
        for (id, expected) in [(ids[0], false), (ids[1], true), (ids[2], false)] {
            assert_eq!(is_trashed(&server, owner, id).await, Some(expected));
        }
        assert_eq!(owner.asset(&server, kept).await, before, "it was not in the trash");
        assert_eq!(count(&server, owner, path, &[]).await, 0);
    }
}

test_on_both! {
    async fn all_are_restored(server: Server) {
        let owner = &server.admin;
        let ids = trashed(&server, owner, 0..3).await;
        assert_eq!(count(&server, owner, "/trash/restore", &[]).await, 3);
        for id in ids {
            assert_eq!(is_trashed(&server, owner, id).await, Some(false));
        }
        assert_eq!(count(&server, owner, "/trash/restore", &[]).await, 0);
        assert_eq!(count(&server, owner, "/trash/empty", &[]).await, 0);
    }
}

test_on_both! {
    async fn emptied_it_gives_nothing_back(server: Server) {
        let owner = &server.admin;
        let kept = owner.upload(&server, &Picture::jpeg(9)).await;
        let ids = trashed(&server, owner, 0..3).await;
        assert_eq!(count(&server, owner, "/trash/empty", &[]).await, 3);
        for id in &ids {
            assert_eq!(is_trashed(&server, owner, *id).await, None);
        }
        let restore = server.post(owner, "/trash/restore/assets").json(&json!({"ids": ids}));
        assert_refused(restore, 400, REFUSAL).await;
        assert_eq!(is_trashed(&server, owner, kept).await, Some(false));
        eventually("the files' removal", async || (server.stored_originals().len() == 1).then_some(())).await;
    }
}

test_on_both! {
    async fn more_leave_than_one_transaction_holds(server: Server) {
        let owner = &server.admin;
        let first = owner.upload(&server, &Picture::jpeg(1)).await;
        let more = server.multiply(owner, 1200).await;
        let mut all = more;
        all.push(first);
        for path in ["/trash/restore", "/trash/empty"] {
            let trash = server.request_as(owner, reqwest::Method::DELETE, "/assets").json(&json!({"ids": all}));
            assert_eq!(Answer::of(trash).await.status, 204);
            assert_eq!(count(&server, owner, path, &[]).await, all.len() as u64, "{path}");
        }
    }
}

test_on_both! {
    async fn a_moving_part_comes_and_goes_with_its_picture(server: Server) {
        let owner = &server.admin;
        let video = owner.upload(&server, &Picture::video(1)).await;
        let still = Picture::jpeg(1).with("livePhotoVideoId", &video.to_string());
        let still = owner.upload(&server, &still).await;
        owner.trash(&server, still).await;
        assert_eq!(is_trashed(&server, owner, video).await, Some(true));
        assert_eq!(count(&server, owner, "/trash/restore", &[]).await, 1);
        assert_eq!(is_trashed(&server, owner, video).await, Some(false));
        owner.trash(&server, still).await;
        assert_eq!(count(&server, owner, "/trash/empty", &[]).await, 1);
        assert_eq!(is_trashed(&server, owner, video).await, None);
    }
}

test_on_both! {
    async fn everyone_has_a_trash_of_their_own(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let mine = trashed(&server, owner, 0..1).await;
        for path in ["/trash/restore", "/trash/empty"] {
            assert_eq!(count(&server, &other, path, &[]).await, 0);
        }
        let theirs = trashed(&server, &other, 1..2).await;
        let restore = server.post(&other, "/trash/restore/assets").json(&json!({"ids": [theirs[0], mine[0]]}));
        assert_refused(restore, 400, REFUSAL).await;
        assert_eq!(is_trashed(&server, &other, theirs[0]).await, Some(true));
        assert_eq!(is_trashed(&server, owner, mine[0]).await, Some(true));
    }
}

test_on_both! {
    async fn locked_ones_leave_once_the_pin_is_given(server: Server) {
        let owner = &server.admin;
        owner.unlock(&server).await;
        let locked = owner.upload(&server, &Picture::jpeg(1).with("visibility", "locked")).await;
        owner.trash(&server, locked).await;
        let key = owner.api_key(&server, &["all"]).await;
        for path in ["/trash/restore", "/trash/empty"] {
            assert_eq!(count(&server, &key, path, &[]).await, 0);
        }
        assert_eq!(is_trashed(&server, owner, locked).await, Some(true));
        assert_eq!(count(&server, owner, "/trash/empty", &[]).await, 1);
    }
}

test_on_both! {
    async fn only_who_may_delete_moves_anything(server: Server) {
        let owner = &server.admin;
        let ids = [owner.upload(&server, &Picture::jpeg(0)).await];
        let link = owner.share_key(&server, &ids, json!({})).await;
        owner.trash(&server, ids[0]).await;
        let reader = owner.api_key(&server, &["asset.read", "asset.update"]).await;
        for path in LEAVING {
            for (way, status, message) in [
                (Credential::None, 401, "Authentication required"),
                (reader.clone(), 403, "Missing required permission: asset.delete"),
                (link.clone(), 403, "Forbidden"),
            ] {
                assert_refused(server.post(way, path).json(&json!({"ids": ids})), status, message).await;
            }
        }
        let deleter = owner.api_key(&server, &["asset.delete"]).await;
        assert_eq!(count(&server, deleter, "/trash/restore/assets", &ids).await, 1);
    }
}

test_on_both! {
    async fn ids_are_checked(server: Server) {
        let bodies: [(Value, &[&str]); 2] = [
            (json!({}), &["ids must be an array", "each value in ids must be a UUID"]),
            (json!({"ids": ["x"]}), &["each value in ids must be a UUID"]),
        ];
        for (body, rules) in bodies {
            let request = server.post(&server.admin, "/trash/restore/assets").json(&body);
            assert_invalid(request, rules).await;
        }
    }
}

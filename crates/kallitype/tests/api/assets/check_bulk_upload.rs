//! `POST /assets/bulk-upload-check`

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Door, Engine, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

const PATH: &str = "/assets/bulk-upload-check";

async fn check(server: &Server, user: &User, items: &[(&str, String)]) -> Vec<Value> {
    let items: Vec<Value> = items
        .iter()
        .map(|(id, checksum)| json!({"id": id, "checksum": checksum}))
        .collect();
    let request = server.post(user, PATH).json(&json!({"assets": items}));
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["results"].as_array().expect("results").clone()
}

test_on_both! {
    async fn every_way_in_with_upload_permission_checks(server: Server) {
        let picture = Picture::jpeg(1);
        let id = server.admin.upload(&server, &picture).await;
        let body = json!({"assets": [{"id": "a", "checksum": picture.checksum()}]});
        let door = Door::new(Method::POST, PATH, "asset.upload").body(body);
        for answer in door.open(&server, 200).await {
            assert_eq!(answer.json["results"][0]["assetId"], json!(id));
        }
        door.assert_closed(&server).await;
    }
}

test_on_both! {
    async fn known_checksums_are_rejected_in_both_forms_and_in_order(server: Server) {
        let owner = &server.admin;
        let (kept, trashed, unknown) = (Picture::jpeg(1), Picture::jpeg(2), Picture::jpeg(3));
        let kept_id = owner.upload(&server, &kept).await;
        let trashed_id = owner.upload(&server, &trashed).await;
        owner.trash(&server, trashed_id).await;
        let results = check(&server, owner, &[
            ("/storage/DCIM/3.jpg", unknown.checksum()),
            ("2", trashed.checksum_base64()),
            ("1", kept.checksum_base64()),
            ("1", kept.checksum()),
            ("ünï 😀", kept.checksum().to_uppercase()),
            ("3", unknown.checksum_base64()),
        ]).await;
        let reject = |id: &str, asset, is_trashed: bool| json!({
            "id": id, "action": "reject", "reason": "duplicate", "assetId": asset, "isTrashed": is_trashed
        });
        assert_eq!(results, [
            json!({"id": "/storage/DCIM/3.jpg", "action": "accept"}),
            reject("2", trashed_id, true),
            reject("1", kept_id, false),
            reject("1", kept_id, false),
            reject("ünï 😀", kept_id, false),
            json!({"id": "3", "action": "accept"}),
        ]);
    }
}

test_on_both! {
    async fn what_others_keep_is_not_revealed(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let picture = Picture::jpeg(1);
        other.upload(&server, &picture).await;
        let results = check(&server, &server.admin, &[("1", picture.checksum())]).await;
        assert_eq!(results, [json!({"id": "1", "action": "accept"})]);
    }
}

test_on_both! {
    async fn what_is_deleted_for_good_is_accepted_again(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(1);
        let id = owner.upload(&server, &picture).await;
        let gone = server.delete(owner, "/assets").json(&json!({"ids": [id], "force": true}));
        assert_eq!(Answer::of(gone).await.status, 204);
        let results = check(&server, owner, &[("1", picture.checksum())]).await;
        assert_eq!(results[0]["action"], "accept");
    }
}

test_on_both! {
    async fn five_thousand_files_are_checked_at_once(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(1);
        let id = owner.upload(&server, &picture).await;
        let names: Vec<String> = (0..5000).map(|number| format!("file {number}")).collect();
        let items: Vec<(&str, String)> = names
            .iter()
            .zip(0..)
            .map(|(name, number)| {
                let checksum = if number == 4321 { picture.checksum() } else { format!("{number:040x}") };
                (name.as_str(), checksum)
            })
            .collect();
        let results = check(&server, owner, &items).await;
        assert_eq!(results.len(), 5000);
        for (number, result) in results.iter().enumerate() {
            let expected = if number == 4321 { "reject" } else { "accept" };
            assert_eq!((&result["id"], result["action"].as_str()), (&json!(names[number]), Some(expected)));
        }
        assert_eq!(results[4321]["assetId"], json!(id));
        assert!(check(&server, owner, &[]).await.is_empty(), "no files are no mistake");
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let good = Picture::jpeg(1).checksum();
        let malformed = "assets.0.checksum must be a SHA-1 in base64 or hexadecimal";
        for (assets, rules) in [
            (json!(null), vec!["assets must be an array"]),
            (json!("x"), vec!["assets must be an array"]),
            (json!(["x"]), vec!["each value in nested property assets must be either object or array"]),
            (json!([{"id": "1"}]), vec!["assets.0.checksum must be a string", "assets.0.checksum should not be empty"]),
            (json!([{"id": "1", "checksum": ""}]), vec!["assets.0.checksum should not be empty"]),
            (json!([{"id": "1", "checksum": 7}]), vec!["assets.0.checksum must be a string"]),
            (json!([{"id": "1", "checksum": "short"}]), vec![malformed]),
            (json!([{"id": "1", "checksum": "z".repeat(40)}]), vec![malformed]),
            (json!([{"id": "1", "checksum": "é".repeat(20)}]), vec![malformed]),
            (json!([{"id": "1", "checksum": "A".repeat(32)}]), vec![malformed]),
            (json!([{"checksum": good}]), vec!["assets.0.id must be a string", "assets.0.id should not be empty"]),
            (json!([{"id": "", "checksum": good}]), vec!["assets.0.id should not be empty"]),
            (
                json!([{"id": "1", "checksum": good}, {"id": 2, "checksum": "x"}]),
                vec!["assets.1.checksum must be a SHA-1 in base64 or hexadecimal", "assets.1.id must be a string"],
            ),
        ] {
            let request = server.post(&server.admin, PATH).json(&json!({"assets": assets}));
            assert_invalid(request, &rules).await;
        }
        assert_invalid(server.post(&server.admin, PATH), &["assets must be an array"]).await;
        let list = server.post(&server.admin, PATH).json(&json!([]));
        assert_refused(list, 400, "The body must be a JSON object").await;
        let broken = server.post(&server.admin, PATH).body("{");
        assert_eq!(Answer::of(broken).await.status, 400);
    }
}

#[tokio::test]
async fn the_longest_list_is_a_setting() {
    let server =
        Server::start_with(Engine::Sqlite, |options| options.with("max-list-items", 3)).await;
    let item = json!({"id": "1", "checksum": "0".repeat(40)});
    for (count, is_fine) in [(3, true), (4, false)] {
        let body = json!({"assets": vec![item.clone(); count]});
        let request = server.post(&server.admin, PATH).json(&body);
        if is_fine {
            assert_eq!(Answer::of(request).await.status, 200);
        } else {
            assert_invalid(request, &["assets must contain no more than 3 elements"]).await;
        }
    }
}

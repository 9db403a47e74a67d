use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::tree::{Tree, assets, library, scan};
use crate::support::{Answer, Server, User, assert_refused};
use crate::test_on_both;

async fn get(server: &Server, path: &str) -> Value {
    let answer = Answer::of(server.get(&server.admin, path)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

test_on_both! {
    async fn a_library_is_made_told_changed_and_removed(server: Server) {
        let owner = User::another(&server, "owner@example.org").await;
        let tree = Tree::of(&["a.jpg", "sub/b.JPEG", "raw/c.jpg", "@eaDir/d.jpg"]);
        tree.write("clip.mp4", b"no film");
        let before = tree.listing();
        let body = json!({"ownerId": owner.id});
        let made = Answer::of(server.post(&server.admin, "/libraries").json(&body)).await;
        assert_eq!(made.status, 201, "{made:?}");
        assert_eq!(made.json["name"], "New External Library");
        assert_eq!(made.json["importPaths"], json!([]));
        let exclusions = json!(["**/@eaDir/**", "**/._*", "**/#recycle/**", "**/#snapshot/**"]);
        assert_eq!(made.json["exclusionPatterns"], exclusions);
        assert_eq!(made.json["ownerId"], json!(owner.id));
        assert_eq!(made.json["refreshedAt"], Value::Null);
        let id = made.id();
        let path = format!("/libraries/{id}");
        let changes = json!({"name": "Disk", "importPaths": [tree.root]});
        let changed = Answer::of(server.put(&server.admin, &path).json(&changes)).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        assert_eq!(changed.json["name"], "Disk");
        assert_eq!(changed.json["exclusionPatterns"], exclusions, "it was not spoken of");
        assert_eq!(get(&server, "/libraries").await, json!([changed.json]));
        assert_eq!(get(&server, &format!("{path}/statistics")).await, json!({"photos": 0, "videos": 0, "total": 0, "usage": 0}));

        scan(&server, id).await;
        let shown = assets(&server, &owner, id).await;
        let names: Vec<&String> = shown.keys().collect();
        let expected = ["a.jpg", "clip.mp4", "raw/c.jpg", "sub/b.JPEG"].map(|name| tree.text(name));
        assert_eq!(names, expected.iter().collect::<Vec<_>>());
        let usage: u64 = expected.iter().map(|path| std::fs::metadata(path).unwrap().len()).sum();
        let statistics = json!({"photos": 3, "videos": 1, "total": 4, "usage": usage});
        assert_eq!(get(&server, &format!("{path}/statistics")).await, statistics);
        let told = get(&server, &path).await;
        assert_eq!(told["assetCount"], 4);
        assert_ne!(told["refreshedAt"], Value::Null);
        // They take nothing of what their owner may keep.
        assert_eq!(get(&server, "/server/statistics").await["usage"], 0);

        // What is no longer to be of the library is put aside, and comes back.
        let changes = json!({"exclusionPatterns": ["**/RAW/**"]});
        assert_eq!(Answer::of(server.put(&server.admin, &path).json(&changes)).await.status, 200);
        scan(&server, id).await;
        let shown = assets(&server, &owner, id).await;
        assert_eq!(shown[&tree.text("raw/c.jpg")]["isOffline"], true);
        assert!(shown.contains_key(&tree.text("@eaDir/d.jpg")), "it is not excluded any more");
        let changes = json!({"exclusionPatterns": []});
        assert_eq!(Answer::of(server.put(&server.admin, &path).json(&changes)).await.status, 200);
        scan(&server, id).await;
        assert_eq!(assets(&server, &owner, id).await[&tree.text("raw/c.jpg")]["isOffline"], false);

        let removed = Answer::of(server.delete(&server.admin, &path)).await;
        assert_eq!(removed.status, 204, "{removed:?}");
        assert_eq!(get(&server, "/libraries").await, json!([]));
        server.finish_jobs().await;
        assert_eq!(assets(&server, &owner, id).await.len(), 0);
        assert_eq!(tree.listing(), before);
    }
}

test_on_both! {
    async fn what_makes_no_sense_is_refused_and_changes_nothing(server: Server) {
        let owner = &server.admin;
        let tree = Tree::of(&["a.jpg"]);
        let id = library(&server, owner, &[&tree.root]).await;
        let path = format!("/libraries/{id}");
        let before = get(&server, &path).await;
        let nowhere = Uuid::new_v4();
        let not_found = "Library not found";
        for (method, operation) in [
            (Method::GET, ""),
            (Method::PUT, ""),
            (Method::DELETE, ""),
            (Method::POST, "/scan"),
            (Method::GET, "/statistics"),
        ] {
            let path = format!("/libraries/{nowhere}{operation}");
            assert_refused(server.request_as(owner, method, &path).json(&json!({})), 400, not_found).await;
        }
        let post = |body: Value| server.post(owner, "/libraries").json(&body);
        assert_refused(post(json!({"ownerId": nowhere})), 400, "User not found").await;
        let data = server.options.data.join("upload");
        let (file, missing) = (tree.text("a.jpg"), tree.text("missing"));
        let own = "Cannot use media upload folder for external libraries";
        let messages = [
            (data.to_str().unwrap(), own),
            ("photos/../x", "Import path must be absolute, try /x"),
            (missing.as_str(), "Path does not exist (ENOENT)"),
            (file.as_str(), "Not a directory"),
        ];
        for (import_path, message) in messages {
            let body = json!({"importPaths": [tree.root, import_path]});
            let refusal = format!("Invalid import path: {message}");
            assert_refused(server.put(owner, &path).json(&body), 400, &refusal).await;
            let answer = Answer::of(server.post(owner, &format!("{path}/validate")).json(&body)).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let told = json!({"importPaths": [
                {"importPath": tree.root, "isValid": true},
                {"importPath": import_path, "isValid": false, "message": message},
            ]});
            assert_eq!(answer.json, told);
        }
        assert_refused(post(json!({"ownerId": owner.id, "importPaths": [data]})), 400, &format!("Invalid import path: {own}")).await;
        let many: Vec<String> = (0..129).map(|number| format!("/{number}")).collect();
        for wrong in [
            json!({"importPaths": ["/a", "/a"]}),
            json!({"importPaths": [""]}),
            json!({"importPaths": many}),
            json!({"importPaths": "/a"}),
            json!({"exclusionPatterns": ["["]}),
            json!({"exclusionPatterns": ["x".repeat(5000)]}),
            json!({"name": ""}),
        ] {
            let answer = Answer::of(server.put(owner, &path).json(&wrong)).await;
            assert_eq!(answer.status, 400, "{wrong} {answer:?}");
        }
        assert_eq!(get(&server, &path).await, before);
        assert_eq!(get(&server, "/libraries").await.as_array().unwrap().len(), 1);
    }
}

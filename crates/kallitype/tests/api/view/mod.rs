//! `/view`

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Door, Picture, Server, User, assert_invalid};
use crate::test_on_both;

async fn folders(server: &Server, who: &User) -> Value {
    let answer = Answer::of(server.get(who, "/view/folder/unique-paths")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

async fn pictures(server: &Server, who: &User, path: &str) -> Vec<Value> {
    let request = server.get(who, "/view/folder").query(&[("path", path)]);
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json.as_array().expect("a list").clone()
}

/// The names of what is in a folder.
async fn names(server: &Server, who: &User, path: &str) -> Vec<String> {
    let pictures = pictures(server, who, path).await;
    let name = |picture: &Value| picture["originalFileName"].as_str().map(str::to_owned);
    pictures
        .iter()
        .map(|picture| name(picture).expect("a name"))
        .collect()
}

/// Uploads a picture and moves it, behind the server's back.
async fn put(server: &Server, owner: &User, seed: u32, path: &str) -> Uuid {
    let (_, name) = path.rsplit_once('/').expect("a path");
    let unlike = format!("{seed} {name}");
    let id = owner
        .upload_and_settle(server, &Picture::jpeg(seed).named(&unlike))
        .await;
    let sql = format!(
        "UPDATE asset SET original_path = '{path}', original_file_name = '{name}' WHERE original_file_name = '{unlike}'"
    );
    assert_eq!(server.execute_sql(&sql).await, 1);
    id
}

test_on_both! {
    async fn pictures_are_in_the_folders_of_their_paths(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let asset = owner.asset(&server, id).await;
        let path = asset["originalPath"].as_str().expect("a path");
        let (folder, _) = path.rsplit_once('/').expect("a folder");
        assert_eq!(folders(&server, owner).await, json!([folder]));
        for path in [folder.to_owned(), format!("{folder}/")] {
            let found = pictures(&server, owner, &path).await;
            assert_eq!(found.len(), 1);
            assert_eq!(found[0]["id"], json!(id));
            assert_eq!(found[0]["exifInfo"], asset["exifInfo"]);
        }
    }
}

test_on_both! {
    async fn a_folder_is_what_is_directly_in_it(server: Server) {
        let owner = &server.admin;
        let paths = ["a/b/2.jpg", "a/b/1.jpg", "a/b/c/3.jpg", "a/b_/4.jpg", "a/B/5.jpg", "x/a/b/6.jpg", "/7.jpg"];
        for (seed, path) in (0..).zip(paths) {
            put(&server, owner, seed, path).await;
        }
        assert_eq!(folders(&server, owner).await, json!(["", "a/B", "a/b", "a/b/c", "a/b_", "x/a/b"]));
        for (path, expected) in [
            ("a/b", vec!["1.jpg", "2.jpg"]),
            ("a/b/", vec!["1.jpg", "2.jpg"]),
            ("a/b/c", vec!["3.jpg"]),
            ("a/b_", vec!["4.jpg"]),
            ("a/_", vec![]),
            ("a/%", vec![]),
            ("a", vec![]),
            ("b", vec![]),
            ("/a/b", vec![]),
            ("a/b/1.jpg", vec![]),
            ("", vec!["7.jpg"]),
            ("/", vec!["7.jpg"]),
        ] {
            assert_eq!(names(&server, owner, path).await, expected, "{path}");
        }
    }
}

test_on_both! {
    async fn only_ones_own_timeline_is_in_folders(server: Server) {
        let (owner, other) = (&server.admin, User::another(&server, "other@example.org").await);
        for (seed, visibility) in (0..).zip(["archive", "hidden", "locked"]) {
            let id = put(&server, owner, seed, "a/1.jpg").await;
            assert_eq!(owner.update(&server, id, json!({"visibility": visibility})).await.status, 200);
        }
        let trashed = put(&server, owner, 3, "a/2.jpg").await;
        owner.trash(&server, trashed).await;
        put(&server, &other, 4, "a/3.jpg").await;
        let share = server.post(&other, "/partners").json(&json!({"sharedWithId": owner.id}));
        assert_eq!(Answer::of(share).await.status, 201);
        assert_eq!(folders(&server, owner).await, json!([]));
        assert_eq!(names(&server, owner, "a").await, Vec::<String>::new());
        assert_eq!(folders(&server, &other).await, json!(["a"]));
    }
}

test_on_both! {
    async fn who_names_no_folder_is_told_so(server: Server) {
        assert_invalid(server.get(&server.admin, "/view/folder"), &["path must be a string"]).await;
        Door::new(Method::GET, "/view/folder?path=a", "all").assert_closed(&server).await;
    }
}

test_on_both! {
    async fn the_list_of_folders_is_for_users(server: Server) {
        Door::new(Method::GET, "/view/folder/unique-paths", "all").assert_closed(&server).await;
    }
}

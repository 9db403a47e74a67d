//! `POST /jobs`: what only comes when an administrator asks for it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::people::{delete_face, faces, named, show};
use crate::support::{Answer, Engine, Picture, Server, User, assert_refused};
use crate::test_on_both;

/// Has something done, and waits until it is.
async fn order(server: &Server, name: &str) {
    let request = server
        .post(&server.admin, "/jobs")
        .json(&json!({"name": name}));
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    server.finish_jobs().await;
    assert_eq!(server.job_errors().await, Vec::<String>::new());
}

async fn tags(server: &Server, user: &User) -> Vec<String> {
    let answer = Answer::of(server.get(user, "/tags")).await;
    let list = answer.json.as_array().expect("a list").iter();
    list.map(|tag| tag["value"].as_str().expect("a path").to_owned())
        .collect()
}

async fn exists(server: &Server, user: &User, person: Uuid) -> bool {
    let answer = Answer::of(server.get(user, &format!("/people/{person}"))).await;
    answer.status == 200
}

test_on_both! {
    async fn tags_that_nothing_has_go(server: Server) {
        let me = &server.admin;
        let friend = User::another(&server, "friend@example.org").await;
        let asset = me.upload(&server, &Picture::jpeg(1)).await;
        let made = server.put(me, "/tags").json(&json!({"tags": ["a/b/c", "a/d", "e/f/g", "h"]}));
        assert_eq!(Answer::of(made).await.status, 200);
        let theirs = server.put(&friend, "/tags").json(&json!({"tags": ["a/d", "x"]}));
        assert_eq!(Answer::of(theirs).await.status, 200);
        let all = Answer::of(server.get(me, "/tags")).await.json;
        let used = all.as_array().expect("a list").iter().find(|tag| tag["value"] == "a/b").expect("a tag");
        let given = server.put(me, &format!("/tags/{}/assets", used["id"].as_str().expect("an id")));
        assert_eq!(Answer::of(given.json(&json!({"ids": [asset]}))).await.status, 200);
        order(&server, "tag-cleanup").await;
        assert_eq!(tags(&server, me).await, ["a", "a/b"]);
        assert_eq!(tags(&server, &friend).await, Vec::<String>::new());
        assert_eq!(me.asset(&server, asset).await["tags"][0]["value"], "a/b");
        order(&server, "tag-cleanup").await;
        assert_eq!(tags(&server, me).await, ["a", "a/b"]);
    }
}

test_on_both! {
    async fn persons_without_a_face_go(server: Server) {
        let me = &server.admin;
        let friend = User::another(&server, "friend@example.org").await;
        let asset = me.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let archived = me.upload_and_settle(&server, &Picture::jpeg(2).with("visibility", "archive")).await;
        let (anna, berta) = (named(&server, me, "Anna").await, named(&server, me, "Berta").await);
        let (clara, dora) = (named(&server, me, "Clara").await, named(&server, &friend, "Dora").await);
        show(&server, me, clara, &[asset]).await;
        for face in faces(&server, me, asset).await {
            delete_face(&server, me, &face, false).await;
        }
        show(&server, me, anna, &[asset]).await;
        show(&server, me, berta, &[archived]).await;
        order(&server, "person-cleanup").await;
        assert!(exists(&server, me, anna).await);
        assert!(exists(&server, me, berta).await);
        assert!(!exists(&server, me, clara).await);
        assert!(!exists(&server, &friend, dora).await);
        assert_eq!(faces(&server, me, asset).await.len(), 1);
    }
}

/// The copies of the database, the oldest first.
fn copies(data: &Path) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(data.join("backups")).expect("the folder of copies");
    let mut copies: Vec<PathBuf> = folder.map(|entry| entry.expect("a file").path()).collect();
    copies.sort();
    copies
}

#[tokio::test]
async fn the_embedded_database_is_copied_and_comes_back() {
    let mut server = Server::start(Engine::Sqlite).await;
    let me = server.admin.clone();
    let mut config = Answer::of(server.get(&me, "/system-config")).await.json;
    config["backup"]["database"]["keepLastAmount"] = json!(2);
    let set = Answer::of(server.put(&me, "/system-config").json(&config)).await;
    assert_eq!(set.status, 200, "{set:?}");
    let asset = me.upload_and_settle(&server, &Picture::jpeg(1)).await;
    // What an earlier try left is in no one's way.
    std::fs::create_dir_all(server.options.data.join("backups")).expect("a folder");
    std::fs::write(server.options.data.join("backups/unfinished"), "half of it").expect("a file");
    order(&server, "backup-database").await;
    let [first] = copies(&server.options.data).try_into().expect("one copy");
    for _ in 0..2 {
        order(&server, "backup-database").await;
    }
    let kept = copies(&server.options.data);
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert!(!kept.contains(&first), "the oldest is gone");
    let changed = json!({"description": "since then"});
    assert_eq!(me.update(&server, asset, changed).await.status, 200);
    server.stop();
    let copy = kept[1].to_string_lossy().into_owned();
    let mut restoring = server
        .options
        .command(&["restore-snapshot", "--snapshot", &copy]);
    let restored = restoring.output().expect("the command ends");
    assert!(restored.status.success(), "{restored:?}");
    server.start_again();
    let back = me.asset(&server, asset).await;
    assert_eq!(back["exifInfo"]["description"], "", "{back}");
    let words = server
        .post(&me, "/kallitype/search")
        .json(&json!({"words": "picture"}));
    let words = Answer::of(words).await.json;
    assert_eq!(
        words["assets"]["items"].as_array().map(Vec::len),
        Some(1),
        "{words}"
    );
    assert_ne!(back["id"], Value::Null);
}

#[tokio::test]
async fn postgres_is_backed_up_by_its_own_tools() {
    let server = Server::start(Engine::Postgres).await;
    let request = server
        .post(&server.admin, "/jobs")
        .json(&json!({"name": "backup-database"}));
    let message =
        "This server's database is PostgreSQL: back it up with its own tools, such as pg_dump";
    assert_refused(request, 400, message).await;
}

//! A folder of others, and a library that is made of it.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::server::files_below;
use crate::support::{Answer, Picture, Server, User, eventually};

pub struct Tree {
    _place: TempDir,
    pub root: PathBuf,
}

impl Tree {
    /// An empty folder.
    pub fn empty() -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        let root = place.path().join("photos");
        std::fs::create_dir(&root).expect("a folder");
        Self {
            _place: place,
            root,
        }
    }

    /// Pictures under some names, each with the seed of its position.
    pub fn of(names: &[&str]) -> Self {
        let tree = Self::empty();
        for (seed, name) in (0..).zip(names) {
            tree.write(name, &Picture::jpeg(seed).bytes);
        }
        tree
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The path as the API tells it.
    pub fn text(&self, name: &str) -> String {
        self.path(name).to_str().expect("a text").to_owned()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }

    pub fn rename(&self, from: &str, to: &str) {
        let to = self.path(to);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::rename(self.path(from), to).expect("a rename");
    }

    /// Everything that would tell of a write: names, bytes, times of change.
    pub fn listing(&self) -> BTreeMap<PathBuf, (Vec<u8>, i64, i64)> {
        let mut paths = files_below(&self.root);
        paths.push(self.root.clone());
        let entry = |path: PathBuf| {
            let metadata = path.metadata().expect("metadata");
            let bytes = match metadata.is_file() {
                true => std::fs::read(&path).expect("a file"),
                false => Vec::new(),
            };
            let nanoseconds = metadata.mtime_nsec() + metadata.ctime_nsec();
            (
                path,
                (bytes, metadata.mtime() + metadata.ctime(), nanoseconds),
            )
        };
        paths.into_iter().map(entry).collect()
    }
}

/// Makes a library of someone's; answers its id.
pub async fn library(server: &Server, owner: &User, folders: &[&Path]) -> Uuid {
    let body = json!({"ownerId": owner.id, "importPaths": folders});
    let answer = Answer::of(server.post(&server.admin, "/libraries").json(&body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.id()
}

/// Has a library scanned and waits until all that follows is done.
pub async fn scan(server: &Server, library: Uuid) {
    request_scan(server, library).await;
    server.finish_jobs().await;
}

pub async fn request_scan(server: &Server, library: Uuid) {
    let path = format!("/libraries/{library}/scan");
    let answer = Answer::of(server.post(&server.admin, &path)).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

/// The assets of a library, gone and trashed ones included, by their paths.
pub async fn assets(server: &Server, owner: &User, library: Uuid) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    let mut page = json!(1);
    while !page.is_null() {
        let body = json!({"libraryId": library, "withDeleted": true, "size": 1000, "withExif": true, "page": page});
        let answer = Answer::of(server.post(owner, "/search/metadata").json(&body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let found = &answer.json["assets"];
        for asset in found["items"].as_array().expect("a list") {
            let path = asset["originalPath"].as_str().expect("a path");
            all.insert(path.to_owned(), asset.clone());
        }
        let next = found["nextPage"].as_str().map(str::parse::<i64>);
        page = next.map(|next| next.expect("a number")).into();
    }
    all
}

pub fn id(asset: &Value) -> Uuid {
    asset["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("a UUID")
}

/// Waits until every file's content was read.
pub async fn wait_for_hashes(server: &Server) {
    eventually("the reading of all files", async || {
        let sql = "SELECT path FROM library_file WHERE content_hash IS NULL";
        server.jobs(sql).await.is_empty().then_some(())
    })
    .await;
}

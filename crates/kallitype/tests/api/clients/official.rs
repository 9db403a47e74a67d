//! The official command line clients, of both major versions that are in use.

use serde_json::json;

use super::{make_folder, node, node_modules};
use crate::support::{Answer, Credential, Server, eventually};
use crate::test_on_both;

/// A client with a home of its own.
struct Cli {
    /// Its script below the folder.
    program: &'static str,
    /// The command to sign in with.
    login: &'static str,
    home: tempfile::TempDir,
}

impl Cli {
    fn new(program: &'static str, login: &'static str) -> Self {
        Self {
            program,
            login,
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// Runs a command that has to succeed; answers what it prints.
    fn run(&self, words: &[&str]) -> String {
        let output = node()
            .arg(node_modules().join(self.program))
            .arg("--config-directory")
            .arg(self.home.path())
            .args(words)
            .env("HOME", self.home.path())
            .output()
            .expect("Node runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{words:?}: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        said
    }
}

async fn walk_through(server: Server, cli: Cli) {
    let folder = tempfile::tempdir().unwrap();
    let pictures = make_folder(folder.path());
    let Credential::ApiKey(key) = server.admin.api_key(&server, &["all"]).await else {
        unreachable!()
    };
    let said = cli.run(&[cli.login, &server.address, &key]);
    assert!(said.contains("Logged in as admin@example.org"), "{said}");
    cli.run(&[
        "upload",
        "--recursive",
        &folder.path().display().to_string(),
    ]);
    let statistics = async || {
        Answer::of(server.get(&server.admin, "/assets/statistics"))
            .await
            .json["total"]
            .clone()
    };
    assert_eq!(statistics().await, 3);
    let said = cli.run(&["server-info"]);
    assert!(
        said.contains("2.0.0") && said.contains("Images: 3"),
        "{said}"
    );
    let said = cli.run(&[
        "upload",
        "--recursive",
        &folder.path().display().to_string(),
    ]);
    assert!(said.contains("All assets were already uploaded"), "{said}");
    assert_eq!(statistics().await, 3);

    for picture in pictures {
        let body = serde_json::json!({"assets": [{"id": "x", "checksum": picture.checksum()}]});
        let checked = Answer::of(
            server
                .post(&server.admin, "/assets/bulk-upload-check")
                .json(&body),
        )
        .await;
        let id = checked.json["results"][0]["assetId"]
            .as_str()
            .expect("it is there")
            .to_owned();
        let original =
            Answer::of(server.get(&server.admin, &format!("/assets/{id}/original"))).await;
        assert!(
            original.bytes == picture.bytes,
            "{} comes back byte for byte",
            picture.name
        );
        for size in ["thumbnail", "preview"] {
            eventually("the derived picture", async || {
                let path = format!("/assets/{id}/thumbnail?size={size}");
                (Answer::of(server.get(&server.admin, &path)).await.status == 200).then_some(())
            })
            .await;
        }
    }
}

/// Folders become albums: new ones, and those that are there.
async fn into_albums(server: Server, cli: Cli) {
    let folder = tempfile::tempdir().unwrap();
    let pictures = make_folder(folder.path());
    server
        .admin
        .album(&server, &[], json!({"albumName": "deep"}))
        .await;
    let Credential::ApiKey(key) = server.admin.api_key(&server, &["all"]).await else {
        unreachable!()
    };
    cli.run(&[cli.login, &server.address, &key]);
    let below = folder.path().join("below").display().to_string();
    cli.run(&["upload", "--recursive", "--album", &below]);
    let albums = Answer::of(server.get(&server.admin, "/albums")).await;
    let mut albums: Vec<(&str, u64)> = albums
        .json
        .as_array()
        .expect("a list")
        .iter()
        .map(|album| {
            (
                album["albumName"].as_str().unwrap(),
                album["assetCount"].as_u64().unwrap(),
            )
        })
        .collect();
    albums.sort_unstable();
    assert_eq!(albums, [("below", 2), ("deep", 1)]);
    assert_eq!(server.stored_originals().len(), pictures.len());
}

test_on_both! {
    async fn the_client_of_version_2_logs_in_uploads_and_asks(server: Server) {
        walk_through(server, Cli::new("immich-cli-2/dist/index.js", "login-key")).await;
    }
}

test_on_both! {
    async fn the_client_of_version_2_uploads_into_albums(server: Server) {
        into_albums(server, Cli::new("immich-cli-2/dist/index.js", "login-key")).await;
    }
}

test_on_both! {
    async fn the_client_of_version_3_uploads_into_albums(server: Server) {
        into_albums(server, Cli::new("immich-cli-3/bin/immich", "login")).await;
    }
}

test_on_both! {
    async fn the_client_of_version_3_logs_in_uploads_and_asks(server: Server) {
        walk_through(server, Cli::new("immich-cli-3/bin/immich", "login")).await;
    }
}

//! The official command line clients, of both major versions that are in use.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Answer, Credential, Picture, Server, eventually};
use crate::test_on_both;

/// Where `make test` installs them.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/node_modules");

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
        let folder = PathBuf::from(FOLDER);
        let node = folder.join("node/bin/node");
        assert!(
            node.exists(),
            "the clients are not installed; `make test` does that"
        );
        let output = Command::new(node)
            .arg(folder.join(self.program))
            .arg("--config-directory")
            .arg(self.home.path())
            .args(words)
            .env_clear()
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

/// A folder with pictures in it and below it, one of them twice.
fn make_folder(folder: &Path) -> Vec<Picture> {
    let pictures = [
        Picture::jpeg(1),
        Picture::png(2),
        Picture::jpeg(3).named("ünïcode 😀.jpg"),
    ];
    std::fs::create_dir_all(folder.join("below/deep")).unwrap();
    for (picture, place) in pictures.iter().zip(["", "below", "below/deep"]) {
        std::fs::write(folder.join(place).join(&picture.name), &picture.bytes).unwrap();
    }
    std::fs::write(folder.join("below/again.jpg"), &pictures[0].bytes).unwrap();
    std::fs::write(folder.join("notes.txt"), "not a photo").unwrap();
    pictures.to_vec()
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

test_on_both! {
    async fn the_client_of_version_2_logs_in_uploads_and_asks(server: Server) {
        walk_through(server, Cli::new("immich-cli-2/dist/index.js", "login-key")).await;
    }
}

test_on_both! {
    async fn the_client_of_version_3_logs_in_uploads_and_asks(server: Server) {
        walk_through(server, Cli::new("immich-cli-3/bin/immich", "login")).await;
    }
}

test_on_both! {
    async fn the_own_uploader_sends_what_is_missing_and_nothing_twice(server: Server) {
        let folder = tempfile::tempdir().unwrap();
        make_folder(folder.path());
        std::fs::write(folder.path().join("picture-1.jpg.xmp"), "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>").unwrap();
        std::fs::write(folder.path().join("below/picture-2.XMP"), "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>").unwrap();
        let Credential::ApiKey(key) = server.admin.api_key(&server, &["asset.upload"]).await else { unreachable!() };
        let upload = || {
            let output = crate::support::server::program()
                .args(["upload", "--quiet", "--server", &server.address, "--key", &key])
                .arg(folder.path())
                .output()
                .expect("the command ends");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let said = upload();
        assert!(said.starts_with("3 uploaded") && said.contains("1 there already, 0 failed"), "{said}");
        let said = upload();
        assert!(said.starts_with("0 uploaded") && said.contains("4 there already, 0 failed"), "{said}");
        assert_eq!(server.stored_originals().len(), 5, "three pictures and two sidecars");
    }
}

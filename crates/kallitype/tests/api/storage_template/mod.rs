//! Where originals lie when the storage template is on, and their way there.

mod copies;
mod kill;
mod moves;
mod names;

use std::path::PathBuf;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::server::files_below;
use crate::support::{Answer, Picture, Server, User, assert_refused, eventually};
use crate::system_config::decide;
use crate::test_on_both;

const QUEUE: &str = "/jobs/storageTemplateMigration";

/// The folder of the administrator, whose storage label is this from the beginning.
const FOLDER: &str = "library/admin/";

/// Switches the template on.
async fn enable(server: &Server, template: &str) {
    let changes = [
        ("storageTemplate.enabled", json!(true)),
        ("storageTemplate.template", json!(template)),
    ];
    decide(server, &changes).await;
}

/// Has all originals moved that lie elsewhere, and waits for the end of all that was begun.
async fn migrate(server: &Server) {
    server.finish_jobs().await;
    command(server, "start").await;
    server.finish_jobs().await;
}

async fn command(server: &Server, command: &str) -> Value {
    let body = json!({"command": command, "force": false});
    let answer = Answer::of(server.put(&server.admin, QUEUE).json(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

/// Where an asset's original lies, as the API tells it.
async fn path(server: &Server, user: &User, id: Uuid) -> String {
    let asset = user.asset(server, id).await;
    asset["originalPath"].as_str().expect("a path").to_owned()
}

/// The same without the user's own folder.
async fn path_in_folder(server: &Server, id: Uuid) -> String {
    let path = path(server, &server.admin, id).await;
    path.strip_prefix(FOLDER)
        .unwrap_or_else(|| panic!("{path}"))
        .to_owned()
}

/// Every file in the folders of originals, with how it is called below the data folder.
fn originals(server: &Server) -> Vec<String> {
    let files = |folder: &str| files_below(&server.options.data.join(folder));
    let all = files("upload").into_iter().chain(files("library"));
    let named = |path: PathBuf| {
        let below = path
            .strip_prefix(&server.options.data)
            .expect("a file below");
        below.to_str().expect("a text").to_owned()
    };
    let mut all: Vec<String> = all.map(named).collect();
    all.sort();
    all
}

/// What was uploaded comes back, byte for byte.
async fn assert_kept(server: &Server, user: &User, id: Uuid, picture: &Picture) {
    let answer = Answer::of(server.get(user, &format!("/assets/{id}/original"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(
        answer.bytes == picture.bytes,
        "{} is not what was uploaded",
        picture.name
    );
}

/// Nothing is missing, changed or left over.
fn assert_clean(server: &Server) {
    let output = server
        .options
        .command(&["check"])
        .output()
        .expect("the command ends");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// Waits until names that no record has any more are gone.
async fn wait_for_deletions(server: &Server) {
    eventually("the end of old names", async || {
        server
            .texts("SELECT path FROM file_deletion".into())
            .await
            .is_empty()
            .then_some(())
    })
    .await;
}

test_on_both! {
    async fn a_template_that_makes_no_path_is_refused_and_changes_nothing(server: Server) {
        let document = Answer::of(server.get(&server.admin, "/system-config")).await.json;
        for (template, reason) in [
            ("{{filenames}}", "filenames is no variable"),
            ("{{#each album}}a{{/each}}", "only variables, if and unless can be used"),
            ("../{{filename}}", "no part of the path may begin with a dot or hold a control character"),
            ("{{y}}/", "it ends without a name"),
        ] {
            let mut wanted = document.clone();
            wanted["storageTemplate"] = json!({"enabled": true, "hashVerificationEnabled": true, "template": template});
            let request = server.put(&server.admin, "/system-config").json(&wanted);
            assert_refused(request, 400, &format!("Invalid storage template: {reason}")).await;
        }
        let unreadable = {
            let mut wanted = document.clone();
            wanted["storageTemplate"]["template"] = json!("{{#if album}}{{filename}}");
            Answer::of(server.put(&server.admin, "/system-config").json(&wanted)).await
        };
        assert_eq!(unreadable.status, 400);
        let message = unreadable.json["message"].as_str().expect("a message").to_owned();
        assert!(message.starts_with("Invalid storage template: "), "{message}");
        assert_eq!(Answer::of(server.get(&server.admin, "/system-config")).await.json, document);
        let start = server.put(&server.admin, QUEUE).json(&json!({"command": "start", "force": false}));
        assert_refused(start, 400, "This server cannot start storageTemplateMigration: it is switched off").await;
    }
}

test_on_both! {
    async fn every_preset_can_be_decided_on(server: Server) {
        let options = Answer::of(server.get(&server.admin, "/system-config/storage-template-options")).await.json;
        for preset in options["presetOptions"].as_array().expect("a list") {
            enable(&server, preset.as_str().expect("a text")).await;
        }
    }
}

//! What a flag, an environment variable or the file fixes.

use serde_json::json;

use super::{decide, document, put, with};
use crate::support::{Answer, Engine, Server, assert_invalid};

#[tokio::test]
async fn what_is_fixed_is_shown_and_cannot_be_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kallitype.toml");
    std::fs::write(&file, "user-delete-days = 11\npreview-quality = 70\n").expect("a file");
    let config = format!("KALLITYPE_CONFIG={}", file.display());
    let variable = "KALLITYPE_PREVIEW_QUALITY=60";
    let mut server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("trash-days", 9)
            .with("transcode-resolution", 0)
            .with("smtp-password", "a secret")
            .begun_by(&["env", &config, variable])
    })
    .await;
    let before = document(&server).await;
    let fixed = [
        ("trash.days", json!(9), "--trash-days"),
        (
            "ffmpeg.targetResolution",
            json!("original"),
            "--transcode-resolution",
        ),
        (
            "image.preview.quality",
            json!(60),
            "KALLITYPE_PREVIEW_QUALITY",
        ),
        (
            "user.deleteDelay",
            json!(11),
            "user-delete-days in the configuration file",
        ),
        (
            "notifications.smtp.transport.password",
            json!("a secret"),
            "--smtp-password",
        ),
    ];
    let limits = Answer::of(server.get(&server.admin, "/kallitype/system-config")).await;
    for (path, value, by) in &fixed {
        let pointer = format!("/{}", path.replace('.', "/"));
        assert_eq!(before.pointer(&pointer), Some(value), "{path}");
        let said = json!({"path": path, "by": by});
        let all = limits.json["fixed"].as_array().expect("a list");
        assert!(all.contains(&said), "{said} in {limits:?}");
        let other = match value.is_number() {
            true => json!(12),
            false => json!("640"),
        };
        let rule = format!("{path} is fixed by {by}");
        assert_invalid(put(&server, &with(&before, &[(path, other)])), &[&rule]).await;
    }
    let without_effect = limits.json["withoutEffect"].as_array().expect("a list");
    assert!(without_effect.contains(&json!("newVersionCheck.enabled")));
    let only_default = limits.json["onlyDefault"].as_array().expect("a list");
    assert!(only_default.contains(&json!("ffmpeg.twoPass")));
    // What is not fixed can be changed beside it, and counts when nothing is fixed any more.
    decide(&server, &[("image.preview.size", json!(600))]).await;
    server.stop();
    server.options.begun_by = Vec::new();
    server.start_again();
    let after = document(&server).await;
    assert_eq!(
        after["image"]["preview"],
        json!({"format": "jpeg", "quality": 80, "size": 600})
    );
    assert_eq!(after["user"]["deleteDelay"], 7);
}

//! What the server says about itself.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Engine, Picture, Server, User, World};
use crate::test_on_both;

async fn ask(server: &Server, path: &str) -> Value {
    let answer = Answer::of(server.get(&server.admin, path)).await;
    assert_eq!(answer.status, 200, "{path} {answer:?}");
    answer.json
}

test_on_both! {
    async fn it_says_what_it_is_and_what_it_cannot_do(server: Server) {
        assert_eq!(ask(&server, "/server/ping").await, json!({"res": "pong"}));
        assert_eq!(ask(&server, "/server/version").await, json!({"major": 2, "minor": 0, "patch": 0}));
        let about = ask(&server, "/server/about").await;
        assert_eq!(about["version"], "v2.0.0");
        assert!(about["build"].as_str().is_some_and(|build| build.starts_with("Kallitype ")), "{about}");
        assert!(about["ffmpeg"].as_str().is_some_and(|version| version.contains('.')), "{about}");
        let features = ask(&server, "/server/features").await;
        for absent in ["smartSearch", "facialRecognition", "oauth", "email"] {
            assert_eq!(features[absent], false, "{absent}");
        }
        for present in ["passwordLogin", "search", "trash", "sidecar", "reverseGeocoding", "map"] {
            assert_eq!(features[present], true, "{present}");
        }
        assert_eq!(ask(&server, "/server/config").await["isInitialized"], true);
        let types = ask(&server, "/server/media-types").await;
        for (kind, extension) in [("image", ".heic"), ("image", ".jpg"), ("video", ".mov"), ("sidecar", ".xmp")] {
            assert!(types[kind].as_array().is_some_and(|all| all.contains(&json!(extension))), "{extension}");
        }
        let storage = ask(&server, "/server/storage").await;
        assert!(storage["diskSizeRaw"].as_u64() > storage["diskAvailableRaw"].as_u64(), "{storage}");
    }
}

#[tokio::test]
async fn it_says_where_to_sign_in() {
    let world = World::start_with(Engine::Sqlite, |options| {
        options
            .with("oauth-auto-launch", true)
            .with("oauth-button-text", "To the club's door")
    })
    .await;
    let features = ask(&world.server, "/server/features").await;
    assert_eq!(features["oauth"], true);
    assert_eq!(features["oauthAutoLaunch"], true);
    let config = ask(&world.server, "/server/config").await;
    assert_eq!(config["oauthButtonText"], "To the club's door");
}

test_on_both! {
    async fn it_counts_what_each_user_keeps(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let picture = Picture::jpeg(1);
        server.admin.upload(&server, &picture).await;
        other.upload(&server, &Picture::video(1)).await;
        let statistics = ask(&server, "/server/statistics").await;
        assert_eq!((&statistics["photos"], &statistics["videos"]), (&json!(1), &json!(1)));
        assert_eq!(statistics["usageByUser"][0]["usage"], json!(picture.bytes.len()));
        assert_eq!(statistics["usageByUser"][1]["userName"], "Someone");
    }
}

test_on_both! {
    async fn pages_run_nothing_but_their_own_scripts(server: Server) {
        for (path, kind) in [
            ("/", "text/html"),
            ("/api/docs/pages.css", "text/css"),
            ("/api/docs", "text/html"),
            ("/api/docs/api.js", "text/javascript"),
            ("/.well-known/immich", "application/json"),
        ] {
            let answer = Answer::of(server.http().request(Method::GET, format!("{}{path}", server.address))).await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(answer.header("content-type").starts_with(kind), "{path}");
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe-"), "{path} {policy}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        }
    }
}

#[test]
fn every_setting_is_in_the_readme() {
    let readme = include_str!("../../../../../README.md");
    let help = crate::support::server::program()
        .args(["serve", "--help"])
        .output()
        .expect("the command ends");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let variables = help
        .split("[env: ")
        .skip(1)
        .filter_map(|rest| rest.split(['=', ']']).next());
    let mut count = 0;
    for variable in variables {
        assert!(
            readme.contains(&format!("`{variable}`")),
            "{variable} is not in the README"
        );
        count += 1;
    }
    assert!(count > 20, "the help was understood");
}

//! The settings that administrators change while the server runs.

mod effects;
mod fixed;
mod servers;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::library::rebuild::lose_and_rebuild;
use crate::support::{Answer, Listener, Server, User, assert_invalid};
use crate::test_on_both;

const PATH: &str = "/system-config";

async fn document(server: &Server) -> Value {
    let answer = Answer::of(server.get(&server.admin, PATH)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

fn put(server: &Server, document: &Value) -> RequestBuilder {
    server.put(&server.admin, PATH).json(document)
}

/// The document with other values at some paths.
fn with(document: &Value, changes: &[(&str, Value)]) -> Value {
    let mut document = document.clone();
    for (path, value) in changes {
        let pointer = format!("/{}", path.replace('.', "/"));
        *document.pointer_mut(&pointer).expect("a setting") = value.clone();
    }
    document
}

/// Decides on some settings; answers the document as it is then.
pub async fn decide(server: &Server, changes: &[(&str, Value)]) -> Value {
    let wanted = with(&document(server).await, changes);
    let answer = Answer::of(put(server, &wanted)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

async fn public(server: &Server, path: &str) -> Value {
    let answer = Answer::of(server.request(Method::GET, path)).await;
    assert_eq!(answer.status, 200, "{path} {answer:?}");
    answer.json
}

async fn stored(server: &Server) -> Value {
    let texts = server
        .texts("SELECT system_config FROM installation".into())
        .await;
    serde_json::from_str(&texts[0]).expect("JSON")
}

test_on_both! {
    async fn what_is_decided_counts_at_once_and_survives_the_database(server: Server by first_start) {
        let mut server = server;
        let defaults = Answer::of(server.get(&server.admin, "/system-config/defaults")).await.json;
        // The tests' servers are told what to log.
        assert_eq!(document(&server).await, with(&defaults, &[("logging.level", json!("warn"))]));
        assert_eq!(stored(&server).await, json!({}));
        let mut listener = Listener::of(&server, &server.admin).await;
        let css = "body { color: teal; }";
        let decided = decide(&server, &[
            ("trash.days", json!(5)),
            ("trash.enabled", json!(false)),
            ("user.deleteDelay", json!("3")),
            ("map.enabled", json!(false)),
            ("reverseGeocoding.enabled", json!(false)),
            ("server.externalDomain", json!("https://photos.example.org:8443/a/path")),
            ("server.loginPageMessage", json!("Come in")),
            ("server.publicUsers", json!(false)),
            ("theme.customCss", json!(css)),
            // What is empty is as it was.
            ("oauth.buttonText", json!("")),
            ("backup.database.keepLastAmount", json!(3)),
        ]).await;
        assert_eq!(listener.hear("on_config_update").await, [] as [Value; 0]);
        assert_eq!(decided["user"]["deleteDelay"], 3);
        assert_eq!(decided["oauth"]["buttonText"], "Login with OAuth");
        assert_eq!(stored(&server).await, json!({
            "backup": {"database": {"keepLastAmount": 3}},
            "map": {"enabled": false},
            "reverseGeocoding": {"enabled": false},
            "server": {"externalDomain": "https://photos.example.org:8443", "loginPageMessage": "Come in", "publicUsers": false},
            "theme": {"customCss": css},
            "trash": {"days": 5, "enabled": false},
            "user": {"deleteDelay": 3},
        }));
        server.crash_and_restart();
        assert_eq!(document(&server).await, decided);
        server.crash();
        lose_and_rebuild(&mut server);
        server.start_again();
        server.admin = User::login(server.http(), &server.address, &server.admin.email).await;
        assert_eq!(document(&server).await, decided);

        let config = public(&server, "/server/config").await;
        for (name, value) in [
            ("externalDomain", json!("https://photos.example.org:8443")),
            ("loginPageMessage", json!("Come in")),
            ("publicUsers", json!(false)),
            ("trashDays", json!(5)),
            ("userDeleteDelay", json!(3)),
        ] {
            assert_eq!(config[name], value, "{name}");
        }
        let features = public(&server, "/server/features").await;
        for name in ["map", "reverseGeocoding", "trash"] {
            assert_eq!(features[name], false, "{name}");
        }
        assert_eq!(public(&server, "/server/theme").await, json!({"customCss": css}));
        let sheet = server.http().get(format!("{}/custom.css", server.address));
        let sheet = Answer::of(sheet).await;
        assert_eq!((&*sheet.bytes, sheet.header("content-type")), (css.as_bytes(), "text/css; charset=utf-8"));
    }
}

test_on_both! {
    async fn what_cannot_be_is_refused_and_changes_nothing(server: Server) {
        let before = document(&server).await;
        let number = "must be an integer number";
        for (path, value, rule) in [
            ("trash", json!(null), "trash must be an object"),
            ("trash.days", json!(-1), "trash.days must not be less than 0"),
            ("trash.days", json!(1.5), "trash.days must be an integer number"),
            ("user.deleteDelay", json!(0), "user.deleteDelay must not be less than 1"),
            ("image.preview.quality", json!(101), "image.preview.quality must not be greater than 100"),
            ("image.preview.size", json!(15), "image.preview.size must not be less than 16"),
            ("image.thumbnail.format", json!("png"), "image.thumbnail.format must be one of the following values: jpeg, webp"),
            ("image.colorspace", json!("p3"), "image.colorspace must be srgb on this server"),
            ("ffmpeg.crf", json!(52), "ffmpeg.crf must not be greater than 51"),
            ("ffmpeg.bframes", json!(-2), "ffmpeg.bframes must not be less than -1"),
            ("ffmpeg.twoPass", json!(true), "ffmpeg.twoPass must be false: this server keeps the quality constant"),
            ("ffmpeg.targetResolution", json!("720p"), "ffmpeg.targetResolution must be a number of pixels, or original"),
            ("ffmpeg.acceptedContainers", json!(["avi"]),
                "each value in ffmpeg.acceptedContainers must be one of the following values: mov, mp4, ogg, webm"),
            ("job.library.concurrency", json!(0), "job.library.concurrency must not be less than 1"),
            ("job.search.concurrency", json!("many"), &format!("job.search.concurrency {number}")),
            ("nightlyTasks.startTime", json!("24:00"), "nightlyTasks.startTime must be in HH:mm format"),
            ("library.scan.cronExpression", json!("every night"), "library.scan.cronExpression must be a valid cron expression"),
            ("backup.database.cronExpression", json!("0 0 32 * *"), "backup.database.cronExpression must be a valid cron expression"),
            ("server.externalDomain", json!("photos"), "server.externalDomain must be a URL address"),
            ("map.lightStyle", json!("style"), "map.lightStyle must be a URL address"),
            ("metadata.faces.import", json!("perhaps"), "metadata.faces.import must be a boolean value"),
            ("machineLearning.urls", json!([]), "machineLearning.urls must contain at least 1 elements"),
            ("machineLearning.facialRecognition.minScore", json!(0.01),
                "machineLearning.facialRecognition.minScore must not be less than 0.1"),
            ("oauth.timeout", json!(0), "oauth.timeout must not be less than 1"),
            ("oauth.signingAlgorithm", json!("none"), "oauth.signingAlgorithm must be the name of an algorithm"),
            ("theme.customCss", json!("x".repeat(262_145)), "theme.customCss must be shorter than or equal to 262144 characters"),
            ("logging.level", json!("debug"), "logging.level is fixed by --log"),
        ] {
            assert_invalid(put(&server, &with(&before, &[(path, value)])), &[rule]).await;
        }
        let on = with(&before, &[("oauth.enabled", json!(true)), ("notifications.smtp.enabled", json!(true))]);
        assert_invalid(put(&server, &on), &[
            "notifications.smtp.from should not be empty",
            "notifications.smtp.transport.host should not be empty",
            "oauth.clientId should not be empty",
            "oauth.issuerUrl should not be empty",
        ]).await;
        let mut missing = before.clone();
        missing["ffmpeg"].as_object_mut().expect("a section").remove("crf");
        missing.as_object_mut().expect("the document").remove("theme");
        assert_invalid(put(&server, &missing), &["ffmpeg.crf must be an integer number", "theme must be an object"]).await;
        assert_eq!(document(&server).await, before);
        assert_eq!(stored(&server).await, json!({}));
    }
}

test_on_both! {
    async fn the_path_of_files_is_made_of_what_clients_offer(server: Server) {
        let answer = Answer::of(server.get(&server.admin, "/system-config/storage-template-options")).await;
        assert_eq!(answer.json["hourOptions"], json!(["h", "hh", "H", "HH"]));
        assert_eq!(answer.json["presetOptions"].as_array().map(Vec::len), Some(20));
        // Answers that may hold passwords are not compressed.
        let request = server.get(&server.admin, PATH).header("accept-encoding", "gzip");
        assert!(!Answer::of(request).await.headers.contains_key("content-encoding"));
    }
}

//! `/jobs`

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, Credential, Door, Picture, Server, User, assert_invalid, assert_refused, eventually,
};
use crate::test_on_both;

const IDLE: [&str; 6] = [
    "active",
    "completed",
    "delayed",
    "failed",
    "paused",
    "waiting",
];

async fn states(server: &Server) -> Value {
    let answer = Answer::of(server.get(&server.admin, "/jobs")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

async fn command(server: &Server, queue: &str, body: Value) -> Answer {
    let request = server.put(&server.admin, &format!("/jobs/{queue}"));
    Answer::of(request.json(&body)).await
}

async fn order(server: &Server, queue: &str, name: &str) -> Value {
    let answer = command(server, queue, json!({"command": name})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

async fn entries(server: &Server, query: &str) -> Vec<Value> {
    let answer = Answer::of(server.get(&server.admin, &format!("/jobs/entries{query}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json.as_array().expect("a list").clone()
}

async fn nothing_waits(server: &Server) {
    eventually("all work", async || {
        server.waiting_jobs().await.is_empty().then_some(())
    })
    .await;
}

test_on_both! {
    async fn every_queue_says_what_it_does(server: Server) {
        let states = states(&server).await;
        let queues = states.as_object().expect("an object");
        assert_eq!(queues.len(), 15);
        for (name, state) in queues.iter().filter(|(name, _)| *name != "backgroundTask") {
            assert_eq!(state["queueStatus"], json!({"isActive": false, "isPaused": false}), "{name}");
            for count in IDLE {
                assert_eq!(state["jobCounts"][count], 0, "{name} {count}");
            }
        }
    }
}

test_on_both! {
    async fn a_paused_queue_waits_until_it_is_resumed(server: Server) {
        let mut server = server;
        let paused = order(&server, "thumbnailGeneration", "pause").await;
        assert_eq!(paused["queueStatus"]["isPaused"], true);
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        eventually("the facts", async || {
            let asset = server.admin.asset(&server, id).await;
            asset["exifInfo"]["exifImageWidth"].is_number().then_some(())
        })
        .await;
        // It stays paused when the server is started again.
        server.stop();
        server.start_again();
        let state = states(&server).await["thumbnailGeneration"].clone();
        assert_eq!(state["queueStatus"], json!({"isActive": false, "isPaused": true}));
        assert_eq!((&state["jobCounts"]["paused"], &state["jobCounts"]["waiting"]), (&json!(1), &json!(0)));
        assert!(server.admin.asset(&server, id).await["thumbhash"].is_null());
        let resumed = order(&server, "thumbnailGeneration", "resume").await;
        assert_eq!(resumed["queueStatus"]["isPaused"], false);
        server.admin.settle(&server, id).await;
    }
}

test_on_both! {
    async fn a_retry_that_waits_for_its_time_holds_no_one_up(server: Server) {
        order(&server, "thumbnailGeneration", "pause").await;
        let later = server.admin.upload(&server, &Picture::jpeg(1)).await;
        eventually("the facts", async || {
            (server.waiting_jobs().await == ["generate-thumbnails"]).then_some(())
        })
        .await;
        let put_off = "UPDATE job SET state = 'scheduled', priority = 0, run_at = run_at + 86400000000";
        assert_eq!(server.execute_sql(put_off).await, 1);
        order(&server, "thumbnailGeneration", "resume").await;
        let now = server.admin.upload(&server, &Picture::jpeg(2)).await;
        server.admin.settle(&server, now).await;
        assert!(server.admin.asset(&server, later).await["thumbhash"].is_null());
        let counts = states(&server).await["thumbnailGeneration"]["jobCounts"].clone();
        assert_eq!((&counts["delayed"], &counts["waiting"]), (&json!(1), &json!(0)));
    }
}

test_on_both! {
    async fn what_waits_can_be_forgotten_and_asked_for_again(server: Server) {
        order(&server, "thumbnailGeneration", "pause").await;
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let emptied = order(&server, "thumbnailGeneration", "empty").await;
        assert_eq!(emptied["jobCounts"]["paused"], 0);
        order(&server, "thumbnailGeneration", "resume").await;
        nothing_waits(&server).await;
        assert!(server.admin.asset(&server, id).await["thumbhash"].is_null());
        order(&server, "thumbnailGeneration", "start").await;
        server.admin.settle(&server, id).await;
    }
}

test_on_both! {
    async fn what_is_missing_is_made_and_with_force_everything(server: Server) {
        let owner = &server.admin;
        let whole = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let lacking = owner.upload_and_settle(&server, &Picture::jpeg(2)).await;
        let hash = owner.asset(&server, lacking).await["thumbhash"].clone();
        nothing_waits(&server).await;
        let wiped = server.execute_sql("UPDATE asset SET thumbhash = NULL WHERE original_file_name = 'picture-2.jpg'").await;
        assert_eq!(wiped, 1);
        order(&server, "thumbnailGeneration", "pause").await;
        let started = order(&server, "thumbnailGeneration", "start").await;
        assert_eq!(started["jobCounts"]["paused"], 1, "only one lacks something");
        order(&server, "thumbnailGeneration", "resume").await;
        nothing_waits(&server).await;
        assert_eq!(owner.asset(&server, lacking).await["thumbhash"], hash);
        for queue in ["thumbnailGeneration", "metadataExtraction"] {
            order(&server, queue, "pause").await;
            let forced = command(&server, queue, json!({"command": "start", "force": true})).await;
            assert_eq!(forced.json["jobCounts"]["paused"], 2, "{queue}");
            order(&server, queue, "resume").await;
        }
        nothing_waits(&server).await;
        assert!(owner.asset(&server, whole).await["thumbhash"].is_string());
    }
}

test_on_both! {
    async fn failures_say_why_and_can_be_forgotten(server: Server) {
        let broken = Picture::new(b"no picture at all".to_vec(), "broken.jpg");
        let id = server.admin.upload(&server, &broken).await;
        nothing_waits(&server).await;
        let failed = entries(&server, "?state=failed").await;
        assert_eq!(failed.len(), 2, "{failed:?}");
        for queue in ["metadataExtraction", "thumbnailGeneration"] {
            let entry = failed.iter().find(|entry| entry["queue"] == queue).expect("an entry");
            assert_eq!((&entry["state"], &entry["assetId"]), (&json!("failed"), &json!(id)));
            assert_eq!((&entry["attempts"], &entry["progress"]), (&json!(1), &Value::Null));
            assert!(entry["error"].as_str().is_some_and(|error| error.contains("unknown content")), "{entry}");
            assert!(entry["createdAt"].as_str().is_some_and(|time| time.ends_with('Z')), "{entry}");
            assert_eq!(states(&server).await[queue]["jobCounts"]["failed"], 1);
        }
        assert_eq!(entries(&server, "?queue=thumbnailGeneration").await.len(), 1);
        assert_eq!(entries(&server, "?state=failed&size=1&page=2").await, failed[1..]);
        assert_eq!(entries(&server, "?state=failed&size=1&page=3").await, Vec::<Value>::new());
        let cleared = order(&server, "thumbnailGeneration", "clear-failed").await;
        assert_eq!(cleared["jobCounts"]["failed"], 0);
        assert_eq!(entries(&server, "?state=failed").await.len(), 1);
    }
}

test_on_both! {
    async fn what_this_server_does_not_do_is_not_begun(server: Server) {
        for queue in ["faceDetection", "smartSearch", "backgroundTask", "migration"] {
            let answer = command(&server, queue, json!({"command": "start"})).await;
            let message = format!("This server cannot start {queue}");
            assert_eq!((answer.status, &answer.json["message"]), (400, &json!(message)));
            assert_eq!(order(&server, queue, "pause").await["queueStatus"]["isPaused"], true);
            assert_eq!(order(&server, queue, "resume").await["queueStatus"]["isPaused"], false);
        }
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let owner = &server.admin;
        let commands = "command must be one of the following values: start, pause, resume, empty, clear-failed";
        let path = "/jobs/thumbnailGeneration";
        for (body, rules) in [
            (json!({}), vec!["command should not be empty", commands]),
            (json!({"command": "stop"}), vec![commands]),
            (json!({"command": "start", "force": "very"}), vec!["force must be a boolean value"]),
        ] {
            assert_invalid(server.put(owner, path).json(&body), &rules).await;
        }
        let unknown = command(&server, "painting", json!({"command": "start"})).await;
        assert_eq!(unknown.status, 400, "{unknown:?}");
        for (query, rule) in [
            ("size=0", "size must not be less than 1"),
            ("size=1001", "size must not be greater than 1000"),
            ("page=x", "page must be an integer number"),
            ("state=lost", "state must be one of the following values: active, failed, waiting"),
        ] {
            assert_invalid(server.get(owner, &format!("/jobs/entries?{query}")), &[rule]).await;
        }
    }
}

async fn only_administrators(server: &Server, door: &Door<'_>) {
    door.assert_closed(server).await;
    door.open(server, 200).await;
    let other = User::another(server, "other@example.org").await;
    for way in [
        Credential::from(&other),
        other.api_key(server, &["all"]).await,
    ] {
        assert_refused(door.request(server, &way), 403, "Forbidden").await;
    }
}

test_on_both! {
    async fn only_administrators_see_the_queues(server: Server) {
        only_administrators(&server, &Door::new(Method::GET, "/jobs", "job.read")).await;
    }
}

test_on_both! {
    async fn only_administrators_see_the_jobs(server: Server) {
        only_administrators(&server, &Door::new(Method::GET, "/jobs/entries", "job.read")).await;
    }
}

test_on_both! {
    async fn only_administrators_command(server: Server) {
        let door = Door::new(Method::PUT, "/jobs/library", "job.create").body(json!({"command": "resume"}));
        only_administrators(&server, &door).await;
    }
}

test_on_both! {
    async fn what_comes_round_by_itself_is_done_at_once(server: Server) {
        let admin = &server.admin;
        let ask = |name: &str| server.post(admin, "/jobs").json(&json!({"name": name}));
        for name in ["user-cleanup", "memory-cleanup", "memory-create"] {
            assert_eq!(Answer::of(ask(name)).await.status, 204, "{name}");
        }
        server.finish_jobs().await;
        assert_eq!(server.job_errors().await, Vec::<String>::new());
        let answer = Answer::of(ask("thumbnailGeneration")).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        let other = User::another(&server, "other@example.org").await;
        let refused = server.post(&other, "/jobs").json(&json!({"name": "user-cleanup"}));
        assert_eq!(Answer::of(refused).await.status, 403);
    }
}

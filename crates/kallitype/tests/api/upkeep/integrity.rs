//! `/kallitype/integrity`

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Answer, Picture, Server, assert_refused, eventually};
use crate::test_on_both;

const PATH: &str = "/kallitype/integrity";

async fn report(server: &Server) -> Value {
    let answer = Answer::of(server.get(&server.admin, PATH)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

async fn order(server: &Server, what: &str) -> Answer {
    Answer::of(server.post(&server.admin, &format!("{PATH}/{what}"))).await
}

/// Has everything checked; answers what was found.
async fn check(server: &Server) -> Value {
    let begun = order(server, "start").await;
    assert_eq!(begun.status, 204, "{begun:?}");
    ended(server).await
}

async fn ended(server: &Server) -> Value {
    eventually("the end of the check", async || {
        let report = report(server).await;
        (report["state"] != "running").then_some(report)
    })
    .await
}

fn counts(report: &Value) -> [&Value; 5] {
    [
        &report["intact"],
        &report["missing"]["count"],
        &report["changed"]["count"],
        &report["untracked"]["count"],
        &report["underived"]["count"],
    ]
}

test_on_both! {
    async fn what_happened_to_files_is_found_and_what_can_be_is_made_again(server: Server) {
        let never = report(&server).await;
        assert_eq!((&never["state"], &never["startedAt"]), (&json!("never"), &Value::Null));
        for seed in 0..3 {
            server.admin.upload(&server, &Picture::jpeg(seed)).await;
        }
        server.finish_jobs().await;
        let whole = check(&server).await;
        assert_eq!(whole["state"], "done");
        assert_eq!((&whole["checked"], &whole["total"]), (&json!(3), &json!(3)));
        assert_eq!(counts(&whole), [3, 0, 0, 0, 0]);

        let originals = server.stored_originals();
        fs::remove_file(&originals[0]).expect("a file");
        let mut bytes = fs::read(&originals[1]).expect("a file");
        bytes[100] ^= 1;
        fs::write(&originals[1], bytes).expect("a file");
        let stranger = originals[2].with_file_name("stranger.jpg");
        fs::write(&stranger, "who am I").expect("a file");
        // Of the one that is whole, so that there is something to make them of.
        let relative = |path: &Path| path.strip_prefix(&server.options.data).expect("a path below").display().to_string();
        let of_whole = format!("SELECT thumbnail_path FROM asset WHERE original_path = '{}'", relative(&originals[2]));
        let thumbnail = server.options.data.join(&server.texts(of_whole).await[0]);
        fs::remove_file(&thumbnail).expect("a file");

        let found = check(&server).await;
        assert_eq!(counts(&found), [1, 1, 1, 1, 1]);
        for (trouble, path) in [
            ("missing", &originals[0]),
            ("changed", &originals[1]),
            ("untracked", &stranger),
            ("underived", &thumbnail),
        ] {
            assert_eq!(found[trouble]["paths"], json!([relative(path)]), "{found}");
        }
        assert_eq!(found["mendable"], 1);

        let mended = order(&server, "mend").await;
        assert_eq!((mended.status, &mended.json), (200, &json!({"begun": 1})));
        assert_eq!(order(&server, "mend").await.json, json!({"begun": 0}));
        server.finish_jobs().await;
        assert_eq!(counts(&check(&server).await), [1, 1, 1, 1, 0]);
        // Nothing else was touched.
        assert!(stranger.exists());
    }
}

test_on_both! {
    async fn a_check_is_stopped_and_another_begun(server: Server) {
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        // Without one that is under way, there is nothing to stop.
        assert_eq!(order(&server, "stop").await.status, 204);
        assert_eq!(report(&server).await["state"], "never");
        assert_eq!(order(&server, "start").await.status, 204);
        assert_eq!(order(&server, "stop").await.status, 204);
        // It may have come to its end before.
        let state = ended(&server).await["state"].clone();
        assert!(state == "stopped" || state == "done", "{state}");
        assert_eq!(check(&server).await["state"], "done");
    }
}

test_on_both! {
    async fn two_checks_at_once_are_not_begun_and_what_looks_wrong_is_looked_at_again(server: Server) {
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        // A pipe keeps the check waiting for its bytes.
        let original = server.stored_originals().remove(0);
        let kept = original.with_extension("kept");
        fs::rename(&original, &kept).expect("a rename");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, &original, rustix::fs::FileType::Fifo, mode, 0).expect("a pipe");
        assert_eq!(order(&server, "start").await.status, 204);
        let again = server.post(&server.admin, &format!("{PATH}/start"));
        assert_refused(again, 400, "A check is under way already").await;
        assert_eq!(report(&server).await["state"], "running");
        // The pipe opens once it is read. Meanwhile the file is put back, as if it had been replaced.
        let path = original.clone();
        let pipe = tokio::task::spawn_blocking(move || fs::OpenOptions::new().write(true).open(path));
        let mut pipe = pipe.await.expect("a thread").expect("a pipe");
        fs::rename(&kept, &original).expect("a rename");
        pipe.write_all(b"something else").expect("a pipe");
        drop(pipe);
        let report = ended(&server).await;
        assert_eq!(counts(&report), [1, 0, 0, 0, 0], "{report}");
    }
}

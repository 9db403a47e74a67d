//! The library that apps hear events with.

use std::io::{BufRead, BufReader, Lines};
use std::process::{ChildStdout, Stdio};

use serde_json::{Value, json};

use super::{node, script};
use crate::support::server::Process;
use crate::support::{Answer, Picture, Server};
use crate::test_on_both;

/// A program that hears what happens.
struct App {
    _process: Process,
    lines: Lines<BufReader<ChildStdout>>,
}

impl App {
    fn start(server: &Server, token: &str) -> Self {
        let mut command = node();
        command
            .arg(script("events.mjs"))
            .args([&server.address, token]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("Node runs");
        let stdout = child.stdout.take().expect("a pipe");
        Self {
            _process: Process(child),
            lines: BufReader::new(stdout).lines(),
        }
    }

    /// What it says next.
    fn hear(&mut self) -> Value {
        let line = self.lines.next().expect("it goes on").expect("a line");
        serde_json::from_str(&line).expect("JSON")
    }
}

test_on_both! {
    async fn apps_hear_what_happens_and_come_again_when_the_server_does(server: Server) {
        let mut server = server;
        let owner = server.admin.clone();
        let mut app = App::start(&server, &owner.token);
        let version = json!(["on_server_version", {"major": 2, "minor": 0, "patch": 0}]);
        assert_eq!(app.hear(), json!(["connected"]));
        assert_eq!(app.hear(), version);
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let told = app.hear();
        assert_eq!((&told[0], &told[1]["id"]), (&json!("on_upload_success"), &json!(id)));
        assert_eq!(app.hear()[0], "AssetUploadReadyV1");
        owner.trash(&server, id).await;
        assert_eq!(app.hear(), json!(["on_asset_trash", [id]]));

        server.stop();
        assert_eq!(app.hear(), json!(["disconnected", "transport close"]));
        server.start_again_where_it_was();
        assert_eq!(app.hear(), json!(["connected"]));
        assert_eq!(app.hear(), version);

        assert_eq!(Answer::of(server.post(&owner, "/auth/logout")).await.status, 200);
        assert_eq!(app.hear()[0], "on_session_delete");
        assert_eq!(app.hear(), json!(["disconnected", "io server disconnect"]));
    }
}

test_on_both! {
    async fn who_may_not_hear_is_told_so(server: Server) {
        let mut app = App::start(&server, "wrong");
        assert_eq!(app.hear(), json!(["connected"]));
        assert_eq!(app.hear(), json!(["error", "unauthorized"]));
        assert_eq!(app.hear(), json!(["disconnected", "io server disconnect"]));
    }
}

//! Sudden ends of scans: whatever was recorded until then is whole, and the next scan does the rest.

use std::time::Duration;

use super::tree::{Tree, assets, id, library, request_scan, scan};
use crate::support::server::files_below;
use crate::support::{Answer, Engine, Picture, Server, eventually, tries};
use crate::test_on_both;

const ROUNDS: usize = 50;
const QUICK_ROUNDS: usize = 4;

/// How long a scan may go on before its end.
const MAX_END_MILLISECONDS: u64 = 60;

/// Files that come, and go, in each round.
const FILES: u32 = 60;

test_on_both! {
    async fn an_interrupted_scan_is_taken_up_again(server: Server by start_with_short_leases) {
        let mut server = server;
        let tree = Tree::of(&["a.jpg"]);
        let library = library(&server, &server.admin, &[&tree.root]).await;
        scan(&server, library).await;
        // What is made of pictures is not what is tried here.
        for queue in ["metadataExtraction", "thumbnailGeneration"] {
            let pause = server.put(&server.admin, &format!("/jobs/{queue}"));
            let body = serde_json::json!({"command": "pause", "force": false});
            assert_eq!(Answer::of(pause.json(&body)).await.status, 200);
        }
        let bytes = Picture::jpeg(1).bytes;
        for round in 0..tries(ROUNDS, QUICK_ROUNDS) {
            let known = assets(&server, &server.admin, library).await;
            for number in 0..FILES {
                tree.write(&format!("{round}/{number}.jpg"), &bytes);
            }
            if round > 0 {
                tree.rename(&(round - 1).to_string(), &format!("moved-{round}"));
            }
            request_scan(&server, library).await;
            tokio::time::sleep(Duration::from_millis(rand::random_range(0..MAX_END_MILLISECONDS))).await;
            server.crash();
            server.start_again();
            request_scan(&server, library).await;
            eventually("the scan", async || {
                let sql = "SELECT kind FROM job WHERE queue = 'library' AND state <> 'failed'";
                server.jobs(sql).await.is_empty().then_some(())
            })
            .await;
            let found = assets(&server, &server.admin, library).await;
            let mut there: Vec<String> = files_below(&tree.root)
                .iter()
                .map(|path| path.to_str().unwrap().to_owned())
                .collect();
            there.sort();
            assert_eq!(found.keys().cloned().collect::<Vec<_>>(), there, "one asset a file, none of what is gone");
            for (path, asset) in known {
                let moved = format!("/photos/moved-{round}/");
                let last = format!("/photos/{}/", round.wrapping_sub(1));
                let now = path.replace(&last, &moved);
                assert_eq!(id(&found[&now]), id(&asset), "{now}");
            }
        }
    }
}

impl Server {
    /// On PostgreSQL, what another server was at is taken over when its lease has ended.
    pub async fn start_with_short_leases(engine: Engine) -> Self {
        Self::start_with(engine, |options| options.with("job-lease-seconds", 2)).await
    }
}

//! Sudden ends of migrations: every original is where its record says, whole, and the next start does the rest.

use std::time::Duration;

use uuid::Uuid;

use super::{
    assert_clean, assert_kept, command, enable, originals, path_in_folder, wait_for_deletions,
};
use crate::jobs::sidecars;
use crate::support::picture::xmp;
use crate::support::{Picture, Server, eventually, tries};
use crate::test_on_both;

const ROUNDS: usize = 50;
const QUICK_ROUNDS: usize = 5;

/// How long a migration may go on before its end.
const MAX_END_MILLISECONDS: u64 = 400;

const PICTURES: u32 = 24;

/// Every so many of them have a sidecar.
const WITH_SIDECAR: u32 = 4;

/// The templates of the rounds, in turn. All names of the second are one name, but for their numbers.
const TEMPLATES: [&str; 3] = [
    "{{y}}/{{MM}}/{{filename}}",
    "all/same",
    "{{filename}}/{{assetId}}",
];

test_on_both! {
    async fn no_end_of_a_migration_loses_or_leaves_a_file(server: Server by start_with_short_leases) {
        let mut server = server;
        let kept = upload(&server).await;
        for round in 0..tries(ROUNDS, QUICK_ROUNDS) {
            enable(&server, TEMPLATES[round % TEMPLATES.len()]).await;
            command(&server, "start").await;
            tokio::time::sleep(Duration::from_millis(rand::random_range(0..MAX_END_MILLISECONDS))).await;
            server.crash();
            server.start_again();
            server.finish_jobs().await;
            wait_for_deletions(&server).await;
            let files = usize::try_from(PICTURES + PICTURES.div_ceil(WITH_SIDECAR)).expect("a few");
            eventually("the end of what was left", async || (originals(&server).len() == files).then_some(())).await;
            for (id, picture) in &kept {
                assert_kept(&server, &server.admin, *id, picture).await;
                let path = path_in_folder(&server, *id).await;
                let is_right = match round % TEMPLATES.len() {
                    0 => path == format!("2024/05/{}", picture.name),
                    1 => path.starts_with("all/same"),
                    _ => path.ends_with(&format!("/{id}.jpg")),
                };
                assert!(is_right, "round {round}: {path}");
            }
            assert_eq!(server.job_errors().await, Vec::<String>::new());
        }
        server.stop();
        assert_clean(&server);
    }
}

async fn upload(server: &Server) -> Vec<(Uuid, Picture)> {
    let mut kept = Vec::new();
    for seed in 0..PICTURES {
        let picture = Picture::jpeg(seed);
        let id = match seed % WITH_SIDECAR {
            0 => sidecars::send(
                server,
                &picture,
                xmp("<xmp:Rating>4</xmp:Rating>").as_bytes(),
            )
            .await
            .id(),
            _ => server.admin.upload(server, &picture).await,
        };
        kept.push((id, picture));
    }
    server.finish_jobs().await;
    kept
}

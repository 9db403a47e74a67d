//! Sudden ends of migrations: every original is where its record says, whole, and the next start does the rest.

use std::time::Duration;

use uuid::Uuid;

use super::{
    assert_clean, assert_kept, command, enable, originals, path, path_in_folder, wait_for_deletions,
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

test_on_both! {
    async fn a_start_clears_what_was_named_and_not_recorded(server: Server) {
        let mut server = server;
        let picture = Picture::jpeg(1);
        let id = server.admin.upload(&server, &picture).await;
        enable(&server, "{{filename}}").await;
        let other = server.admin.upload(&server, &Picture::jpeg(2)).await;
        server.finish_jobs().await;
        wait_for_deletions(&server).await;
        let before = originals(&server);
        assert_eq!(before.len(), 2);
        let (own, others) = (path(&server, &server.admin, id).await, path(&server, &server.admin, other).await);
        server.stop();
        let data = server.options.data.clone();
        let dead = data.join(format!("incoming/{}", Uuid::new_v4()));
        std::fs::create_dir(&dead).expect("a folder");
        std::fs::write(dead.join("lock"), "").expect("a lock");
        let note = |text: String| {
            std::fs::write(dead.join(format!("{id}~~{}", Uuid::new_v4())), text).expect("a note");
        };
        let name = |name: &str| data.join("library/admin").join(name);
        std::fs::hard_link(data.join(&own), name("second.jpg")).expect("a link");
        std::fs::write(name("half.jpg"), &picture.bytes[..100]).expect("a file");
        std::fs::write(name("strange.jpg"), "someone's").expect("a file");
        for made in ["second.jpg", "half.jpg", "strange.jpg", "never.jpg"] {
            note(format!("library/admin/{made}\n{own}\n"));
        }
        // What it was about to name, another has, or it has itself by now.
        note(format!("{others}\n{own}\n"));
        note(format!("{own}\nupload/gone.jpg\n"));
        note("library/adm".into());
        server.start_again();
        let mut left = originals(&server);
        left.retain(|path| path != "library/admin/strange.jpg");
        assert_eq!(left, before);
        assert_eq!(std::fs::read(name("strange.jpg")).expect("the file"), b"someone's");
        assert!(!dead.exists());
        assert_kept(&server, &server.admin, id, &picture).await;
        assert_kept(&server, &server.admin, other, &Picture::jpeg(2)).await;
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

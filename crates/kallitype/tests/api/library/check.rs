//! `kallitype check`

use std::fs;

use crate::support::{Answer, Picture, Server, eventually};
use crate::test_on_both;

/// The exit code and the lines of a check.
fn check(server: &Server) -> (Option<i32>, Vec<String>) {
    let output = server
        .options
        .command(&["check"])
        .output()
        .expect("the command ends");
    let lines = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect();
    (output.status.code(), lines)
}

test_on_both! {
    async fn a_whole_library_is_found_whole(server: Server by first_start) {
        for seed in 0..3 {
            server.admin.upload(&server, &Picture::jpeg(seed)).await;
        }
        let (code, lines) = check(&server);
        assert_eq!(code, Some(0), "{lines:?}");
        assert!(lines.last().unwrap().starts_with("3 intact, 0 missing, 0 changed, 0 untracked"), "{lines:?}");
    }
}

test_on_both! {
    async fn whatever_happened_to_a_file_is_reported(server: Server by first_start) {
        let mut server = server;
        for seed in 0..3 {
            let id = server.admin.upload(&server, &Picture::jpeg(seed)).await;
            eventually("the thumbnail", async || {
                let answer = Answer::of(server.get(&server.admin, &format!("/assets/{id}/thumbnail"))).await;
                (answer.status == 200).then_some(())
            })
            .await;
        }
        server.stop();
        let originals = server.stored_originals();
        fs::remove_file(&originals[0]).unwrap();
        let mut bytes = fs::read(&originals[1]).unwrap();
        bytes[100] ^= 1;
        fs::write(&originals[1], bytes).unwrap();
        fs::write(originals[2].with_file_name("stranger.jpg"), "who am I").unwrap();
        let (code, lines) = check(&server);
        assert_eq!(code, Some(1));
        let relative = |path: &std::path::Path| path.strip_prefix(&server.options.data).unwrap().display().to_string();
        assert!(lines.contains(&format!("missing: {}", relative(&originals[0]))), "{lines:?}");
        assert!(lines.contains(&format!("changed: {}", relative(&originals[1]))), "{lines:?}");
        assert!(lines.iter().any(|line| line.starts_with("untracked: ") && line.ends_with("stranger.jpg")), "{lines:?}");
    }
}

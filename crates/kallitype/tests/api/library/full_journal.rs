//! A journal that cannot be written for a while. What is done meanwhile is kept in the database, and journaled later.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;

use super::random::{Manner, authors, seed, start_with, work};
use super::rebuild::lose_and_rebuild;
use super::state::State;
use crate::support::{Engine, Server, eventually};

/// The bytes of the journal's disk.
const DISK: u64 = 8 << 20;

/// Who works, and what they do before, while and after the disk is full.
const CLIENTS: usize = 4;
const OPERATIONS: usize = 300;

/// The journal's folder as its server sees it. It stays open, so that it is there as long as it is needed.
struct JournalDisk(File);

impl JournalDisk {
    fn of(server: &Server) -> Self {
        Self(File::open(server.seen("journal")).expect("the server's folder"))
    }

    fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.0.as_raw_fd()).into()
    }

    /// Leaves no room on it.
    fn fill(&self) {
        let mut filler = File::create(self.path().join("filler")).expect("a file");
        loop {
            match filler.write_all(&[0; 4096]) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.path().join("filler")).expect("the file that filled it");
    }

    /// Puts what stands on it where it is found without the server.
    fn keep(&self, server: &Server) {
        for entry in std::fs::read_dir(self.path()).expect("a folder") {
            let (path, name) = entry
                .map(|entry| (entry.path(), entry.file_name()))
                .expect("a file");
            if name != "filler" {
                let kept = server.options.data.join("journal").join(name);
                std::fs::copy(path, kept).expect("a copy");
            }
        }
    }
}

async fn wait_for_log(server: &Server, line: &str) {
    let log = server.options.log.as_ref().expect("a log");
    eventually(line, async || {
        let log = std::fs::read_to_string(log).expect("the log");
        log.contains(line).then_some(())
    })
    .await;
}

async fn nothing_is_lost(engine: Engine, works_again: bool) {
    let seed = seed();
    let what = format!("KALLITYPE_TEST_SEED={seed}, after a rebuild");
    let mut server = start_with(engine, |options| {
        // Without workers, so that the next start changes nothing by itself.
        options
            .with("roles", "api")
            .logged()
            .with_journal_on_disk_of(DISK)
    })
    .await;
    let disk = JournalDisk::of(&server);
    let mut authors = authors(&server, seed, CLIENTS).await;
    work(&[&server], &mut authors, OPERATIONS, Manner::Patient).await;
    disk.fill();
    work(&[&server], &mut authors, OPERATIONS, Manner::Patient).await;
    wait_for_log(&server, "the journal is behind").await;
    if works_again {
        disk.free();
        wait_for_log(&server, "the journal is up to date again").await;
        work(&[&server], &mut authors, OPERATIONS, Manner::Patient).await;
    }
    server.stop();
    disk.keep(&server);
    if !works_again {
        wait_for_log(&server, "keep the database, the next start catches up").await;
        server.options.journal_disk = None;
        // What was left is in the journal when it says that it answers.
        server.start_again();
        server.crash();
    }
    let before = State::of(&server).await;
    lose_and_rebuild(&mut server);
    State::of(&server).await.assert_equals(&before, &what);
}

#[tokio::test]
async fn a_full_journal_with_room_again_on_sqlite() {
    nothing_is_lost(Engine::Sqlite, true).await;
}

#[tokio::test]
async fn a_full_journal_with_room_again_on_postgres() {
    nothing_is_lost(Engine::Postgres, true).await;
}

#[tokio::test]
async fn a_full_journal_at_the_end_on_sqlite() {
    nothing_is_lost(Engine::Sqlite, false).await;
}

#[tokio::test]
async fn a_full_journal_at_the_end_on_postgres() {
    nothing_is_lost(Engine::Postgres, false).await;
}

//! `make bench-libraries`: how fast an external library is scanned: for the first time, again without a change, and after a
//! folder was moved.
//!
//! Only rows are made: the queues in which new assets wait to be read and drawn are paused.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Result;
use crate::server::Server;

/// The files of a folder.
const FILES_A_FOLDER: usize = 1000;

/// The folders that are moved together.
const MOVED_FOLDERS: usize = 10;

/// How often is asked whether a scan is done.
const PAUSE: Duration = Duration::from_millis(5);

/// Files a second that are wanted, of new ones and of unchanged ones.
const WANTED_NEW: f64 = 2_000.0;
const WANTED_UNCHANGED: f64 = 50_000.0;

/// How often an unchanged library is scanned.
const ROUNDS: usize = 5;

pub(crate) fn run(program: &Path, folder: &Path, files: usize, database: &str) -> Result<()> {
    let tree = std::path::absolute(folder)?.with_extension("photos");
    crate::remove(&tree)?;
    crate::remove(folder)?;
    let folders = files.div_ceil(FILES_A_FOLDER);
    make_tree(&tree, folders)?;
    let files = folders * FILES_A_FOLDER;
    let server = Server::start_with(program, folder, &["--database-url", database])?;
    for queue in ["metadataExtraction", "thumbnailGeneration"] {
        let pause = json!({"command": "pause", "force": false});
        server.send("PUT", &format!("/api/jobs/{queue}"), &pause, 200)?;
    }
    let owner = server.send("GET", "/api/users/me", &Value::Null, 200)?;
    let library = json!({"ownerId": owner["id"], "importPaths": [tree]});
    let library = server.send("POST", "/api/libraries", &library, 201)?;
    let id = library["id"].as_str().ok_or("no id")?;

    let (taken, memory) = server.watch_memory(|| scan(&server, id))?;
    let rate = files as f64 / taken?.as_secs_f64();
    println!("{files} new files: {rate:.0}/s (wanted {WANTED_NEW:.0}), {memory:.0} MiB at most");
    wait_for_library(&server)?;
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        rates.push(files as f64 / scan(&server, id)?.as_secs_f64());
        wait_for_library(&server)?;
    }
    rates.sort_by(f64::total_cmp);
    println!(
        "{files} unchanged files: {:.0}/s (wanted {WANTED_UNCHANGED:.0})",
        rates[ROUNDS / 2]
    );
    let waiting = waiting(&server)?;
    std::fs::create_dir(tree.join("moved"))?;
    for number in 0..MOVED_FOLDERS.min(folders) {
        let name = number.to_string();
        std::fs::rename(tree.join(&name), tree.join("moved").join(&name))?;
    }
    let taken = scan(&server, id)?;
    let (moved, total) = (
        MOVED_FOLDERS.min(folders) * FILES_A_FOLDER,
        server.send(
            "GET",
            &format!("/api/libraries/{id}/statistics"),
            &Value::Null,
            200,
        )?,
    );
    println!(
        "{moved} of them moved: {:.1} s, {} assets, {} jobs more",
        taken.as_secs_f64(),
        total["total"],
        crate::external::waiting(&server)? - waiting
    );
    crate::remove(&tree)
}

fn make_tree(tree: &Path, folders: usize) -> Result<()> {
    for folder in 0..folders {
        let path = tree.join(folder.to_string());
        std::fs::create_dir_all(&path)?;
        for file in 0..FILES_A_FOLDER {
            let content = format!("picture {file} of {folder}");
            std::fs::write(path.join(format!("picture {file}.jpg")), content)?;
        }
    }
    Ok(())
}

/// Scans a library; answers how long that took, from the request to the end.
fn scan(server: &Server, id: &str) -> Result<Duration> {
    let path = format!("/api/libraries/{id}");
    let refreshed = || -> Result<Value> {
        let library = server.send("GET", &path, &Value::Null, 200)?;
        Ok(library["refreshedAt"].clone())
    };
    let before = refreshed()?;
    let begun = Instant::now();
    server.send("POST", &format!("{path}/scan"), &Value::Null, 204)?;
    while refreshed()? == before {
        std::thread::sleep(PAUSE);
    }
    Ok(begun.elapsed())
}

fn counts(server: &Server, queue: &str) -> Result<i64> {
    let queues = server.send("GET", "/api/jobs", &Value::Null, 200)?;
    let counts = &queues[queue]["jobCounts"];
    let count = |state: &str| counts[state].as_i64().unwrap_or(0);
    Ok(["active", "waiting", "delayed", "paused"]
        .map(count)
        .iter()
        .sum())
}

/// What is to be read and drawn.
fn waiting(server: &Server) -> Result<i64> {
    Ok(counts(server, "metadataExtraction")? + counts(server, "thumbnailGeneration")?)
}

/// Waits until the contents of all files were read.
fn wait_for_library(server: &Server) -> Result<()> {
    while counts(server, "library")? > 0 {
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

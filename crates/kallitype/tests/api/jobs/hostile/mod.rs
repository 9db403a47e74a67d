//! Files that were made to do harm, by chance and by design: each may cost its own thumbnail, and nothing else.
//!
//! The suite tries a few hundred. `make hostile` tries ten thousand; `KALLITYPE_TEST_HOSTILE` says how many, and
//! `KALLITYPE_TEST_SEED` makes others of them.

mod bombs;
mod mutations;
mod samples;
mod takeover;

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::multipart::Part;
use uuid::Uuid;

use crate::support::server::files_below;
use crate::support::{Answer, Engine, Picture, Server};

/// How many files are tried unless it is said.
const FEW: usize = 300;
/// What the server itself may take, in bytes, while it is busy with them.
const MAX_MEMORY: u64 = 96 << 20;
/// What a worker, and a program for videos, may take in bytes.
const WORKER_MEMORY: u64 = 512 << 20;
/// Programs and libraries as they lie on the disk, which the limits do not count.
const PROGRAM_MEMORY: u64 = 128 << 20;
/// How often is looked at what workers take.
const GLANCE: Duration = Duration::from_millis(100);
/// Uploads and downloads at once.
const AT_ONCE: usize = 8;

/// A file to be uploaded, with its sidecar.
struct Hostile {
    picture: Picture,
    sidecar: Option<Vec<u8>>,
}

fn number_of(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// All bombs, and as many mutated files.
fn hostile_files(count: usize, seed: u64) -> impl Iterator<Item = Hostile> {
    let mut random = StdRng::seed_from_u64(seed);
    let samples = samples::all();
    assert!(samples.len() > 50, "{} samples", samples.len());
    let mutated = (0..count).map(move |_| {
        let (bytes, extension) = mutations::mutated(&mut random, &samples);
        let sidecar = random
            .random_ratio(1, 10)
            .then(|| mutations::damaged(&mut random, &samples::sidecar(), &samples));
        (bytes, extension, sidecar)
    });
    let bombs = bombs::all().into_iter();
    let bombs = bombs.map(|(bytes, extension)| (bytes, extension, None));
    let sidecars = bombs::sidecars().into_iter().zip(0..);
    let sidecars =
        sidecars.map(|(sidecar, seed)| (Picture::png(seed).bytes, "png".to_owned(), Some(sidecar)));
    let all = bombs.chain(sidecars).chain(mutated).enumerate();
    all.map(|(number, (bytes, extension, sidecar))| Hostile {
        picture: Picture::new(bytes, &format!("{number}.{extension}")),
        sidecar,
    })
}

/// Uploads a file that has to be kept, whatever it is; answers its id and checksum.
async fn upload(server: &Server, hostile: Hostile) -> Option<(Uuid, String)> {
    let mut form = hostile.picture.form();
    if let Some(sidecar) = hostile.sidecar {
        form = form.part("sidecarData", Part::bytes(sidecar).file_name("sidecar.xmp"));
    }
    let answer = Answer::of(server.post(&server.admin, "/assets").multipart(form)).await;
    if hostile.picture.bytes.is_empty() {
        assert_eq!(answer.status, 400, "{answer:?}");
        return None;
    }
    let is_kept = matches!(answer.status, 200 | 201);
    assert!(is_kept, "{} {answer:?}", hostile.picture.name);
    Some((answer.id(), hostile.picture.checksum()))
}

/// Waits until nothing is left to be done: as long as the queue becomes shorter, no job is stuck.
async fn finish_jobs(server: &Server) {
    let mut left = usize::MAX;
    while left > 0 {
        let before = left;
        left = crate::support::eventually("a shorter queue", async || {
            let left = server.waiting_jobs().await.len();
            (left < before).then_some(left)
        })
        .await;
    }
}

/// Notes the most memory that each kind of process below the server ever held, for ever.
async fn watch_workers(server: &Server, peaks: &mut HashMap<String, u64>) -> Infallible {
    loop {
        for (name, bytes) in server.workers_memory() {
            let known = peaks.entry(name).or_default();
            *known = bytes.max(*known);
        }
        tokio::time::sleep(GLANCE).await;
    }
}

/// That an original is what was uploaded, byte for byte.
async fn assert_kept(server: &Server, id: Uuid, checksum: &str) {
    let path = format!("/assets/{id}/original");
    let answer = Answer::of(server.get(&server.admin, &path)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(Picture::new(answer.bytes, "").checksum(), checksum);
}

/// How often each reason was given for a job that was given up, without what is particular to a file.
async fn failures(server: &Server) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for error in server.job_errors().await {
        let parts = if error.contains("crashed") { 4 } else { 2 };
        let kind: Vec<&str> = error.split(':').take(parts).collect();
        *kinds.entry(kind.join(":")).or_default() += 1;
    }
    kinds
}

#[tokio::test]
async fn hostile_files_cost_their_own_thumbnails_only() {
    let count = number_of("KALLITYPE_TEST_HOSTILE").map_or(FEW, |count| count as usize);
    let seed = number_of("KALLITYPE_TEST_SEED").unwrap_or(1);
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("media-timeout-seconds", 20)
            .with("video-timeout-seconds", 20)
            // Where everything is busy, so is who uploads.
            .with("body-timeout-seconds", 600)
            .with("media-memory-bytes", WORKER_MEMORY)
            .with("video-memory-bytes", WORKER_MEMORY)
            .with("job-attempts", 1)
    })
    .await;
    let begin = Instant::now();
    let mut workers = HashMap::new();
    let kept: Vec<(Uuid, String)> = tokio::select! {
        never = watch_workers(&server, &mut workers) => match never {},
        kept = async {
            let uploads = stream::iter(hostile_files(count, seed));
            let kept = uploads.map(|file| upload(&server, file)).buffer_unordered(AT_ONCE);
            let kept = kept.filter_map(std::future::ready).collect().await;
            finish_jobs(&server).await;
            kept
        } => kept,
    };
    let seconds = begin.elapsed().as_secs();

    // The server works on.
    let after = server.admin.upload(&server, &Picture::jpeg(1)).await;
    server.admin.settle(&server, after).await;
    stream::iter(&kept)
        .for_each_concurrent(AT_ONCE, |(id, checksum)| {
            assert_kept(&server, *id, checksum)
        })
        .await;

    // No limit was exceeded, and nothing is left lying about.
    let peak = server.peak_memory();
    assert!(peak < MAX_MEMORY, "the server took {} MiB", peak >> 20);
    assert!(!workers.is_empty());
    for (name, peak) in &workers {
        let is_within = *peak < WORKER_MEMORY + PROGRAM_MEMORY;
        assert!(is_within, "{name} took {} MiB", peak >> 20);
    }
    let incoming = files_below(&server.options.data.join("incoming"));
    assert!(
        incoming.iter().all(|path| path.ends_with("lock")),
        "{incoming:?}"
    );

    // What was given up has a reason.
    let silent = server
        .jobs("SELECT kind FROM job WHERE state = 'failed' AND COALESCE(error, '') = ''")
        .await;
    assert!(silent.is_empty(), "{silent:?}");
    let errors = server.job_errors().await;
    let is_fault = |error: &&String| error.contains("panic") || error.contains("crashed");
    let fault = errors.iter().find(is_fault);
    assert!(fault.is_none(), "{fault:?}");

    println!(
        "{} files in {seconds} s; {} MiB; {workers:?}",
        kept.len(),
        peak >> 20
    );
    println!("{:#?}", failures(&server).await);
}

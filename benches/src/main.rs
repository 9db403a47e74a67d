//! `make bench`: what the server costs beside what the machine itself costs, side by side in one run.
//!
//! Every figure is the median of [`ROUNDS`] rounds, and every round measures the server and what it is compared
//! with one after the other, so that a noisy machine is noisy for both.

mod bare;
mod external;
mod http;
mod limits;
mod nginx;
mod server;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use http::{Body, Load};
use nginx::Nginx;
use server::Server;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const ROUNDS: usize = 5;
const MEBIBYTE: f64 = 1_048_576.0;

/// Small uploads: how many, of how many bytes, over how many connections.
const PICTURES: usize = 1000;
const PICTURE_BYTES: usize = 200_000;
const UPLOADERS: usize = 8;

/// A large upload's bytes.
const LARGE_BYTES: u64 = 2_000_000_000;

/// The whole way of photographs: how many unless a number is given, and the cores that are there for it.
const PHOTOGRAPHS: usize = 1000;

/// Reads: over how many connections, and for how long.
const READERS: usize = 32;
const READ_TIME: Duration = Duration::from_secs(3);

/// What costs a server least.
const PING: &str = "/api/server/ping";

/// A library's size, and the checksums in one question about it.
const LIBRARY: u32 = 100_000;
const CHECKSUMS: usize = 5000;

/// The files of an external library, unless a number is given.
const EXTERNAL_FILES: usize = 100_000;

/// The assets of a long album.
const ALBUM: usize = 10_000;

fn main() -> Result<()> {
    let program = server_program()?;
    let folder = PathBuf::from("target/bench-data");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if !matches!(arguments.as_slice(), ["limits" | "libraries", ..]) {
        println!(
            "{:<52} {:>12} {:>12} {:>7} {:>7}",
            "", "server", "beside it", "ratio", "wanted"
        );
    }
    match arguments.as_slice() {
        [] => {
            small_uploads(&program, &folder)?;
            large_uploads(&program, &folder)?;
            reads(&program, &folder)?;
            large_library(&program, &folder)?;
        }
        ["uploads"] => small_uploads(&program, &folder)?,
        ["reads"] => reads(&program, &folder)?,
        ["library"] => large_library(&program, &folder)?,
        ["limits", named @ ..] => {
            if !limits::run(&program, &folder, &named.join(" "))? {
                return Err("a goal was missed".into());
            }
        }
        ["libraries"] => external::run(&program, &folder, EXTERNAL_FILES, "sqlite")?,
        ["libraries", count] => external::run(&program, &folder, count.parse()?, "sqlite")?,
        ["libraries", count, database] => {
            external::run(&program, &folder, count.parse()?, database)?;
        }
        ["pipeline"] => pipeline(&program, &folder, PHOTOGRAPHS)?,
        ["pipeline", count] => pipeline(&program, &folder, count.parse()?)?,
        _ => {
            return Err(
                "kallitype-benches [uploads | reads | library | libraries [FILES [DATABASE_URL]] | limits | pipeline [PICTURES]]"
                    .into(),
            );
        }
    }
    remove(&folder)
}

/// The released server, which lies beside this program.
fn server_program() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let program = own.with_file_name("kallitype");
    if program.exists() {
        Ok(program)
    } else {
        Err("build the server first, as `make bench` does".into())
    }
}

fn small_uploads(program: &Path, folder: &Path) -> Result<()> {
    let pictures = http::pictures(PICTURES, PICTURE_BYTES)?;
    let (mut served, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        remove(folder)?;
        bare.push(rate(
            PICTURES,
            bare::write_all(folder, &pictures, UPLOADERS)?,
        ));
        remove(folder)?;
        let server = Server::start(program, folder)?;
        let load = server.load(UPLOADERS);
        served.push(rate(PICTURES, load.upload_all(&pictures)?));
    }
    compare(
        "uploads/s, 200 KB, 8 connections; bare write loop",
        median(served),
        median(bare),
        0.5,
    );
    Ok(())
}

fn large_uploads(program: &Path, folder: &Path) -> Result<()> {
    let (mut served, mut bare, mut grown) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS as u64 {
        remove(folder)?;
        let file = Body::Pseudorandom {
            seed: round,
            length: LARGE_BYTES,
        };
        bare.push(
            LARGE_BYTES as f64
                / MEBIBYTE
                / bare::write_all(folder, std::slice::from_ref(&file), 1)?.as_secs_f64(),
        );
        remove(folder)?;
        let server = Server::start(program, folder)?;
        let load = server.load(1);
        load.upload_all(&http::pictures(1, PICTURE_BYTES)?)?;
        let before = server.memory()?;
        let (taken, peak) = server.watch_memory(|| load.upload_all(std::slice::from_ref(&file)))?;
        served.push(LARGE_BYTES as f64 / MEBIBYTE / taken?.as_secs_f64());
        grown.push((peak - before).max(0.0));
    }
    compare(
        "MiB/s, one file of 2 GB; bare write loop",
        median(served),
        median(bare),
        0.6,
    );
    limit("memory grown by it, MiB", median(grown), 32.0);
    Ok(())
}

/// From the first byte uploaded to the last derived file.
fn pipeline(program: &Path, folder: &Path, count: usize) -> Result<()> {
    remove(folder)?;
    let photographs = http::photographs(count)?;
    let server = Server::start(program, folder)?;
    let load = server.load(UPLOADERS);
    let cores = std::thread::available_parallelism()?.get() as f64;
    let used = server.processor_seconds()?;
    let begun = Instant::now();
    let (taken, peak) = server.watch_all_memory(|| {
        let uploaded = load.upload_all(&photographs)?;
        server.wait_for_jobs()?;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((uploaded, begun.elapsed()))
    })?;
    let (uploaded, derived) = taken?;
    let used = (server.processor_seconds()? - used) / count as f64;
    println!(
        "{count} photographs of 12 megapixels, {:.1} s until the last is uploaded",
        uploaded.as_secs_f64()
    );
    limit("processor time a picture, ms", used * 1000.0, 90.0);
    limit("greatest memory of server and workers, MiB", peak, 200.0);
    compare_hundredths(
        "pictures/s until all is derived; all cores by that time",
        rate(count, derived),
        cores / used,
        0.85,
    );
    Ok(())
}

fn reads(program: &Path, folder: &Path) -> Result<()> {
    remove(folder)?;
    let server = Server::start(program, folder)?;
    let load = server.load(READERS);
    let id = load.upload(&http::pictures(1, PICTURE_BYTES)?[0])?;
    let asset = format!("/api/assets/{id}");
    let (thumbnail, original) = (format!("{asset}/thumbnail"), format!("{asset}/original"));
    server.wait_for(&thumbnail)?;
    server.wait_for_jobs()?;
    let nginx = Nginx::start(&folder.join("nginx"), folder)?;
    let limit = nginx.load(READERS);
    let thumbnail_file = server.find_file("thumbs", "-thumbnail.webp")?;
    let original_file = server.find_file("upload", ".jpg")?;
    for (what, load, path, beside, beside_path, wanted) in [
        (
            "GET /assets/{id}/s, 32 connections; ping",
            &load,
            &asset,
            &load,
            PING,
            0.5,
        ),
        (
            "thumbnails/s, 32 connections; nginx",
            &load,
            &thumbnail,
            &limit,
            &thumbnail_file,
            0.5,
        ),
        (
            "originals/s, 32 connections; nginx",
            &load,
            &original,
            &limit,
            &original_file,
            0.9,
        ),
    ] {
        let (mut served, mut compared) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            served.push(load.get_for(READ_TIME, path)?);
            compared.push(beside.get_for(READ_TIME, beside_path)?);
        }
        compare(what, median(served), median(compared), wanted);
    }
    Ok(())
}

fn large_library(program: &Path, folder: &Path) -> Result<()> {
    remove(folder)?;
    let mut server = Server::start(program, folder)?;
    let idle = server.settled_memory()?;
    server.stop()?;
    let known = server.fill(LIBRARY)?;
    // Once, a start journals what came into the database behind the server's back.
    server.start_again()?;
    server.stop()?;
    let mut starts = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        server.start_again()?;
        starts.push(begun.elapsed().as_secs_f64() * 1000.0);
        server.stop()?;
    }
    server.start_again()?;
    limit("ready after start, ms", median(starts), 200.0);
    limit("idle memory, MiB", idle, 40.0);
    limit(
        "idle memory with 100,000 assets, MiB",
        server.settled_memory()?,
        60.0,
    );
    let load = server.load(1);
    let question = http::bulk_check(&known, CHECKSUMS);
    let mut answers = Vec::new();
    for _ in 0..ROUNDS * 4 {
        let begun = Instant::now();
        load.send_json("POST", "/api/assets/bulk-upload-check", &question, 200)?;
        answers.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    limit(
        "bulk-upload-check of 5,000 among 100,000, ms",
        median(answers),
        25.0,
    );
    long_albums(&server, &load)
}

fn long_albums(server: &Server, load: &Load<'_>) -> Result<()> {
    let ids = server.list_ids(ALBUM)?;
    let body = serde_json::json!({"ids": ids}).to_string();
    let (mut added, mut read) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let made = load.send_json("POST", "/api/albums", br#"{"albumName": "long"}"#, 201)?;
        let made: serde_json::Value = serde_json::from_slice(&made)?;
        let album = format!("/api/albums/{}", made["id"].as_str().ok_or("no album")?);
        let begun = Instant::now();
        load.send_json("PUT", &format!("{album}/assets"), body.as_bytes(), 200)?;
        added.push(begun.elapsed().as_secs_f64() * 1000.0);
        let begun = Instant::now();
        load.send_json("GET", &album, &[], 200)?;
        read.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    limit("10,000 assets added to an album, ms", median(added), 1000.0);
    limit("an album of 10,000 assets read, ms", median(read), 1000.0);
    Ok(())
}

fn rate(count: usize, taken: Duration) -> f64 {
    count as f64 / taken.as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn compare(what: &str, server: f64, beside: f64, wanted: f64) {
    println!(
        "{what:<52} {server:>12.0} {beside:>12.0} {:>7.2} {wanted:>7.2}",
        server / beside
    );
}

/// The same of small figures.
fn compare_hundredths(what: &str, server: f64, beside: f64, wanted: f64) {
    println!(
        "{what:<52} {server:>12.2} {beside:>12.2} {:>7.2} {wanted:>7.2}",
        server / beside
    );
}

fn limit(what: &str, measured: f64, most: f64) {
    println!(
        "{what:<52} {measured:>12.1} {:>12} {:>7} {:>7.0}",
        "", "", most
    );
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => Ok(done?),
    }
}

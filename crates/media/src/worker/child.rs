//! The worker's side: confined before the first file, then one request after another until the server is gone.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use super::confine;
use super::wire::{Limits, Request, Response, receive, receive_with_file, send};
use crate::{
    Facts, Fingerprint, MediaError, Rendered, crop, extract, read_sidecar, render, rewrite_sidecar,
};

/// Runs as a worker: standard input has to be the socket that a [`WorkerPool`](crate::WorkerPool) made.
/// Returns when the server closes it.
#[must_use]
pub fn run_worker() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("media worker: {error}");
            ExitCode::FAILURE
        }
    }
}

fn work() -> io::Result<()> {
    confine::accept_huge_pages();
    let mut stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let limits: Limits = receive(&mut stream)?;
    work_in_one_thread()?;
    confine::confine(&limits)?;
    while let Some((request, file)) = receive_with_file(&mut stream)? {
        confine::allow_processor_time(limits.seconds)?;
        answer(&mut stream, request, file)?;
    }
    Ok(())
}

/// A worker starts no threads, so that it needs no right to. There is one a core.
fn work_in_one_thread() -> io::Result<()> {
    let alone = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread();
    alone.build_global().map_err(io::Error::other)
}

fn answer(stream: &mut UnixStream, request: Request, file: File) -> io::Result<()> {
    match request {
        Request::Extract { extension } => send_facts(stream, extract(file, &extension)),
        Request::ReadSidecar { limit } => send_facts(stream, read_sidecar(file, limit)),
        Request::RewriteSidecar { limit, edits } => match rewrite_sidecar(file, limit, &edits) {
            Ok(sidecar) => send_file(stream, &sidecar, |length| Response::Sidecar { length }),
            Err(error) => send(stream, &Response::Failed(error)),
        },
        Request::Crop { extension, options } => match crop(file, &extension, &options) {
            Ok(picture) => send_file(stream, &picture, |length| Response::Picture { length }),
            Err(error) => send(stream, &Response::Failed(error)),
        },
        Request::Render { extension, options } => match render(file, &extension, &options) {
            Ok(rendered) => send_pictures(stream, &rendered),
            Err(error) => send(stream, &Response::Failed(error)),
        },
    }
}

fn send_facts(stream: &mut UnixStream, facts: Result<Facts, MediaError>) -> io::Result<()> {
    match facts {
        Ok(facts) => send(stream, &Response::Facts(Box::new(facts))),
        Err(error) => send(stream, &Response::Failed(error)),
    }
}

fn send_file(
    stream: &mut UnixStream,
    file: &[u8],
    announce: fn(u64) -> Response,
) -> io::Result<()> {
    send(stream, &announce(file.len() as u64))?;
    stream.write_all(file)
}

fn send_pictures(stream: &mut UnixStream, rendered: &Rendered) -> io::Result<()> {
    let fingerprint = rendered.fingerprint.as_ref().map(Fingerprint::to_bytes);
    let files = [
        &rendered.thumbnail,
        &rendered.preview,
        &rendered.thumbhash,
        &fingerprint.unwrap_or_default(),
    ];
    let lengths = files.map(|file| file.len() as u64);
    send(
        stream,
        &Response::Pictures {
            lengths,
            fullsize: rendered.fullsize.as_ref().map(|file| file.len() as u64),
            width: rendered.width,
            height: rendered.height,
        },
    )?;
    files
        .into_iter()
        .chain(&rendered.fullsize)
        .try_for_each(|file| stream.write_all(file))
}

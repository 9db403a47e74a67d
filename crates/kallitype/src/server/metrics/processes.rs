//! What the kernel says of this process and of those that work for it.

use metrics::{counter, gauge};
use procfs::process::{Process, Stat, all_processes};
use procfs::{ProcResult, page_size, ticks_per_second};

/// What the programs are called that work for the server.
const PROGRAMS: [&str; 4] = ["media", "ffmpeg", "ffprobe", "other"];

/// Measures them. Processes come and go meanwhile; those that are gone are passed over.
///
/// # Errors
/// When the kernel tells nothing of processes.
pub(super) fn measure() -> ProcResult<()> {
    let own = Process::myself()?;
    let server = own.stat()?;
    measure_server(&server, own.fd_count()?);
    let running = all_processes()?.filter_map(|process| process.ok()?.stat().ok());
    let workers: Vec<Stat> = running.filter(|stat| stat.ppid == server.pid).collect();
    for program in PROGRAMS {
        let of_program = |worker: &&Stat| program_of(worker, &server) == program;
        let workers: Vec<&Stat> = workers.iter().filter(of_program).collect();
        let pages: u64 = workers.iter().map(|worker| worker.rss).sum();
        gauge!("kallitype_worker_processes", "program" => program).set(workers.len() as f64);
        gauge!("kallitype_worker_resident_memory_bytes", "program" => program)
            .set((pages * page_size()) as f64);
    }
    Ok(())
}

/// Under the names that every program measured by Prometheus has for it.
fn measure_server(server: &Stat, open_files: usize) {
    gauge!("process_resident_memory_bytes").set((server.rss * page_size()) as f64);
    gauge!("process_open_fds").set(open_files as f64);
    let seconds = (server.utime + server.stime) / ticks_per_second();
    counter!("process_cpu_seconds_total").absolute(seconds);
}

/// Pictures are worked on by this program itself, under its own name.
fn program_of(worker: &Stat, server: &Stat) -> &'static str {
    match worker.comm.as_str() {
        "ffmpeg" => "ffmpeg",
        "ffprobe" => "ffprobe",
        name if name == server.comm => "media",
        _ => "other",
    }
}

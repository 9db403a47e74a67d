//! Makes the pictures of files and writes them into a folder, to be looked at: `render [--fullsize] FOLDER FILE…`.
//! Prints size and time of each, and at the end the processor's time for making them and the most memory used.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use kallitype_media::{RenderOptions, render};
use rustix::time::{ClockId, clock_gettime};

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    let wants_fullsize = arguments.next_if_eq("--fullsize").is_some();
    let folder = arguments.next().ok_or("render [--fullsize] FOLDER FILE…")?;
    std::fs::create_dir_all(&folder)?;
    let options = RenderOptions {
        fullsize_quality: wants_fullsize.then_some(80),
        pixel_limit: 600_000_000,
        ..RenderOptions::default()
    };
    let mut used = Duration::ZERO;
    for file in arguments {
        let path = Path::new(&file);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        let (begun, before) = (Instant::now(), processor_time());
        let outcome = render(File::open(path)?, &extension, &options);
        used += processor_time() - before;
        match outcome {
            Ok(rendered) => {
                let taken = begun.elapsed();
                println!(
                    "{name}: {} × {}, {taken:?}",
                    rendered.width, rendered.height
                );
                std::fs::write(format!("{folder}/{name}.preview.jpg"), rendered.preview)?;
                std::fs::write(
                    format!("{folder}/{name}.thumbnail.webp"),
                    rendered.thumbnail,
                )?;
                if let Some(fullsize) = rendered.fullsize {
                    std::fs::write(format!("{folder}/{name}.fullsize.jpg"), fullsize)?;
                }
            }
            Err(error) => println!("{name}: {error}"),
        }
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    let memory = status.lines().find(|line| line.starts_with("VmHWM:"));
    println!(
        "processor: {:.3} s, {}",
        used.as_secs_f64(),
        memory.unwrap_or_default()
    );
    Ok(())
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

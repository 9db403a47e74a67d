//! What becomes of files that take more than a worker may.

#![allow(
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;
use std::process::ExitCode;

use kallitype_media::{MediaError, RenderOptions, WorkerPool, WorkerSettings, run_worker};

/// The worker that the pool starts: this program once more, told to run nothing but this.
#[test]
#[ignore = "started by the other tests"]
fn worker() -> ExitCode {
    run_worker()
}

fn pool(memory_limit_bytes: u64) -> WorkerPool {
    WorkerPool::new(WorkerSettings {
        executable: std::env::current_exe().unwrap(),
        arguments: ["--ignored", "--exact", "worker"].map(Into::into).into(),
        memory_limit_bytes,
        ..WorkerSettings::default()
    })
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

/// A WebP of one colour, without loss.
fn lossless_webp(side: u32) -> Vec<u8> {
    let pixels = [90, 120, 40].repeat(side as usize * side as usize);
    let mut config = webp::WebPConfig::new().unwrap();
    config.lossless = 1;
    config.method = 0;
    webp::Encoder::from_rgb(&pixels, side, side)
        .encode_advanced(&config)
        .unwrap()
        .to_vec()
}

#[test]
fn a_picture_beyond_the_workers_memory_costs_itself_only() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/plain.webp");
    // It takes seven bytes a pixel, 112 MB.
    let large = lossless_webp(4000);
    let draw = |pool: &WorkerPool, file| {
        let pool = pool.clone();
        async move { pool.render(file, "webp", RenderOptions::default()).await }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let narrow = pool(90 << 20);
        for _ in 0..2 {
            let outcome = draw(&narrow, file(&large)).await;
            assert_eq!(outcome, Err(MediaError::OutOfMemory));
            let after = draw(&narrow, File::open(&sample).unwrap()).await;
            assert!(after.is_ok(), "{after:?}");
        }
        let drawn = draw(&pool(256 << 20), file(&large)).await.unwrap();
        assert_eq!((drawn.width, drawn.height), (4000, 4000));
    });
}

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::Picture;

impl Picture {
    /// A real video: what `ffmpeg` makes of a source and some options. The name's extension is the container.
    pub fn film(source: &str, options: &[&str], name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(name);
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "lavfi", "-i", source]);
        run(command.args(options).arg(&path));
        Self::new(std::fs::read(&path).expect("a film"), name)
    }

    /// Two seconds of a test picture that every browser plays.
    pub fn playable_film(name: &str) -> Self {
        Self::film(TEST_PICTURE, H264, name)
    }

    /// A JPEG with colours that flow into each other, which is easier on the eye than those that only differ.
    pub fn gradient(seed: usize, width: u32, height: u32) -> Self {
        let source =
            format!("gradients=size={width}x{height}:n=3:seed={seed}:duration=1:speed=0.01");
        Self::film(
            &source,
            &["-frames:v", "1", "-q:v", "4"],
            &format!("gradient-{seed}.jpg"),
        )
    }

    /// The same film, to be shown turned clockwise by 90, 180 or 270 degrees, as phones write it.
    pub fn turned(&self, degrees: u32) -> Self {
        let cells: [i32; 4] = match degrees {
            90 => [0, 1, -1, 0],
            180 => [-1, 0, 0, -1],
            270 => [0, -1, 1, 0],
            other => panic!("{other} degrees"),
        };
        let (upright, turned) = (matrix([1, 0, 0, 1]), matrix(cells));
        // The movie has a matrix first, then the track.
        let windows = self.bytes.windows(upright.len());
        let at = windows
            .enumerate()
            .filter(|(_, window)| **window == upright)
            .map(|(position, _)| position)
            .next_back()
            .expect("a track");
        let mut bytes = self.bytes.clone();
        bytes[at..at + turned.len()].copy_from_slice(&turned);
        Self {
            bytes,
            ..self.clone()
        }
    }
}

/// The matrix of a track: numbers with sixteen bits after the point, the last of them with thirty.
fn matrix([a, b, c, d]: [i32; 4]) -> Vec<u8> {
    let rows = [[a, b, 0], [c, d, 0], [0, 0, 0x4000]];
    rows.concat()
        .into_iter()
        .flat_map(|cell| (cell << 16).to_be_bytes())
        .collect()
}

/// Two seconds, 160 by 90, of bars and a moving band.
pub const TEST_PICTURE: &str = "testsrc=size=160x90:rate=10:duration=2";

/// Pictures that browsers decode.
pub const H264: &[&str] = &[
    "-c:v",
    "libx264",
    "-pix_fmt",
    "yuv420p",
    "-preset",
    "ultrafast",
];

/// What `ffprobe` says of a file: its format and its streams.
pub fn probe(bytes: &[u8]) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = written(&folder, &Picture::new(bytes.to_vec(), "film"));
    let mut command = Command::new("ffprobe");
    command.args([
        "-v",
        "error",
        "-show_format",
        "-show_streams",
        "-of",
        "json",
    ]);
    let output = run(command.arg(&path));
    serde_json::from_slice(&output.stdout).expect("a report")
}

/// The average brightness of a picture, from 0 to 255.
pub fn brightness(bytes: &[u8]) -> u64 {
    let picture = image::load_from_memory(bytes)
        .expect("a picture")
        .to_luma8();
    let sum: u64 = picture.pixels().map(|pixel| u64::from(pixel.0[0])).sum();
    sum / (u64::from(picture.width()) * u64::from(picture.height()))
}

fn written(folder: &TempDir, film: &Picture) -> std::path::PathBuf {
    let path = folder.path().join(&film.name);
    write(&path, &film.bytes);
    path
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("a file");
}

fn run(command: &mut Command) -> Output {
    let output = command.output().expect("ffmpeg is installed");
    assert!(output.status.success(), "{command:?}: {output:?}");
    output
}

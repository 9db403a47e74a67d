//! Sidecars that are written here, read back by exiftool.

#![allow(
    clippy::expect_used,
    reason = "a test that meets what it does not expect has failed"
)]

use std::path::Path;
use std::process::Command;

use jiff::civil::date;
use kallitype_media::{
    FaceArea, FaceEdits, FaceRegion, SidecarEdits, WallClock, new_sidecar, rewrite_sidecar,
};
use serde_json::{Value, json};

/// What exiftool reads in a sidecar, without the names of its groups.
fn exiftool(sidecar: &[u8]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("picture.jpg.xmp");
    std::fs::write(&path, sidecar).expect("a file");
    let output = Command::new("exiftool")
        .args(["-json", "-groupNames", "-coordFormat", "%+.6f"])
        .arg(&path)
        .output()
        .expect("exiftool is installed");
    let read: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(read[0]["ExifTool:Warning"], Value::Null, "{read}");
    read[0].clone()
}

fn edits() -> SidecarEdits {
    SidecarEdits {
        description: Some("Größe & <Maß>\n\"zwei\" Zeilen".into()),
        taken_at: Some(WallClock::new(
            date(1999, 12, 31).at(23, 59, 59, 500_000_000),
            Some(-12_600),
        )),
        zone: Some("America/St_Johns".into()),
        place: Some((-33.865_143, 151.209_9)),
        rating: Some(-1),
        tags: Some(vec!["Places/Sydney".into(), "cat".into()]),
        faces: Some(FaceEdits {
            named: vec![FaceRegion {
                name: "Ada & \"Eve\"".into(),
                area: FaceArea::new(0.25, 0.5, 0.75, 0.75).expect("a box"),
                drawn_on: Some((4000, 3000)),
            }],
            ..FaceEdits::default()
        }),
    }
}

fn assert_read(sidecar: &[u8]) {
    let read = exiftool(sidecar);
    for (name, value) in [
        ("XMP:Description", json!("Größe & <Maß>\n\"zwei\" Zeilen")),
        (
            "XMP:ImageDescription",
            json!("Größe & <Maß>\n\"zwei\" Zeilen"),
        ),
        ("XMP:DateTimeOriginal", json!("1999:12:31 23:59:59.5-03:30")),
        ("XMP:DateCreated", json!("1999:12:31 23:59:59.5-03:30")),
        ("XMP:GPSLatitude", json!("-33.865143")),
        ("XMP:GPSLongitude", json!("+151.209900")),
        ("XMP:Rating", json!(-1)),
        ("XMP:Subject", json!(["Sydney", "cat"])),
        ("XMP:HierarchicalSubject", json!(["Places|Sydney", "cat"])),
        ("XMP:TagsList", json!(["Places/Sydney", "cat"])),
        ("XMP:RegionName", json!("Ada & \"Eve\"")),
        ("XMP:RegionType", json!("Face")),
        ("XMP:RegionAreaX", json!(0.5)),
        ("XMP:RegionAreaY", json!(0.625)),
        ("XMP:RegionAreaW", json!(0.5)),
        ("XMP:RegionAreaH", json!(0.25)),
        ("XMP:RegionAppliedToDimensionsW", json!(4000)),
    ] {
        let found = match &read[name] {
            Value::Number(number) if value.is_string() => {
                json!(format!("{:+.6}", number.as_f64().unwrap_or(0.0)))
            }
            found => found.clone(),
        };
        assert_eq!(found, value, "{name} in {read}");
    }
}

#[test]
fn exiftool_reads_what_is_written() {
    assert_read(&new_sidecar(&edits()).expect("a sidecar"));
}

#[test]
fn exiftool_reads_what_is_written_into_its_own_sidecar() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.xmp");
    let written = Command::new("exiftool")
        .args([
            "-XMP:Rating=2",
            "-XMP-dc:Description=old",
            "-XMP-dc:Subject=old",
            "-XMP:Label=Red",
        ])
        .args([
            "-XMP:CreatorTool=another program",
            "-XMP-exif:DateTimeOriginal=2001:01:01 00:00:00",
        ])
        .arg(&path)
        .status()
        .expect("exiftool is installed");
    assert!(written.success());
    let rewritten = rewrite(&path).expect("a sidecar");
    assert_read(&rewritten);
    let read = exiftool(&rewritten);
    assert_eq!(read["XMP:Label"], "Red");
    assert_eq!(read["XMP:CreatorTool"], "another program");
}

#[test]
fn what_is_no_sidecar_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.xmp");
    for content in [&b"no XML"[..], b"\xff\xfe", b"", &[b'<'; 2000]] {
        std::fs::write(&path, content).expect("a file");
        assert!(rewrite(&path).is_err());
    }
}

fn rewrite(path: &Path) -> Result<Vec<u8>, kallitype_media::MediaError> {
    let file = std::fs::File::open(path).expect("a file");
    rewrite_sidecar(file, 1000 * 1000, &edits())
}

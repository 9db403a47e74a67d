//! Walks the table of kinds of pictures in `docs/formats.md`: every way through a decoder has a sample, which is drawn as
//! it should be or refused with its reason.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use kallitype_media::{MediaError, RenderOptions, extract, render};
use turbojpeg::PixelFormat;

const TABLE: &str = include_str!("../../../docs/formats.md");

/// The samples' four fields, above and below.
const FIELDS: [[u8; 3]; 4] = [[220, 30, 30], [30, 180, 40], [40, 50, 210], [240, 240, 240]];
const WHITE: [u8; 3] = [255; 3];
const BLACK: [u8; 3] = [0; 3];

/// What a sample shows, on white.
fn shown(word: &str) -> [[u8; 3]; 4] {
    let [red, green, blue, light] = FIELDS;
    let on_white = |colour: [u8; 3], alpha: u32| {
        colour.map(|value| ((u32::from(value) * alpha + 255 * (255 - alpha)) / 255) as u8)
    };
    match word {
        "fields" => FIELDS,
        "fields, the last transparent" => [red, green, blue, WHITE],
        "fields, two half transparent" => [on_white(red, 64), green, blue, on_white(light, 128)],
        "grays" => [[20; 3], [90; 3], [160; 3], [240; 3]],
        "grays of four bits" => [[17; 3], [85; 3], [170; 3], WHITE],
        "grays, the last transparent" => [[20; 3], [90; 3], [160; 3], WHITE],
        "black and white" => [BLACK, WHITE, WHITE, BLACK],
        other => panic!("no one knows what {other} looks like"),
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/kinds")
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').unwrap().1
}

/// Rows of the table: kind, what its samples show, their names and what becomes of them.
fn rows() -> Vec<[&'static str; 4]> {
    TABLE
        .lines()
        .skip_while(|line| !line.starts_with("| Kind"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            cells.try_into().unwrap()
        })
        .collect()
}

/// The names between backticks.
fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_kind_is_drawn_as_it_should_be_or_refused() {
    let rows = rows();
    assert!(rows.len() > 10, "the table is there");
    for [kind, shows, samples, outcome] in rows {
        for name in names(samples) {
            let file = File::open(folder().join(name)).unwrap();
            let drawn = render(file, extension(name), &RenderOptions::default());
            match (outcome, drawn) {
                ("drawn", Ok(drawn)) => compare(name, &drawn.preview, shown(shows)),
                ("refused", Err(MediaError::Unsupported(_))) => {}
                (_, drawn) => panic!(
                    "{kind}: {name} is not {outcome}: {:?}",
                    drawn.map(|drawn| (drawn.width, drawn.height))
                ),
            }
        }
    }
}

#[test]
fn every_sample_is_in_the_table_and_says_how_large_it_is() {
    let told: BTreeSet<String> = rows()
        .iter()
        .flat_map(|row| names(row[2]))
        .map(str::to_owned)
        .collect();
    let entries = std::fs::read_dir(folder()).unwrap();
    let there = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(there.collect::<BTreeSet<_>>(), told);
    for name in told {
        let file = File::open(folder().join(&name)).unwrap();
        let facts = extract(file, extension(&name)).unwrap();
        let expected = match name.as_str() {
            "grid-alpha.avif" => (192, 128),
            "light.psd" => (24, 16),
            name if name.starts_with("tall-") => (96, 208),
            _ => (96, 64),
        };
        assert_eq!(facts.width.zip(facts.height), Some(expected), "{name}");
    }
}

/// That every pixel but those beside others is of its field's colour, about.
fn compare(name: &str, preview: &[u8], fields: [[u8; 3]; 4]) {
    /// What lossy coding and sharing of colours change at most, in the mean of a field.
    const TOLERANCE: f64 = 8.0;
    let picture = turbojpeg::decompress(preview, PixelFormat::RGB).unwrap();
    let (width, height) = (picture.width, picture.height);
    let margin = width.min(height) / 8;
    for (field, expected) in fields.into_iter().enumerate() {
        let (left, top) = (field % 2 * width / 2, field / 2 * height / 2);
        let mut sum = [0; 3];
        let mut count = 0;
        for y in top + margin..top + height / 2 - margin {
            for x in left + margin..left + width / 2 - margin {
                let start = y * picture.pitch + x * 3;
                for (sum, (value, expected)) in sum
                    .iter_mut()
                    .zip(picture.pixels[start..].iter().zip(expected))
                {
                    *sum += u64::from(value.abs_diff(expected));
                }
                count += 1;
            }
        }
        for sum in sum {
            let apart = sum as f64 / f64::from(count);
            assert!(apart < TOLERANCE, "{name}, field {field}: {apart} apart");
        }
    }
}

//! Reads a folder of real photographs twice, with [`extract`] and with exiftool, and says where the two differ.
//!
//! Runs only where `KALLITYPE_TEST_PHOTOS` names such a folder and exiftool is installed.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use kallitype_media::{Facts, WallClock, extract};
use serde_json::{Map, Value};

/// Differences that are meant: the end of the file's path, the fact, and why.
const EXPLAINED: &[(&str, &str, &str)] = &[
    (
        "HMD_Nokia_8.3_5G_hdr.heif",
        "taken_at",
        "it has no date but that of its satellites",
    ),
    (
        "HMD_Nokia_8.3_5G.heif",
        "taken_at",
        "it has no date but that of its satellites",
    ),
];

#[test]
fn agrees_with_exiftool() {
    let Some(folder) = std::env::var_os("KALLITYPE_TEST_PHOTOS").map(PathBuf::from) else {
        eprintln!("skipped: KALLITYPE_TEST_PHOTOS names no folder of photographs");
        return;
    };
    let Some(photographs) = ask_exiftool(&folder) else {
        eprintln!("skipped: exiftool is not installed");
        return;
    };
    assert!(!photographs.is_empty(), "no photographs in {folder:?}");
    let mut used = vec![false; EXPLAINED.len()];
    let mut differences = Vec::new();
    for theirs in &photographs {
        let path = PathBuf::from(theirs.text("SourceFile").unwrap());
        for (fact, difference) in compare(&path, theirs) {
            let explained = EXPLAINED
                .iter()
                .position(|(file, known, _)| path.ends_with(file) && *known == fact);
            match explained {
                Some(position) => used[position] = true,
                None => differences.push(format!("{}: {fact}: {difference}", path.display())),
            }
        }
    }
    for ((file, fact, _), used) in EXPLAINED.iter().zip(used) {
        if !used && photographs.iter().any(|known| known.is_at(file)) {
            differences.push(format!(
                "{file}: {fact}: explained, but there is no difference"
            ));
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

/// What exiftool says about one file: names with their group, numbers as they are stored.
struct Theirs(Map<String, Value>);

fn ask_exiftool(folder: &Path) -> Option<Vec<Theirs>> {
    let output = Command::new("exiftool")
        .args(["-json", "-n", "-G1", "-recurse"])
        .arg(folder)
        .output()
        .ok()?;
    let files: Vec<Map<String, Value>> = serde_json::from_slice(&output.stdout).ok()?;
    Some(files.into_iter().map(Theirs).collect())
}

impl Theirs {
    fn is_at(&self, end: &str) -> bool {
        self.text("SourceFile")
            .is_some_and(|path| Path::new(&path).ends_with(end))
    }

    /// The first of some names that has a value which says anything.
    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    fn text(&self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let kept: String = text
            .chars()
            .filter(|&character| !character.is_control() || character == '\n' || character == '\t')
            .collect();
        let kept = kept.trim();
        (!kept.is_empty()).then(|| kept.to_owned())
    }

    fn number(&self, names: &[&str]) -> Option<f64> {
        self.first(names)?.parse().ok()
    }

    /// All keywords once, which exiftool writes as a list or, when there is but one, plainly.
    fn tags(&self) -> Vec<String> {
        let mut tags = Vec::new();
        for name in ["XMP-digiKam:TagsList", "XMP-dc:Subject", "IPTC:Keywords"] {
            let found = match self.0.get(name) {
                Some(Value::Array(list)) => list.clone(),
                Some(one) => vec![one.clone()],
                None => continue,
            };
            for keyword in found {
                let keyword = keyword.as_str().map_or(keyword.to_string(), str::to_owned);
                if !tags.contains(&keyword) {
                    tags.push(keyword);
                }
            }
        }
        tags
    }

    fn taken_at(&self) -> Option<String> {
        const DATES: [(&str, &str, &str); 7] = [
            (
                "ExifIFD:DateTimeOriginal",
                "ExifIFD:SubSecTimeOriginal",
                "ExifIFD:OffsetTimeOriginal",
            ),
            (
                "ExifIFD:CreateDate",
                "ExifIFD:SubSecTimeDigitized",
                "ExifIFD:OffsetTimeDigitized",
            ),
            ("XMP-exif:DateTimeOriginal", "", ""),
            ("XMP-photoshop:DateCreated", "", ""),
            ("XMP-xmp:CreateDate", "", ""),
            ("XMP-exif:DateTimeDigitized", "", ""),
            ("IPTC:DateCreated", "", ""),
        ];
        DATES.iter().find_map(|(date, fraction, offset)| {
            let mut text = self.text(date).filter(|text| is_possible(text))?;
            if let Some(fraction) = self.text(fraction).filter(|digits| is_number(digits)) {
                text = format!("{text}.{fraction}");
            }
            if let Some(offset) = self.text(offset).filter(|offset| offset.len() == 6) {
                text.push_str(&offset);
            }
            Some(text)
        })
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a date is more than the blanks and zeros that clocks write before they are set.
fn is_possible(date: &str) -> bool {
    let parts: Vec<u32> = date
        .split([':', ' '])
        .take(3)
        .filter_map(|part| part.parse().ok())
        .collect();
    parts.len() == 3 && parts.iter().all(|&part| part > 0)
}

fn is_day(date: &str) -> bool {
    date.len() == "2024:02:29".len()
}

fn compare(path: &Path, theirs: &Theirs) -> Vec<(&'static str, String)> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return vec![("file", error.to_string())],
    };
    let ours = match extract(file, &extension) {
        Ok(facts) => facts,
        Err(error) => return vec![("content", error.to_string())],
    };
    let mut pairs = texts(&ours, theirs);
    pairs.extend(numbers(&ours, theirs));
    pairs
        .into_iter()
        .filter(|(_, (ours, theirs))| ours != theirs)
        .map(|(fact, (ours, theirs))| (fact, format!("{ours:?}, exiftool says {theirs:?}")))
        .collect()
}

type Pairs = BTreeMap<&'static str, (Option<String>, Option<String>)>;

fn texts(ours: &Facts, theirs: &Theirs) -> Pairs {
    BTreeMap::from([
        ("taken_at", dates(ours.taken_at, theirs.taken_at())),
        (
            "make",
            (
                ours.make.clone(),
                theirs.first(&["IFD0:Make", "XMP-tiff:Make"]),
            ),
        ),
        (
            "model",
            (
                ours.model.clone(),
                theirs.first(&["IFD0:Model", "XMP-tiff:Model"]),
            ),
        ),
        (
            "lens",
            (
                ours.lens_model.clone(),
                theirs.first(&["ExifIFD:LensModel", "XMP-exifEX:LensModel", "XMP-aux:Lens"]),
            ),
        ),
        (
            "content_identifier",
            (
                ours.content_identifier.clone(),
                theirs.first(&[
                    "Apple:ContentIdentifier",
                    "Apple:MediaGroupUUID",
                    "Keys:ContentIdentifier",
                ]),
            ),
        ),
        (
            "tags",
            (
                Some(ours.tags.clone().unwrap_or_default().join("; ")),
                Some(theirs.tags().join("; ")),
            ),
        ),
        (
            "description",
            (
                ours.description.clone(),
                theirs.first(&[
                    "IFD0:ImageDescription",
                    "XMP-dc:Description",
                    "IPTC:Caption-Abstract",
                ]),
            ),
        ),
    ])
}

/// Both as text, and ours cut to what theirs says: exiftool takes nothing from other dates of the same moment, and knows
/// nothing of zones from GPS.
fn dates(ours: Option<WallClock>, theirs: Option<String>) -> (Option<String>, Option<String>) {
    let ours = ours.map(|clock| {
        let is_fractional = theirs.as_ref().is_some_and(|theirs| theirs.contains('.'));
        let format = if is_fractional {
            "%Y:%m:%d %H:%M:%S%.f"
        } else {
            "%Y:%m:%d %H:%M:%S"
        };
        let mut text = clock.local.strftime(format).to_string();
        let with_zone = theirs
            .as_ref()
            .is_some_and(|theirs| theirs.contains(['+', '-', 'Z']));
        if let Some(seconds) = clock.offset_seconds.filter(|_| with_zone) {
            let sign = if seconds < 0 { '-' } else { '+' };
            let minutes = seconds.abs() / 60;
            text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
        }
        text
    });
    (ours, theirs.map(|text| without_idle_zeros(&text)))
}

/// `12.500+01:00` as `12.5+01:00`, `12.00` as `12`, `Z` as `+00:00`, and a day as its beginning.
fn without_idle_zeros(text: &str) -> String {
    let mut text = text.replace('Z', "+00:00");
    if is_day(&text) {
        text.push_str(" 00:00:00");
    }
    let Some((before, after)) = text.split_once('.') else {
        return text;
    };
    let end = after.find(['+', '-']).unwrap_or(after.len());
    let (fraction, offset) = after.split_at(end);
    match fraction.trim_end_matches('0') {
        "" => format!("{before}{offset}"),
        digits => format!("{before}.{digits}{offset}"),
    }
}

fn numbers(ours: &Facts, theirs: &Theirs) -> Pairs {
    let unsigned = |number: Option<u32>| number.map(f64::from);
    let positive = |names: &[&str]| theirs.number(names).filter(|&number| number > 0.0);
    let place = theirs
        .number(&["Composite:GPSLatitude"])
        .zip(theirs.number(&["Composite:GPSLongitude"]))
        .filter(|&place| place != (0.0, 0.0))
        .unzip();
    let exposure_time = positive(&["ExifIFD:ExposureTime", "XMP-exif:ExposureTime"]);
    BTreeMap::from([
        (
            "exposure_time",
            exposure_times(ours.exposure_time.as_deref(), exposure_time),
        ),
        (
            "f_number",
            near(
                ours.f_number,
                positive(&["ExifIFD:FNumber", "XMP-exif:FNumber"]),
            ),
        ),
        (
            "focal_length",
            near(
                ours.focal_length,
                positive(&["ExifIFD:FocalLength", "XMP-exif:FocalLength"]),
            ),
        ),
        (
            "iso",
            near(
                unsigned(ours.iso),
                positive(&["ExifIFD:ISO", "XMP-exif:ISO"]),
            ),
        ),
        ("latitude", near(ours.latitude, place.0)),
        ("longitude", near(ours.longitude, place.1)),
        (
            "orientation",
            near(ours.orientation.map(f64::from), orientation(theirs)),
        ),
        (
            "rating",
            near(
                ours.rating.map(f64::from),
                theirs.number(&["XMP-xmp:Rating", "IFD0:Rating"]),
            ),
        ),
        (
            "width",
            near(unsigned(ours.width), width_or_height(theirs, "Width")),
        ),
        (
            "height",
            near(unsigned(ours.height), width_or_height(theirs, "Height")),
        ),
    ])
}

fn width_or_height(theirs: &Theirs, side: &str) -> Option<f64> {
    ["File", "IFD0", "PNG", "RIFF"]
        .iter()
        .find_map(|group| theirs.number(&[&format!("{group}:Image{side}")]))
}

/// The rotation of HEIF, in degrees against the clock, counts before that of EXIF.
fn orientation(theirs: &Theirs) -> Option<f64> {
    let turned = theirs
        .number(&["QuickTime:Rotation"])
        .map(|turned| match turned as u32 {
            90 => 8.0,
            180 => 3.0,
            270 => 6.0,
            _ => 1.0,
        });
    turned.or_else(|| {
        theirs
            .number(&["IFD0:Orientation", "XMP-tiff:Orientation"])
            .filter(|number| (1.0..=8.0).contains(number))
    })
}

/// Both as text, the same when they differ by less than is written.
fn near(ours: Option<f64>, theirs: Option<f64>) -> (Option<String>, Option<String>) {
    let written = |number: Option<f64>| number.map(|number| format!("{number:.5}"));
    match (ours, theirs) {
        (Some(a), Some(b)) if (a - b).abs() < 1e-5 => (written(ours), written(ours)),
        _ => (written(ours), written(theirs)),
    }
}

/// Ours is a fraction for people: the same when rounding explains the difference.
fn exposure_times(ours: Option<&str>, theirs: Option<f64>) -> (Option<String>, Option<String>) {
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    let same = match (ours, theirs) {
        (Some(text), Some(seconds)) => match text.strip_prefix("1/") {
            Some(parts) => (number(parts) - 1.0 / seconds).abs() <= 0.51,
            None => (number(text) - seconds).abs() <= 0.051,
        },
        (None, None) => true,
        _ => false,
    };
    let ours = ours.map(str::to_owned);
    match same {
        true => (ours.clone(), ours),
        false => (ours, theirs.map(|seconds| seconds.to_string())),
    }
}

//! XMP sidecars: what other programs, and users, say of a file beside it.
//!
//! What a sidecar says wins over what the file says: whoever wrote it knew the file. So it is with
//!
//! - the date. One without a zone is read in the file's zone, and one that the file's date agrees with and is more
//!   precise than (the day of a time, the second of a fraction) is only the beginning of it;
//! - place, rating, description, camera, lens and exposure, each by itself;
//! - keywords, which count all or none: a sidecar that has any lists them all, so that a keyword that
//!   was taken away in another program is gone. One with an empty list says that there are none;
//! - faces, in the same way.
//!
//! What pixels and containers know better stays the file's: size, orientation, duration, what
//! belongs together as a live photo, and when the file was changed.

use std::fs::File;

use serde::{Deserialize, Serialize};

use crate::findings::Findings;
use crate::source::read_all;
use crate::{FaceEdits, Facts, MediaError, WallClock, xmp};

/// What a user changed, to be said in a sidecar. `None` leaves what the sidecar says as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SidecarEdits {
    /// An empty one takes the description away.
    pub description: Option<String>,
    pub taken_at: Option<WallClock>,
    /// The name of the zone of that, if it has one.
    pub zone: Option<String>,
    /// Latitude and longitude in degrees.
    pub place: Option<(f64, f64)>,
    /// -1 (rejected) to 5; 0 for none.
    pub rating: Option<i32>,
    /// All tags, parents before their children, parted by `/`.
    pub tags: Option<Vec<String>>,
    pub faces: Option<FaceEdits>,
}

/// Reads what a sidecar of at most `limit` bytes says.
///
/// # Errors
/// [`MediaError::Malformed`] for what is no XMP in UTF-8, [`MediaError::TooLarge`] for more bytes,
/// [`MediaError::Io`] when reading fails.
pub fn read_sidecar(input: File, limit: u64) -> Result<Facts, MediaError> {
    let mut findings = Findings::default();
    if xmp::read_into(text(input, limit)?.as_bytes(), &mut findings) {
        Ok(findings.into_facts())
    } else {
        Err(MediaError::malformed("there is no XMP in it"))
    }
}

/// A sidecar of at most `limit` bytes, with what the user changed in it and all else as it was.
///
/// # Errors
/// As [`read_sidecar`], and [`MediaError::Malformed`] for XML with a fault, which cannot be kept as it is.
pub fn rewrite_sidecar(
    input: File,
    limit: u64,
    edits: &SidecarEdits,
) -> Result<Vec<u8>, MediaError> {
    Ok(xmp::rewrite(&text(input, limit)?, edits)?.into_bytes())
}

/// A sidecar that says what the user changed, and nothing else.
///
/// # Errors
/// None that edits could cause.
pub fn new_sidecar(edits: &SidecarEdits) -> Result<Vec<u8>, MediaError> {
    Ok(xmp::rewrite(xmp::EMPTY, edits)?.into_bytes())
}

fn text(input: File, limit: u64) -> Result<String, MediaError> {
    String::from_utf8(read_all(&input, limit)?)
        .map_err(|_| MediaError::malformed("it is not in UTF-8"))
}

impl Facts {
    /// The facts of a file that has a sidecar; see above for what counts.
    #[must_use]
    pub fn overruled_by(self, sidecar: Facts) -> Self {
        let place = sidecar.latitude.zip(sidecar.longitude);
        let (latitude, longitude) = place.or(self.latitude.zip(self.longitude)).unzip();
        Self {
            taken_at: match (self.taken_at, sidecar.taken_at) {
                (Some(file), Some(sidecar)) => Some(refine(sidecar, file)),
                (file, sidecar) => sidecar.or(file),
            },
            zone: sidecar.zone.or(self.zone),
            make: sidecar.make.or(self.make),
            model: sidecar.model.or(self.model),
            lens_model: sidecar.lens_model.or(self.lens_model),
            exposure_time: sidecar.exposure_time.or(self.exposure_time),
            f_number: sidecar.f_number.or(self.f_number),
            focal_length: sidecar.focal_length.or(self.focal_length),
            iso: sidecar.iso.or(self.iso),
            latitude,
            longitude,
            description: sidecar.description.or(self.description),
            rating: sidecar.rating.or(self.rating),
            projection_type: sidecar.projection_type.or(self.projection_type),
            tags: sidecar.tags.or(self.tags),
            faces: sidecar.faces.or(self.faces),
            ..self
        }
    }
}

/// A sidecar's date with what it leaves open and the file knows.
fn refine(sidecar: WallClock, file: WallClock) -> WallClock {
    let zoned = WallClock {
        offset_seconds: sidecar.offset_seconds.or(file.said_offset()),
        ..sidecar
    };
    sidecar.refined_by(file).unwrap_or(zoned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::parse;

    fn dated(text: &str) -> Facts {
        Facts {
            taken_at: parse(text),
            ..Facts::default()
        }
    }

    #[test]
    fn what_a_sidecar_leaves_open_the_file_says() {
        let file = Facts {
            orientation: Some(6),
            rating: Some(1),
            description: Some("file".into()),
            latitude: Some(1.0),
            longitude: Some(2.0),
            tags: Some(vec!["file".into()]),
            ..Facts::default()
        };
        assert_eq!(file.clone().overruled_by(Facts::default()), file);
        let sidecar = Facts {
            orientation: Some(3),
            rating: Some(5),
            latitude: Some(3.0),
            longitude: Some(4.0),
            tags: Some(vec!["sidecar".into()]),
            ..Facts::default()
        };
        let both = file.overruled_by(sidecar);
        assert_eq!(both.orientation, Some(6));
        assert_eq!(both.rating, Some(5));
        assert_eq!(both.description.as_deref(), Some("file"));
        assert_eq!((both.latitude, both.longitude), (Some(3.0), Some(4.0)));
        assert_eq!(both.tags.unwrap(), ["sidecar"]);
    }

    #[test]
    fn dates_keep_what_only_the_file_knows() {
        for (sidecar, expected) in [
            ("2024-01-01T10:00:00", "2024-01-01T10:00:00.25+02:00"),
            ("2024-01-01T10:00:01", "2024-01-01T10:00:01+02:00"),
            ("2024-01-01T10:00:00.5Z", "2024-01-01T10:00:00.5Z"),
            ("2024-01-01T08:00:00", "2024-01-01T10:00:00.25+02:00"),
            ("2024-01-01", "2024-01-01T10:00:00.25+02:00"),
            ("2024", "2024-01-01T10:00:00.25+02:00"),
            ("2023-05-05T12:00", "2023-05-05T12:00+02:00"),
        ] {
            let file = dated("2024-01-01T10:00:00.25+02:00");
            assert_eq!(
                file.overruled_by(dated(sidecar)),
                dated(expected),
                "{sidecar}"
            );
        }
        assert_eq!(
            Facts::default().overruled_by(dated("2024-01-01")),
            dated("2024-01-01")
        );
    }
}

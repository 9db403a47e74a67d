use serde::{Deserialize, Serialize};

use crate::{FaceRegion, WallClock};

/// What a file says about itself. Nothing of it is verified beyond its form: texts are cleaned of
/// control characters and cut to a bounded length, numbers are in their documented range.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Pixels as stored, before the orientation is applied. From the container, not from EXIF.
    pub width: Option<u32>,
    /// Pixels as stored, before the orientation is applied. From the container, not from EXIF.
    pub height: Option<u32>,
    /// How to turn the stored pixels upright, as EXIF counts it: 1 to 8.
    pub orientation: Option<u16>,
    /// When the picture was taken, see `dates`.
    pub taken_at: Option<WallClock>,
    /// The name of the zone in which it was taken, such as `America/Denver`, which only sidecars of this program have.
    pub zone: Option<String>,
    /// When the file was last changed by a camera or an editor: `DateTime`.
    pub modified_at: Option<WallClock>,
    /// Maker of the camera.
    pub make: Option<String>,
    /// Model of the camera.
    pub model: Option<String>,
    /// Model of the lens.
    pub lens_model: Option<String>,
    /// Seconds, as photographers write them: `1/125`, `2.5`.
    pub exposure_time: Option<String>,
    /// The aperture's f-number.
    pub f_number: Option<f64>,
    /// Millimetres, as engraved on the lens (not the 35 mm equivalent).
    pub focal_length: Option<f64>,
    /// Sensitivity (ISO 12232).
    pub iso: Option<u32>,
    /// Degrees north, -90 to 90. Present exactly when `longitude` is.
    pub latitude: Option<f64>,
    /// Degrees east, -180 to 180. Present exactly when `latitude` is.
    pub longitude: Option<f64>,
    /// A caption, at most 10,000 characters; may hold line breaks.
    pub description: Option<String>,
    /// -1 (rejected) to 5.
    pub rating: Option<i32>,
    /// `equirectangular` and the like, for panoramas.
    pub projection_type: Option<String>,
    /// Keywords, each once, at most a thousand. Parents stand before their children, parted by `/`. An empty list says
    /// that there are none, whatever another file says.
    pub tags: Option<Vec<String>>,
    /// Faces with names, at most 200. An empty list says that there are none, whatever another file says.
    pub faces: Option<Vec<FaceRegion>>,
    /// What a Live Photo's picture and video have in common.
    pub content_identifier: Option<String>,
    /// What the pictures of one burst have in common.
    pub burst_id: Option<String>,
    /// The video inside a motion photo, which is a file of its own.
    pub motion_part: Option<ByteRange>,
    /// Of a video.
    pub duration_milliseconds: Option<u64>,
}

/// A part of a file. It lies within the file as it was when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByteRange {
    /// Bytes before the part.
    pub offset: u64,
    /// Bytes of the part, at least one.
    pub length: u64,
}

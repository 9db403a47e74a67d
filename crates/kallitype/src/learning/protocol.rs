//! What Immich's machine learning service is asked, and what it answers. Nothing in its answers is believed unlooked at.

use serde::Deserialize;
use serde_json::{Map, json};

use super::error::LearningError;
use super::vector::Vector;

/// The longest side of a picture that faces are found in, and how many there may be.
const MAX_SIDE: i64 = 1_000_000;
const MAX_FACES: usize = 1000;

/// What a picture shows.
pub(super) fn visual(model: &str) -> String {
    json!({"clip": {"visual": {"modelName": model}}}).to_string()
}

/// What a text says.
pub(super) fn textual(model: &str, language: Option<&str>) -> String {
    let mut options = Map::new();
    if let Some(language) = language {
        options.insert("language".into(), language.into());
    }
    json!({"clip": {"textual": {"modelName": model, "options": options}}}).to_string()
}

/// The faces in a picture, and what tells them apart.
pub(super) fn faces(model: &str, min_score: f64) -> String {
    let detection = json!({"modelName": model, "options": {"minScore": min_score}});
    let recognition = json!({"modelName": model});
    json!({"facial-recognition": {"detection": detection, "recognition": recognition}}).to_string()
}

#[derive(Deserialize)]
struct ClipAnswer {
    /// A list of numbers, as a text.
    clip: String,
}

pub(super) fn read_clip(answer: &[u8]) -> Result<Vector, LearningError> {
    let answer: ClipAnswer = read(answer)?;
    read_vector(&answer.clip)
}

/// The faces that were found, and the size of the picture that they are on.
#[derive(Debug, Clone)]
pub(crate) struct DetectedFaces {
    pub width: i64,
    pub height: i64,
    pub faces: Vec<DetectedFace>,
}

#[derive(Debug, Clone)]
pub(crate) struct DetectedFace {
    /// The left, upper, right and lower edge, in pixels.
    pub edges: [i64; 4],
    pub vector: Vector,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FacesAnswer {
    #[serde(rename = "facial-recognition")]
    faces: Vec<FaceAnswer>,
    image_height: i64,
    image_width: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FaceAnswer {
    bounding_box: BoxAnswer,
    embedding: String,
    score: f64,
}

#[derive(Deserialize)]
struct BoxAnswer {
    x1: f64,
    y1: f64,
    x2: f64,
    y2: f64,
}

pub(super) fn read_faces(answer: &[u8]) -> Result<DetectedFaces, LearningError> {
    let answer: FacesAnswer = read(answer)?;
    let (width, height) = (answer.image_width, answer.image_height);
    if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
        return Err(LearningError::Invalid(format!(
            "a picture of {width} × {height} pixels"
        )));
    }
    if answer.faces.len() > MAX_FACES {
        return Err(LearningError::Invalid(format!(
            "{} faces",
            answer.faces.len()
        )));
    }
    let mut faces: Vec<DetectedFace> = Vec::new();
    for face in answer.faces {
        if !face.score.is_finite() {
            return Err(LearningError::Invalid("a face without a score".into()));
        }
        let vector = read_vector(&face.embedding)?;
        let is_as_long =
            |first: &DetectedFace| first.vector.numbers().len() == vector.numbers().len();
        if !faces.first().is_none_or(is_as_long) {
            return Err(LearningError::Invalid("vectors of several lengths".into()));
        }
        if let Some(edges) = face.bounding_box.within(width, height) {
            faces.push(DetectedFace { edges, vector });
        }
    }
    Ok(DetectedFaces {
        width,
        height,
        faces,
    })
}

impl BoxAnswer {
    /// The part of it that is within a picture, if there is one. A face may begin or end beyond an edge.
    fn within(&self, width: i64, height: i64) -> Option<[i64; 4]> {
        let clamp = |edge: f64, length: i64| edge.round().clamp(0.0, length as f64) as i64;
        let (x1, x2) = (clamp(self.x1, width), clamp(self.x2, width));
        let (y1, y2) = (clamp(self.y1, height), clamp(self.y2, height));
        (x1 < x2 && y1 < y2).then_some([x1, y1, x2, y2])
    }
}

fn read<'a, T: Deserialize<'a>>(answer: &'a [u8]) -> Result<T, LearningError> {
    serde_json::from_slice(answer).map_err(|error| LearningError::Invalid(error.to_string()))
}

fn read_vector(text: &str) -> Result<Vector, LearningError> {
    let numbers: Vec<f32> = read(text.as_bytes())?;
    let length = numbers.len();
    let vector = Vector::of(numbers);
    vector.ok_or_else(|| LearningError::Invalid(format!("{length} numbers that are no vector")))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn questions_are_those_of_immich() {
        assert_eq!(visual("M"), r#"{"clip":{"visual":{"modelName":"M"}}}"#);
        assert_eq!(
            textual("M", None),
            r#"{"clip":{"textual":{"modelName":"M","options":{}}}}"#
        );
        assert_eq!(
            textual("M", Some("de")),
            r#"{"clip":{"textual":{"modelName":"M","options":{"language":"de"}}}}"#
        );
        assert_eq!(
            faces("M", 0.7),
            r#"{"facial-recognition":{"detection":{"modelName":"M","options":{"minScore":0.7}},"recognition":{"modelName":"M"}}}"#
        );
    }

    fn answer(face: Value, width: Value) -> Result<DetectedFaces, LearningError> {
        let answer = json!({"facial-recognition": [face], "imageWidth": width, "imageHeight": 100});
        read_faces(answer.to_string().as_bytes())
    }

    fn face(edges: [f64; 4], embedding: &str) -> Value {
        let [x1, y1, x2, y2] = edges;
        json!({"boundingBox": {"x1": x1, "y1": y1, "x2": x2, "y2": y2}, "embedding": embedding, "score": 0.9})
    }

    #[test]
    fn faces_stay_within_their_picture() {
        let found = answer(face([-3.2, 9.6, 250.0, 40.2], "[1, 2]"), json!(200)).unwrap();
        assert_eq!(found.faces[0].edges, [0, 10, 200, 40]);
        let outside = answer(face([300.0, 0.0, 400.0, 50.0], "[1, 2]"), json!(200)).unwrap();
        assert!(outside.faces.is_empty());
    }

    #[test]
    fn what_cannot_be_right_is_refused() {
        let edges = [0.0, 0.0, 10.0, 10.0];
        for embedding in [
            "", "[]", "[0, 0]", "[1, NaN]", "[1e999]", "[1e39]", "{}", "[\"1\"]", "[null]",
        ] {
            assert!(
                answer(face(edges, embedding), json!(200)).is_err(),
                "{embedding}"
            );
            let clip = json!({"clip": embedding}).to_string();
            assert!(read_clip(clip.as_bytes()).is_err(), "{embedding}");
        }
        for width in [json!(0), json!(-5), json!(1e12), json!("200"), json!(null)] {
            assert!(answer(face(edges, "[1, 2]"), width).is_err());
        }
        for wrong in [
            "",
            "[]",
            "{}",
            r#"{"clip":[1,2]}"#,
            r#"{"facial-recognition":{}}"#,
        ] {
            assert!(read_clip(wrong.as_bytes()).is_err(), "{wrong}");
            assert!(read_faces(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}

//! The faces that a model finds in a picture, and those that are known there already.

use std::collections::HashSet;

use uuid::Uuid;

use crate::core::choices::SourceType;
use crate::core::people::face::FaceBox;
use crate::core::people::queries::{NewFace, insert_face};
use crate::core::people::{MAX_FACES, assign};
use crate::learning::protocol::{DetectedFace, DetectedFaces};
use crate::learning::queries::set_face_vector;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result, Sql, new_id, row};

/// The part that two boxes have in common of what they cover together, above which they are of one face.
const SAME_FACE: f64 = 0.5;

row! {
    /// A face that is known.
    struct KnownFace {
        id: Uuid = "asset_face.id",
        area: FaceBox = FaceBox::COLUMNS,
        source: SourceType = "asset_face.source",
        person: Option<Uuid> = "asset_face.person_id",
        is_decided: bool = "asset_face.is_decided",
        is_deleted: bool = "asset_face.deleted_at IS NOT NULL",
        has_vector: bool = "face_vector.face_id IS NOT NULL",
    }
}

/// Records the faces that were found on an asset. One that is known keeps its id, its person and where it is; of those that a
/// model found before and does not find any more, the ones go of which the user said nothing.
///
/// # Errors
/// When the database fails.
pub(crate) fn record(
    connection: &mut Connection<'_>,
    (owner, asset): (Uuid, Uuid),
    model: &str,
    found: &DetectedFaces,
    now: i64,
) -> Result<()> {
    let known = list_known(connection, asset, model)?;
    let mut met = HashSet::new();
    let mut new = Vec::new();
    for face in &found.faces {
        let area = area_of(face, found);
        match find_same(&known, &met, area) {
            Some(same) => {
                met.insert(same.id);
                recall(connection, same, (owner, model), face, now)?;
            }
            None => new.push((area, face)),
        }
    }
    let lost = known.iter().filter(|face| !met.contains(&face.id));
    let lost = lost.filter(|face| {
        face.source == SourceType::MachineLearning && !face.is_decided && !face.is_deleted
    });
    for face in lost {
        assign::remove(connection, (owner, asset), face.id, true, now)?;
    }
    let room = usize::try_from(MAX_FACES)
        .unwrap_or_default()
        .saturating_sub(known.len());
    for (area, face) in new.into_iter().take(room) {
        let id = insert(connection, asset, area)?;
        set_face_vector(connection, id, (owner, model), &face.vector, now)?;
        queue::enqueue(connection, JobKind::RecognizeFace, id)?;
    }
    Ok(())
}

fn list_known(connection: &mut Connection<'_>, asset: Uuid, model: &str) -> Result<Vec<KnownFace>> {
    Sql::select(KnownFace::COLUMNS)
        .push(" FROM asset_face LEFT JOIN face_vector ON face_vector.face_id = asset_face.id AND face_vector.model = ")
        .bind(model)
        .push(" WHERE asset_face.asset_id = ")
        .bind(asset)
        .push(" ORDER BY asset_face.id")
        .query(connection)
}

fn area_of(face: &DetectedFace, found: &DetectedFaces) -> FaceBox {
    let [x1, y1, x2, y2] = face.edges;
    FaceBox {
        image_width: found.width,
        image_height: found.height,
        x1,
        y1,
        x2,
        y2,
    }
}

/// The known face that has most in common with a box, if it is the same one and was not met yet.
fn find_same<'a>(
    known: &'a [KnownFace],
    met: &HashSet<Uuid>,
    area: FaceBox,
) -> Option<&'a KnownFace> {
    let others = known.iter().filter(|face| !met.contains(&face.id));
    let shared = others.map(|face| (share(face.area.parts(), area.parts()), face));
    let same = shared.filter(|(shared, _)| *shared > SAME_FACE);
    let best = same.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map(|(_, face)| face)
}

/// What two boxes have in common, as a part of what they cover together.
fn share(one: [f64; 4], other: [f64; 4]) -> f64 {
    let length = |from: f64, to: f64| (to - from).max(0.0);
    let size = |[x1, y1, x2, y2]: [f64; 4]| length(x1, x2) * length(y1, y2);
    let common = size([
        one[0].max(other[0]),
        one[1].max(other[1]),
        one[2].min(other[2]),
        one[3].min(other[3]),
    ]);
    common / (size(one) + size(other) - common).max(f64::MIN_POSITIVE)
}

/// Keeps what a model says of a face that is known; that helps to recognise others, whoever found it.
fn recall(
    connection: &mut Connection<'_>,
    known: &KnownFace,
    (owner, model): (Uuid, &str),
    face: &DetectedFace,
    now: i64,
) -> Result<()> {
    if known.is_deleted {
        return Ok(());
    }
    if !known.has_vector {
        set_face_vector(connection, known.id, (owner, model), &face.vector, now)?;
    }
    let is_no_ones = known.person.is_none() && !known.is_decided;
    match known.source == SourceType::MachineLearning && is_no_ones {
        true => queue::enqueue(connection, JobKind::RecognizeFace, known.id),
        false => Ok(()),
    }
}

fn insert(connection: &mut Connection<'_>, asset: Uuid, area: FaceBox) -> Result<Uuid> {
    let id = new_id();
    let face = NewFace {
        asset,
        person: None,
        area,
        source: SourceType::MachineLearning,
        found_name: None,
        is_decided: false,
        deleted_at: None,
    };
    insert_face(connection, id, &face)?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn boxes_share_what_they_both_cover() {
        let whole = [0.0, 0.0, 1.0, 1.0];
        let left = [0.0, 0.0, 0.5, 1.0];
        let right = [0.5, 0.0, 1.0, 1.0];
        assert_eq!(share(whole, whole), 1.0);
        assert_eq!(share(whole, left), 0.5);
        assert_eq!(share(left, right), 0.0);
        assert_eq!(share([0.2, 0.2, 0.2, 0.2], [0.2, 0.2, 0.2, 0.2]), 0.0);
    }
}

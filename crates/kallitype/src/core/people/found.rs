//! Faces that files and their sidecars name. They come and go with what is said there; what the user decided about one of
//! them stays, and so do faces by hand and those that were recognised.

use uuid::Uuid;

use crate::core::choices::SourceType;
use crate::core::people::face::FaceBox;
use crate::core::people::queries::{NewFace, NewPerson, PresentFace};
use crate::core::people::{assign, featured, queries};
use kallitype_db::{Connection, Result, fold, new_id};

/// A face that a file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundFace {
    pub name: String,
    pub area: FaceBox,
}

/// Records which faces an asset's file and sidecar name. Their persons are found by their names, or made.
///
/// # Errors
/// When the database fails.
pub(crate) fn record_found(
    connection: &mut Connection<'_>,
    owner: Uuid,
    asset: Uuid,
    found: &[FoundFace],
    now: i64,
) -> Result<()> {
    let present = queries::list_present(connection, asset)?;
    let (former, kept): (Vec<&PresentFace>, Vec<&PresentFace>) =
        present.iter().partition(|face| face.is_of_file());
    let is_kept = |face: &&FoundFace| kept.iter().any(|known| known.area.is_same(face.area));
    let wanted: Vec<&FoundFace> = found.iter().filter(|face| !is_kept(face)).collect();
    for face in &former {
        if !wanted.iter().any(|wanted| is_unchanged(face, wanted)) {
            assign::delete(connection, (owner, asset), face.id, now)?;
        }
    }
    for face in wanted {
        if !former.iter().any(|former| is_unchanged(former, face)) {
            insert(connection, owner, asset, face, now)?;
        }
    }
    Ok(())
}

/// Whether a file names a face as it did, or as its person is called by now.
fn is_unchanged(present: &PresentFace, found: &FoundFace) -> bool {
    let names = [&present.found_name, &present.person_name];
    let is_name = names
        .into_iter()
        .flatten()
        .any(|name| is_same_name(name, &found.name));
    present.area == found.area && is_name
}

/// Whether both are the same name but for capital letters.
fn is_same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn insert(
    connection: &mut Connection<'_>,
    owner: Uuid,
    asset: Uuid,
    face: &FoundFace,
    now: i64,
) -> Result<()> {
    let person = find_or_create(connection, owner, &face.name, now)?;
    let new = NewFace {
        asset,
        person: Some(person),
        area: face.area,
        source: SourceType::Exif,
        found_name: Some(face.name.clone()),
        is_decided: false,
        deleted_at: None,
    };
    queries::insert_face(connection, new_id(), &new)?;
    featured::draw_if_missing(connection, person)
}

/// The owner's person of that name, the oldest of several.
fn find_or_create(
    connection: &mut Connection<'_>,
    owner: Uuid,
    name: &str,
    now: i64,
) -> Result<Uuid> {
    let alike = queries::list_named(connection, owner, &fold(name))?;
    let same = alike
        .into_iter()
        .find(|(_, other)| is_same_name(other, name));
    if let Some((person, _)) = same {
        return Ok(person);
    }
    let person = NewPerson {
        name: name.to_owned(),
        ..NewPerson::default()
    };
    queries::insert_person(connection, owner, &person, now)
}

//! Whose faces are whose, by the user's hand.

use uuid::Uuid;

use crate::core::people::{featured, queries, sidecars};
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result};

/// Gives faces to a person. Whoever they stood for gets another featured face.
///
/// # Errors
/// When the database fails.
pub(crate) fn give(
    connection: &mut Connection<'_>,
    faces: &[Uuid],
    person: Uuid,
    now: i64,
) -> Result<()> {
    let before = featured::list_featured_by(connection, faces)?;
    let sql = "UPDATE asset_face SET person_id = $2, is_decided = TRUE, update_id = next_change_id() WHERE id IN LIST($1)";
    connection.execute(sql, &[faces.into(), person.into()])?;
    sidecars::schedule_faces(connection, faces)?;
    for former in before.into_iter().filter(|former| *former != person) {
        featured::set(connection, former, None, now)?;
    }
    featured::draw_if_missing(connection, person)
}

/// Gives all faces of a person to another, or to no one, and deletes the person.
///
/// # Errors
/// When the database fails.
pub(crate) fn dissolve(
    connection: &mut Connection<'_>,
    owner: Uuid,
    person: Uuid,
    into: Option<Uuid>,
    now: i64,
) -> Result<()> {
    sidecars::schedule_person(connection, person)?;
    let sql = "UPDATE asset_face SET person_id = $2, is_decided = TRUE, update_id = next_change_id() WHERE person_id = $1";
    connection.execute(sql, &[person.into(), into.into()])?;
    featured::forget_thumbnail(connection, person, now)?;
    queries::delete_person(connection, owner, person, now)
}

/// Takes a face away, for good or so that it is not found again.
///
/// # Errors
/// When the database fails.
pub(crate) fn remove(
    connection: &mut Connection<'_>,
    (owner, asset): (Uuid, Uuid),
    face: Uuid,
    is_forced: bool,
    now: i64,
) -> Result<()> {
    sidecars::schedule(connection, &[asset])?;
    if is_forced {
        return delete(connection, (owner, asset), face, now);
    }
    let before = featured::list_featured_by(connection, &[face])?;
    let sql = "UPDATE asset_face SET deleted_at = $2, is_shown = FALSE, is_decided = TRUE, \
        update_id = next_change_id() WHERE id = $1";
    connection.execute(sql, &[face.into(), now.into()])?;
    leave(connection, before, now)
}

/// Deletes a face's record.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete(
    connection: &mut Connection<'_>,
    (owner, asset): (Uuid, Uuid),
    face: Uuid,
    now: i64,
) -> Result<()> {
    let before = featured::list_featured_by(connection, &[face])?;
    connection.execute("DELETE FROM asset_face WHERE id = $1", &[face.into()])?;
    let tombstone = Tombstone {
        owner,
        entity: "asset_face",
        id: asset,
        part: Some(&face.to_string()),
        other: None,
    };
    record_tombstone(connection, tombstone, now)?;
    leave(connection, before, now)
}

/// Persons whose featured face is gone get another one.
fn leave(connection: &mut Connection<'_>, persons: Vec<Uuid>, now: i64) -> Result<()> {
    persons
        .into_iter()
        .try_for_each(|person| featured::set(connection, person, None, now))
}

/// Deletes some of a user's persons, whose assets are gone already; answers whether there were any.
///
/// # Errors
/// When the database fails.
pub(crate) fn dissolve_some(
    connection: &mut Connection<'_>,
    owner: Uuid,
    limit: i64,
    now: i64,
) -> Result<bool> {
    let persons = queries::list_owned(connection, owner, limit)?;
    for person in &persons {
        dissolve(connection, owner, *person, None, now)?;
    }
    Ok(!persons.is_empty())
}

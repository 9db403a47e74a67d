//! Whose a face is that a model found: whose the faces are that are like it. Where many are alike and no one's, a new person is
//! made of them; a face that is like few of them waits until all others were looked at.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::core::people::featured;
use crate::core::people::queries::{NewPerson, delete_person, insert_person};
use crate::learning::queries::{parse, set_deferred};
use crate::learning::vector::Vector;
use crate::queue::kind::JobKind;
use crate::queue::table;
use kallitype_db::{Connection, Result, Sql, row};

/// How many faces are looked up at a time.
const LOOKED_UP: usize = 200;

/// When a face is whose.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub model: String,
    /// How many faces have to be alike for a new person, the face itself among them.
    pub min_faces: usize,
}

row! {
    /// A face that is no one's yet.
    #[derive(Debug, Clone)]
    pub(crate) struct UnknownFace {
        pub owner_id: Uuid = "asset.owner_id",
        moment: i64 = "asset.file_created_at",
        is_on_timeline: bool = "asset_face.is_shown",
        is_deferred: bool = "face_vector.is_deferred",
        vector: Vec<u8> = "face_vector.vector",
    }
}

impl UnknownFace {
    /// What a model says of it.
    ///
    /// # Errors
    /// When that was not kept whole.
    pub(crate) fn vector(&self) -> Result<Vector> {
        parse(&self.vector)
    }

    /// The day of the picture. Whoever is born later is not on it.
    fn day(&self) -> String {
        let moment = Timestamp::from_microsecond(self.moment).unwrap_or_default();
        moment.strftime("%Y-%m-%d").to_string()
    }
}

/// A face that a model found and that is no one's, unless the user said so.
///
/// # Errors
/// When the database fails.
pub(crate) fn find_unknown(
    connection: &mut Connection<'_>,
    face: Uuid,
    model: &str,
) -> Result<Option<UnknownFace>> {
    Sql::select(UnknownFace::COLUMNS)
        .push(
            " FROM asset_face JOIN asset ON asset.id = asset_face.asset_id \
             JOIN face_vector ON face_vector.face_id = asset_face.id WHERE asset_face.id = ",
        )
        .bind(face)
        .push(" AND face_vector.model = ")
        .bind(model)
        .push(
            " AND asset_face.source = 'machine-learning' AND asset_face.person_id IS NULL \
             AND asset_face.is_decided = FALSE AND asset_face.deleted_at IS NULL",
        )
        .query_optional(connection)
}

/// Gives a face to the person of whom it is, if that can be said. `alike` are the faces of the same owner that are like it, the
/// nearest first, itself among them.
///
/// # Errors
/// When the database fails.
pub(crate) fn recognize(
    connection: &mut Connection<'_>,
    id: Uuid,
    alike: &[Uuid],
    rules: &Rules,
    now: i64,
) -> Result<()> {
    let Some(face) = find_unknown(connection, id, &rules.model)? else {
        return Ok(());
    };
    // One after another: two that are alike could each begin a person of their own.
    connection.lock("account", face.owner_id)?;
    let Some(face) = find_unknown(connection, id, &rules.model)? else {
        return Ok(());
    };
    let found = match_faces(connection, &face, alike, rules.min_faces)?;
    if rules.min_faces > 1 && found.faces <= 1 {
        return set_deferred(connection, id, false);
    }
    let is_core = found.faces >= rules.min_faces && face.is_on_timeline;
    if !is_core && !face.is_deferred {
        return defer(connection, id);
    }
    match found.person {
        Some(person) => {
            give(connection, id, person)?;
            featured::draw_if_missing(connection, person)?;
        }
        None if is_core => {
            let person = insert_person(connection, face.owner_id, &NewPerson::default(), now)?;
            give(connection, id, person)?;
            featured::set(connection, person, Some(id), now)?;
        }
        None => {}
    }
    set_deferred(connection, id, false)
}

/// What is like a face.
#[derive(Debug, Clone, Copy, Default)]
struct Matches {
    /// How many faces, as far as they were counted.
    faces: usize,
    /// Whose the nearest of them is that is someone's.
    person: Option<Uuid>,
}

fn match_faces(
    connection: &mut Connection<'_>,
    face: &UnknownFace,
    alike: &[Uuid],
    min_faces: usize,
) -> Result<Matches> {
    let mut matches = Matches::default();
    for some in alike.chunks(LOOKED_UP) {
        let mut known = list_persons_of(connection, some, &face.day())?;
        for id in some {
            if let Some(person) = known.remove(id) {
                matches.faces += 1;
                matches.person = matches.person.or(person);
            }
        }
        if matches.person.is_some() && matches.faces >= min_faces {
            break;
        }
    }
    Ok(matches)
}

/// Whose some faces are, as far as they are there and whoever they are of was born by a day.
fn list_persons_of(
    connection: &mut Connection<'_>,
    faces: &[Uuid],
    day: &str,
) -> Result<HashMap<Uuid, Option<Uuid>>> {
    let sql = "SELECT asset_face.id, person.id FROM asset_face JOIN asset ON asset.id = asset_face.asset_id \
        LEFT JOIN person ON person.id = asset_face.person_id WHERE asset_face.id IN LIST($1) \
        AND asset_face.deleted_at IS NULL AND asset.deleted_at IS NULL \
        AND (person.birth_date IS NULL OR person.birth_date <= $2)";
    let found: Vec<(Uuid, Option<Uuid>)> = connection.query(sql, &[faces.into(), day.into()])?;
    Ok(found.into_iter().collect())
}

fn give(connection: &mut Connection<'_>, face: Uuid, person: Uuid) -> Result<()> {
    let sql = "UPDATE asset_face SET person_id = $2, update_id = next_change_id() WHERE id = $1";
    connection
        .execute(sql, &[face.into(), person.into()])
        .map(drop)
}

/// Has a face looked at once more when those that wait were looked at.
fn defer(connection: &mut Connection<'_>, face: Uuid) -> Result<()> {
    set_deferred(connection, face, true)?;
    let kind = JobKind::RecognizeFace;
    table::enqueue(connection, kind, face, kind.priority() + 1)
}

/// All faces that were recognised are no one's again, but for those of which the user said whose they are. Persons who have no
/// face then and of whom nothing is known go.
///
/// # Errors
/// When the database fails.
pub(crate) fn forget_all(connection: &mut Connection<'_>, now: i64) -> Result<()> {
    connection.lift_statement_timeout()?;
    let persons: Vec<Uuid> = connection.query(
        "SELECT DISTINCT person_id FROM asset_face WHERE source = 'machine-learning' AND is_decided = FALSE \
         AND person_id IS NOT NULL ORDER BY person_id /* scan: an administrator wants all faces recognised anew */",
        &[],
    )?;
    connection.execute(
        "UPDATE asset_face SET person_id = NULL, update_id = next_change_id() WHERE source = 'machine-learning' \
         AND is_decided = FALSE AND person_id IS NOT NULL /* scan: as above */",
        &[],
    )?;
    connection.execute(
        "UPDATE face_vector SET is_deferred = FALSE WHERE is_deferred = TRUE",
        &[],
    )?;
    for some in persons.chunks(LOOKED_UP) {
        settle(connection, some, now)?;
    }
    Ok(())
}

row! {
    /// A person who lost faces.
    struct FormerPerson {
        id: Uuid = "person.id",
        owner_id: Uuid = "person.owner_id",
        /// Whether nothing is said of them.
        is_unknown: bool = "person.name = '' AND person.birth_date IS NULL AND person.color IS NULL \
            AND person.is_favorite = FALSE AND person.is_hidden = FALSE",
        has_faces: bool = "EXISTS (SELECT 1 FROM asset_face WHERE asset_face.person_id = person.id)",
        is_featured: bool = "EXISTS (SELECT 1 FROM asset_face WHERE asset_face.id = person.face_id \
            AND asset_face.person_id = person.id)",
    }
}

fn settle(connection: &mut Connection<'_>, persons: &[Uuid], now: i64) -> Result<()> {
    let former: Vec<FormerPerson> = Sql::select(FormerPerson::COLUMNS)
        .push(" FROM person WHERE person.id IN LIST(")
        .bind(persons)
        .push(") ORDER BY person.id")
        .query(connection)?;
    for person in former {
        if person.is_unknown && !person.has_faces {
            featured::forget_thumbnail(connection, person.id, now)?;
            delete_person(connection, person.owner_id, person.id, now)?;
        } else if !person.is_featured {
            featured::set(connection, person.id, None, now)?;
        }
    }
    Ok(())
}

//! The face that stands for a person, and the thumbnail that a job draws of it. The job chooses one for whoever has none.
//! What a face is on may be locked or deleted; then neither stands for anyone any more, in the same transaction.

use serde_json::json;
use uuid::Uuid;

use crate::access::presentable;
use crate::app::events;
use crate::app::file_deletions::schedule_file_deletion;
use crate::core::people::face::FaceBox;
use crate::core::people::queries;
use crate::queue::enqueue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result, Sql, row};

/// Has persons' thumbnails drawn anew.
///
/// # Errors
/// When the database fails.
pub(crate) fn draw(connection: &mut Connection<'_>, persons: &[Uuid]) -> Result<()> {
    persons
        .iter()
        .try_for_each(|person| enqueue(connection, JobKind::GeneratePersonThumbnail, *person))
}

/// Has a thumbnail drawn of a person that has no featured face yet.
///
/// # Errors
/// When the database fails.
pub(crate) fn draw_if_missing(connection: &mut Connection<'_>, person: Uuid) -> Result<()> {
    match queries::find_featured(connection, person)? {
        Some((None, _)) => draw(connection, &[person]),
        _ => Ok(()),
    }
}

/// Gives a person another featured face, or none yet. A thumbnail of the former one goes at once.
///
/// # Errors
/// When the database fails.
pub(crate) fn set(
    connection: &mut Connection<'_>,
    person: Uuid,
    face: Option<Uuid>,
    now: i64,
) -> Result<()> {
    forget_thumbnail(connection, person, now)?;
    let values = [
        ("face_id", face.into()),
        ("thumbnail_path", None::<String>.into()),
    ];
    queries::update_person(connection, person, values, now)?;
    draw(connection, &[person])
}

/// Notes a person's thumbnail for removal.
///
/// # Errors
/// When the database fails.
pub(crate) fn forget_thumbnail(
    connection: &mut Connection<'_>,
    person: Uuid,
    now: i64,
) -> Result<()> {
    connection.lock("person", person)?;
    match queries::find_featured(connection, person)? {
        Some((_, Some(path))) => schedule_file_deletion(connection, &path, now),
        _ => Ok(()),
    }
}

/// The faces on an asset stand for no one any more: it will be gone.
///
/// # Errors
/// When the database fails.
pub(crate) fn leave(connection: &mut Connection<'_>, asset: Uuid, now: i64) -> Result<()> {
    for person in list_featured_on(connection, &[asset], Sql::default())? {
        set(connection, person, None, now)?;
    }
    Ok(())
}

/// Some assets are now where others are seen or are not: no face on those that may not be shown stands for a person, and
/// whoever has no featured face may find one on the others.
///
/// # Errors
/// When the database fails.
pub(crate) fn settle(connection: &mut Connection<'_>, assets: &[Uuid], now: i64) -> Result<()> {
    // What they move by is seen where they are.
    let sql = "SELECT live_photo_video_id FROM asset WHERE id IN LIST($1) AND live_photo_video_id IS NOT NULL";
    let mut parts: Vec<Uuid> = connection.query(sql, &[assets.into()])?;
    parts.extend(assets);
    let hidden = Sql::new(" AND NOT (")
        .append(presentable("asset"))
        .push(")");
    for person in list_featured_on(connection, &parts, hidden)? {
        set(connection, person, None, now)?;
    }
    let sql = "SELECT DISTINCT person.id FROM asset_face JOIN person ON person.id = asset_face.person_id \
        WHERE asset_face.asset_id IN LIST($1) AND asset_face.deleted_at IS NULL AND person.face_id IS NULL ORDER BY person.id";
    let faceless: Vec<Uuid> = connection.query(sql, &[parts.into()])?;
    draw(connection, &faceless)
}

/// Has the faces on an asset that stand for persons drawn from its present preview.
///
/// # Errors
/// When the database fails.
pub(crate) fn redraw(connection: &mut Connection<'_>, asset: Uuid) -> Result<()> {
    let persons = list_featured_on(connection, &[asset], Sql::default())?;
    draw(connection, &persons)
}

/// The persons that a face on one of some assets stands for, where a condition on `asset` holds.
fn list_featured_on(
    connection: &mut Connection<'_>,
    assets: &[Uuid],
    condition: Sql,
) -> Result<Vec<Uuid>> {
    Sql::new(
        "SELECT person.id FROM asset_face JOIN asset ON asset.id = asset_face.asset_id \
         JOIN person ON person.id = asset_face.person_id AND person.face_id = asset_face.id WHERE asset_face.asset_id IN LIST(",
    )
    .bind(assets)
    .push(")")
    .append(condition)
    .push(" ORDER BY person.id")
    .query(connection)
}

/// The persons that one of some faces stands for.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_featured_by(
    connection: &mut Connection<'_>,
    faces: &[Uuid],
) -> Result<Vec<Uuid>> {
    let sql = "SELECT person.id FROM asset_face JOIN person ON person.id = asset_face.person_id \
        AND person.face_id = asset_face.id WHERE asset_face.id IN LIST($1) ORDER BY person.id";
    connection.query(sql, &[faces.into()])
}

row! {
    /// What a thumbnail is drawn of.
    #[derive(Debug, Clone)]
    pub(crate) struct FeaturedFace {
        pub owner_id: Uuid = "asset.owner_id",
        pub face_id: Uuid = "asset_face.id",
        pub preview_path: Option<String> = "asset.preview_path",
        pub area: FaceBox = FaceBox::COLUMNS,
    }
}

/// The face that stands for a person, if it may be shown; for whoever has none, another of theirs. A face on the timeline
/// comes first, and a new one before an old one.
///
/// # Errors
/// When the database fails.
pub(crate) fn find_or_choose(
    connection: &mut Connection<'_>,
    person: Uuid,
    now: i64,
) -> Result<Option<FeaturedFace>> {
    connection.lock("person", person)?;
    let Some((featured, _)) = queries::find_featured(connection, person)? else {
        return Ok(None);
    };
    if let Some(face) = featured
        && let Some(found) = find(connection, person, face)?
    {
        return Ok(Some(found));
    }
    let sql = faces_of(person)
        .push(" ORDER BY asset_face.is_shown DESC, asset_face.asset_id DESC LIMIT 1");
    let chosen: Option<FeaturedFace> = sql.query_optional(connection)?;
    let face = chosen.as_ref().map(|face| face.face_id);
    if face != featured {
        set(connection, person, face, now)?;
    }
    Ok(chosen)
}

/// A face that stands for a person, if it still does and may be shown.
///
/// # Errors
/// When the database fails.
pub(crate) fn find(
    connection: &mut Connection<'_>,
    person: Uuid,
    face: Uuid,
) -> Result<Option<FeaturedFace>> {
    let sql = faces_of(person).push(" AND asset_face.id = ").bind(face);
    sql.query_optional(connection)
}

/// Records a person's thumbnail, if the face that it was drawn of still stands for them and has not moved to another
/// preview. Answers whether it was recorded.
///
/// # Errors
/// When the database fails.
pub(crate) fn set_thumbnail(
    connection: &mut Connection<'_>,
    person: Uuid,
    drawn: &FeaturedFace,
    path: &str,
    now: i64,
) -> Result<bool> {
    connection.lock("person", person)?;
    let featured = queries::find_featured(connection, person)?;
    let is_same = matches!(featured, Some((Some(face), _)) if face == drawn.face_id);
    let present = match is_same {
        true => find(connection, person, drawn.face_id)?,
        false => None,
    };
    if present.is_none_or(|face| face.preview_path != drawn.preview_path) {
        return Ok(false);
    }
    forget_thumbnail(connection, person, now)?;
    let values = [("thumbnail_path", path.into())];
    queries::update_person(connection, person, values, now)?;
    events::tell(
        connection,
        drawn.owner_id,
        "on_person_thumbnail",
        vec![json!(person)],
    )?;
    Ok(true)
}

/// A person's faces that may be shown.
fn faces_of(person: Uuid) -> Sql {
    Sql::select(FeaturedFace::COLUMNS)
        .push(" FROM asset_face JOIN asset ON asset.id = asset_face.asset_id WHERE asset_face.person_id = ")
        .bind(person)
        .push(" AND asset_face.deleted_at IS NULL AND ")
        .append(presentable("asset"))
}

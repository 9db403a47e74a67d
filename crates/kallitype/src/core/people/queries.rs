//! SQL of persons and faces.

use uuid::Uuid;

use crate::core::choices::SourceType;
use crate::core::people::face::{FaceBox, FaceRow};
use crate::core::people::person::PersonRow;
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result, Sql, Value, fold, new_id, row};

/// A person to be made.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewPerson {
    pub name: String,
    pub birth_date: Option<String>,
    pub color: Option<String>,
    pub is_favorite: bool,
    pub is_hidden: bool,
}

pub(crate) fn insert_person(
    connection: &mut Connection<'_>,
    owner: Uuid,
    person: &NewPerson,
    now: i64,
) -> Result<Uuid> {
    let id = new_id();
    connection.execute(
        "INSERT INTO person (id, owner_id, name, folded_name, birth_date, color, is_favorite, is_hidden, created_at, \
         updated_at, update_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, next_change_id())",
        &[
            id.into(),
            owner.into(),
            (&person.name).into(),
            fold(&person.name).into(),
            (&person.birth_date).into(),
            (&person.color).into(),
            person.is_favorite.into(),
            person.is_hidden.into(),
            now.into(),
        ],
    )?;
    Ok(id)
}

/// Changes columns of a person.
pub(crate) fn update_person(
    connection: &mut Connection<'_>,
    id: Uuid,
    values: impl IntoIterator<Item = (&'static str, Value)>,
    now: i64,
) -> Result<()> {
    let values = values.into_iter().chain([("updated_at", now.into())]);
    connection.update_row("person", "id", id, values)
}

/// The columns of a name.
pub(crate) fn name_columns(name: &str) -> [(&'static str, Value); 2] {
    [("name", name.into()), ("folded_name", fold(name).into())]
}

fn owned_by(owner: Uuid) -> Sql {
    Sql::select(PersonRow::COLUMNS)
        .push(" FROM person WHERE person.owner_id = ")
        .bind(owner)
}

/// One of the owner's persons.
pub(crate) fn find_person(
    connection: &mut Connection<'_>,
    owner: Uuid,
    id: Uuid,
) -> Result<Option<PersonRow>> {
    let sql = owned_by(owner).push(" AND person.id = ").bind(id);
    sql.query_optional(connection)
}

/// Which of some persons are the owner's.
pub(crate) fn list_own(
    connection: &mut Connection<'_>,
    owner: Uuid,
    ids: &[Uuid],
) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM person WHERE owner_id = $1 AND id IN LIST($2)";
    connection.query(sql, &[owner.into(), ids.into()])
}

/// A person's featured face and thumbnail, as far as there are any.
pub(crate) fn find_featured(
    connection: &mut Connection<'_>,
    person: Uuid,
) -> Result<Option<(Option<Uuid>, Option<String>)>> {
    let sql = "SELECT face_id, thumbnail_path FROM person WHERE id = $1";
    connection.query_optional(sql, &[person.into()])
}

/// Deletes a person, of whom no face is left.
pub(crate) fn delete_person(
    connection: &mut Connection<'_>,
    owner: Uuid,
    id: Uuid,
    now: i64,
) -> Result<()> {
    connection.execute("DELETE FROM person WHERE id = $1", &[id.into()])?;
    let tombstone = Tombstone {
        owner,
        entity: "person",
        id,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)
}

/// Some persons of anyone of whom no face is left, and whose they are. No one can be given a face until the transaction
/// ends.
pub(crate) fn lock_faceless(
    connection: &mut Connection<'_>,
    limit: i64,
) -> Result<Vec<(Uuid, Uuid)>> {
    let faceless = "NOT EXISTS (SELECT 1 FROM asset_face WHERE asset_face.person_id = person.id \
        AND asset_face.deleted_at IS NULL)";
    let found: Vec<Uuid> = Sql::new("SELECT person.id FROM person WHERE ")
        .push(faceless)
        .push(" ORDER BY person.id LIMIT ")
        .bind(limit)
        .push(connection.for_deletion())
        .query(connection)?;
    // Someone may have been given one before they were locked.
    Sql::new("SELECT person.id, person.owner_id FROM person WHERE person.id IN LIST(")
        .bind(found)
        .push(") AND ")
        .push(faceless)
        .query(connection)
}

/// Some of a user's persons.
pub(crate) fn list_owned(
    connection: &mut Connection<'_>,
    owner: Uuid,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM person WHERE owner_id = $1 ORDER BY id LIMIT $2";
    connection.query(sql, &[owner.into(), limit.into()])
}

/// A face to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct NewFace {
    pub asset: Uuid,
    pub person: Option<Uuid>,
    pub area: FaceBox,
    pub source: SourceType,
    /// What the file calls whoever it is.
    pub found_name: Option<String>,
    /// Whether the user says whose face it is.
    pub is_decided: bool,
    /// When the user said that it is none.
    pub deleted_at: Option<i64>,
}

pub(crate) fn insert_face(connection: &mut Connection<'_>, id: Uuid, face: &NewFace) -> Result<()> {
    connection.execute(
        "INSERT INTO asset_face (id, asset_id, person_id, image_width, image_height, x1, y1, x2, y2, source, found_name, \
         is_decided, deleted_at, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, next_change_id())",
        &[
            id.into(),
            face.asset.into(),
            face.person.into(),
            face.area.image_width.into(),
            face.area.image_height.into(),
            face.area.x1.into(),
            face.area.y1.into(),
            face.area.x2.into(),
            face.area.y2.into(),
            face.source.into(),
            (&face.found_name).into(),
            face.is_decided.into(),
            face.deleted_at.into(),
        ],
    )?;
    Ok(())
}

/// The faces on some assets with whose they are, from left to right. Of what is in the trash, none is told.
pub(crate) fn list_faces(
    connection: &mut Connection<'_>,
    assets: &[Uuid],
) -> Result<Vec<(FaceRow, Option<PersonRow>)>> {
    Sql::select(FaceRow::COLUMNS)
        .push(", ")
        .push(PersonRow::COLUMNS)
        .push(
            " FROM asset_face JOIN asset ON asset.id = asset_face.asset_id \
             LEFT JOIN person ON person.id = asset_face.person_id AND person.owner_id = asset.owner_id \
             WHERE asset_face.asset_id IN LIST(",
        )
        .bind(assets)
        .push(") AND asset_face.deleted_at IS NULL AND asset.deleted_at IS NULL ORDER BY asset_face.x1, asset_face.id")
        .query(connection)
}

row! {
    /// A face that an asset has, be it shown or taken away.
    #[derive(Debug, Clone)]
    pub(crate) struct PresentFace {
        pub id: Uuid = "asset_face.id",
        pub area: FaceBox = FaceBox::COLUMNS,
        pub source: SourceType = "asset_face.source",
        pub found_name: Option<String> = "asset_face.found_name",
        pub is_decided: bool = "asset_face.is_decided",
        pub is_deleted: bool = "asset_face.deleted_at IS NOT NULL",
        pub person_name: Option<String> = "person.name",
    }
}

impl PresentFace {
    /// Whether it comes and goes with what the file says.
    pub(crate) fn is_of_file(&self) -> bool {
        self.source == SourceType::Exif && !self.is_decided
    }
}

/// All faces on an asset, those that were taken away among them.
pub(crate) fn list_present(
    connection: &mut Connection<'_>,
    asset: Uuid,
) -> Result<Vec<PresentFace>> {
    Sql::select(PresentFace::COLUMNS)
        .push(" FROM asset_face LEFT JOIN person ON person.id = asset_face.person_id WHERE asset_face.asset_id = ")
        .bind(asset)
        .push(" ORDER BY asset_face.x1, asset_face.id")
        .query(connection)
}

/// The persons of an owner's whose names are the same without case and accents, the oldest first.
pub(crate) fn list_named(
    connection: &mut Connection<'_>,
    owner: Uuid,
    folded_name: &str,
) -> Result<Vec<(Uuid, String)>> {
    let sql = "SELECT id, name FROM person WHERE owner_id = $1 AND folded_name = $2 AND name <> '' ORDER BY id";
    connection.query(sql, &[owner.into(), folded_name.into()])
}

/// How many faces an asset has, those that were taken away among them.
pub(crate) fn count_faces(connection: &mut Connection<'_>, asset: Uuid) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM asset_face WHERE asset_id = $1";
    connection.query_one(sql, &[asset.into()])
}

/// A person's faces on an asset.
pub(crate) fn list_faces_of(
    connection: &mut Connection<'_>,
    person: Uuid,
    asset: Uuid,
) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM asset_face WHERE person_id = $1 AND asset_id = $2 AND deleted_at IS NULL ORDER BY x1, id";
    connection.query(sql, &[person.into(), asset.into()])
}

/// The condition that a person is on an asset, which a query calls `asset`.
pub(crate) fn shows_person(person: Uuid) -> Sql {
    Sql::new("EXISTS (SELECT 1 FROM asset_face face WHERE face.asset_id = asset.id AND face.person_id = ")
        .bind(person)
        .push(" AND face.deleted_at IS NULL)")
}

/// The query for the assets that a person is on, each once.
pub(crate) fn select_assets_showing(person: Uuid) -> Sql {
    Sql::new("SELECT DISTINCT face.asset_id FROM asset_face face WHERE face.person_id = ")
        .bind(person)
        .push(" AND face.deleted_at IS NULL")
}

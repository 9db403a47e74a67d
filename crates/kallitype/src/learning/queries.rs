//! SQL of vectors and of the models that make them.

use uuid::Uuid;

use super::vector::Vector;
use super::vectors::VectorKind;
use kallitype_db::{Connection, DatabaseError, Result, row};

/// What a model is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    SmartSearch,
    FacialRecognition,
}

impl Task {
    /// Its name in the database.
    fn name(self) -> &'static str {
        match self {
            Self::SmartSearch => "smart-search",
            Self::FacialRecognition => "facial-recognition",
        }
    }
}

/// Notes which model is used for a task from now on, or that none is. Answers whether it was another one before.
pub(crate) fn adopt_model(
    connection: &mut Connection<'_>,
    task: Task,
    model: Option<&str>,
) -> Result<bool> {
    let sql = "SELECT name FROM learning_model WHERE task = $1";
    let before: Option<String> = connection.query_optional(sql, &[task.name().into()])?;
    if before.as_deref() == model {
        return Ok(false);
    }
    match model {
        Some(model) => connection.execute(
            "INSERT INTO learning_model (task, name) VALUES ($1, $2) ON CONFLICT (task) DO UPDATE SET name = excluded.name",
            &[task.name().into(), model.into()],
        )?,
        None => connection.execute(
            "DELETE FROM learning_model WHERE task = $1",
            &[task.name().into()],
        )?,
    };
    Ok(true)
}

/// Reads an owner's vectors that changed after a change.
pub(super) fn read_vectors(
    connection: &mut Connection<'_>,
    kind: VectorKind,
    (owner, model): (Uuid, &str),
    after: Uuid,
    mut take: impl FnMut(Uuid, &Vector),
) -> Result<()> {
    let sql = match kind {
        VectorKind::Asset => {
            "SELECT asset_id, vector FROM asset_vector WHERE owner_id = $1 AND model = $2 AND change_id > $3"
        }
        VectorKind::Face => {
            "SELECT face_id, vector FROM face_vector WHERE owner_id = $1 AND model = $2 AND change_id > $3"
        }
    };
    let parameters = [owner.into(), model.into(), after.into()];
    connection.query_each(sql, &parameters, |(id, bytes): (Uuid, Vec<u8>)| {
        take(id, &parse(&bytes)?);
        Ok(())
    })
}

/// What a model says that an asset shows, if it was asked.
pub(crate) fn find_asset_vector(
    connection: &mut Connection<'_>,
    asset: Uuid,
    model: &str,
) -> Result<Option<Vector>> {
    let sql = "SELECT vector FROM asset_vector WHERE asset_id = $1 AND model = $2";
    let found: Option<Vec<u8>> = connection.query_optional(sql, &[asset.into(), model.into()])?;
    found.map(|bytes| parse(&bytes)).transpose()
}

/// The same of some assets.
pub(crate) fn list_asset_vectors(
    connection: &mut Connection<'_>,
    assets: &[Uuid],
    model: &str,
) -> Result<Vec<(Uuid, Vector)>> {
    let sql = "SELECT asset_id, vector FROM asset_vector WHERE asset_id IN LIST($1) AND model = $2";
    let found: Vec<(Uuid, Vec<u8>)> = connection.query(sql, &[assets.into(), model.into()])?;
    let found = found.into_iter();
    found.map(|(id, bytes)| Ok((id, parse(&bytes)?))).collect()
}

/// How many numbers the vectors of assets have that a model made, if there are any.
pub(crate) fn find_dimensions(connection: &mut Connection<'_>, model: &str) -> Result<Option<i64>> {
    let sql = "SELECT CAST(octet_length(vector) / 2 AS BIGINT) FROM asset_vector WHERE model = $1 LIMIT 1";
    connection.query_optional(sql, &[model.into()])
}

/// Keeps what a model says that an asset shows.
pub(crate) fn set_asset_vector(
    connection: &mut Connection<'_>,
    asset: Uuid,
    model: &str,
    vector: &Vector,
) -> Result<()> {
    let sql = "INSERT INTO asset_vector (asset_id, owner_id, model, vector, change_id) \
        SELECT id, owner_id, $2, $3, next_change_id() FROM asset WHERE id = $1 \
        ON CONFLICT (asset_id) DO UPDATE SET owner_id = excluded.owner_id, model = excluded.model, vector = excluded.vector, \
        change_id = next_change_id()";
    let parameters = [asset.into(), model.into(), vector.to_bytes().into()];
    connection.execute(sql, &parameters).map(drop)
}

/// Forgets what all assets show.
pub(crate) fn delete_asset_vectors(connection: &mut Connection<'_>) -> Result<()> {
    connection.lift_statement_timeout()?;
    let sql = "DELETE FROM asset_vector /* scan: an administrator wants them all anew */";
    connection.execute(sql, &[]).map(drop)
}

/// Forgets what was found out about an asset's picture: it has another one now.
pub(crate) fn forget_picture(connection: &mut Connection<'_>, asset: Uuid) -> Result<()> {
    let sql = "DELETE FROM asset_vector WHERE asset_id = $1";
    connection.execute(sql, &[asset.into()])?;
    let sql = "DELETE FROM face_detection WHERE asset_id = $1";
    connection.execute(sql, &[asset.into()]).map(drop)
}

/// Whether an asset is to be looked at by the models that are used: for what it shows, and for faces.
pub(crate) fn find_due(connection: &mut Connection<'_>, asset: Uuid) -> Result<(bool, bool)> {
    let sql = "SELECT \
        EXISTS (SELECT 1 FROM learning_model WHERE task = 'smart-search' AND NOT EXISTS ( \
            SELECT 1 FROM asset_vector WHERE asset_id = $1 AND model = learning_model.name)), \
        EXISTS (SELECT 1 FROM learning_model WHERE task = 'facial-recognition' AND NOT EXISTS ( \
            SELECT 1 FROM face_detection WHERE asset_id = $1 AND model = learning_model.name))";
    connection.query_one(sql, &[asset.into()])
}

row! {
    /// What is needed to ask about an asset's picture.
    #[derive(Debug, Clone)]
    pub(crate) struct Preview {
        pub owner_id: Uuid,
        pub path: Option<String> = "preview_path",
        /// Whether it is a part of another picture, and no one is shown it by itself.
        pub is_hidden: bool = "visibility = 'hidden'",
    }
}

pub(crate) fn find_preview(
    connection: &mut Connection<'_>,
    asset: Uuid,
) -> Result<Option<Preview>> {
    let sql = kallitype_db::Sql::select(Preview::COLUMNS);
    let sql = sql.push(" FROM asset WHERE id = ").bind(asset);
    sql.query_optional(connection)
}

/// Notes that a model looked for an asset's faces.
pub(crate) fn set_detected(
    connection: &mut Connection<'_>,
    asset: Uuid,
    model: &str,
) -> Result<()> {
    let sql = "INSERT INTO face_detection (asset_id, model) VALUES ($1, $2) \
        ON CONFLICT (asset_id) DO UPDATE SET model = excluded.model";
    connection
        .execute(sql, &[asset.into(), model.into()])
        .map(drop)
}

/// Keeps what a model says of a face.
pub(crate) fn set_face_vector(
    connection: &mut Connection<'_>,
    face: Uuid,
    (owner, model): (Uuid, &str),
    vector: &Vector,
    now: i64,
) -> Result<()> {
    let sql = "INSERT INTO face_vector (face_id, owner_id, model, vector, change_id, found_at, is_deferred) \
        VALUES ($1, $2, $3, $4, next_change_id(), $5, FALSE) \
        ON CONFLICT (face_id) DO UPDATE SET model = excluded.model, vector = excluded.vector, \
        change_id = next_change_id(), found_at = excluded.found_at, is_deferred = FALSE";
    let parameters = [
        face.into(),
        owner.into(),
        model.into(),
        vector.to_bytes().into(),
        now.into(),
    ];
    connection.execute(sql, &parameters).map(drop)
}

/// Notes whether a face is to be tried once more.
pub(crate) fn set_deferred(
    connection: &mut Connection<'_>,
    face: Uuid,
    is_deferred: bool,
) -> Result<()> {
    let sql = "UPDATE face_vector SET is_deferred = $2 WHERE face_id = $1";
    connection
        .execute(sql, &[face.into(), is_deferred.into()])
        .map(drop)
}

/// Whether a face was found since a moment.
pub(crate) fn were_faces_found(connection: &mut Connection<'_>, since: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM face_vector WHERE found_at > $1)";
    connection.query_one(sql, &[since.into()])
}

pub(crate) fn parse(bytes: &[u8]) -> Result<Vector> {
    Vector::parse(bytes).ok_or_else(|| DatabaseError::Other("a vector has no direction".into()))
}

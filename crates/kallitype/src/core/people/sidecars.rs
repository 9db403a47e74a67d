//! What people decide about faces is said in sidecars, where other programs read it.

use uuid::Uuid;

use crate::core::assets::queries::set_faces_edited;
use crate::queue;
use crate::queue::kind::JobKind;
use crate::queue::table;
use kallitype_db::{Connection, Result, Sql};

/// Has the faces on some assets said in their sidecars.
///
/// # Errors
/// When the database fails.
pub(crate) fn schedule(connection: &mut Connection<'_>, assets: &[Uuid]) -> Result<()> {
    let sql = Sql::new("SELECT id FROM asset WHERE id IN LIST(").bind(assets);
    set_faces_edited(connection, sql.push(")"))?;
    assets
        .iter()
        .try_for_each(|asset| queue::enqueue(connection, JobKind::WriteSidecar, *asset))
}

/// The same on the assets that some faces are on.
///
/// # Errors
/// When the database fails.
pub(crate) fn schedule_faces(connection: &mut Connection<'_>, faces: &[Uuid]) -> Result<()> {
    let sql = "SELECT DISTINCT asset_id FROM asset_face WHERE id IN LIST($1) ORDER BY asset_id";
    let assets: Vec<Uuid> = connection.query(sql, &[faces.into()])?;
    schedule(connection, &assets)
}

/// The same on all assets that a person is on, who is called otherwise from now on, or is someone else.
///
/// # Errors
/// When the database fails.
pub(crate) fn schedule_person(connection: &mut Connection<'_>, person: Uuid) -> Result<()> {
    let assets = || {
        Sql::new("SELECT asset_id FROM asset_face WHERE person_id = ")
            .bind(person)
            .push(" AND deleted_at IS NULL")
    };
    connection.lift_statement_timeout()?;
    set_faces_edited(connection, assets())?;
    let found = Sql::new("exif WHERE exif.asset_id IN (")
        .append(assets())
        .push(")");
    table::enqueue_found(connection, JobKind::WriteSidecar, "exif.asset_id", found)
}

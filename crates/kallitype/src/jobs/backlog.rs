//! What the command `start` fills a queue with.

use crate::jobs::registry;
use crate::queue::kind::JobKind;
use crate::queue::table;
use kallitype_db::{Connection, Result, Sql};

/// Which subjects a kind of job can be done for, in SQL.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backlog {
    /// The column of the subject's id.
    pub id: &'static str,
    /// The tables that the subjects stand in.
    pub tables: &'static str,
    /// The condition on subjects that it can be done for at all.
    pub all: &'static str,
    /// The condition on subjects that lack what it makes.
    pub missing: &'static str,
}

impl Backlog {
    /// Assets with what is known of their files.
    pub(crate) const fn assets(all: &'static str, missing: &'static str) -> Self {
        Self {
            id: "asset.id",
            tables: "asset JOIN exif ON exif.asset_id = asset.id",
            all,
            missing,
        }
    }
}

/// Enqueues a job for everything that lacks what it makes, or for everything that it can be made for.
///
/// # Errors
/// When the database fails.
pub(crate) fn enqueue_many(
    connection: &mut Connection<'_>,
    kind: JobKind,
    is_forced: bool,
) -> Result<()> {
    let Some(backlog) = registry::find(kind).and_then(|job| job.backlog) else {
        return Ok(());
    };
    let condition = if is_forced {
        backlog.all
    } else {
        backlog.missing
    };
    let found = Sql::new(backlog.tables).push(" WHERE ").push(condition);
    table::enqueue_found(connection, kind, backlog.id, found)
}

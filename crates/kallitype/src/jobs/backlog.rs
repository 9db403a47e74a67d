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
    /// What is to be forgotten before everything is made anew.
    pub reset: Option<fn(&mut Connection<'_>) -> Result<()>>,
}

/// For how much of it something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What lacks what is made.
    Missing,
    /// Everything.
    All,
    /// Everything, and what was made before is forgotten.
    Anew,
}

impl Backlog {
    pub(crate) const fn of(
        id: &'static str,
        tables: &'static str,
        all: &'static str,
        missing: &'static str,
    ) -> Self {
        Self {
            id,
            tables,
            all,
            missing,
            reset: None,
        }
    }

    /// Assets with what is known of their files.
    pub(crate) const fn assets(all: &'static str, missing: &'static str) -> Self {
        let tables = "asset JOIN exif ON exif.asset_id = asset.id";
        Self::of("asset.id", tables, all, missing)
    }
}

/// Enqueues a job for everything that lacks what it makes, or for everything that it can be made for.
///
/// # Errors
/// When the database fails.
pub(crate) fn enqueue_many(
    connection: &mut Connection<'_>,
    kind: JobKind,
    extent: Extent,
) -> Result<()> {
    let Some(backlog) = registry::find(kind).and_then(|job| job.backlog) else {
        return Ok(());
    };
    if let (Extent::Anew, Some(reset)) = (extent, backlog.reset) {
        reset(connection)?;
    }
    let condition = match extent {
        Extent::Missing => backlog.missing,
        Extent::All | Extent::Anew => backlog.all,
    };
    let found = Sql::new(backlog.tables).push(" WHERE ").push(condition);
    table::enqueue_found(connection, kind, backlog.id, found)
}

//! SQL of the earlier synchronisation.

use uuid::Uuid;

use crate::access::{Section, Visibility};
use kallitype_db::{Connection, Result, Sql, change, row};

row! {
    /// An asset that changed.
    #[derive(Debug, Clone)]
    pub(super) struct Changed {
        pub id: Uuid = "asset.id",
        change: Uuid = "asset.update_id",
        visibility: Visibility = "asset.visibility",
        is_trashed: bool = "asset.deleted_at IS NOT NULL",
    }
}

impl Changed {
    pub(super) fn section(&self) -> Section {
        Section {
            visibility: self.visibility,
            is_trashed: self.is_trashed,
        }
    }
}

/// The assets of an owner that changed since a moment, the latest first, and no more than so many.
pub(super) fn list_changed(
    connection: &mut Connection<'_>,
    owner: Uuid,
    since: i64,
    limit: i64,
) -> Result<Vec<Changed>> {
    let sql = Sql::select(Changed::COLUMNS)
        .push(" FROM asset WHERE asset.owner_id = ")
        .bind(owner)
        .push(" ORDER BY asset.update_id DESC LIMIT ")
        .bind(limit);
    let latest: Vec<Changed> = sql.query(connection)?;
    let is_since = |changed: &Changed| change::time_of(changed.change) >= since;
    Ok(latest.into_iter().take_while(is_since).collect())
}

/// What is gone of an owner's assets since a moment, the latest first, and no more than so many: what was deleted, and for
/// others also what is not shown to them any more.
pub(super) fn list_deleted(
    connection: &mut Connection<'_>,
    (owner, is_own): (Uuid, bool),
    since: i64,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let sql = match is_own {
        true => {
            "SELECT entity_id, deleted_at FROM tombstone WHERE owner_id = $1 AND entity = 'asset' \
             ORDER BY update_id DESC LIMIT $2"
        }
        false => {
            "SELECT entity_id, deleted_at FROM tombstone WHERE owner_id = $1 AND entity IN ('asset', 'shown_asset') \
             ORDER BY update_id DESC LIMIT $2"
        }
    };
    let latest: Vec<(Uuid, i64)> = connection.query(sql, &[owner.into(), limit.into()])?;
    let deleted = latest.into_iter().take_while(|(_, at)| *at >= since);
    Ok(deleted.map(|(id, _)| id).collect())
}

/// Who shares their timeline with a user.
pub(super) fn list_partners(connection: &mut Connection<'_>, user: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT partner.shared_by_id FROM partner JOIN account ON account.id = partner.shared_by_id \
        WHERE partner.shared_with_id = $1 AND account.status = 'active'";
    connection.query(sql, &[user.into()])
}

/// The ids of an owner's assets in some sections, in their order, as far as they did not change after a moment.
pub(super) fn list_by_id(
    connection: &mut Connection<'_>,
    owner: Uuid,
    sections: &[Section],
    (last, until, limit): (Option<Uuid>, i64, i64),
) -> Result<Vec<Uuid>> {
    let conditions = sections
        .iter()
        .map(|section| Sql::new("(").append(section.condition()).push(")"));
    Sql::new("SELECT asset.id FROM asset WHERE asset.owner_id = ")
        .bind(owner)
        .push(" AND asset.updated_at <= ")
        .bind(until)
        .push(" AND (")
        .join(conditions, " OR ")
        .push(")")
        .push_some(" AND asset.id > ", last)
        .push(" ORDER BY asset.id LIMIT ")
        .bind(limit)
        .push(" /* scan: in the order of ids, page by page */")
        .query(connection)
}

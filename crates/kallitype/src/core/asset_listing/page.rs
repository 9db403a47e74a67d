//! Pages of lists that are driven by owners, in the order of the moments when assets were taken.
//!
//! What is listed is some sections of some libraries. Each is a range of an index, and a page merges the ranges: it
//! costs what its own length costs, however much is listed. A page begins after the position where the one before
//! ended, so it holds neither twice nor too little of what is added or goes meanwhile.

use std::collections::HashMap;

use uuid::Uuid;

use crate::access::Listing;
use crate::core::asset_details::{AssetDetails, read_details};
use crate::core::choices::AssetOrder;
use kallitype_db::{Connection, FromRow, Result, Sql, row};

row! {
    /// Where an asset stands in a list: by the moment when it was taken, and by its id within a moment.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct Position {
        /// Microseconds UTC.
        pub moment: i64 = "asset.file_created_at",
        pub id: Uuid = "asset.id",
    }
}

/// Which part of a list is read.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub order: AssetOrder,
    /// Where the page before ended.
    pub after: Option<Position>,
    pub limit: i64,
}

impl Page {
    /// The order, by columns of an answer.
    pub(crate) fn order(&self) -> &'static str {
        match self.order {
            AssetOrder::Ascending => "file_created_at ASC, id ASC",
            AssetOrder::Descending => "file_created_at DESC, id DESC",
        }
    }

    /// The condition that an asset belongs to the page, after another condition.
    pub(crate) fn condition(&self) -> Sql {
        let beyond = match self.order {
            AssetOrder::Ascending => " AND (asset.file_created_at, asset.id) > (",
            AssetOrder::Descending => " AND (asset.file_created_at, asset.id) < (",
        };
        match self.after {
            Some(after) => Sql::new(beyond)
                .bind(after.moment)
                .push(", ")
                .bind(after.id)
                .push(")"),
            None => Sql::default(),
        }
    }

    /// The query for columns of the page's assets, `file_created_at` and `id` among them.
    fn query(&self, connection: &Connection<'_>, listing: &Listing, columns: &'static str) -> Sql {
        let ranges = listing.ranges().map(|(section, owner)| {
            Sql::select(columns)
                .push(" FROM asset WHERE asset.owner_id = ")
                .bind(owner)
                .push(" AND ")
                .append(section.condition())
                .append(self.condition())
        });
        connection.merge(ranges.collect(), self.order(), self.limit)
    }
}

/// Where the assets of a page stand; the last is where the next page begins.
pub(crate) fn list_positions(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
) -> Result<Vec<Position>> {
    let sql = page.query(connection, listing, Position::COLUMNS);
    sql.query(connection)
}

/// As [`read_ids`], of the assets at these positions.
pub(crate) fn read_positions(
    connection: &mut Connection<'_>,
    positions: &[Position],
) -> Result<Vec<AssetDetails>> {
    let ids: Vec<Uuid> = positions.iter().map(|position| position.id).collect();
    read_ids(connection, &ids)
}

/// Everything that answers about some assets need, without tags, in their order. Who may see them was decided when they were
/// listed, in the same read.
pub(crate) fn read_ids(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<Vec<AssetDetails>> {
    let which = Sql::new("WHERE asset.id IN LIST(").bind(ids).push(")");
    let found = read_details(connection, Sql::new("asset"), which)?;
    let mut details: HashMap<Uuid, _> = found
        .into_iter()
        .map(|details| (details.asset.id, details))
        .collect();
    Ok(ids.iter().filter_map(|id| details.remove(id)).collect())
}

/// `columns` of the page's assets and of their exif. `asset_columns` are those of `asset` that are needed, with those of
/// the [`Position`].
pub(crate) fn list_columns<T: FromRow>(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
    asset_columns: &'static str,
    columns: &'static str,
) -> Result<Vec<T>> {
    let assets = page.query(connection, listing, asset_columns);
    Sql::select(columns)
        .push(" FROM (")
        .append(assets)
        .push(") asset JOIN exif ON exif.asset_id = asset.id")
        .push(page.order.by_moment())
        .query(connection)
}

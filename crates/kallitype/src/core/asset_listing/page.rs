//! Pages of lists that are driven by owners, in the order of the moments when assets were taken.
//!
//! What is listed is some sections of some libraries. Each is a range of an index, and a page merges the ranges: it
//! costs what its own length costs, however much is listed. A page begins after the position where the one before
//! ended, so it holds neither twice nor too little of what is added or goes meanwhile.

#![cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the operations that page by it, timeline and search, are not there yet"
    )
)]

use std::ops::Range;

use uuid::Uuid;

use crate::access::Listing;
use crate::core::asset_details::{AssetDetails, read_details};
use crate::core::assets::row::AssetRow;
use crate::core::choices::AssetOrder;
use kallitype_db::{Connection, Result, Sql, row};
use kallitype_web::time::HOUR;

/// How far the wall clock at a picture can be from the moment when it was taken, in microseconds: more than any zone's
/// offset.
const MAX_OFFSET: i64 = 26 * HOUR;

row! {
    /// Where an asset stands in a list: by the moment when it was taken, and by its id within a moment.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct Position {
        /// Microseconds UTC.
        pub moment: i64 = "asset.file_created_at",
        pub id: Uuid = "asset.id",
    }
}

impl Position {
    #[must_use]
    pub(crate) fn of(asset: &AssetRow) -> Self {
        Self {
            moment: asset.file_created_at,
            id: asset.id,
        }
    }
}

/// Which part of a list is read.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub order: AssetOrder,
    /// Where the page before ended.
    pub after: Option<Position>,
    /// Only what was taken while wall clocks showed this, such as a month of the timeline.
    pub local: Option<Range<i64>>,
    pub limit: i64,
}

impl Page {
    /// The order, by columns of an answer.
    fn order(&self) -> &'static str {
        match self.order {
            AssetOrder::Ascending => "file_created_at ASC, id ASC",
            AssetOrder::Descending => "file_created_at DESC, id DESC",
        }
    }

    /// The condition that an asset belongs to the page, after another condition.
    fn condition(&self) -> Sql {
        let beyond = match self.order {
            AssetOrder::Ascending => " AND (asset.file_created_at, asset.id) > (",
            AssetOrder::Descending => " AND (asset.file_created_at, asset.id) < (",
        };
        let condition = match self.after {
            Some(after) => Sql::new(beyond)
                .bind(after.moment)
                .push(", ")
                .bind(after.id)
                .push(")"),
            None => Sql::default(),
        };
        match &self.local {
            Some(local) => condition.append(is_within(local)),
            None => condition,
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

/// The condition that wall clocks showed this. The index is in the order of moments. One on wall clocks beside it would
/// be written by every upload.
fn is_within(local: &Range<i64>) -> Sql {
    Sql::new(" AND asset.file_created_at >= ")
        .bind(local.start.saturating_sub(MAX_OFFSET))
        .push(" AND asset.file_created_at < ")
        .bind(local.end.saturating_add(MAX_OFFSET))
        .push(" AND asset.local_date_time >= ")
        .bind(local.start)
        .push(" AND asset.local_date_time < ")
        .bind(local.end)
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

/// Everything that answers about the assets of a page need, without tags.
pub(crate) fn list_details(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
) -> Result<Vec<AssetDetails>> {
    let sql = page.query(connection, listing, AssetRow::COLUMNS);
    let assets = Sql::new("(").append(sql).push(") asset");
    let order = match page.order {
        AssetOrder::Ascending => "ORDER BY asset.file_created_at ASC, asset.id ASC",
        AssetOrder::Descending => "ORDER BY asset.file_created_at DESC, asset.id DESC",
    };
    read_details(connection, assets, Sql::new(order))
}

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
use crate::core::assets::row::{AssetRow, COLUMNS};
use crate::core::choices::AssetOrder;
use kallitype_db::{Connection, Result, Value};

/// How far the wall clock at a picture can be from the moment when it was taken, in microseconds: more than any zone's
/// offset.
const MAX_OFFSET: i64 = 26 * 3600 * 1_000_000;

/// Where an asset stands in a list: by the moment when it was taken, and by its id within a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// Microseconds UTC.
    pub moment: i64,
    pub id: Uuid,
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
    /// The order, by columns of a table or, without its name, of an answer.
    fn order_by(&self, table: &str) -> String {
        let direction = match self.order {
            AssetOrder::Ascending => "ASC",
            AssetOrder::Descending => "DESC",
        };
        format!("{table}file_created_at {direction}, {table}id {direction}")
    }

    /// The condition that an asset belongs to the page, after another condition.
    fn condition(&self, parameters: &mut Vec<Value>) -> String {
        let mut bind = |value: Value| {
            parameters.push(value);
            format!("${}", parameters.len())
        };
        let mut condition = String::new();
        if let Some(after) = self.after {
            let beyond = match self.order {
                AssetOrder::Ascending => ">",
                AssetOrder::Descending => "<",
            };
            let (moment, id) = (bind(after.moment.into()), bind(after.id.into()));
            condition.push_str(&format!(
                " AND (asset.file_created_at, asset.id) {beyond} ({moment}, {id})"
            ));
        }
        if let Some(local) = &self.local {
            let (start, end) = (bind(local.start.into()), bind(local.end.into()));
            let earliest = bind(local.start.saturating_sub(MAX_OFFSET).into());
            let latest = bind(local.end.saturating_add(MAX_OFFSET).into());
            // The index is in the order of moments. One on wall clocks beside it would be written by every upload.
            condition.push_str(&format!(
                " AND asset.file_created_at >= {earliest} AND asset.file_created_at < {latest} \
                 AND asset.local_date_time >= {start} AND asset.local_date_time < {end}"
            ));
        }
        condition
    }

    /// The query for columns of the page's assets, `file_created_at` and `id` among them.
    fn query(
        &self,
        connection: &Connection<'_>,
        listing: &Listing,
        columns: &str,
    ) -> (String, Vec<Value>) {
        let mut parameters = vec![self.limit.into()];
        let condition = self.condition(&mut parameters);
        let ranges = listing.ranges().map(|(section, owner)| {
            parameters.push(owner.into());
            format!(
                "SELECT {columns} FROM asset WHERE asset.owner_id = ${} AND {}{condition}",
                parameters.len(),
                section.condition()
            )
        });
        let ranges: Vec<String> = ranges.collect();
        (
            connection.merge(&ranges, &self.order_by(""), "$1"),
            parameters,
        )
    }
}

/// Where the assets of a page stand; the last is where the next page begins.
pub(crate) fn list_positions(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
) -> Result<Vec<Position>> {
    let (sql, parameters) = page.query(connection, listing, "asset.file_created_at, asset.id");
    connection.query(&sql, &parameters, |row| {
        Ok(Position {
            moment: row.get(0)?,
            id: row.get(1)?,
        })
    })
}

/// Everything that answers about the assets of a page need, without tags.
pub(crate) fn list_details(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
) -> Result<Vec<AssetDetails>> {
    let (sql, parameters) = page.query(connection, listing, COLUMNS);
    read_details(
        connection,
        &format!("({sql}) asset"),
        &format!("ORDER BY {}", page.order_by("asset.")),
        &parameters,
    )
}

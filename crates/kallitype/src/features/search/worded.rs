//! How assets are found by words.
//!
//! SQLite's index answers in the order of lists, but for what was taken within the same 67 seconds. So a page costs what its
//! length costs, however many assets have the words.
//!
//! PostgreSQL's index has no order. A word that is frequent among the next few thousand assets of the list fills the page
//! with them; for others, the index says which assets have it, and the first of them are looked at.

use uuid::Uuid;

use crate::access::Listing;
use crate::app::search_words::words::WantedWords;
use crate::core::asset_listing::page::{Page, Position};
use crate::core::choices::AssetOrder;
use crate::features::search::find::LOOKED_AT;
use crate::features::search::queries;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::Result;

/// A page of the assets that have all words, of which `me` is asking, and of which all conditions hold.
///
/// # Errors
/// When the database fails.
pub(crate) fn list(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
    (words, me): (&WantedWords, Uuid),
    conditions: &[Sql],
) -> Result<Vec<Position>> {
    let mut owners: Vec<Uuid> = listing.ranges().map(|(_, owner)| owner).collect();
    owners.sort_unstable();
    owners.dedup();
    if words.is_empty() || owners.is_empty() {
        return Ok(Vec::new());
    }
    let asked = Asked {
        listing,
        page,
        conditions,
        question: connection.choose(
            words.for_sqlite(&owners, me),
            words.for_postgres(&owners, me),
        ),
        owners,
    };
    match connection.choose(true, false) {
        true => asked.along_places(connection),
        false => asked.by_index(connection),
    }
}

/// What is asked for.
pub(crate) struct Asked<'a> {
    pub listing: &'a Listing,
    pub page: &'a Page,
    pub conditions: &'a [Sql],
    /// The words, as the index is asked for them.
    pub question: String,
    pub owners: Vec<Uuid>,
}

/// Bits of a moment that places do not tell apart, and bits of a place that a number takes.
const MOMENT_BITS: u32 = 26;
const NUMBER_BITS: u32 = 30;

/// The places of what was taken in the same moment, as far as places tell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    pub first: i64,
    pub last: i64,
}

impl Places {
    const ALL: Self = Self {
        first: i64::MIN,
        last: i64::MAX,
    };

    fn of(moment: i64) -> Self {
        let first = (moment >> MOMENT_BITS) << NUMBER_BITS;
        let last = first | ((1 << NUMBER_BITS) - 1);
        Self { first, last }
    }

    /// Those of a page.
    fn on(page: &Page) -> Self {
        let Some(after) = page.after else {
            return Self::ALL;
        };
        let places = Self::of(after.moment);
        match page.order {
            AssetOrder::Ascending => Self {
                first: places.first,
                ..Self::ALL
            },
            AssetOrder::Descending => Self {
                last: places.last,
                ..Self::ALL
            },
        }
    }
}

impl Asked<'_> {
    /// SQLite's way.
    fn along_places(&self, connection: &mut Connection<'_>) -> Result<Vec<Position>> {
        let limit = self.page.limit;
        let mut found = queries::list_along_places(connection, self, Places::on(self.page), limit)?;
        // Within the last moment they came in another order, and there may be more.
        if let Some(last) = found.last().filter(|_| found.len() as i64 == limit) {
            let places = Places::of(last.moment);
            let is_before = |position: &Position| {
                !(places.first..=places.last).contains(&Places::of(position.moment).first)
            };
            found.retain(is_before);
            found.extend(queries::list_along_places(
                connection,
                self,
                places,
                i64::MAX,
            )?);
        }
        found.sort_unstable_by_key(|position| (position.moment, position.id));
        if self.page.order == AssetOrder::Descending {
            found.reverse();
        }
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// PostgreSQL's way.
    fn by_index(&self, connection: &mut Connection<'_>) -> Result<Vec<Position>> {
        let limit = self.page.limit;
        let near = queries::with_words_among_next(connection, self, LOOKED_AT);
        let first = queries::with_words(self, limit.saturating_mul(2));
        let all = queries::with_words(self, i64::MAX);
        let mut found = Vec::new();
        for some in [near, first, all] {
            found = queries::list_worded(connection, self, some)?;
            if found.len() as i64 == limit {
                break;
            }
        }
        Ok(found)
    }
}

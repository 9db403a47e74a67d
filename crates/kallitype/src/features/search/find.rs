//! How assets are found: by which of several ways, and where a page begins.

use sha2::{Digest, Sha256};

use crate::access::{Caller, Listing};
use crate::app::state::App;
use crate::core::asset_details::{AssetDetails, read_faces};
use crate::core::asset_listing::page::{Page, Position, list_positions, read_positions};
use crate::core::choices::AssetOrder;
use crate::features::search::filter::{Condition, Filter};
use crate::features::search::{queries, worded};
use kallitype_db::{Connection, Sql};
use kallitype_web::error::Result;

/// How many assets that stand next in a list are looked at one by one, before an index is asked for all that match. What
/// one asset in twenty has is on a page by then; what fewer have, an index finds in little time.
pub(crate) const LOOKED_AT: i64 = 5000;

/// What a search asks for.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub filter: Filter,
    pub order: AssetOrder,
    /// How many assets a page has, and which page is asked for, from 1 on.
    pub size: i64,
    pub page: i64,
    pub with_people: bool,
}

/// A page of what was found.
pub(crate) struct FoundPage {
    pub details: Vec<AssetDetails>,
    pub has_next: bool,
    /// Where it ended.
    last: Option<Position>,
}

impl Search {
    /// Finds a page. It begins where the one before it ended, as far as that is remembered, so that it has nothing twice
    /// that came or went meanwhile; else after as many assets as the pages before it have.
    ///
    /// # Errors
    /// 401 for what is locked, until the PIN is given; and when the database fails.
    pub(crate) async fn find(self, app: &App, caller: &Caller) -> Result<FoundPage> {
        let key = |page: i64| self.key(caller, page);
        let (this, next) = (key(self.page)?, key(self.page.saturating_add(1))?);
        let begin = app.search_pages.find(&this);
        let begin = begin.map(|(moment, id)| Position { moment, id });
        let caller = caller.clone();
        let found = app
            .db
            .scan(move |connection| self.read(connection, &caller, begin))
            .await?;
        if let Some(last) = found.last.filter(|_| found.has_next) {
            app.search_pages.remember(next, (last.moment, last.id));
        }
        Ok(found)
    }

    /// What a page of this search is remembered by.
    fn key(&self, caller: &Caller, page: i64) -> Result<[u8; 32]> {
        let (user, search) = (caller.user_id()?, (&self.filter, self.order, self.size));
        Ok(Sha256::digest(format!("{user} {page} {search:?}")).into())
    }

    fn read(
        &self,
        connection: &mut Connection<'_>,
        caller: &Caller,
        begin: Option<Position>,
    ) -> Result<FoundPage> {
        let skipped = match begin {
            Some(_) => 0,
            None => (self.page - 1).saturating_mul(self.size),
        };
        let page = Page {
            order: self.order,
            after: begin,
            // One more than is answered tells whether there is another page.
            limit: skipped.saturating_add(self.size).saturating_add(1),
        };
        let mut found = list(connection, caller, &self.filter, &page)?;
        found.drain(
            ..found
                .len()
                .min(usize::try_from(skipped).unwrap_or(usize::MAX)),
        );
        let size = usize::try_from(self.size).unwrap_or_default();
        let has_next = found.len() > size;
        found.truncate(size);
        let mut details = read_positions(connection, &found)?;
        if self.with_people {
            read_faces(connection, &mut details)?;
        }
        Ok(FoundPage {
            last: found.last().copied(),
            details,
            has_next,
        })
    }
}

/// What a filter finds, in the order of a page.
///
/// # Errors
/// As [`Search::find`].
pub(crate) fn list(
    connection: &mut Connection<'_>,
    caller: &Caller,
    filter: &Filter,
    page: &Page,
) -> Result<Vec<Position>> {
    let listing = filter.listing(connection, caller)?;
    let Some(conditions) = filter.conditions(connection, caller, &listing)? else {
        return Ok(Vec::new());
    };
    match &filter.words {
        Some(words) => {
            let me = caller.user_id()?;
            worded::list(
                connection,
                &listing,
                page,
                (words, me),
                &holding(&conditions),
            )
        }
        None => list_matching(connection, &listing, page, &conditions),
    }
}

/// The simple rule: a value that has its assets in the order of lists leads to them, be they few or many. What can only be
/// found by an index that has them in another order is looked for among the next assets of the list first. If it is
/// frequent, that fills the page; if it is not, the index has few to bring into order.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_matching(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
    conditions: &[Condition],
) -> Result<Vec<Position>> {
    if conditions.is_empty() {
        return Ok(list_positions(connection, listing, page)?);
    }
    let Found { found, rest } = Found::of(conditions);
    let all = holding(conditions);
    let Some(found) = found else {
        return Ok(queries::list_along_order(connection, listing, page, &all)?);
    };
    if page.limit < LOOKED_AT {
        let near = queries::list_among_next(connection, listing, page, &all, LOOKED_AT)?;
        // No page has fewer rows than are asked for, unless it is the last: an index knows that sooner.
        if near.len() as i64 == page.limit {
            return Ok(near);
        }
    }
    Ok(queries::list_found(
        connection, listing, page, found, &rest,
    )?)
}

/// How many assets a filter finds.
///
/// # Errors
/// As [`Search::find`].
pub(crate) fn count(
    connection: &mut Connection<'_>,
    caller: &Caller,
    filter: &Filter,
) -> Result<i64> {
    let listing = filter.listing(connection, caller)?;
    let Some(conditions) = filter.conditions(connection, caller, &listing)? else {
        return Ok(0);
    };
    if conditions.is_empty() {
        let kept = crate::core::assets::queries::count(connection, &listing, None)?;
        return Ok(kept.into_iter().map(|(_, _, count)| count).sum());
    }
    let counted = match Found::of(&conditions) {
        Found { found: None, .. } => {
            queries::count(connection, &listing, None, &holding(&conditions))
        }
        Found { found, rest } => queries::count(connection, &listing, found, &rest),
    };
    Ok(counted?)
}

/// The first condition that an index finds assets by, and the others.
struct Found {
    found: Option<Sql>,
    rest: Vec<Sql>,
}

impl Found {
    fn of(conditions: &[Condition]) -> Self {
        let by = conditions
            .iter()
            .position(|condition| condition.found.is_some());
        let others = conditions.iter().enumerate();
        let others = others.filter(|(position, _)| Some(*position) != by);
        Self {
            found: by.and_then(|by| conditions[by].found.clone()),
            rest: others
                .map(|(_, condition)| condition.holds.clone())
                .collect(),
        }
    }
}

/// The conditions as they are asked of each asset.
pub(crate) fn holding(conditions: &[Condition]) -> Vec<Sql> {
    let holds = conditions.iter().map(|condition| condition.holds.clone());
    holds.collect()
}

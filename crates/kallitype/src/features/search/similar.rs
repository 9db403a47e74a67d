//! How assets are found that are like something: the nearest are looked up, and those are left out that a filter does not
//! find. When a filter finds few, what it finds is compared instead.

use std::collections::HashSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::asset_details::AssetDetails;
use crate::core::asset_listing::page::{Page, read_ids};
use crate::core::choices::AssetOrder;
use crate::features::search::filter::Filter;
use crate::features::search::find::{holding, list};
use crate::features::search::queries;
use crate::learning::array::{Near, Wanted};
use crate::learning::vector::Vector;
use crate::learning::vectors::VectorKind;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};

/// How many of the nearest are looked up for each asset that is asked for: a filter may leave some out.
const LOOKED_UP: usize = 10;

/// What a search by likeness asks for.
#[derive(Debug, Clone)]
pub(crate) struct Similar {
    pub filter: Filter,
    /// What assets are to be like.
    pub to: Arc<Vector>,
    /// How many assets a page has, and which page is asked for, from 1 on.
    pub size: i64,
    pub page: i64,
}

/// A page of what was found, the most alike first.
pub(crate) struct SimilarPage {
    pub details: Vec<AssetDetails>,
    pub has_next: bool,
    /// Where it ended.
    last: Option<Near>,
}

impl Similar {
    /// Finds a page. Like those of other searches, it begins where the one before it ended.
    ///
    /// # Errors
    /// 401 for what is locked, until the PIN is given; and when the database fails.
    pub(crate) async fn find(self, app: &App, caller: &Caller) -> Result<SimilarPage> {
        let key = |page: i64| self.key(caller, page);
        let (this, next) = (key(self.page)?, key(self.page.saturating_add(1))?);
        let after = app.search_pages.find(&this).and_then(near_of);
        let found = self.read(app, caller, after).await?;
        if let Some(last) = found.last.filter(|_| found.has_next) {
            let place = (i64::from(last.distance.to_bits()), last.id);
            app.search_pages.remember(next, place);
        }
        Ok(found)
    }

    /// What a page of this search is remembered by.
    fn key(&self, caller: &Caller, page: i64) -> Result<[u8; 32]> {
        let (user, search) = (caller.user_id()?, (&self.filter, self.size));
        let mut hash = Sha256::new();
        hash.update(format!("like {user} {page} {search:?}"));
        hash.update(self.to.to_bytes());
        Ok(hash.finalize().into())
    }

    async fn read(&self, app: &App, caller: &Caller, after: Option<Near>) -> Result<SimilarPage> {
        let skipped = match after {
            Some(_) => 0,
            None => {
                usize::try_from((self.page - 1).saturating_mul(self.size)).unwrap_or(usize::MAX)
            }
        };
        let size = usize::try_from(self.size).unwrap_or_default();
        let end = skipped.saturating_add(size).saturating_add(1);
        let owners = self.owners(app, caller).await?;
        let mut wanted = Wanted {
            limit: end.saturating_mul(LOOKED_UP),
            after,
            max_distance: f32::INFINITY,
            among: None,
        };
        let nearest = self.nearest(app, &owners, &wanted).await?;
        let are_all = nearest.len() < wanted.limit;
        let page = self.pick(app, caller, nearest, (skipped, size)).await?;
        if are_all || page.has_next {
            return Ok(page);
        }
        wanted.among = Some(Arc::new(self.list(app, caller).await?));
        wanted.limit = end;
        let nearest = self.nearest(app, &owners, &wanted).await?;
        self.pick(app, caller, nearest, (skipped, size)).await
    }

    /// Whose assets are looked through.
    async fn owners(&self, app: &App, caller: &Caller) -> Result<Vec<Uuid>> {
        let (filter, caller) = (self.filter.clone(), caller.clone());
        let listed = move |connection: &mut Connection<'_>| filter.listing(connection, &caller);
        let listing = app.db.read_consistent(listed).await?;
        let mut owners: Vec<Uuid> = listing.ranges().map(|(_, owner)| owner).collect();
        owners.sort_unstable();
        owners.dedup();
        Ok(owners)
    }

    async fn nearest(&self, app: &App, owners: &[Uuid], wanted: &Wanted) -> Result<Vec<Near>> {
        let config = app.config();
        let model = config.machine_learning.clip.model_name.as_str();
        let kind = (VectorKind::Asset, model);
        let vectors = &app.learning.vectors;
        Ok(vectors
            .nearest(&app.db, kind, owners, &self.to, wanted)
            .await?)
    }

    /// All that the filter finds.
    async fn list(&self, app: &App, caller: &Caller) -> Result<HashSet<Uuid>> {
        let (filter, caller) = (self.filter.clone(), caller.clone());
        let all = Page {
            order: AssetOrder::Descending,
            after: None,
            limit: i64::MAX,
        };
        let found = app
            .db
            .scan(move |connection| list(connection, &caller, &filter, &all))
            .await?;
        Ok(found.into_iter().map(|position| position.id).collect())
    }

    /// The page among the nearest, without what the filter does not find.
    async fn pick(
        &self,
        app: &App,
        caller: &Caller,
        nearest: Vec<Near>,
        (skipped, size): (usize, usize),
    ) -> Result<SimilarPage> {
        let (filter, caller) = (self.filter.clone(), caller.clone());
        let pick = move |connection: &mut Connection<'_>| {
            let ids = nearest.iter().map(|near| near.id).collect();
            let matching = list_matching(connection, &caller, &filter, ids)?;
            let mut left = nearest
                .iter()
                .filter(|near| matching.contains(&near.id))
                .skip(skipped);
            let page: Vec<Near> = left.by_ref().take(size).copied().collect();
            let ids: Vec<Uuid> = page.iter().map(|near| near.id).collect();
            Ok::<_, ApiError>(SimilarPage {
                details: read_ids(connection, &ids)?,
                has_next: left.next().is_some(),
                last: page.last().copied(),
            })
        };
        app.db.scan(pick).await
    }
}

/// Which of some assets a filter finds.
fn list_matching(
    connection: &mut Connection<'_>,
    caller: &Caller,
    filter: &Filter,
    ids: Vec<Uuid>,
) -> Result<HashSet<Uuid>> {
    let listing = filter.listing(connection, caller)?;
    let Some(conditions) = filter.conditions(connection, caller, &listing)? else {
        return Ok(HashSet::new());
    };
    let matching = queries::filter(connection, &listing, ids, &holding(&conditions))?;
    Ok(matching.into_iter().collect())
}

/// Where a page ended, as it is remembered.
fn near_of((distance, id): (i64, Uuid)) -> Option<Near> {
    let distance = f32::from_bits(u32::try_from(distance).ok()?);
    Some(Near { distance, id })
}

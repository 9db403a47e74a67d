//! Assets from anywhere in a timeline. Drawing begins at a random card of a shuffled deck and takes from those that follow
//! it: the cost does not grow with the library.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;
use uuid::Uuid;

use crate::access::Listing;
use crate::core::assets::queries;
use kallitype_db::{Connection, Result};

/// How many neighbours in the deck are looked at for each that is drawn, and at least.
const NEIGHBOURS: i64 = 4;
const MIN_NEIGHBOURS: i64 = 128;

/// Draws from the timelines of a listing, in no order. It may be fewer than there are, when few are kept.
///
/// `keep` leaves those of some assets that may be drawn; how many of each timeline it is shown at least, `min_neighbours`
/// says.
///
/// # Errors
/// When the database fails.
pub(crate) fn draw(
    connection: &mut Connection<'_>,
    listing: &Listing,
    count: i64,
    min_neighbours: Option<i64>,
    keep: impl Fn(&mut Connection<'_>, Vec<Uuid>) -> Result<Vec<Uuid>>,
) -> Result<Vec<Uuid>> {
    let mut sizes: BTreeMap<Uuid, i64> = BTreeMap::new();
    for (owner, _, count) in queries::count(connection, listing, None)? {
        *sizes.entry(owner).or_default() += count;
    }
    let shares = share_out(&sizes.into_iter().collect::<Vec<_>>(), count);
    let min_neighbours = min_neighbours.unwrap_or(MIN_NEIGHBOURS);
    let mut ids = Vec::new();
    for (owner, share) in shares.into_iter().filter(|(_, share)| *share > 0) {
        let window = (share * NEIGHBOURS).max(min_neighbours);
        let neighbours = queries::list_shuffled(connection, owner, rand::random(), window)?;
        let mut drawn = keep(connection, neighbours)?;
        drawn.shuffle(&mut rand::rng());
        drawn.truncate(usize::try_from(share).unwrap_or_default());
        ids.extend(drawn);
    }
    ids.shuffle(&mut rand::rng());
    Ok(ids)
}

/// How many are drawn from each timeline, so that each picture has the same chance.
fn share_out(sizes: &[(Uuid, i64)], count: i64) -> Vec<(Uuid, i64)> {
    let total: i64 = sizes.iter().map(|(_, size)| size).sum();
    let mut shares: Vec<(Uuid, i64)> = sizes.iter().map(|(owner, _)| (*owner, 0)).collect();
    if let [only] = shares.as_mut_slice() {
        only.1 = count;
        return shares;
    }
    for _ in 0..count.min(total) {
        let mut position = rand::random_range(0..total);
        let lot = sizes.iter().position(|(_, size)| {
            position -= size;
            position < 0
        });
        if let Some(lot) = lot {
            shares[lot].1 += 1;
        }
    }
    shares
}

//! `GET /assets/random`: a few pictures from anywhere in the timeline.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use rand::seq::SliceRandom;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::{Action, Caller, Listing, Scope, Section};
use crate::app::state::App;
use crate::core::asset_details;
use crate::core::asset_details::{AssetDetails, AssetResponseDto};
use crate::core::assets::queries;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::{Fields, Queried};
use kallitype_web::query;
use kallitype_web::version::Wire;

/// How many are drawn at most in one call, however many are asked for.
const MAX_COUNT: i64 = 1000;

/// How many neighbours in the shuffled deck are looked at for each that is drawn, and at least.
const NEIGHBOURS: i64 = 4;
const MIN_NEIGHBOURS: i64 = 128;

query! {
    /// The query.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct RandomQuery {
        #[param(value_type = f64, required = false, minimum = 1)]
        count: i64 = or(1, count),
    }
}

fn count(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 1, i64::MAX)
}

#[utoipa::path(
    get,
    path = "/api/assets/random",
    tag = "Assets",
    operation_id = "getRandom",
    description = "This property was deprecated in v1.116.0.",
    params(RandomQuery),
    responses((status = 200, body = Vec<AssetResponseDto>, description = "")),
    extensions(("x-immich-lifecycle" = json!({"deprecatedAt": "v1.116.0"}))),
)]
pub(crate) async fn get_random(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(query): Queried<RandomQuery>,
) -> Result<Json<Vec<AssetResponseDto>>> {
    let asking = caller.clone();
    let count = query.count.min(MAX_COUNT);
    let drawn = app
        .db
        .scan(move |connection| draw(connection, &asking, count))
        .await?;
    Ok(Json(
        drawn
            .into_iter()
            .map(|details| details.present(&caller, wire))
            .collect(),
    ))
}

/// Begins at a random card of the shuffled deck and draws from the few hundred that follow it:
/// the cost does not grow with the library.
fn draw(connection: &mut Connection<'_>, caller: &Caller, count: i64) -> Result<Vec<AssetDetails>> {
    let listing = Listing::with_partners(connection, caller, &[Section::TIMELINE])?;
    let mut sizes: BTreeMap<Uuid, i64> = BTreeMap::new();
    for (owner, _, count) in queries::count(connection, &listing, None)? {
        *sizes.entry(owner).or_default() += count;
    }
    let shares = share_out(&sizes.into_iter().collect::<Vec<_>>(), count);
    let mut ids = Vec::new();
    for (owner, share) in shares {
        let window = (share * NEIGHBOURS).max(MIN_NEIGHBOURS);
        let mut drawn = queries::list_shuffled(connection, owner, rand::random(), window)?;
        drawn.shuffle(&mut rand::rng());
        drawn.truncate(usize::try_from(share).unwrap_or_default());
        ids.extend(drawn);
    }
    let scope = Scope::of(caller, Action::Read);
    let mut drawn = asset_details::list_details(connection, &scope, ids)?;
    drawn.shuffle(&mut rand::rng());
    Ok(drawn)
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

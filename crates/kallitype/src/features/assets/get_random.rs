//! `GET /assets/random`: a few pictures from anywhere in the timeline.

use axum::Json;
use axum::extract::State;
use rand::seq::SliceRandom;
use uuid::Uuid;

use crate::access::{Action, Caller, Scope};
use crate::app::state::App;
use crate::core::asset_details::AssetResponseDto;
use crate::core::assets::queries;
use crate::core::{asset_details, partners};
use kallitype_db::{Connection, DatabaseError};
use kallitype_web::error::Result;
use kallitype_web::fields::{Fields, FromFields, Queried};
use kallitype_web::version::Wire;

/// How many are drawn at most in one call, however many are asked for.
const MOST: i64 = 1000;

/// How many neighbours in the shuffled deck are looked at for each that is drawn, and at least.
const NEIGHBOURS: i64 = 4;
const MIN_NEIGHBOURS: i64 = 128;

/// The query.
pub(crate) struct Count(i64);

impl FromFields for Count {
    fn read(fields: &Fields<'_>) -> Self {
        Self(fields.integer("count", 1, i64::MAX).unwrap_or(1).min(MOST))
    }
}

#[utoipa::path(
    get,
    path = "/api/assets/random",
    tag = "Assets",
    operation_id = "getRandom",
    description = "This property was deprecated in v1.116.0.",
    params(("count" = Option<f64>, Query, minimum = 1, nullable = false)),
    responses((status = 200, body = Vec<AssetResponseDto>, description = "")),
    extensions(("x-immich-lifecycle" = json!({"deprecatedAt": "v1.116.0"}))),
)]
pub(crate) async fn get_random(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(Count(count)): Queried<Count>,
) -> Result<Json<Vec<AssetResponseDto>>> {
    let scope = Scope::of(&caller, Action::Read);
    let owner = caller.user_id()?;
    let drawn = app
        .db
        .scan(move |connection| draw(connection, owner, &scope, count))
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
fn draw(
    connection: &mut Connection<'_>,
    owner: Uuid,
    scope: &Scope,
    count: i64,
) -> Result<Vec<crate::core::asset_details::AssetDetails>, DatabaseError> {
    let mut owners = partners::list_in_timeline(connection, owner)?;
    owners.push(owner);
    let shares = share_out(queries::count_timelines(connection, owners)?, count);
    let mut ids = Vec::new();
    for (owner, share) in shares {
        let window = (share * NEIGHBOURS).max(MIN_NEIGHBOURS);
        let mut drawn = queries::list_shuffled(connection, owner, rand::random(), window)?;
        drawn.shuffle(&mut rand::rng());
        drawn.truncate(usize::try_from(share).unwrap_or_default());
        ids.extend(drawn);
    }
    let mut drawn = asset_details::list_details(connection, scope, ids)?;
    drawn.shuffle(&mut rand::rng());
    Ok(drawn)
}

/// How many are drawn from each timeline, so that each picture has the same chance.
fn share_out(sizes: Vec<(Uuid, i64)>, count: i64) -> Vec<(Uuid, i64)> {
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

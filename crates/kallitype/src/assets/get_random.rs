//! `GET /assets/random`: a few pictures from anywhere in the timeline.

use axum::Json;
use axum::extract::State;
use rand::seq::SliceRandom;

use super::dto::AssetResponseDto;
use super::queries;
use crate::access::{Caller, Need, Scope};
use crate::db::{Connection, DatabaseError};
use crate::http::error::Result;
use crate::http::fields::{Fields, FromFields, Queried};
use crate::http::state::App;
use crate::http::version::Wire;

/// How many are drawn at most in one call, however many are asked for.
const MOST: i64 = 1000;

/// How many neighbours in the shuffled deck are looked at for each that is drawn, and at least.
const NEIGHBOURS: i64 = 4;
const LEAST_NEIGHBOURS: i64 = 128;

/// The query.
pub struct Count(i64);

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
pub async fn get_random(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(Count(count)): Queried<Count>,
) -> Result<Json<Vec<AssetResponseDto>>> {
    let scope = Scope::of(&caller, Need::Read);
    let owner = caller.user_id()?;
    let drawn = app
        .db
        .read(move |connection| draw(connection, owner, &scope, count))
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
    owner: uuid::Uuid,
    scope: &Scope,
    count: i64,
) -> Result<Vec<super::AssetDetails>, DatabaseError> {
    let window = (count * NEIGHBOURS).max(LEAST_NEIGHBOURS);
    let mut ids = queries::list_shuffled(connection, owner, rand::random(), window)?;
    ids.shuffle(&mut rand::rng());
    ids.truncate(usize::try_from(count).unwrap_or_default());
    let mut drawn = queries::list_details(connection, scope, ids)?;
    drawn.shuffle(&mut rand::rng());
    Ok(drawn)
}

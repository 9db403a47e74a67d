//! `GET /assets/random`: a few pictures from anywhere in the timeline.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use rand::seq::SliceRandom;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::{Caller, Listing, Section};
use crate::app::state::App;
use crate::core::asset_details::AssetResponseDto;
use crate::core::asset_listing;
use crate::core::asset_listing::draw;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::{Fields, Queried};
use kallitype_web::query;
use kallitype_web::stream;
use kallitype_web::version::Wire;

/// How many are drawn at most in one call, however many are asked for.
const MAX_COUNT: i64 = 1000;

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
) -> Result<Response> {
    let asking = caller.clone();
    let count = query.count.min(MAX_COUNT);
    let drawn = app
        .db
        .scan(move |connection| draw(connection, &asking, count))
        .await?;
    let pictures = asset_listing::stream(&app, &caller, wire, &drawn);
    Ok(stream::answer(StatusCode::OK, stream::bracketed(pictures)))
}

fn draw(connection: &mut Connection<'_>, caller: &Caller, count: i64) -> Result<Vec<Uuid>> {
    let listing = Listing::with_partners(connection, caller, &[Section::TIMELINE])?;
    let mut drawn = draw::draw(connection, &listing, count, None, |_, ids| Ok(ids))?;
    drawn.shuffle(&mut rand::rng());
    Ok(drawn)
}

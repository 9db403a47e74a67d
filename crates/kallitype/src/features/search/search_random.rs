//! `POST /search/random`: a few assets from anywhere in what is found.

use axum::Json;
use axum::extract::State;
use rand::seq::SliceRandom;
use uuid::Uuid;

use crate::access::{Caller, Listing, Section};
use crate::app::state::App;
use crate::core::asset_details::{AssetDetails, AssetResponseDto, read_faces};
use crate::core::asset_listing::draw::draw;
use crate::core::asset_listing::page::{Page, read_ids, read_positions};
use crate::core::choices::AssetOrder;
use crate::features::search::dto::{RandomSearchDto, With};
use crate::features::search::filter::Filter;
use crate::features::search::find::{holding, list_matching};
use crate::features::search::queries;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::version::Wire;

/// Of how many assets some are drawn at most, when a filter leaves few. The newest of them have a chance.
const MAX_DRAWN_OF: i64 = 50_000;

/// How many assets near a random place a filter is tried on at least.
const MIN_NEAR: i64 = 1000;

#[utoipa::path(
    post,
    path = "/api/search/random",
    tag = "Search",
    operation_id = "searchRandom",
    request_body(content = RandomSearchDto),
    responses((status = 200, body = Vec<AssetResponseDto>, description = "")),
)]
pub(crate) async fn search_random(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(request): Body<RandomSearchDto>,
) -> Result<Json<Vec<AssetResponseDto>>> {
    let with = With {
        exif: request.with_exif == Some(true),
        people: request.with_people == Some(true),
    };
    let asking = caller.clone();
    let details = app
        .db
        .scan(move |connection| {
            let mut found = find_some(connection, &asking, &request.filter(), request.size)?;
            if with.people {
                read_faces(connection, &mut found)?;
            }
            Ok::<_, ApiError>(found)
        })
        .await?;
    Ok(Json(with.present(details, &caller, wire)))
}

pub(crate) fn find_some(
    connection: &mut Connection<'_>,
    caller: &Caller,
    filter: &Filter,
    size: i64,
) -> Result<Vec<AssetDetails>> {
    let listing = filter.listing(connection, caller)?;
    let Some(conditions) = filter.conditions(connection, caller, &listing)? else {
        return Ok(Vec::new());
    };
    let is_all = conditions.is_empty();
    let drawn = draw_from_timelines(connection, &listing, &holding(&conditions), size)?;
    if drawn.len() as i64 == size || is_all && is_timeline(&listing) {
        return Ok(read_ids(connection, &drawn)?);
    }
    let page = Page {
        order: AssetOrder::Descending,
        after: None,
        limit: MAX_DRAWN_OF,
    };
    let mut all = list_matching(connection, &listing, &page, &conditions)?;
    all.shuffle(&mut rand::rng());
    all.truncate(usize::try_from(size).unwrap_or_default());
    Ok(read_positions(connection, &all)?)
}

/// Only timelines lie shuffled.
fn is_timeline(listing: &Listing) -> bool {
    listing
        .sections()
        .iter()
        .all(|(section, _)| *section == Section::TIMELINE)
}

/// Draws from those near some random places. There are enough of what is frequent.
fn draw_from_timelines(
    connection: &mut Connection<'_>,
    listing: &Listing,
    conditions: &[Sql],
    size: i64,
) -> Result<Vec<Uuid>> {
    if !is_timeline(listing) {
        return Ok(Vec::new());
    }
    let drawn = match conditions {
        [] => draw(connection, listing, size, None, |_, ids| Ok(ids)),
        conditions => draw(
            connection,
            listing,
            size,
            Some(MIN_NEAR),
            |connection, ids| queries::filter(connection, listing, ids, conditions),
        ),
    };
    Ok(drawn?)
}

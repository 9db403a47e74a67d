//! Searches: what is known of assets, texts in their names and descriptions, and places.

#[cfg(test)]
mod bench_scale;
pub(crate) mod dto;
pub(crate) mod filter;
pub(crate) mod find;
pub(crate) mod get_assets_by_city;
pub(crate) mod get_explore_data;
pub(crate) mod get_search_suggestions;
pub(crate) mod queries;
pub(crate) mod search_asset_statistics;
pub(crate) mod search_assets;
pub(crate) mod search_large_assets;
pub(crate) mod search_person;
pub(crate) mod search_places;
pub(crate) mod search_random;
pub(crate) mod search_smart;
pub(crate) mod search_words;
pub(crate) mod similar;
pub(crate) mod worded;

use axum::routing::post;
use utoipa_axum::routes;

use crate::access::Permission::{AssetRead, AssetStatistics, PersonRead};
use crate::app::routes::{Routes, Who};
use crate::features::search::dto::SearchSuggestionType;

/// Every URL of searches, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    let read = Who::User(AssetRead);
    routes
        .add(read, routes!(search_assets::search_assets))
        .add(read, routes!(search_smart::search_smart))
        .add(read, routes!(search_random::search_random))
        .add(read, routes!(search_large_assets::search_large_assets))
        .add(
            Who::User(AssetStatistics),
            routes!(search_asset_statistics::search_asset_statistics),
        )
        .add(Who::User(PersonRead), routes!(search_person::search_person))
        .add(read, routes!(search_places::search_places))
        .add(
            read,
            routes!(get_search_suggestions::get_search_suggestions),
        )
        .add(read, routes!(get_explore_data::get_explore_data))
        .add(read, routes!(get_assets_by_city::get_assets_by_city))
        .schema::<SearchSuggestionType>()
        .alias(
            read,
            "POST",
            "/api/kallitype/search",
            post(search_words::search_words),
        )
}

//! `GET /search/suggestions`: values that the timeline has, to choose from.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Listing, Section};
use crate::app::state::App;
use crate::features::search::dto::{SearchSuggestionType, SuggestionsQuery};
use crate::features::search::queries;
use crate::features::search::queries::ValueColumn;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/search/suggestions",
    tag = "Search",
    operation_id = "getSearchSuggestions",
    params(SuggestionsQuery),
    responses((status = 200, body = Vec<String>, description = "")),
)]
pub(crate) async fn get_search_suggestions(
    State(app): State<App>,
    caller: Caller,
    Queried(query): Queried<SuggestionsQuery>,
) -> Result<Json<Vec<Option<String>>>> {
    let includes_null = query.include_null == Some(true);
    let values = app
        .db
        .scan(move |connection| suggest(connection, &caller, &query))
        .await?;
    let values = values.into_iter().map(Some);
    let null = includes_null.then_some(None);
    Ok(Json(values.chain(null).collect()))
}

fn suggest(
    connection: &mut Connection<'_>,
    caller: &Caller,
    query: &SuggestionsQuery,
) -> Result<BTreeSet<String>> {
    let listing = Listing::with_partners(connection, caller, &[Section::TIMELINE])?;
    let (column, conditions) = column(query);
    let mut values = BTreeSet::new();
    for (_, owner) in listing.ranges() {
        values.extend(queries::list_values(
            connection,
            owner,
            column,
            &conditions,
        )?);
    }
    values.remove("");
    Ok(values)
}

/// The column of the values, and what narrows them: only what they are a part of.
fn column(query: &SuggestionsQuery) -> (ValueColumn, Vec<Sql>) {
    let is = |column: &'static str, value: &Option<String>| {
        let value = value.as_ref()?;
        Some(Sql::new(column).bind(value))
    };
    let country = is("asset.country = ", &query.country);
    let state = is("asset.state = ", &query.state);
    let (column, narrowing) = match query.kind {
        SearchSuggestionType::Country => (queries::COUNTRY, [None, None]),
        SearchSuggestionType::State => (queries::STATE, [country, None]),
        SearchSuggestionType::City => (queries::CITY, [country, state]),
        SearchSuggestionType::CameraMake => {
            (queries::MAKE, [is("asset.model = ", &query.model), None])
        }
        SearchSuggestionType::CameraModel => {
            (queries::MODEL, [is("asset.make = ", &query.make), None])
        }
    };
    (column, narrowing.into_iter().flatten().collect())
}

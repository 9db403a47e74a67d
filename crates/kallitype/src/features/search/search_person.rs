//! `GET /search/person`: the caller's persons by the beginning of a word of their names.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::people::person::PersonResponseDto;
use crate::features::search::dto::PersonQuery;
use crate::features::search::queries;
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/search/person",
    tag = "Search",
    operation_id = "searchPerson",
    params(PersonQuery),
    responses((status = 200, body = Vec<PersonResponseDto>, description = "")),
)]
pub(crate) async fn search_person(
    State(app): State<App>,
    caller: Caller,
    Queried(query): Queried<PersonQuery>,
) -> Result<Json<Vec<PersonResponseDto>>> {
    let user = caller.user_id()?;
    let with_hidden = query.with_hidden == Some(true);
    let found = app
        .db
        .read(move |connection| {
            queries::list_persons_named(connection, user, &query.name, with_hidden)
        })
        .await?;
    let found = found.into_iter();
    Ok(Json(found.map(PersonResponseDto::new).collect()))
}

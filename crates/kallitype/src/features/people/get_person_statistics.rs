//! `GET /people/{id}/statistics`: on how many assets a person is seen.

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::people::own::require_person;
use crate::features::people::dto::PersonStatisticsResponseDto;
use crate::features::people::queries;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;

#[utoipa::path(
    get,
    path = "/api/people/{id}/statistics",
    tag = "People",
    operation_id = "getPersonStatistics",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PersonStatisticsResponseDto, description = "")),
)]
pub(crate) async fn get_person_statistics(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<PersonStatisticsResponseDto>> {
    let assets = app
        .db
        .read_consistent(move |connection| {
            require_person(connection, &caller, id, Permission::PersonRead)?;
            Ok::<_, ApiError>(queries::count_assets(connection, id)?)
        })
        .await?;
    Ok(Json(PersonStatisticsResponseDto { assets }))
}

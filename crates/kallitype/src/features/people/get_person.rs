//! `GET /people/{id}`: one of the caller's persons.

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::people::own::require_person;
use crate::core::people::person::PersonResponseDto;
use kallitype_web::error::Result;
use kallitype_web::fields::Id;

#[utoipa::path(
    get,
    path = "/api/people/{id}",
    tag = "People",
    operation_id = "getPerson",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PersonResponseDto, description = "")),
)]
pub(crate) async fn get_person(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<PersonResponseDto>> {
    let person = app
        .db
        .read(move |connection| require_person(connection, &caller, id, Permission::PersonRead))
        .await?;
    Ok(Json(PersonResponseDto::new(person)))
}

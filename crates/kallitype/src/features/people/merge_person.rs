//! `POST /people/{id}/merge`: other persons are this one, too.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::people::own::require_person;
use crate::core::people::person::PersonRow;
use crate::core::people::{assign, featured, queries, sidecars};
use crate::features::people::dto::MergePersonDto;
use kallitype_db::{Connection, Value};
use kallitype_web::bulk::{BulkIdErrorReason, BulkIdResponseDto, with_each};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    post,
    path = "/api/people/{id}/merge",
    tag = "People",
    operation_id = "mergePerson",
    params(("id" = uuid::Uuid, Path)),
    request_body = MergePersonDto,
    responses((status = 200, body = Vec<BulkIdResponseDto>, description = "")),
)]
pub(crate) async fn merge_person(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<MergePersonDto>,
) -> Result<Json<Vec<BulkIdResponseDto>>> {
    if dto.ids.contains(&id) {
        return Err(ApiError::bad_request(
            "Cannot merge a person into themselves",
        ));
    }
    let answers = app
        .commit(move |connection| {
            let mut person = require_person(connection, &caller, id, Permission::PersonUpdate)?;
            // Whoever was merged is not there any more when they are named again.
            let again = BulkIdErrorReason::NoPermission;
            let outcomes = with_each(&dto.ids, again, |other| {
                merge(connection, &caller, &mut person, other)
            })?;
            featured::draw_if_missing(connection, id)?;
            let outcomes = outcomes.into_iter();
            let answers = outcomes.map(|(other, error)| BulkIdResponseDto::new(other, error));
            Ok::<_, ApiError>(answers.collect())
        })
        .await?;
    Ok(Json(answers))
}

/// Gives a person the faces of another, who goes, and what of a name and a birth date they lack.
fn merge(
    connection: &mut Connection<'_>,
    caller: &Caller,
    person: &mut PersonRow,
    other: Uuid,
) -> Result<Option<BulkIdErrorReason>> {
    let user = caller.user_id()?;
    let Some(other) = queries::find_person(connection, user, other)? else {
        return Ok(Some(BulkIdErrorReason::NoPermission));
    };
    let mut values: Vec<(&'static str, Value)> = Vec::new();
    if person.name.is_empty() && !other.name.is_empty() {
        values.extend(queries::name_columns(&other.name));
        sidecars::schedule_person(connection, person.id)?;
        person.name = other.name;
    }
    if person.birth_date.is_none() && other.birth_date.is_some() {
        values.push(("birth_date", (&other.birth_date).into()));
        person.birth_date = other.birth_date;
    }
    if !values.is_empty() {
        queries::update_person(connection, person.id, values, now())?;
    }
    assign::dissolve(connection, user, other.id, Some(person.id), now())?;
    Ok(None)
}

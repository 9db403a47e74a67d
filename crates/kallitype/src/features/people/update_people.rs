//! `PUT /people/{id}` and `PUT /people`: changes of one person or of several, each by itself.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use crate::access::{Action, Caller, Permission, require_all};
use crate::app::state::App;
use crate::core::people::own::require_person;
use crate::core::people::person::PersonResponseDto;
use crate::core::people::{featured, queries, sidecars};
use crate::features::people::dto::{PeopleUpdateDto, PersonUpdateDto};
use kallitype_db::{Connection, Value};
use kallitype_web::bulk::{BulkIdErrorReason, BulkIdResponseDto};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    put,
    path = "/api/people/{id}",
    tag = "People",
    operation_id = "updatePerson",
    params(("id" = uuid::Uuid, Path)),
    request_body = PersonUpdateDto,
    responses((status = 200, body = PersonResponseDto, description = "")),
)]
pub(crate) async fn update_person(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<PersonUpdateDto>,
) -> Result<Json<PersonResponseDto>> {
    let person = app
        .commit(move |connection| {
            update(connection, &caller, id, &dto)?;
            require_person(connection, &caller, id, Permission::PersonUpdate)
        })
        .await?;
    Ok(Json(PersonResponseDto::new(person)))
}

#[utoipa::path(
    put,
    path = "/api/people",
    tag = "People",
    operation_id = "updatePeople",
    request_body = PeopleUpdateDto,
    responses((status = 200, body = Vec<BulkIdResponseDto>, description = "")),
)]
pub(crate) async fn update_people(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<PeopleUpdateDto>,
) -> Result<Json<Vec<BulkIdResponseDto>>> {
    let answers = app
        .commit(move |connection| {
            let items = dto.people.iter();
            let answers = items.map(|item| {
                let error = match update(connection, &caller, item.id, &item.changes()) {
                    Ok(()) => None,
                    Err(error) if error.status() == StatusCode::BAD_REQUEST => {
                        Some(BulkIdErrorReason::Unknown)
                    }
                    Err(error) => return Err(error),
                };
                Ok(BulkIdResponseDto::new(item.id, error))
            });
            answers.collect::<Result<Vec<_>>>()
        })
        .await?;
    Ok(Json(answers))
}

/// Makes all changes to a person, or says why none is made.
fn update(
    connection: &mut Connection<'_>,
    caller: &Caller,
    id: Uuid,
    changes: &PersonUpdateDto,
) -> Result<()> {
    let person = require_person(connection, caller, id, Permission::PersonUpdate)?;
    let face = match changes.feature_face_asset_id {
        Some(asset) => Some(find_face(connection, caller, id, asset)?),
        None => None,
    };
    let mut values: Vec<(&'static str, Value)> = Vec::new();
    if let Some(name) = &changes.name {
        values.extend(queries::name_columns(name));
        if *name != person.name {
            sidecars::schedule_person(connection, id)?;
        }
    }
    let birth_date = changes.birth_date.as_ref();
    values.extend(birth_date.map(|date| ("birth_date", date.into())));
    let color = changes.color.as_ref();
    values.extend(color.map(|color| ("color", color.into())));
    values.extend(changes.is_favorite.map(|is| ("is_favorite", is.into())));
    values.extend(changes.is_hidden.map(|is| ("is_hidden", is.into())));
    queries::update_person(connection, id, values, now())?;
    match face {
        Some(face) => Ok(featured::set(connection, id, Some(face), now())?),
        None => Ok(()),
    }
}

/// The person's face on an asset, which may stand for them: the asset is neither locked nor in the trash.
fn find_face(
    connection: &mut Connection<'_>,
    caller: &Caller,
    person: Uuid,
    asset: Uuid,
) -> Result<Uuid> {
    require_all(connection, caller, Action::Read, &[asset])?;
    for face in queries::list_faces_of(connection, person, asset)? {
        if featured::find(connection, person, face)?.is_some() {
            return Ok(face);
        }
    }
    Err(ApiError::bad_request("Invalid assetId for feature face"))
}

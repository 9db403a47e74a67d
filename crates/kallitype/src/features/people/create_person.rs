//! `POST /people`: makes a person, of whom no face is known yet.

use axum::extract::State;
use axum::response::Response;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::people::own::require_person;
use crate::core::people::person::PersonResponseDto;
use crate::core::people::queries;
use crate::core::people::queries::NewPerson;
use crate::features::people::dto::PersonCreateDto;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;
use kallitype_web::response::created;
use kallitype_web::time::now;

#[utoipa::path(
    post,
    path = "/api/people",
    tag = "People",
    operation_id = "createPerson",
    request_body = PersonCreateDto,
    responses((status = 201, body = PersonResponseDto, description = "")),
)]
pub(crate) async fn create_person(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<PersonCreateDto>,
) -> Result<Response> {
    let user = caller.user_id()?;
    let person = NewPerson {
        name: dto.name.unwrap_or_default(),
        birth_date: dto.birth_date,
        color: dto.color,
        is_favorite: dto.is_favorite == Some(true),
        is_hidden: dto.is_hidden == Some(true),
    };
    let made = app
        .commit(move |connection| {
            let id = queries::insert_person(connection, user, &person, now())?;
            require_person(connection, &caller, id, Permission::PersonCreate)
        })
        .await?;
    Ok(created(PersonResponseDto::new(made)))
}

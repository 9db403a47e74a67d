//! `PUT /faces/{id}`: gives a face to a person. The path names the person, the body the face.

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::people::assign;
use crate::core::people::own::{require_face, require_person};
use crate::core::people::person::PersonResponseDto;
use crate::features::faces::dto::FaceDto;
use kallitype_web::error::Result;
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    put,
    path = "/api/faces/{id}",
    tag = "Faces",
    operation_id = "reassignFacesById",
    params(("id" = uuid::Uuid, Path)),
    request_body = FaceDto,
    responses((status = 200, body = PersonResponseDto, description = "")),
)]
pub(crate) async fn reassign_faces_by_id(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<FaceDto>,
) -> Result<Json<PersonResponseDto>> {
    let person = app
        .commit(move |connection| {
            require_person(connection, &caller, id, Permission::PersonUpdate)?;
            require_face(connection, &caller, dto.id, Permission::PersonCreate)?;
            assign::give(connection, &[dto.id], id, now())?;
            require_person(connection, &caller, id, Permission::PersonUpdate)
        })
        .await?;
    Ok(Json(PersonResponseDto::new(person)))
}

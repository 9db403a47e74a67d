//! `PUT /people/{id}/reassign`: faces of others are this person's.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::{Action, Caller, Permission, is_reachable};
use crate::app::state::App;
use crate::core::people::own::{refused, require_person};
use crate::core::people::person::PersonResponseDto;
use crate::core::people::{assign, queries};
use crate::features::people::dto::{AssetFaceUpdateDto, AssetFaceUpdateItem};
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    put,
    path = "/api/people/{id}/reassign",
    tag = "People",
    operation_id = "reassignFaces",
    params(("id" = uuid::Uuid, Path)),
    request_body = AssetFaceUpdateDto,
    responses((status = 200, body = Vec<PersonResponseDto>, description = "")),
)]
pub(crate) async fn reassign_faces(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<AssetFaceUpdateDto>,
) -> Result<Json<Vec<PersonResponseDto>>> {
    let answers = app
        .commit(move |connection| {
            require_person(connection, &caller, id, Permission::PersonUpdate)?;
            let answers = dto.data.iter().map(|item| {
                reassign(connection, &caller, id, item)?;
                require_person(connection, &caller, id, Permission::PersonUpdate)
            });
            answers.collect::<Result<Vec<_>>>()
        })
        .await?;
    let answers = answers.into_iter();
    Ok(Json(answers.map(PersonResponseDto::new).collect()))
}

/// Gives a person the faces that another has on an asset, if they have some there.
fn reassign(
    connection: &mut Connection<'_>,
    caller: &Caller,
    person: Uuid,
    item: &AssetFaceUpdateItem,
) -> Result<()> {
    if !is_reachable(connection, caller, Action::Update, item.asset_id)? {
        return Err(refused(Permission::PersonCreate));
    }
    let faces = queries::list_faces_of(connection, item.person_id, item.asset_id)?;
    if faces.is_empty() {
        return Ok(());
    }
    Ok(assign::give(connection, &faces, person, now())?)
}

//! `POST /faces`: the user says where in a picture a person is.

use axum::extract::State;
use http::StatusCode;

use crate::access::{Action, Caller, Permission, require_all};
use crate::app::state::App;
use crate::core::choices::SourceType;
use crate::core::people::own::require_person;
use crate::core::people::queries::NewFace;
use crate::core::people::{MAX_FACES, featured, queries, sidecars};
use crate::features::faces::dto::AssetFaceCreateDto;
use kallitype_db::{Connection, new_id};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/faces",
    tag = "Faces",
    operation_id = "createFace",
    request_body = AssetFaceCreateDto,
    responses((status = 201, description = "")),
)]
pub(crate) async fn create_face(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<AssetFaceCreateDto>,
) -> Result<StatusCode> {
    app.commit(move |connection| create(connection, &caller, &dto))
        .await?;
    Ok(StatusCode::CREATED)
}

/// Faces are recorded on what is the caller's own only: whom they see in others' pictures, those cannot undo.
fn create(
    connection: &mut Connection<'_>,
    caller: &Caller,
    dto: &AssetFaceCreateDto,
) -> Result<()> {
    let area = dto.area()?;
    require_all(connection, caller, Action::Update, &[dto.asset_id])?;
    require_person(connection, caller, dto.person_id, Permission::PersonRead)?;
    connection.lock("asset", dto.asset_id)?;
    if queries::count_faces(connection, dto.asset_id)? >= MAX_FACES {
        return Err(ApiError::bad_request("The asset has too many faces"));
    }
    let face = NewFace {
        asset: dto.asset_id,
        person: Some(dto.person_id),
        area,
        source: SourceType::Manual,
        found_name: None,
        is_decided: true,
        deleted_at: None,
    };
    queries::insert_face(connection, new_id(), &face)?;
    sidecars::schedule(connection, &[dto.asset_id])?;
    Ok(featured::draw_if_missing(connection, dto.person_id)?)
}

//! `DELETE /faces/{id}`: the user says that a face is none.

use axum::extract::State;
use http::StatusCode;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::people::assign;
use crate::core::people::own::require_face;
use crate::features::faces::dto::AssetFaceDeleteDto;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/faces/{id}",
    tag = "Faces",
    operation_id = "deleteFace",
    params(("id" = uuid::Uuid, Path)),
    request_body = AssetFaceDeleteDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_face(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<AssetFaceDeleteDto>,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.commit(move |connection| {
        let asset = require_face(connection, &caller, id, Permission::FaceDelete)?;
        assign::remove(connection, (user, asset), id, dto.force, now())?;
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

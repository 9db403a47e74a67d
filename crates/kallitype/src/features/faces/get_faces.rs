//! `GET /faces`: the faces on an asset, from left to right.

use axum::Json;
use axum::extract::State;

use crate::access::{Action, Caller, require_all};
use crate::app::state::App;
use crate::core::people::face::{AssetFaceResponseDto, FaceRow};
use crate::core::people::person::{PersonResponseDto, PersonRow};
use crate::core::people::queries;
use crate::features::faces::dto::FacesQuery;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/faces",
    tag = "Faces",
    operation_id = "getFaces",
    params(FacesQuery),
    responses((status = 200, body = Vec<AssetFaceResponseDto>, description = "")),
)]
pub(crate) async fn get_faces(
    State(app): State<App>,
    caller: Caller,
    Queried(query): Queried<FacesQuery>,
) -> Result<Json<Vec<AssetFaceResponseDto>>> {
    let user = caller.user_id()?;
    let faces = app
        .db
        .read_consistent(move |connection| {
            require_all(connection, &caller, Action::Read, &[query.id])?;
            Ok::<_, ApiError>(queries::list_faces(connection, &[query.id])?)
        })
        .await?;
    // Whom others see in their pictures is theirs to know.
    let shown = |(face, person): (FaceRow, Option<PersonRow>)| {
        let person = person.filter(|_| face.owner_id == user);
        AssetFaceResponseDto::new(&face, person.map(PersonResponseDto::new))
    };
    Ok(Json(faces.into_iter().map(shown).collect()))
}

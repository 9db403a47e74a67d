//! `GET /libraries`, `/libraries/{id}`: the libraries of all users.

use axum::Json;
use axum::extract::State;

use super::require;
use crate::app::state::App;
use crate::core::libraries::library::LibraryResponseDto;
use crate::core::libraries::queries;
use kallitype_web::error::Result;
use kallitype_web::fields::Id;

#[utoipa::path(
    get,
    path = "/api/libraries",
    tag = "Libraries",
    operation_id = "getAllLibraries",
    responses((status = 200, body = Vec<LibraryResponseDto>, description = "")),
)]
pub(crate) async fn get_all_libraries(
    State(app): State<App>,
) -> Result<Json<Vec<LibraryResponseDto>>> {
    Ok(Json(app.db.scan(queries::list).await?))
}

#[utoipa::path(
    get,
    path = "/api/libraries/{id}",
    tag = "Libraries",
    operation_id = "getLibrary",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = LibraryResponseDto, description = "")),
)]
pub(crate) async fn get_library(
    State(app): State<App>,
    Id(id): Id,
) -> Result<Json<LibraryResponseDto>> {
    let library = app
        .db
        .read(move |connection| require(connection, id))
        .await?;
    Ok(Json(library))
}

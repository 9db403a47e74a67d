//! `PUT /libraries/{id}`: changes a library. What follows for its files, the next scan does.

use axum::Json;
use axum::extract::State;

use super::dto::UpdateLibraryDto;
use super::require;
use super::validate::check;
use crate::app::state::App;
use crate::core::libraries::import_paths::require_readable;
use crate::core::libraries::library::{LibraryChanges, LibraryResponseDto};
use crate::core::libraries::queries;
use kallitype_web::error::Result;
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    put,
    path = "/api/libraries/{id}",
    tag = "Libraries",
    operation_id = "updateLibrary",
    params(("id" = uuid::Uuid, Path)),
    request_body = UpdateLibraryDto,
    responses((status = 200, body = LibraryResponseDto, description = "")),
)]
pub(crate) async fn update_library(
    State(app): State<App>,
    Id(id): Id,
    Body(dto): Body<UpdateLibraryDto>,
) -> Result<Json<LibraryResponseDto>> {
    app.db
        .read(move |connection| require(connection, id))
        .await?;
    check(
        &app,
        dto.import_paths.clone().unwrap_or_default(),
        require_readable,
    )
    .await?;
    let changes = LibraryChanges {
        name: dto.name,
        import_paths: dto.import_paths,
        exclusion_patterns: dto.exclusion_patterns,
    };
    let library = app
        .commit(move |connection| {
            connection.lock("library", id)?;
            require(connection, id)?;
            queries::update(connection, id, &changes, now())?;
            require(connection, id)
        })
        .await?;
    Ok(Json(library))
}

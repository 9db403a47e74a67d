//! `POST /libraries`: makes a library of someone's. Its folders need not be there yet.

use axum::extract::State;
use axum::response::Response;

use super::dto::CreateLibraryDto;
use super::require;
use super::validate::check;
use crate::app::state::App;
use crate::core::accounts;
use crate::core::libraries::import_paths::require_possible;
use crate::core::libraries::library::{DEFAULT_EXCLUSIONS, LibraryResponseDto, NewLibrary};
use crate::core::libraries::queries;
use kallitype_db::{Connection, new_id};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::response::created;
use kallitype_web::time::now;

#[utoipa::path(
    post,
    path = "/api/libraries",
    tag = "Libraries",
    operation_id = "createLibrary",
    request_body = CreateLibraryDto,
    responses((status = 201, body = LibraryResponseDto, description = "")),
)]
pub(crate) async fn create_library(
    State(app): State<App>,
    Body(dto): Body<CreateLibraryDto>,
) -> Result<Response> {
    let import_paths = dto.import_paths.unwrap_or_default();
    check(&app, import_paths.clone(), require_possible).await?;
    let exclusions = DEFAULT_EXCLUSIONS.map(str::to_owned).to_vec();
    let library = NewLibrary {
        id: new_id(),
        owner_id: dto.owner_id,
        name: dto.name.unwrap_or_else(|| "New External Library".into()),
        import_paths,
        exclusion_patterns: dto.exclusion_patterns.unwrap_or(exclusions),
    };
    let made = app
        .commit(move |connection| create(connection, &library))
        .await?;
    Ok(created(made))
}

fn create(connection: &mut Connection<'_>, library: &NewLibrary) -> Result<LibraryResponseDto> {
    // An account that goes must not leave a library behind.
    connection.lock("account", library.owner_id)?;
    if !accounts::queries::is_active(connection, library.owner_id)? {
        return Err(ApiError::bad_request("User not found"));
    }
    queries::insert(connection, library, now())?;
    require(connection, library.id)
}

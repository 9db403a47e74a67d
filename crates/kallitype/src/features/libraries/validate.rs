//! `POST /libraries/{id}/validate`: whether folders can be a library's.

use std::path::PathBuf;

use axum::Json;
use axum::extract::State;

use super::dto::{
    ValidateLibraryDto, ValidateLibraryImportPathResponseDto, ValidateLibraryResponseDto,
};
use crate::app::state::App;
use crate::core::libraries::import_paths::{OwnFolders, require_readable};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};

#[utoipa::path(
    post,
    path = "/api/libraries/{id}/validate",
    tag = "Libraries",
    operation_id = "validate",
    params(("id" = uuid::Uuid, Path)),
    request_body = ValidateLibraryDto,
    responses((status = 200, body = ValidateLibraryResponseDto, description = "")),
)]
pub(crate) async fn validate(
    State(app): State<App>,
    _: Id,
    Body(dto): Body<ValidateLibraryDto>,
) -> Result<Json<ValidateLibraryResponseDto>> {
    let paths = dto.import_paths.unwrap_or_default();
    let looked = look(&app, paths, require_readable).await?;
    let import_paths =
        looked.into_iter().map(
            |(import_path, message)| ValidateLibraryImportPathResponseDto {
                import_path,
                is_valid: message.is_none(),
                message,
            },
        );
    Ok(Json(ValidateLibraryResponseDto {
        import_paths: import_paths.collect(),
    }))
}

/// Whether a folder can be a library's, or why not.
type Rule = fn(&str, &OwnFolders) -> std::result::Result<PathBuf, String>;

/// Refuses import paths that break a rule.
///
/// # Errors
/// 400 for the first that does.
pub(super) async fn check(app: &App, paths: Vec<String>, rule: Rule) -> Result<()> {
    let looked = look(app, paths, rule).await?;
    match looked.into_iter().find_map(|(_, message)| message) {
        Some(message) => Err(ApiError::bad_request(format!(
            "Invalid import path: {message}"
        ))),
        None => Ok(()),
    }
}

/// Looks at folders where a disk that does not answer keeps no one else waiting; answers what is wrong with each.
async fn look(app: &App, paths: Vec<String>, rule: Rule) -> Result<Vec<(String, Option<String>)>> {
    let settings = app.settings.clone();
    let looking = app.file_readers.run(move || {
        let own = OwnFolders::of(&settings);
        let look = |path: String| {
            let message = rule(&path, &own).err();
            (path, message)
        };
        Ok(paths.into_iter().map(look).collect())
    });
    Ok(looking.await?)
}

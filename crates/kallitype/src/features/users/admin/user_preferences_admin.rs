//! `/admin/users/{id}/preferences`: what a user has set to their liking.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::core::accounts::preferences::{UserPreferencesResponseDto, UserPreferencesUpdateDto};
use crate::core::accounts::{not_found, preferences};
use crate::features::users::admin::find_active;
use kallitype_web::error::Result;
use kallitype_web::fields::{Body, Id};

#[utoipa::path(
    get,
    path = "/api/admin/users/{id}/preferences",
    tag = "Users (admin)",
    operation_id = "getUserPreferencesAdmin",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = UserPreferencesResponseDto, description = "")),
)]
pub(crate) async fn get_user_preferences_admin(
    State(app): State<App>,
    Id(id): Id,
) -> Result<Json<UserPreferencesResponseDto>> {
    let found = app
        .db
        .read(move |connection| preferences::of(connection, id))
        .await?;
    found.map(Json).ok_or_else(not_found)
}

#[utoipa::path(
    put,
    path = "/api/admin/users/{id}/preferences",
    tag = "Users (admin)",
    operation_id = "updateUserPreferencesAdmin",
    params(("id" = uuid::Uuid, Path)),
    request_body = UserPreferencesUpdateDto,
    responses((status = 200, body = UserPreferencesResponseDto, description = "")),
)]
pub(crate) async fn update_user_preferences_admin(
    State(app): State<App>,
    Id(id): Id,
    Body(dto): Body<UserPreferencesUpdateDto>,
) -> Result<Json<UserPreferencesResponseDto>> {
    let chosen = app
        .commit(move |connection| {
            find_active(connection, id)?;
            preferences::choose(connection, id, dto.clone())?.ok_or_else(not_found)
        })
        .await?;
    Ok(Json(chosen))
}

//! `/users/me/preferences`: what the caller has set to their liking.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts::preferences::{UserPreferencesResponseDto, UserPreferencesUpdateDto};
use crate::core::accounts::{not_found, preferences};
use kallitype_web::error::Result;
use kallitype_web::fields::Body;

#[utoipa::path(
    get,
    path = "/api/users/me/preferences",
    tag = "Users",
    operation_id = "getMyPreferences",
    responses((status = 200, body = UserPreferencesResponseDto, description = "")),
)]
pub(crate) async fn get_my_preferences(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<UserPreferencesResponseDto>> {
    let id = caller.user_id()?;
    let found = app
        .db
        .read(move |connection| preferences::of(connection, id))
        .await?;
    found.map(Json).ok_or_else(not_found)
}

#[utoipa::path(
    put,
    path = "/api/users/me/preferences",
    tag = "Users",
    operation_id = "updateMyPreferences",
    request_body = UserPreferencesUpdateDto,
    responses((status = 200, body = UserPreferencesResponseDto, description = "")),
)]
pub(crate) async fn update_my_preferences(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<UserPreferencesUpdateDto>,
) -> Result<Json<UserPreferencesResponseDto>> {
    let id = caller.user_id()?;
    let chosen = app
        .commit(move |connection| preferences::choose(connection, id, dto.clone()))
        .await?;
    chosen.map(Json).ok_or_else(not_found)
}

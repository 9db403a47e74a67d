//! `/users/me/preferences`: what the caller has set to their liking.

use axum::Json;
use axum::extract::State;

use super::not_found;
use super::preferences::{self, UserPreferencesResponseDto, UserPreferencesUpdateDto};
use crate::access::Caller;
use crate::http::error::Result;
use crate::http::fields::Body;
use crate::http::state::App;
use crate::library;

#[utoipa::path(
    get,
    path = "/api/users/me/preferences",
    tag = "Users",
    operation_id = "getMyPreferences",
    responses((status = 200, body = UserPreferencesResponseDto, description = "")),
)]
pub async fn get_my_preferences(
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
pub async fn update_my_preferences(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<UserPreferencesUpdateDto>,
) -> Result<Json<UserPreferencesResponseDto>> {
    let id = caller.user_id()?;
    let chosen = app
        .db
        .write(move |connection| preferences::choose(connection, id, dto.clone()))
        .await?;
    library::journal_account(&app, id).await;
    chosen.map(Json).ok_or_else(not_found)
}

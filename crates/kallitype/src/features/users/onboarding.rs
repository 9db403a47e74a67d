//! `/users/me/onboarding`: whether the caller has seen the first steps of the web client.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts::queries;
use crate::features::users::dto::{OnboardingDto, OnboardingResponseDto};
use kallitype_web::error::Result;
use kallitype_web::fields::Body;

#[utoipa::path(
    get,
    path = "/api/users/me/onboarding",
    tag = "Users",
    operation_id = "getUserOnboarding",
    responses((status = 200, body = OnboardingResponseDto, description = "")),
)]
pub(crate) async fn get_user_onboarding(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<OnboardingResponseDto>> {
    let id = caller.user_id()?;
    let is_onboarded = app
        .db
        .read(move |connection| queries::is_onboarded(connection, id))
        .await?;
    Ok(Json(OnboardingResponseDto { is_onboarded }))
}

#[utoipa::path(
    put,
    path = "/api/users/me/onboarding",
    tag = "Users",
    operation_id = "setUserOnboarding",
    request_body = OnboardingDto,
    responses((status = 200, body = OnboardingResponseDto, description = "")),
)]
pub(crate) async fn set_user_onboarding(
    State(app): State<App>,
    caller: Caller,
    Body(OnboardingDto { is_onboarded }): Body<OnboardingDto>,
) -> Result<Json<OnboardingResponseDto>> {
    set(&app, caller.user_id()?, is_onboarded).await?;
    Ok(Json(OnboardingResponseDto { is_onboarded }))
}

#[utoipa::path(
    delete,
    path = "/api/users/me/onboarding",
    tag = "Users",
    operation_id = "deleteUserOnboarding",
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_user_onboarding(
    State(app): State<App>,
    caller: Caller,
) -> Result<StatusCode> {
    set(&app, caller.user_id()?, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set(app: &App, id: Uuid, is_onboarded: bool) -> Result<()> {
    app.commit(move |connection| queries::set_onboarded(connection, id, is_onboarded))
        .await?;
    Ok(())
}

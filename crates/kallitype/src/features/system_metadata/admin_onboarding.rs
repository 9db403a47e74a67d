//! `/system-metadata/admin-onboarding`: whether an administrator has seen the first steps. So they have once there is one,
//! unless they say otherwise.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use super::dto::AdminOnboardingUpdateDto;
use crate::app::state::App;
use crate::core::installation;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;

#[utoipa::path(
    get,
    path = "/api/system-metadata/admin-onboarding",
    tag = "System Metadata",
    operation_id = "getAdminOnboarding",
    responses((status = 200, body = AdminOnboardingUpdateDto, description = "")),
)]
pub(crate) async fn get_admin_onboarding(
    State(app): State<App>,
) -> Result<Json<AdminOnboardingUpdateDto>> {
    let is_onboarded = app.db.read(installation::is_onboarded).await?;
    Ok(Json(AdminOnboardingUpdateDto { is_onboarded }))
}

#[utoipa::path(
    post,
    path = "/api/system-metadata/admin-onboarding",
    tag = "System Metadata",
    operation_id = "updateAdminOnboarding",
    request_body = AdminOnboardingUpdateDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn update_admin_onboarding(
    State(app): State<App>,
    Body(dto): Body<AdminOnboardingUpdateDto>,
) -> Result<StatusCode> {
    let is_onboarded = dto.is_onboarded;
    app.commit(move |connection| installation::set_onboarded(connection, is_onboarded))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

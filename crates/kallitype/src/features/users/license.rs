//! `/users/me/license`: a licence that the caller holds. Nobody is asked whether it is good: nothing depends on it.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts::queries;
use crate::core::license::{LicenseKeyDto, LicenseResponseDto};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    get,
    path = "/api/users/me/license",
    tag = "Users",
    operation_id = "getUserLicense",
    responses((status = 200, body = LicenseResponseDto, description = "")),
)]
pub(crate) async fn get_user_license(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<LicenseResponseDto>> {
    let id = caller.user_id()?;
    let found = app
        .db
        .read(move |connection| queries::find_license(connection, id))
        .await?;
    found
        .map(|license| Json(license.into()))
        .ok_or_else(|| ApiError::not_found("Not Found"))
}

#[utoipa::path(
    put,
    path = "/api/users/me/license",
    tag = "Users",
    operation_id = "setUserLicense",
    request_body = LicenseKeyDto,
    responses((status = 200, body = LicenseResponseDto, description = "")),
)]
pub(crate) async fn set_user_license(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<LicenseKeyDto>,
) -> Result<Json<LicenseResponseDto>> {
    let id = caller.user_id()?;
    let license = dto.into_license();
    let kept = license.clone();
    app.commit(move |connection| queries::set_license(connection, id, Some(&kept)))
        .await?;
    Ok(Json(license.into()))
}

#[utoipa::path(
    delete,
    path = "/api/users/me/license",
    tag = "Users",
    operation_id = "deleteUserLicense",
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_user_license(
    State(app): State<App>,
    caller: Caller,
) -> Result<StatusCode> {
    let id = caller.user_id()?;
    app.commit(move |connection| queries::set_license(connection, id, None))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `/server/license`: a licence for servers that an administrator holds.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::app::state::App;
use crate::core::installation;
use crate::core::license::{LicenseKeyDto, LicenseResponseDto};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

/// How the keys of licences for servers begin.
const FOR_SERVERS: &str = "IMSV-";

#[utoipa::path(
    get,
    path = "/api/server/license",
    tag = "Server",
    operation_id = "getServerLicense",
    responses(
        (status = 200, body = LicenseResponseDto, description = ""),
        (status = 404, description = ""),
    ),
)]
pub(crate) async fn get_server_license(State(app): State<App>) -> Result<Json<LicenseResponseDto>> {
    let found = app.db.read(installation::find_license).await?;
    found
        .map(|license| Json(license.into()))
        .ok_or_else(|| ApiError::not_found("Not Found"))
}

#[utoipa::path(
    put,
    path = "/api/server/license",
    tag = "Server",
    operation_id = "setServerLicense",
    request_body = LicenseKeyDto,
    responses((status = 200, body = LicenseResponseDto, description = "")),
)]
pub(crate) async fn set_server_license(
    State(app): State<App>,
    Body(dto): Body<LicenseKeyDto>,
) -> Result<Json<LicenseResponseDto>> {
    if !dto.license_key.starts_with(FOR_SERVERS) {
        return Err(ApiError::bad_request("Invalid license key"));
    }
    let license = dto.into_license();
    let kept = license.clone();
    app.commit(move |connection| installation::set_license(connection, Some(&kept)))
        .await?;
    Ok(Json(license.into()))
}

#[utoipa::path(
    delete,
    path = "/api/server/license",
    tag = "Server",
    operation_id = "deleteServerLicense",
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_server_license(State(app): State<App>) -> Result<StatusCode> {
    app.commit(|connection| installation::set_license(connection, None))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `POST /auth/validateToken`: whether the credential is good.

use axum::Json;

use crate::features::auth::dto::ValidateAccessTokenResponseDto;

#[utoipa::path(
    post,
    path = "/api/auth/validateToken",
    tag = "Authentication",
    operation_id = "validateAccessToken",
    responses((status = 200, body = ValidateAccessTokenResponseDto, description = "")),
)]
pub(crate) async fn validate_access_token() -> Json<ValidateAccessTokenResponseDto> {
    Json(ValidateAccessTokenResponseDto { auth_status: true })
}

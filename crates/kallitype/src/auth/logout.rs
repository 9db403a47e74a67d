//! `POST /auth/logout`: ends the session.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;

use super::dto::LogoutResponseDto;
use super::queries;
use crate::access::Caller;
use crate::http::cookies;
use crate::http::error::Result;
use crate::http::state::App;

#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "Authentication",
    operation_id = "logout",
    responses((status = 200, body = LogoutResponseDto, description = "")),
)]
pub async fn logout(State(app): State<App>, caller: Caller) -> Result<Response> {
    if let Some(session) = &caller.principal()?.session {
        let id = session.id;
        app.db
            .write(move |connection| queries::delete_session(connection, id))
            .await?;
    }
    let body = LogoutResponseDto {
        redirect_uri: "/auth/login?autoLaunch=0".into(),
        successful: true,
    };
    let mut response = Json(body).into_response();
    for name in [
        cookies::ACCESS_TOKEN,
        cookies::AUTH_TYPE,
        cookies::IS_AUTHENTICATED,
    ] {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookies::clear(name)?);
    }
    Ok(response)
}

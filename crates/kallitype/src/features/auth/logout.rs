//! `POST /auth/logout`: ends the session.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;

use crate::access::Caller;
use crate::app::state;
use crate::app::state::App;
use crate::core::sessions;
use crate::features::auth::dto::LogoutResponseDto;
use kallitype_web::cookies;
use kallitype_web::error::Result;

/// Where to sign in again, without being led to the provider at once.
const LOGIN_PAGE: &str = "/auth/login?autoLaunch=0";

#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "Authentication",
    operation_id = "logout",
    responses((status = 200, body = LogoutResponseDto, description = "")),
)]
pub(crate) async fn logout(State(app): State<App>, caller: Caller) -> Result<Response> {
    let mut is_oauth = false;
    if let Some(session) = &caller.principal()?.session {
        let id = session.id;
        is_oauth = app
            .commit(move |connection| sessions::queries::end_session(connection, id))
            .await?;
    }
    let elsewhere = match is_oauth {
        true => state::logout_url(&app).await,
        false => None,
    };
    let body = LogoutResponseDto {
        redirect_uri: elsewhere.unwrap_or_else(|| LOGIN_PAGE.into()),
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

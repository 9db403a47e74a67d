//! `GET /oauth/mobile-redirect`: hands what the provider sent on to the phone app, and to nothing else.

use axum::extract::RawQuery;
use axum::response::Redirect;

use crate::features::oauth::redirect::MOBILE;

#[utoipa::path(
    get,
    path = "/api/oauth/mobile-redirect",
    tag = "OAuth",
    operation_id = "redirectOAuthToMobile",
    responses((status = 200, description = "")),
)]
pub(crate) async fn redirect_oauth_to_mobile(RawQuery(query): RawQuery) -> Redirect {
    Redirect::temporary(&format!("{MOBILE}?{}", query.unwrap_or_default()))
}

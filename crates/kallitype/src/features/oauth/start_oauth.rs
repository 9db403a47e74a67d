//! `POST /oauth/authorize`: begins to sign in at the provider.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use crate::app::state::App;
use crate::features::oauth::dto::{OAuthAuthorizeResponseDto, OAuthConfigDto};
use crate::features::oauth::flow;
use crate::features::oauth::provider;
use kallitype_web::client::Client;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;
use kallitype_web::response::created;

#[utoipa::path(
    post,
    path = "/api/oauth/authorize",
    tag = "OAuth",
    operation_id = "startOAuth",
    request_body = OAuthConfigDto,
    responses((status = 201, body = OAuthAuthorizeResponseDto, description = "")),
)]
pub(crate) async fn start_oauth(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Body(dto): Body<OAuthConfigDto>,
) -> Result<Response> {
    let provider = provider(&app)?;
    let begun = flow::begin(&app, client, &headers, dto).await?;
    let url = provider
        .sign_in_url(&begun.flow, begun.state.clone())
        .await?;
    let mut response = created(OAuthAuthorizeResponseDto { url });
    flow::set_cookies(&app, client, &begun, &mut response)?;
    Ok(response)
}

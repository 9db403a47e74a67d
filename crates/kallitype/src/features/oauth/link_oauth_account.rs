//! `POST /oauth/link`: lets the caller sign in at the provider from now on.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::assets::quota::out_of_use;
use crate::features::oauth::dto::OAuthCallbackDto;
use crate::features::oauth::flow;
use crate::features::oauth::queries;
use crate::oidc::profile::Profile;
use kallitype_db::{Connection, DatabaseError};
use kallitype_web::client::Client;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/oauth/link",
    tag = "OAuth",
    operation_id = "linkOAuthAccount",
    request_body = OAuthCallbackDto,
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn link_oauth_account(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    caller: Caller,
    Body(dto): Body<OAuthCallbackDto>,
) -> Result<Response> {
    let id = caller.user_id()?;
    let linked = match flow::finish(&app, client, &headers, dto).await {
        Ok(profile) => link(&app, id, profile).await,
        Err(refused) => Err(refused),
    };
    let mut response = linked.map(Json).into_response();
    flow::clear_cookies(&mut response)?;
    Ok(response)
}

async fn link(app: &App, id: Uuid, profile: Profile) -> Result<UserAdminResponseDto> {
    let linked = app
        .commit(move |connection| {
            link_if_free(connection, id, &profile.subject)?;
            accounts::queries::find(connection, id)?.ok_or_else(out_of_use)
        })
        .await?;
    Ok(linked)
}

fn link_if_free(connection: &mut Connection<'_>, id: Uuid, oauth_id: &str) -> Result<()> {
    match queries::link(connection, id, oauth_id) {
        Err(DatabaseError::Duplicate) => Err(ApiError::bad_request(
            "This OAuth account has already been linked to another user.",
        )),
        linked => Ok(linked?),
    }
}

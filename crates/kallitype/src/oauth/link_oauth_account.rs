//! `POST /oauth/link`: lets the caller sign in at the provider from now on.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use uuid::Uuid;

use super::dto::OAuthCallbackDto;
use super::profile::Profile;
use super::{flow, queries};
use crate::access::Caller;
use crate::db::{Connection, DatabaseError};
use crate::http::client::Client;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::state::App;
use crate::library;
use crate::users::{self, UserAdminResponseDto};

#[utoipa::path(
    post,
    path = "/api/oauth/link",
    tag = "OAuth",
    operation_id = "linkOAuthAccount",
    request_body = OAuthCallbackDto,
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub async fn link_oauth_account(
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
        .db
        .write(move |connection| {
            link_if_free(connection, id, &profile.subject)?;
            users::queries::find(connection, id)?
                .ok_or_else(|| ApiError::internal("an account vanished while it was linked"))
        })
        .await?;
    library::journal_account(app, id).await;
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

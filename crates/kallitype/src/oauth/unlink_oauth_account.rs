//! `POST /oauth/unlink` and `POST /admin/auth/unlink-all`: the provider opens the account, or any, no more.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use super::queries;
use crate::access::Caller;
use crate::db::DatabaseError;
use crate::http::error::{ApiError, Result};
use crate::http::state::App;
use crate::library;
use crate::users::{self, UserAdminResponseDto};

#[utoipa::path(
    post,
    path = "/api/oauth/unlink",
    tag = "OAuth",
    operation_id = "unlinkOAuthAccount",
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub async fn unlink_oauth_account(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<UserAdminResponseDto>> {
    let id = caller.user_id()?;
    let unlinked = app
        .db
        .write(move |connection| {
            queries::link(connection, id, "")?;
            users::queries::find(connection, id)
        })
        .await?;
    library::journal_account(&app, id).await;
    unlinked
        .map(Json)
        .ok_or_else(|| ApiError::internal("an account vanished while it was unlinked"))
}

#[utoipa::path(
    post,
    path = "/api/admin/auth/unlink-all",
    tag = "Auth (admin)",
    operation_id = "unlinkAllOAuthAccountsAdmin",
    responses((status = 204, description = "")),
)]
pub async fn unlink_all_oauth_accounts_admin(State(app): State<App>) -> Result<StatusCode> {
    let unlinked = app
        .db
        .write(|connection| {
            let linked = queries::list_linked(connection)?;
            for id in &linked {
                queries::link(connection, *id, "")?;
            }
            Ok::<_, DatabaseError>(linked)
        })
        .await?;
    for id in unlinked {
        library::journal_account(&app, id).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

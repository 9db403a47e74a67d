//! `POST /oauth/unlink` and `POST /admin/auth/unlink-all`: the provider opens the account, or any, no more.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::features::oauth::queries;
use crate::integrity::journaling;
use kallitype_db::DatabaseError;
use kallitype_web::error::{ApiError, Result};

#[utoipa::path(
    post,
    path = "/api/oauth/unlink",
    tag = "OAuth",
    operation_id = "unlinkOAuthAccount",
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn unlink_oauth_account(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<UserAdminResponseDto>> {
    let id = caller.user_id()?;
    let unlinked = app
        .db
        .write(move |connection| {
            queries::link(connection, id, "")?;
            accounts::queries::find(connection, id)
        })
        .await?;
    journaling::journal_account(&app, id).await;
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
pub(crate) async fn unlink_all_oauth_accounts_admin(State(app): State<App>) -> Result<StatusCode> {
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
        journaling::journal_account(&app, id).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

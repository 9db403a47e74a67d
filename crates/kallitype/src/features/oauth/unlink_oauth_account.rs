//! `POST /oauth/unlink` and `POST /admin/auth/unlink-all`: the provider opens the account, or any, no more.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::assets::quota::out_of_use;
use crate::features::oauth::queries;
use kallitype_web::error::Result;

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
        .commit(move |connection| {
            queries::link(connection, id, "")?;
            accounts::queries::find(connection, id)
        })
        .await?;
    unlinked.map(Json).ok_or_else(out_of_use)
}

#[utoipa::path(
    post,
    path = "/api/admin/auth/unlink-all",
    tag = "Auth (admin)",
    operation_id = "unlinkAllOAuthAccountsAdmin",
    responses((status = 204, description = "")),
)]
pub(crate) async fn unlink_all_oauth_accounts_admin(State(app): State<App>) -> Result<StatusCode> {
    app.commit(|connection| {
        let linked = queries::list_linked(connection)?;
        linked
            .iter()
            .try_for_each(|id| queries::link(connection, *id, ""))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

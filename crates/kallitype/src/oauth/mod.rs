//! Signing in at a provider that speaks OpenID Connect.
//!
//! A sign-in is a [`flow`]: it is begun here, goes on at the provider, and comes back with a code that the provider is
//! asked about. It is bound to the browser or the app that began it, used once, and forgotten after a while.

pub(crate) mod dto;
mod fetch;
mod finish_oauth;
pub(crate) mod flow;
mod link_oauth_account;
pub(crate) mod profile;
mod provider;
mod queries;
pub(crate) mod redirect;
mod redirect_oauth_to_mobile;
mod start_oauth;
mod unlink_oauth_account;

pub use provider::Provider;

use utoipa_axum::routes;

use crate::access::Permission::{AdminAuthUnlinkAll, All};
use crate::http::error::{ApiError, Result};
use crate::http::routes::{Routes, Who};
use crate::http::state::App;

/// Every URL about signing in elsewhere, with who may call it.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(Who::Anyone, routes!(start_oauth::start_oauth))
        .add(Who::Anyone, routes!(finish_oauth::finish_oauth))
        .add(
            Who::User(All),
            routes!(link_oauth_account::link_oauth_account),
        )
        .add(
            Who::User(All),
            routes!(unlink_oauth_account::unlink_oauth_account),
        )
        .add(
            Who::Anyone,
            routes!(redirect_oauth_to_mobile::redirect_oauth_to_mobile),
        )
        .add(
            Who::Admin(AdminAuthUnlinkAll),
            routes!(unlink_oauth_account::unlink_all_oauth_accounts_admin),
        )
}

/// The provider, if there is one.
fn provider(app: &App) -> Result<&Provider> {
    app.oauth
        .as_ref()
        .ok_or_else(|| ApiError::bad_request("OAuth is not enabled"))
}

/// Where a session that was begun at the provider is ended there too. Should the provider not say, it is not.
pub async fn logout_url(app: &App) -> Option<String> {
    match app.oauth.as_ref()?.logout_url().await {
        Ok(url) => url,
        Err(error) => {
            tracing::warn!(%error, "a session is ended here, but not at the provider");
            None
        }
    }
}

/// The answer to whoever may not come in, whatever the reason: it tells nothing of accounts or of what was wrong.
fn refused() -> ApiError {
    ApiError::bad_request("OAuth authentication failed")
}

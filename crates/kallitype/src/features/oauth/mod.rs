//! Signing in at a provider that speaks OpenID Connect.
//!
//! A sign-in is a [`flow`]: it is begun here, goes on at the provider, and comes back with a code that the provider is
//! asked about. It is bound to the browser or the app that began it, used once, and forgotten after a while.

pub(crate) mod dto;
pub(crate) mod finish_oauth;
pub(crate) mod flow;
pub(crate) mod link_oauth_account;
pub(crate) mod queries;
pub(crate) mod redirect;
pub(crate) mod redirect_oauth_to_mobile;
pub(crate) mod start_oauth;
pub(crate) mod unlink_oauth_account;

use std::sync::Arc;

use utoipa_axum::routes;

use crate::access::Permission::{AdminAuthUnlinkAll, All};
use crate::app::routes::{Routes, Who};
use crate::app::state::App;
use crate::oidc::provider::Provider;
use kallitype_web::error::{ApiError, Result};

/// Every URL about signing in elsewhere, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
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
fn provider(app: &App) -> Result<Arc<Provider>> {
    let provider = app.config().provider.clone();
    provider.ok_or_else(|| ApiError::bad_request("OAuth is not enabled"))
}

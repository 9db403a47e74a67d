//! How many requests trusted proxies send at once for one client.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::state::App;
use kallitype_web::addresses::Presence;
use kallitype_web::body::Holding;
use kallitype_web::client::Peer;
use kallitype_web::error::ApiError;

/// After how many seconds a client may try again.
const RETRY_AFTER: u64 = 1;

/// One request of a client behind a trusted proxy. It is counted until all of these are dropped.
#[derive(Clone)]
pub(crate) struct ClientPresence(
    #[expect(dead_code, reason = "it counts while it is there")] Arc<Presence>,
);

/// Counts a request that came by a trusted proxy to its client's address until it is answered, and refuses it when there are
/// enough. Of those that come by themselves, the connections are counted.
pub(crate) async fn limit_clients(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let Some(client) = app.proxies().client_behind(peer, request.headers()) else {
        return next.run(request).await;
    };
    let Some(presence) = app.clients.enter(client) else {
        let message = "Too many requests are sent at once from this address";
        return ApiError::too_many_requests(message, RETRY_AFTER).into_response();
    };
    let presence = ClientPresence(Arc::new(presence));
    // What goes on after the answer keeps it.
    request.extensions_mut().insert(presence.clone());
    let response = next.run(request).await;
    response.map(|body| Body::new(Holding::new(body, presence)))
}

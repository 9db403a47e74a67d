//! `/api/socket.io`: tells apps at once what happens, as [`app::events`](crate::app::events) has it.

mod dispatch;
mod protocol;
mod session;
mod sockets;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{Extensions, HeaderMap, Method, StatusCode};
use serde_json::json;
use tokio::task::JoinSet;

use self::sockets::{Member, Sockets};
use crate::access::{Identity, Permission};
use crate::app::events::EVENTS_CHANNEL;
use crate::app::guard::{Asked, Authenticator};
use crate::app::origin;
use crate::app::routes::Who;
use crate::app::state::App;
use crate::server::authentication::Credentials;
use crate::server::clients::ClientPresence;
use kallitype_web::connection::Connection;
use kallitype_web::credential::{credential, query_value};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::version::{API_VERSION, Wire};

/// Where it is.
pub(crate) const PATH: &str = "/api/socket.io";

/// How long the websockets may take to hear that the server stops.
const GOODBYE: Duration = Duration::from_secs(2);

/// The websockets of a server, and what tells them.
pub(crate) struct Websockets {
    sockets: Sockets,
    dispatch: JoinSet<()>,
}

impl Websockets {
    /// Begins to tell of what happens from now on.
    ///
    /// # Errors
    /// When other servers cannot be heard.
    pub(crate) fn start(app: &App) -> kallitype_db::Result<Self> {
        let sockets = Sockets::new(app.settings.websocket.clone());
        let mut dispatch = JoinSet::new();
        let subscription = app.events.subscribe();
        dispatch.spawn(dispatch::run(app.clone(), sockets.clone(), subscription));
        let events = app.events.clone();
        app.db
            .listen(EVENTS_CHANNEL, move |text| events.publish(text))?;
        Ok(Self { sockets, dispatch })
    }

    #[must_use]
    pub(crate) fn sockets(&self) -> Sockets {
        self.sockets.clone()
    }

    /// Has the apps look for another server, or for this one when it is there again.
    pub(crate) fn stop(&self) {
        self.sockets.stop(protocol::CLOSE);
    }

    /// Waits until they were told.
    pub(crate) async fn finish(mut self) {
        self.stop();
        self.dispatch.shutdown().await;
        // Who does not listen is not waited for.
        drop(tokio::time::timeout(GOODBYE, self.sockets.tasks().wait()).await);
    }
}

/// `GET /api/socket.io`: opens a websocket. Who is not let in is told so by it, as clients expect.
pub(crate) async fn open(
    State(app): State<App>,
    Extension(sockets): Extension<Sockets>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    extensions: Extensions,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    let query = query.unwrap_or_default();
    if let Some(misunderstanding) = misunderstanding(&query) {
        return Ok(misunderstanding);
    }
    let upgrade = upgrade.map_err(|refused| ApiError::bad_request(refused.body_text()))?;
    let upgrade = upgrade
        .max_message_size(protocol::MAX_RECEIVED)
        .max_frame_size(protocol::MAX_RECEIVED)
        .read_buffer_size(protocol::MAX_RECEIVED);
    let presence = extensions.get::<ClientPresence>().cloned();
    let hand_over = move || {
        if let Some(connection) = extensions.get::<Arc<Connection>>() {
            connection.hand_over();
        }
    };
    let Some(member) = authenticate(&app, &headers).await? else {
        let Some(permit) = sockets.admit_refused() else {
            return Err(ApiError::unauthorized("Authentication required"));
        };
        let reason = event("error", "unauthorized")?;
        hand_over();
        let (tasks, options) = (sockets.tasks().clone(), sockets.options().clone());
        return Ok(upgrade.on_upgrade(move |socket: WebSocket| {
            tasks.track_future(async move {
                session::refuse(socket, &options, reason).await;
                drop((permit, presence));
            })
        }));
    };
    let seat = sockets.admit(member)?;
    let greeting = greeting()?;
    hand_over();
    let (tasks, options) = (sockets.tasks().clone(), sockets.options().clone());
    Ok(upgrade.on_upgrade(move |socket: WebSocket| {
        tasks.track_future(async move {
            session::tell(socket, seat, &options, greeting).await;
            drop(presence);
        })
    }))
}

/// Who asks, if they have a credential that opens everything; what stands in the address is not looked at.
///
/// # Errors
/// 403 for a page of another server's, and when no one can say who it is.
async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Option<Member>> {
    let is_by_cookie = credential(headers, "").is_some_and(|given| given.is_by_cookie(headers));
    if is_by_cookie {
        origin::require_own_page(&app.config(), headers)?;
    }
    let asked = Asked {
        method: &Method::GET,
        headers,
        query: "",
    };
    let credentials = Credentials(app.clone());
    let who = Who::User(Permission::All);
    let caller = match credentials.authenticate(who, asked, None).await {
        Ok(authenticated) => authenticated.caller,
        Err(refused) if refused.status().is_client_error() => return Ok(None),
        Err(failed) => return Err(failed),
    };
    let Identity::User(principal) = caller.identity() else {
        return Ok(None);
    };
    Ok(Some(Member {
        user: principal.user.id,
        session: principal.session.as_ref().map(|session| session.id),
        key: principal.key.as_ref().map(|key| key.id),
        wire: Wire::of(headers),
    }))
}

/// The answer to a client that speaks something else, as Engine.IO has it.
fn misunderstanding(query: &str) -> Option<Response> {
    let asks_for = |name, value| query_value(query, name).as_deref() == Some(value);
    let (code, message) = if !asks_for("EIO", protocol::ENGINE) {
        (5, "Unsupported protocol version")
    } else if !asks_for("transport", "websocket") {
        (0, "Transport unknown")
    } else {
        return None;
    };
    let body = axum::Json(json!({"code": code, "message": message}));
    Some((StatusCode::BAD_REQUEST, body).into_response())
}

/// What apps are told first.
fn greeting() -> Result<Utf8Bytes> {
    let (major, minor, patch) = API_VERSION;
    let version = json!({"major": major, "minor": minor, "patch": patch});
    event("on_server_version", version)
}

fn event(name: &str, value: impl serde::Serialize) -> Result<Utf8Bytes> {
    protocol::event(name, &[value]).map_err(ApiError::internal)
}

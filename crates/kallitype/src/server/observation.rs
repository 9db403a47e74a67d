//! What is seen of every request: a name for its log lines and its answer, a line in the access log, metrics.

use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{Method, StatusCode, header};
use http_body::{Frame, SizeHint};
use metrics::{counter, histogram};
use tracing::field;

use crate::access::{CallerSlot, Identity};
use crate::app::state::App;
use kallitype_web::client::{Client, Peer};
use kallitype_web::request_id;
use kallitype_web::request_id::RequestId;

/// The target of the access log's lines.
pub(crate) const ACCESS: &str = "access";

/// What routes are called together that do not exist.
const UNKNOWN_ROUTE: &str = "unknown";

/// What stands before a link's key or name in the addresses of its pages.
const LINKS: [&str; 2] = ["/share/", "/s/"];

/// Bytes of a path that are logged at most.
const MAX_PATH: usize = 1024;

/// Gives a request its name, and watches what becomes of it if anyone wants to know.
pub(crate) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers());
    let watch = Watch::begin(&app, &id, &mut request);
    let method = method_name(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(UNKNOWN_ROUTE, MatchedPath::as_str);
    let mut response = id.answer(method, route, next.run(request)).await;
    if let Some(id) = id.header() {
        response.headers_mut().insert(request_id::HEADER, id);
    }
    match watch {
        Some(watch) => watch.follow(response),
        None => response,
    }
}

/// A request that is being answered. When it is dropped, that is over: the answer went out, or was cut off.
struct Watch {
    id: RequestId,
    begun: Instant,
    client: IpAddr,
    caller: CallerSlot,
    method: Method,
    route: Option<MatchedPath>,
    path: String,
    is_logged: bool,
    status: Option<StatusCode>,
    bytes: u64,
    is_whole: bool,
}

impl Watch {
    fn begin(app: &App, id: &RequestId, request: &mut Request) -> Option<Self> {
        let observation = &app.settings.observation;
        if !observation.access_log && observation.metrics_listen.is_none() {
            return None;
        }
        let caller = CallerSlot::default();
        request.extensions_mut().insert(caller.clone());
        let peer = request.extensions().get::<Peer>().copied();
        let client = Client::behind(peer, request.headers(), &app.proxies());
        Some(Self {
            id: id.clone(),
            begun: Instant::now(),
            client: client.address.to_canonical(),
            caller,
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            path: told(request.uri().path()),
            is_logged: observation.access_log,
            status: None,
            bytes: 0,
            is_whole: false,
        })
    }

    /// Watches the answer until its last byte is handed on.
    fn follow(mut self, response: Response) -> Response {
        self.status = Some(response.status());
        let length = match self.method {
            // Its length is that of the answer to a GET.
            Method::HEAD => Some(0),
            _ => declared_length(&response),
        };
        response.map(|body| {
            Body::new(WatchedBody {
                length: length.or_else(|| http_body::Body::size_hint(&body).exact()),
                body,
                watch: self,
            })
        })
    }

    fn count(&self) {
        let method = method_name(&self.method);
        let route = match &self.route {
            Some(route) => route.as_str().to_owned(),
            None => UNKNOWN_ROUTE.to_owned(),
        };
        let status = match self.status {
            Some(status) => status.as_str().to_owned(),
            None => "none".to_owned(),
        };
        counter!("kallitype_http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
            .increment(1);
        histogram!("kallitype_http_request_duration_seconds", "method" => method, "route" => route)
            .record(self.begun.elapsed());
    }

    /// A line that tells no secrets: queries may hold keys.
    fn log(&self) {
        let identity = self.caller.caller().map(|caller| caller.identity());
        let (user, link) = match identity {
            Some(Identity::User(principal)) => (Some(principal.user.id), None),
            Some(Identity::Link(link)) => (None, Some(link.id)),
            None => (None, None),
        };
        tracing::info!(
            target: ACCESS,
            parent: None,
            client = %self.client,
            user = user.map(field::display),
            link = link.map(field::display),
            method = self.method.as_str(),
            path = self.path,
            status = self.status.map(|status| status.as_u16()),
            bytes = self.bytes,
            milliseconds = self.begun.elapsed().as_micros() as f64 / 1000.0,
            request_id = %self.id,
            "{}",
            if self.is_whole { "answered" } else { "cut off" }
        );
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.count();
        if self.is_logged {
            self.log();
        }
    }
}

/// The body of an answer that is watched.
struct WatchedBody {
    body: Body,
    /// How many bytes it has, if that is known.
    length: Option<u64>,
    watch: Watch,
}

impl http_body::Body for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.watch.bytes += bytes as u64;
            }
            Some(Err(_)) => {}
            None => self.watch.is_whole = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        // Whoever knows that it has all of a body need not ask for its end.
        let is_sent =
            self.length == Some(self.watch.bytes) || http_body::Body::is_end_stream(&self.body);
        self.watch.is_whole |= is_sent;
    }
}

fn declared_length(response: &Response) -> Option<u64> {
    let length = response.headers().get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

/// What a method is called in metrics; clients may make others up without end.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// A path as it may be told: without the key or the name that opens a link.
fn told(path: &str) -> String {
    let link = LINKS.into_iter().find(|start| path.starts_with(start));
    link.map_or_else(|| beginning(path), |start| format!("{start}…"))
}

/// The beginning of a path that may be as long as all headers.
fn beginning(path: &str) -> String {
    path[..path.floor_char_boundary(MAX_PATH)].to_owned()
}

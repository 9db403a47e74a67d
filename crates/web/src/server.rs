//! The accept loop: HTTP/1.1 with limits on what a client may send and how long it may take.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::addresses::{Addresses, Presence};
use crate::body::{Holding, RequestBody};
use crate::client::{Peer, Proxies};
use crate::connection::{Connection, Stream, UnderWay};
use crate::connections::{Connections, Place};
use crate::limits::Limits;

/// How long requests under way may take to finish after the server was told to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Answers connections until `stop` comes, then lets the requests under way finish. Those that were handed over to
/// something else than HTTP are not waited for.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &Limits,
    proxies: &Proxies,
    stop: impl Future<Output = ()>,
) {
    let (protocol, connections) = (protocol(limits), Connections::new(limits));
    let (waiting, mut arrived) = mpsc::channel(limits.max_connections.max(1));
    let entrance = Entrance {
        listener,
        waiting,
        addresses: Addresses::new(limits.max_connections_per_address),
        proxies: proxies.clone(),
    };
    let (answering, stopping) = (TaskTracker::new(), CancellationToken::new());
    let seating = async {
        while let Some(arrived) = arrived.recv().await {
            let entered = arrived.enter(&connections).await;
            let stopping = stopping.clone().cancelled_owned();
            if let Some(answer) = answer(entered, &protocol, router.clone(), stopping) {
                answering.spawn(answer);
            }
        }
    };
    tokio::select! {
        biased;
        () = stop => {}
        () = seating => {}
        never = entrance.accept_all() => match never {},
    }
    drop((entrance, arrived));
    stopping.cancel();
    answering.close();
    if tokio::time::timeout(GRACE, answering.wait()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

fn protocol(limits: &Limits) -> Builder {
    let mut protocol = Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout.max(Duration::from_secs(1)))
        .max_headers(limits.max_headers)
        .max_buf_size(limits.max_header_bytes.max(8192));
    protocol
}

/// Where connections come in. As many may wait for a place as there are places.
struct Entrance {
    listener: TcpListener,
    waiting: mpsc::Sender<Arrived>,
    addresses: Addresses,
    proxies: Proxies,
}

/// A connection that waits for a place.
struct Arrived {
    stream: TcpStream,
    address: SocketAddr,
    presence: Option<Presence>,
}

impl Arrived {
    async fn enter(self, connections: &Arc<Connections>) -> Entered {
        Entered {
            stream: self.stream,
            peer: Peer(self.address),
            place: connections.place(self.presence).await,
        }
    }
}

/// A connection that was let in.
struct Entered {
    stream: TcpStream,
    peer: Peer,
    place: Place,
}

impl Entrance {
    /// Takes connections as they come, also while there is no place for them: where no one takes them, the kernel lets
    /// those who come then try again after a second. Those of which too many wait, or come from one address, are closed.
    async fn accept_all(&self) -> Infallible {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    self.welcome(stream, address);
                    // Who finds a place does not wait: it is taken before the next one comes.
                    tokio::task::yield_now().await;
                }
                Err(error) => {
                    // Out of file handles, most likely: those in use will come free.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    fn welcome(&self, stream: TcpStream, address: SocketAddr) {
        let Ok(presence) = self.admit(address) else {
            tracing::debug!(%address, "there are too many connections from one address");
            return;
        };
        let arrived = Arrived {
            stream,
            address,
            presence,
        };
        if self.waiting.try_send(arrived).is_err() {
            tracing::debug!(%address, "too many connections wait for a place");
        }
    }

    /// Counts a connection to its address. Those of trusted proxies are not counted: they are others' requests.
    fn admit(&self, address: SocketAddr) -> Result<Option<Presence>, TooMany> {
        let address = address.ip();
        if self.proxies.trusts(address) {
            return Ok(None);
        }
        self.addresses.enter(address).map(Some).ok_or(TooMany)
    }
}

/// There are enough connections from an address.
struct TooMany;

/// Answers the requests of a connection; from `stopping` on, only the one under way.
fn answer(
    entered: Entered,
    protocol: &Builder,
    router: Router,
    stopping: impl Future<Output = ()> + Send + 'static,
) -> Option<impl Future<Output = ()> + Send + 'static> {
    let Entered {
        stream,
        peer,
        place,
    } = entered;
    let connection = place.connection.clone();
    let stream = Stream::new(stream, place)
        .inspect_err(|error| tracing::debug!(%error, "a connection was gone at once"))
        .ok()?;
    let about = connection.clone();
    let service = hyper::service::service_fn(move |request| {
        respond(request, peer, about.clone(), router.clone())
    });
    let served = protocol
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    Some(async move {
        let mut served = std::pin::pin!(served);
        let served = async {
            tokio::select! {
                ended = served.as_mut() => return ended,
                () = stopping => served.as_mut().graceful_shutdown(),
            }
            served.await
        };
        tokio::select! {
            served = served => if let Err(error) = served {
                tracing::debug!(%error, "a connection ended early");
            },
            () = connection.has_to_leave() => {
                tracing::debug!("a connection makes room for another one");
            }
        }
    })
}

async fn respond(
    mut request: Request<Incoming>,
    peer: Peer,
    connection: Arc<Connection>,
    router: Router,
) -> Result<Response<Holding<UnderWay>>, Infallible> {
    let under_way = connection.begin_request();
    request.extensions_mut().insert(peer);
    request.extensions_mut().insert(connection.clone());
    let request = request.map(|body| Body::new(RequestBody::new(body, connection)));
    let response = router.oneshot(request).await?;
    Ok(response.map(|body| Holding::new(body, under_way)))
}

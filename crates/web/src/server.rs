//! The accept loop: HTTP/1.1 with limits on what a client may send and how long it may take.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

use crate::body::DrainOnDrop;
use crate::client::Peer;
use crate::limits::Limits;

/// How long requests under way may take to finish after the server was told to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Answers connections until `stop` comes, then lets the requests under way finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &Limits,
    stop: impl Future<Output = ()>,
) {
    let protocol = Arc::new(protocol(limits));
    let slots = Arc::new(Semaphore::new(limits.max_connections));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async {
            let slot = slots.clone().acquire_owned().await;
            (slot, listener.accept().await)
        };
        let (slot, accepted) = tokio::select! {
            accepted = next => accepted,
            () = &mut stop => break,
        };
        match (slot, accepted) {
            (Ok(slot), Ok((stream, address))) => {
                answer(
                    stream,
                    Peer(address),
                    &protocol,
                    router.clone(),
                    &graceful,
                    slot,
                );
            }
            (_, Err(error)) => {
                // Out of file handles, most likely: those in use will come free.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            (Err(_), _) => break,
        }
    }
    if tokio::time::timeout(GRACE, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time");
    }
}

fn protocol(limits: &Limits) -> hyper::server::conn::http1::Builder {
    let mut protocol = hyper::server::conn::http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout.max(Duration::from_secs(1)))
        .max_headers(limits.max_headers)
        .max_buf_size(limits.max_header_bytes.max(8192));
    protocol
}

fn answer(
    stream: TcpStream,
    peer: Peer,
    protocol: &hyper::server::conn::http1::Builder,
    router: Router,
    graceful: &GracefulShutdown,
    slot: OwnedSemaphorePermit,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone at once");
        return;
    }
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let router = router.clone();
        async move {
            router
                .oneshot(request.map(|body| axum::body::Body::new(DrainOnDrop::new(body))))
                .await
                .map_err(|error: Infallible| match error {})
        }
    });
    let connection = graceful.watch(protocol.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(slot);
    });
}

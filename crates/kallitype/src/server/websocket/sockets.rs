//! The websockets that are open, and whose they are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::config::WebsocketOptions;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::version::Wire;

/// Bytes that wait for one client, and for all. One that lets more wait is let go.
const MAX_WAITING: usize = 4 << 20;
const MAX_WAITING_IN_ALL: usize = 64 << 20;

/// Clients without a valid credential that are told so at once.
const MAX_REFUSED: usize = 16;

/// After how many seconds a client may try again.
const RETRY_AFTER: u64 = 5;

/// All websockets; clones are the same.
#[derive(Clone)]
pub(crate) struct Sockets(Arc<Shared>);

struct Shared {
    options: WebsocketOptions,
    open: Mutex<Open>,
    refused: Arc<Semaphore>,
    /// Bytes that wait for all clients.
    waiting: Arc<AtomicUsize>,
    tasks: TaskTracker,
}

#[derive(Default)]
struct Open {
    sockets: HashMap<Uuid, Socket>,
    is_stopping: bool,
}

/// By which credential a websocket was opened, and what its client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Member {
    pub user: Uuid,
    pub session: Option<Uuid>,
    pub key: Option<Uuid>,
    pub wire: Wire,
}

struct Socket {
    member: Member,
    frames: UnboundedSender<Frame>,
    waiting: Waiting,
    cut_off: CancellationToken,
}

/// What is sent to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame {
    Text(Utf8Bytes),
    /// The last thing that it is told.
    End(&'static str),
}

impl Sockets {
    #[must_use]
    pub(super) fn new(options: WebsocketOptions) -> Self {
        Self(Arc::new(Shared {
            options,
            open: Mutex::default(),
            refused: Arc::new(Semaphore::new(MAX_REFUSED)),
            waiting: Arc::default(),
            tasks: TaskTracker::new(),
        }))
    }

    #[must_use]
    pub(super) fn options(&self) -> &WebsocketOptions {
        &self.0.options
    }

    /// What is waited for when the server stops.
    #[must_use]
    pub(super) fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    /// A place for one more websocket.
    ///
    /// # Errors
    /// 429 when its user has enough, 503 when there are enough or the server stops.
    pub(super) fn admit(&self, member: Member) -> Result<Seat> {
        let mut open = self.lock();
        if open.is_stopping {
            return Err(ApiError::busy("The server stops"));
        }
        if open.sockets.len() >= self.0.options.max_websockets {
            return Err(ApiError::busy("Too many websockets are open"));
        }
        let own = open
            .sockets
            .values()
            .filter(|socket| socket.member.user == member.user);
        if own.count() >= self.0.options.max_websockets_per_user {
            let message = "Too many of your websockets are open";
            return Err(ApiError::too_many_requests(message, RETRY_AFTER));
        }
        let (sender, frames) = unbounded_channel();
        let waiting = Waiting {
            own: Arc::default(),
            all: self.0.waiting.clone(),
        };
        let cut_off = CancellationToken::new();
        let id = Uuid::new_v4();
        let seat = Seat {
            id,
            frames,
            waiting: waiting.clone(),
            cut_off: cut_off.clone(),
            sockets: self.clone(),
        };
        let socket = Socket {
            member,
            frames: sender,
            waiting,
            cut_off,
        };
        open.sockets.insert(id, socket);
        Ok(seat)
    }

    /// A place for a client that is only told that it has none.
    pub(super) fn admit_refused(&self) -> Option<OwnedSemaphorePermit> {
        let is_stopping = self.lock().is_stopping;
        let permit = self.0.refused.clone().try_acquire_owned();
        permit.ok().filter(|_| !is_stopping)
    }

    /// What the clients of a user read, without repetition.
    #[must_use]
    pub(super) fn wires(&self, user: Uuid) -> Vec<Wire> {
        let open = self.lock();
        let wires = open
            .sockets
            .values()
            .filter(|socket| socket.member.user == user);
        let mut wires: Vec<Wire> = wires.map(|socket| socket.member.wire).collect();
        wires.sort_by_key(|wire| *wire as u8);
        wires.dedup();
        wires
    }

    /// By which sessions and which keys websockets are open.
    #[must_use]
    pub(super) fn credentials(&self) -> (Vec<Uuid>, Vec<Uuid>) {
        let open = self.lock();
        let members = || open.sockets.values().map(|socket| &socket.member);
        (
            members().filter_map(|member| member.session).collect(),
            members().filter_map(|member| member.key).collect(),
        )
    }

    /// Has something sent to those of whom `is_meant` says so.
    pub(super) fn send(&self, text: &Utf8Bytes, is_meant: impl Fn(&Member) -> bool) {
        self.lock().sockets.retain(|_, socket| {
            let is_kept = !is_meant(&socket.member) || socket.take(text.clone());
            if !is_kept {
                socket.cut_off.cancel();
            }
            is_kept
        });
    }

    /// Ends those of which `is_meant` says so, with what they are told last.
    pub(super) fn end(&self, text: &'static str, is_meant: impl Fn(&Member) -> bool) {
        self.lock().sockets.retain(|_, socket| {
            let is_kept = !is_meant(&socket.member);
            if !is_kept {
                // Should it have ended meanwhile, that is well.
                drop(socket.frames.send(Frame::End(text)));
            }
            is_kept
        });
    }

    /// Ends all of them, and takes no more.
    pub(super) fn stop(&self, text: &'static str) {
        self.lock().is_stopping = true;
        self.end(text, |_| true);
        self.0.tasks.close();
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Socket {
    /// Lets something wait for the client. Answers whether there was room for it.
    fn take(&self, text: Utf8Bytes) -> bool {
        self.waiting.add(text.len()) && self.frames.send(Frame::Text(text)).is_ok()
    }
}

/// Bytes that wait for one client, which count among those that wait for all.
#[derive(Debug, Clone)]
struct Waiting {
    own: Arc<AtomicUsize>,
    all: Arc<AtomicUsize>,
}

impl Waiting {
    /// Counts some more; answers whether there was room for them. What is longer than that waits alone.
    fn add(&self, bytes: usize) -> bool {
        let own = self.own.fetch_add(bytes, Ordering::Relaxed);
        let all = self.all.fetch_add(bytes, Ordering::Relaxed);
        own == 0 || (own + bytes <= MAX_WAITING && all + bytes <= MAX_WAITING_IN_ALL)
    }

    fn remove(&self, bytes: usize) {
        self.own.fetch_sub(bytes, Ordering::Relaxed);
        self.all.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// The place of one websocket, until this is dropped.
pub(super) struct Seat {
    pub id: Uuid,
    frames: UnboundedReceiver<Frame>,
    waiting: Waiting,
    cut_off: CancellationToken,
    sockets: Sockets,
}

impl Seat {
    /// What is to be sent next.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        self.frames.recv().await
    }

    /// Notes that the client took something.
    pub(super) fn sent(&self, text: &Utf8Bytes) {
        self.waiting.remove(text.len());
    }

    /// Told when the client is no longer waited for.
    pub(super) fn cut_off(&self) -> CancellationToken {
        self.cut_off.clone()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // Nothing more is added from here on.
        self.sockets.lock().sockets.remove(&self.id);
        self.waiting
            .remove(self.waiting.own.load(Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sockets() -> Sockets {
        Sockets::new(WebsocketOptions {
            max_websockets: 4,
            max_websockets_per_user: 2,
            websocket_ping_seconds: 25,
            websocket_timeout_seconds: 20,
        })
    }

    fn member(user: u128) -> Member {
        Member {
            user: Uuid::from_u128(user),
            session: None,
            key: None,
            wire: Wire::V2,
        }
    }

    #[test]
    fn there_are_so_many_in_all_and_of_one_user() {
        let sockets = sockets();
        let first = sockets.admit(member(1)).unwrap();
        let _second = sockets.admit(member(1)).unwrap();
        assert_eq!(sockets.admit(member(1)).err().unwrap().status(), 429);
        let _others = [2, 2].map(|user| sockets.admit(member(user)).unwrap());
        assert_eq!(sockets.admit(member(3)).err().unwrap().status(), 503);
        drop(first);
        let _third = sockets.admit(member(3)).unwrap();
        sockets.stop("1");
        assert!(sockets.admit(member(4)).is_err() && sockets.admit_refused().is_none());
    }

    #[tokio::test]
    async fn who_lets_too_much_wait_is_cut_off_and_the_others_are_not() {
        let sockets = sockets();
        let slow = sockets.admit(member(1)).unwrap();
        let mut fast = sockets.admit(member(2)).unwrap();
        let text = Utf8Bytes::from("x".repeat(MAX_WAITING / 2 + 1));
        for _ in 0..2 {
            sockets.send(&text, |_| true);
            assert_eq!(fast.next().await, Some(Frame::Text(text.clone())));
            fast.sent(&text);
        }
        assert!(slow.cut_off().is_cancelled() && !fast.cut_off().is_cancelled());
        // Longer than that, it is sent alone.
        let long = Utf8Bytes::from("x".repeat(MAX_WAITING + 1));
        sockets.send(&long, |_| true);
        assert_eq!(fast.next().await, Some(Frame::Text(long)));
        drop((slow, fast));
        assert_eq!(sockets.0.waiting.load(Ordering::Relaxed), 0);
    }
}

//! All connections that are open, and which of them make room for others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use crate::addresses::Presence;
use crate::connection::Connection;
use crate::limits::Limits;

/// How often it is looked whether one can make room, while there is none.
const LOOK: Duration = Duration::from_millis(20);

/// The connections that are open.
#[derive(Debug)]
pub(crate) struct Connections {
    limits: Limits,
    open: Mutex<Open>,
    /// Told when one ends.
    ended: Notify,
}

#[derive(Debug, Default)]
struct Open {
    connections: HashMap<u64, Arc<Connection>>,
    next: u64,
}

impl Connections {
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            limits: *limits,
            open: Mutex::default(),
            ended: Notify::new(),
        })
    }

    /// A place for a new connection. While all are taken, who keeps the server waiting for longest is asked to leave.
    pub(crate) async fn place(self: &Arc<Self>, presence: Option<Presence>) -> Place {
        loop {
            if let Some((number, connection)) = self.open_one() {
                return Place {
                    connection,
                    number,
                    connections: self.clone(),
                    _presence: presence,
                };
            }
            self.make_room();
            // Whether one has ended or not, it is looked again.
            drop(timeout(LOOK, self.ended.notified()).await);
        }
    }

    fn open_one(&self) -> Option<(u64, Arc<Connection>)> {
        let mut open = self.lock();
        if open.connections.len() >= self.limits.max_connections {
            return None;
        }
        let number = open.next;
        open.next += 1;
        let connection = Arc::new(Connection::new(&self.limits));
        open.connections.insert(number, connection.clone());
        Some((number, connection))
    }

    fn make_room(&self) {
        let now = Instant::now();
        let open = self.lock();
        let waiting = open.connections.values().filter_map(|connection| {
            let waited = connection.could_give_way(now)?;
            Some((waited, connection))
        });
        if let Some((_, connection)) = waiting.max_by_key(|(waited, _)| *waited) {
            connection.tell_to_leave();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one connection, until this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    pub connection: Arc<Connection>,
    number: u64,
    connections: Arc<Connections>,
    _presence: Option<Presence>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().connections.remove(&self.number);
        self.connections.ended.notify_one();
    }
}

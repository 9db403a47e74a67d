//! What happened, for the apps that have asked to be told at once. It is noted in the transaction in which it happens and
//! published when that is durable: with PostgreSQL by every server that shares it, each to the apps that are connected
//! to it.
//!
//! An event names what it is about; what an app is shown of it is read when it is sent, if there is anyone to send it to.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::broadcast;
use uuid::Uuid;

use kallitype_db::{Channel, Connection, DatabaseError, Notice, Result};

/// Where PostgreSQL tells all servers of events.
pub(crate) const EVENTS_CHANNEL: Channel = "kallitype_events";

/// Events that wait to be sent. Should there be more, apps are told to look for themselves.
const MAX_WAITING: usize = 4096;

/// Ids in one event: PostgreSQL carries less than 8,000 bytes.
const MAX_IDS: usize = 150;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// An event of the API with its values.
    Plain {
        to: Audience,
        name: Cow<'static, str>,
        values: Vec<Value>,
    },
    /// A new asset has everything that it is shown with.
    AssetReady { owner: Uuid, asset: Uuid },
    /// What is known of an asset changed.
    AssetUpdated { owner: Uuid, asset: Uuid },
    /// Assets are gone for good.
    AssetsDeleted { owner: Uuid, assets: Vec<Uuid> },
    /// There is something to read for someone.
    NotificationMade { user: Uuid, notification: Uuid },
    /// A session ended.
    SessionEnded { session: Uuid },
    /// An API key no longer opens what it did.
    KeyChanged { key: Uuid },
    /// An account is out of use.
    AccountClosed { user: Uuid },
    /// No one knows what happened meanwhile.
    Missed,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Audience {
    User(Uuid),
    Everyone,
}

/// Notes that something happened. Nothing is said of it unless the transaction is committed.
///
/// # Errors
/// When it cannot be written as JSON, which nothing in it causes.
pub(crate) fn note(connection: &mut Connection<'_>, event: &Event) -> Result<()> {
    let text = serde_json::to_string(event)
        .map_err(|error| DatabaseError::Other(format!("an event is no JSON: {error}")))?;
    connection.tell(EVENTS_CHANNEL, text);
    Ok(())
}

/// Notes an event of the API that is about a user, with its values.
///
/// # Errors
/// As [`note`].
pub(crate) fn tell(
    connection: &mut Connection<'_>,
    user: Uuid,
    name: &'static str,
    values: Vec<Value>,
) -> Result<()> {
    let event = Event::Plain {
        to: Audience::User(user),
        name: name.into(),
        values,
    };
    note(connection, &event)
}

/// Notes an event of the API that is about everyone, with its values.
///
/// # Errors
/// As [`note`].
pub(crate) fn tell_everyone(
    connection: &mut Connection<'_>,
    name: &'static str,
    values: Vec<Value>,
) -> Result<()> {
    let event = Event::Plain {
        to: Audience::Everyone,
        name: name.into(),
        values,
    };
    note(connection, &event)
}

/// Notes an event of the API whose value is a list of ids, in parts if it is long.
///
/// # Errors
/// As [`note`].
pub(crate) fn tell_ids(
    connection: &mut Connection<'_>,
    user: Uuid,
    name: &'static str,
    ids: &[Uuid],
) -> Result<()> {
    ids.chunks(MAX_IDS)
        .try_for_each(|ids| tell(connection, user, name, vec![json!(ids)]))
}

/// Notes that assets of someone's are gone for good.
///
/// # Errors
/// As [`note`].
pub(crate) fn tell_deleted(
    connection: &mut Connection<'_>,
    owner: Uuid,
    assets: &[Uuid],
) -> Result<()> {
    assets.chunks(MAX_IDS).try_for_each(|assets| {
        let assets = assets.to_vec();
        note(connection, &Event::AssetsDeleted { owner, assets })
    })
}

/// Events on their way to whoever sends them; clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::Sender::new(MAX_WAITING))
    }
}

impl Events {
    /// Publishes what a transaction noted. Without anyone to send it to, it is forgotten.
    pub(crate) fn publish_noted(&self, notices: &[Notice]) {
        let noted = notices
            .iter()
            .filter(|notice| notice.channel == EVENTS_CHANNEL);
        noted.for_each(|notice| self.publish(Some(&notice.text)));
    }

    /// Publishes an event as it was noted; `None` when some may have been missed.
    pub(crate) fn publish(&self, text: Option<&str>) {
        let event = match text.map(serde_json::from_str) {
            Some(Ok(event)) => event,
            Some(Err(error)) => {
                tracing::debug!(%error, "another server tells something that this one does not know");
                return;
            }
            None => Event::Missed,
        };
        self.send(event);
    }

    /// Publishes an event that concerns only the apps that are connected to this server.
    pub(crate) fn send(&self, event: Event) {
        // An error says that no one listens.
        drop(self.0.send(event));
    }

    pub(crate) fn subscribe(&self) -> Subscription {
        Subscription(self.0.subscribe())
    }
}

/// Events from now on.
pub(crate) struct Subscription(broadcast::Receiver<Event>);

impl Subscription {
    /// The next event; `None` when there will be none.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        match self.0.recv().await {
            Ok(event) => Some(event),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Event::Missed),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest() -> Event {
        Event::AssetsDeleted {
            owner: Uuid::max(),
            assets: vec![Uuid::max(); MAX_IDS],
        }
    }

    #[test]
    fn postgresql_carries_the_longest_event() {
        let plain = Event::Plain {
            to: Audience::User(Uuid::max()),
            name: "on_asset_restore".into(),
            values: vec![json!(vec![Uuid::max(); MAX_IDS])],
        };
        for event in [longest(), plain] {
            assert!(serde_json::to_string(&event).unwrap().len() < 8000);
        }
    }

    #[tokio::test]
    async fn who_cannot_keep_up_is_told_so() {
        let events = Events::default();
        let mut subscription = events.subscribe();
        let text = serde_json::to_string(&longest()).unwrap();
        events.publish(Some(&text));
        assert_eq!(subscription.next().await, Some(longest()));
        events.publish(Some("{\"Unheard\": {}}"));
        events.publish(None);
        assert_eq!(subscription.next().await, Some(Event::Missed));
        for _ in 0..=MAX_WAITING {
            events.publish(Some(&text));
        }
        assert_eq!(subscription.next().await, Some(Event::Missed));
        assert_eq!(subscription.next().await, Some(longest()));
    }
}

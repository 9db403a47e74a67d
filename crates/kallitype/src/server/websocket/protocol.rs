//! What Socket.IO writes on a websocket: the packets of Engine.IO 4, and in its messages those of Socket.IO 5. A server that
//! only tells needs a few of either; `docs/decisions/0013-events.md` says why no library does this.

use axum::extract::ws::{Message, Utf8Bytes};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::config::WebsocketOptions;

/// The version of Engine.IO that is spoken, as clients ask for it.
pub(super) const ENGINE: &str = "4";

/// Bytes of what a client sends: that it connects, and that it is there.
pub(super) const MAX_RECEIVED: usize = 4096;

pub(super) const PING: &str = "2";

/// The client may come again.
pub(super) const CLOSE: &str = "1";

/// The client is not to come again by itself.
pub(super) const DISCONNECT: &str = "41";

/// What a client calls something that it wants to hear of.
type Namespace = String;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// That it wants to be told what happens. What it may add to that is not looked at.
    Connect,
    /// That it wants to hear of something else, which there is not.
    ConnectElsewhere(Namespace),
    /// That it is there.
    Pong,
    /// That it goes, or what no client has to say.
    Leave,
    /// Nothing that is for us: the websocket's own pings.
    Nothing,
}

impl Said {
    #[must_use]
    pub(super) fn of(message: &Message) -> Self {
        let text = match message {
            Message::Text(text) => text.as_str(),
            Message::Ping(_) | Message::Pong(_) => return Self::Nothing,
            Message::Binary(_) | Message::Close(_) => return Self::Leave,
        };
        match text.strip_prefix("40") {
            Some(rest) if rest.starts_with('/') => Self::ConnectElsewhere(namespace(rest)),
            Some(_) => Self::Connect,
            None if text == "3" => Self::Pong,
            None => Self::Leave,
        }
    }
}

/// The name that stands before a comma.
fn namespace(text: &str) -> Namespace {
    text.split(',').next().unwrap_or_default().to_owned()
}

/// The first thing that a client is told.
#[must_use]
pub(super) fn open(id: Uuid, options: &WebsocketOptions) -> Utf8Bytes {
    let said = json!({
        "sid": id,
        "upgrades": [],
        "pingInterval": options.ping_interval().as_millis() as u64,
        "pingTimeout": options.timeout().as_millis() as u64,
        "maxPayload": MAX_RECEIVED,
    });
    format!("0{said}").into()
}

/// What a client is told that has connected.
#[must_use]
pub(super) fn connected(id: Uuid) -> Utf8Bytes {
    format!("40{}", json!({"sid": id})).into()
}

#[must_use]
pub(super) fn not_elsewhere(namespace: &str) -> Utf8Bytes {
    format!("44{namespace},{}", json!({"message": "Invalid namespace"})).into()
}

/// An event with its values.
///
/// # Errors
/// When a value is no JSON.
pub(super) fn event(name: &str, values: &[impl Serialize]) -> serde_json::Result<Utf8Bytes> {
    let mut said = vec![Value::from(name)];
    for value in values {
        said.push(serde_json::to_value(value)?);
    }
    Ok(format!("42{}", Value::from(said)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_understood() {
        for (text, said) in [
            ("40", Said::Connect),
            ("40{\"token\":\"abc\"}", Said::Connect),
            ("40/admin,{}", Said::ConnectElsewhere("/admin".into())),
            ("3", Said::Pong),
            ("3probe", Said::Leave),
            ("1", Said::Leave),
            ("41", Said::Leave),
            ("42[\"event\"]", Said::Leave),
            ("", Said::Leave),
        ] {
            assert_eq!(Said::of(&Message::text(text)), said, "{text}");
        }
        assert_eq!(Said::of(&Message::binary(vec![4])), Said::Leave);
        assert_eq!(Said::of(&Message::Ping(vec![].into())), Said::Nothing);
    }
}

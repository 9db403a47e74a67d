//! Sends events to the websockets of those whom they are about.

use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::protocol;
use super::sockets::{Member, Sockets};
use crate::access::{Scope, Visibility};
use crate::app::events::{Audience, Event, Subscription};
use crate::app::state::{App, idle_limit};
use crate::core::asset_details;
use crate::core::asset_details::AssetDetails;
use crate::core::asset_sync::{SyncAssetExifV1, SyncAssetV1};
use crate::core::{notifications, sessions};
use crate::features::api_keys;
use kallitype_web::time::now;

/// How long after its end a session's apps are told of it: whoever ended it has the answer by then.
const SESSION_END_DELAY: Duration = Duration::from_millis(500);

/// Sends events as they come, and ends websockets whose credentials are no longer good, until this is dropped.
pub(super) async fn run(app: App, sockets: Sockets, mut subscription: Subscription) {
    let mut looks = tokio::time::interval(sockets.options().ping_interval());
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            event = subscription.next() => match event {
                Some(event) => send(&app, &sockets, event).await,
                None => return,
            },
            _ = looks.tick() => end_expired(&app, &sockets).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "apps with a websocket are not told of something");
        }
    }
}

/// Why an event was not sent.
#[derive(Debug, thiserror::Error)]
enum Unsent {
    #[error(transparent)]
    Database(#[from] kallitype_db::DatabaseError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

type Result<T> = std::result::Result<T, Unsent>;

async fn send(app: &App, sockets: &Sockets, event: Event) -> Result<()> {
    match event {
        Event::Plain { to, name, values } => {
            let text = protocol::event(&name, &values)?;
            sockets.send(&text, |member| is_in(to, member));
        }
        Event::AssetReady { owner, asset } => {
            let names: &[&str] = &["on_upload_success", "AssetUploadReadyV1"];
            send_asset(app, sockets, names, owner, asset).await?;
        }
        Event::AssetUpdated { owner, asset } => {
            send_asset(app, sockets, &["on_asset_update"], owner, asset).await?;
        }
        Event::AssetsDeleted { owner, assets } => {
            for asset in assets {
                let text = protocol::event("on_asset_delete", &[asset])?;
                sockets.send(&text, |member| member.user == owner);
            }
        }
        Event::NotificationMade { user, notification } => {
            send_notification(app, sockets, user, notification).await?;
        }
        Event::SessionEnded { session } => {
            let ended = end_session(sockets.clone(), session);
            sockets.tasks().spawn(ended);
        }
        Event::KeyChanged { key } => {
            sockets.end(protocol::DISCONNECT, |member| member.key == Some(key));
        }
        Event::AccountClosed { user } => {
            sockets.end(protocol::DISCONNECT, |member| {
                member.user == user && member.session.is_none()
            });
        }
        // They come again and look for themselves, if they still may.
        Event::Missed => sockets.end(protocol::CLOSE, |_| true),
    }
    Ok(())
}

fn is_in(audience: Audience, member: &Member) -> bool {
    match audience {
        Audience::User(user) => member.user == user,
        Audience::Everyone => true,
    }
}

/// Sends events about an asset that shows up by itself, as it is now.
async fn send_asset(
    app: &App,
    sockets: &Sockets,
    names: &[&str],
    owner: Uuid,
    asset: Uuid,
) -> Result<()> {
    let wires = sockets.wires(owner);
    if wires.is_empty() {
        return Ok(());
    }
    let found = app.db.read_consistent(move |connection| {
        asset_details::find_details(connection, &Scope::owned(owner), asset)
    });
    let Some(details) = found.await?.filter(shows_up) else {
        return Ok(());
    };
    for name in names {
        for wire in &wires {
            let text = match *name {
                "AssetUploadReadyV1" => describe_for_sync(name, &details)?,
                _ => protocol::event(name, &[details.clone().present_to_owner(*wire)])?,
            };
            sockets.send(&text, |member| member.user == owner && member.wire == *wire);
        }
    }
    Ok(())
}

fn shows_up(details: &AssetDetails) -> bool {
    let visibility = details.asset.visibility;
    matches!(visibility, Visibility::Timeline | Visibility::Archive)
}

fn describe_for_sync(name: &str, details: &AssetDetails) -> Result<Utf8Bytes> {
    let (asset, exif) = (SyncAssetV1::of(details), SyncAssetExifV1::of(details));
    Ok(protocol::event(
        name,
        &[json!({"asset": asset, "exif": exif})],
    )?)
}

async fn send_notification(
    app: &App,
    sockets: &Sockets,
    user: Uuid,
    notification: Uuid,
) -> Result<()> {
    for wire in sockets.wires(user) {
        let found = app.db.read(move |connection| {
            notifications::queries::find(connection, user, notification, wire)
        });
        if let Some(notification) = found.await? {
            let text = said_of(&notification)?;
            sockets.send(&text, |member| member.user == user && member.wire == wire);
        }
    }
    Ok(())
}

fn said_of(notification: &impl Serialize) -> serde_json::Result<Utf8Bytes> {
    protocol::event("on_notification", &[notification])
}

/// Tells the apps of a session that it ended, and lets them go.
async fn end_session(sockets: Sockets, session: Uuid) {
    let is_its = |member: &Member| member.session == Some(session);
    tokio::time::sleep(SESSION_END_DELAY).await;
    match protocol::event("on_session_delete", &[session]) {
        Ok(text) => sockets.send(&text, is_its),
        Err(error) => tracing::warn!(%error, "the end of a session is no JSON"),
    }
    sockets.end(protocol::DISCONNECT, is_its);
}

/// Ends the websockets whose sessions and keys are no longer good. That may be so without an event: by the time, or by a
/// command on the server's machine.
async fn end_expired(app: &App, sockets: &Sockets) -> Result<()> {
    let (by_session, by_key) = sockets.credentials();
    if by_session.is_empty() && by_key.is_empty() {
        return Ok(());
    }
    let idle_limit = idle_limit(app);
    let asked = (by_session.clone(), by_key.clone());
    let open = app.db.read_consistent(move |connection| {
        let mut open = sessions::queries::list_open(connection, asked.0, now(), idle_limit)?;
        open.extend(api_keys::queries::list_open(connection, asked.1)?);
        Ok::<_, kallitype_db::DatabaseError>(open)
    });
    let open = open.await?;
    let is_expired =
        |id: &Uuid| (by_session.contains(id) || by_key.contains(id)) && !open.contains(id);
    sockets.end(protocol::DISCONNECT, |member| {
        member.session.iter().chain(&member.key).any(is_expired)
    });
    Ok(())
}

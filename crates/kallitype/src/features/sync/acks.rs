//! `/sync/ack`: what an app has.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use super::ack::{Ack, Reached};
use super::checkpoints;
use super::dto::{SyncAckDeleteDto, SyncAckDto, SyncAckSetDto};
use super::require_session;
use crate::access::Caller;
use crate::app::state::App;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;
use kallitype_web::time::now;

#[utoipa::path(
    get,
    path = "/api/sync/ack",
    tag = "Sync",
    operation_id = "getSyncAck",
    responses((status = 200, body = Vec<SyncAckDto>, description = "")),
)]
pub(crate) async fn get_sync_ack(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Vec<SyncAckDto>>> {
    let session = require_session(&caller)?;
    let acks = app
        .db
        .read(move |connection| checkpoints::list(connection, session))
        .await?;
    let known = |ack: String| {
        let entity = ack.parse::<Ack>().ok()?.entity;
        Some(SyncAckDto { ack, entity })
    };
    Ok(Json(acks.into_iter().filter_map(known).collect()))
}

#[utoipa::path(
    post,
    path = "/api/sync/ack",
    tag = "Sync",
    operation_id = "sendSyncAck",
    request_body = SyncAckSetDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn send_sync_ack(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<SyncAckSetDto>,
) -> Result<StatusCode> {
    let session = require_session(&caller)?;
    let acks = checkpoints::parse(&dto.acks)?;
    app.db
        .write(move |connection| match acks.as_slice() {
            [only] if only.reached == Reached::Reset => checkpoints::reset(connection, session),
            acks => checkpoints::put(connection, session, acks, now()),
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(
    delete,
    path = "/api/sync/ack",
    tag = "Sync",
    operation_id = "deleteSyncAck",
    request_body = SyncAckDeleteDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_sync_ack(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<SyncAckDeleteDto>,
) -> Result<StatusCode> {
    let session = require_session(&caller)?;
    app.db
        .write(move |connection| checkpoints::forget(connection, session, dto.types.as_deref()))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

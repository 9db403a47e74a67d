//! What apps synchronise that have a database of their own: what changed since they asked last, as lines that follow the
//! changes, and what they have of it.

pub(crate) mod ack;
pub(crate) mod acks;
#[cfg(test)]
mod bench_scale;
pub(crate) mod checkpoints;
pub(crate) mod dto;
pub(crate) mod get_delta_sync;
pub(crate) mod get_full_sync_for_user;
pub(crate) mod gone;
pub(crate) mod lines;
pub(crate) mod page;
pub(crate) mod plan;
pub(crate) mod queries;
pub(crate) mod sources;
pub(crate) mod stages;
pub(crate) mod stream;

use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::Caller;
use crate::access::Permission::{
    All, SyncCheckpointDelete, SyncCheckpointRead, SyncCheckpointUpdate, SyncStream,
};
use crate::app::routes::{Routes, Who};
use crate::core::asset_sync::{SyncAssetExifV1, SyncAssetV1};
use kallitype_web::error::{ApiError, Result};

/// Every URL about the synchronisation, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    lines(routes)
        .add(Who::User(SyncCheckpointRead), routes!(acks::get_sync_ack))
        .add(
            Who::User(SyncCheckpointUpdate),
            routes!(acks::send_sync_ack),
        )
        .add(
            Who::User(SyncCheckpointDelete),
            routes!(acks::delete_sync_ack),
        )
        .add(Who::User(SyncStream), routes!(stream::get_sync_stream))
        .add(Who::User(All), routes!(get_delta_sync::get_delta_sync))
        .add(
            Who::User(All),
            routes!(get_full_sync_for_user::get_full_sync_for_user),
        )
}

/// Describes what lines say.
fn lines(routes: Routes) -> Routes {
    routes
        .schema::<SyncAssetV1>()
        .schema::<SyncAssetExifV1>()
        .schema::<lines::SyncAckV1>()
        .schema::<lines::SyncResetV1>()
        .schema::<lines::SyncCompleteV1>()
        .schema::<lines::SyncUserV1>()
        .schema::<lines::SyncUserDeleteV1>()
        .schema::<lines::SyncAuthUserV1>()
        .schema::<lines::UserMetadataKey>()
        .schema::<lines::SyncUserMetadataV1>()
        .schema::<lines::SyncUserMetadataDeleteV1>()
        .schema::<lines::SyncPartnerV1>()
        .schema::<lines::SyncPartnerDeleteV1>()
        .schema::<lines::SyncAssetDeleteV1>()
        .schema::<lines::SyncAssetMetadataV1>()
        .schema::<lines::SyncAssetMetadataDeleteV1>()
        .schema::<lines::SyncStackV1>()
        .schema::<lines::SyncStackDeleteV1>()
        .schema::<lines::SyncAlbumV1>()
        .schema::<lines::SyncAlbumDeleteV1>()
        .schema::<lines::SyncAlbumUserV1>()
        .schema::<lines::SyncAlbumUserDeleteV1>()
        .schema::<lines::SyncAlbumToAssetV1>()
        .schema::<lines::SyncAlbumToAssetDeleteV1>()
        .schema::<lines::SyncMemoryV1>()
        .schema::<lines::SyncMemoryDeleteV1>()
        .schema::<lines::SyncMemoryAssetV1>()
        .schema::<lines::SyncMemoryAssetDeleteV1>()
        .schema::<lines::SyncPersonV1>()
        .schema::<lines::SyncPersonDeleteV1>()
        .schema::<lines::SyncAssetFaceV1>()
        .schema::<lines::SyncAssetFaceDeleteV1>()
}

/// The session that a request came by: what an app has is kept with it.
///
/// # Errors
/// 403 for API keys.
fn require_session(caller: &Caller) -> Result<Uuid> {
    let session = caller.principal()?.session.as_ref();
    session
        .map(|session| session.id)
        .ok_or_else(|| ApiError::forbidden("Sync endpoints cannot be used with API keys"))
}

/// The answer to an app whose session ended while it was read for.
fn signed_out() -> ApiError {
    ApiError::unauthorized("The session has ended")
}

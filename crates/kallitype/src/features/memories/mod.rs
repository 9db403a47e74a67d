//! Memories: some pictures that belong to a day.

pub(crate) mod create_memory;
pub(crate) mod delete_memory;
pub(crate) mod dto;
pub(crate) mod get_memory;
pub(crate) mod memories_statistics;
pub(crate) mod memory_assets;
pub(crate) mod response;
pub(crate) mod search_memories;
pub(crate) mod update_memory;

use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::Permission::{
    MemoryAssetCreate, MemoryAssetDelete, MemoryCreate, MemoryDelete, MemoryRead, MemoryStatistics,
    MemoryUpdate,
};
use crate::access::{Caller, Permission};
use crate::app::routes::{Routes, Who};
use crate::core::memories::memory::{Memory, MemoryType};
use crate::core::memories::queries;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};

/// Every URL about memories, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .schema::<MemoryType>()
        .add(
            Who::User(MemoryRead),
            routes!(search_memories::search_memories),
        )
        .add(
            Who::User(MemoryCreate),
            routes!(create_memory::create_memory),
        )
        .add(
            Who::User(MemoryStatistics),
            routes!(memories_statistics::memories_statistics),
        )
        .add(Who::User(MemoryRead), routes!(get_memory::get_memory))
        .add(
            Who::User(MemoryUpdate),
            routes!(update_memory::update_memory),
        )
        .add(
            Who::User(MemoryDelete),
            routes!(delete_memory::delete_memory),
        )
        .add(
            Who::User(MemoryAssetCreate),
            routes!(memory_assets::add_memory_assets),
        )
        .add(
            Who::User(MemoryAssetDelete),
            routes!(memory_assets::remove_memory_assets),
        )
}

/// One of the caller's memories.
///
/// # Errors
/// 400, the same for one that is missing and one that is someone else's.
fn require_own(
    connection: &mut Connection<'_>,
    caller: &Caller,
    permission: Permission,
    id: Uuid,
) -> Result<Memory> {
    let found = queries::find(connection, caller.user_id()?, id)?;
    found.ok_or_else(|| {
        let name = permission.name();
        ApiError::bad_request(format!("Not found or no {name} access"))
    })
}

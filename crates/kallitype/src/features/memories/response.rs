//! What is answered about memories, with their pictures.

use std::collections::HashMap;

use uuid::Uuid;

use super::dto::MemoryResponseDto;
use crate::access::Caller;
use crate::core::asset_details::AssetResponseDto;
use crate::core::asset_listing::page;
use crate::core::memories::memory::Memory;
use crate::core::memories::queries;
use kallitype_db::{Connection, Result};
use kallitype_web::version::Wire;

/// Pictures that are read at a time, of as many memories as have them.
const PICTURES: i64 = 1000;

/// The first of some memories, in their order, and how many of them were looked for. What is gone meanwhile is left out.
///
/// # Errors
/// When the database fails.
pub(crate) fn read_some(
    connection: &mut Connection<'_>,
    caller: &Caller,
    wire: Wire,
    mut ids: Vec<Uuid>,
) -> Result<(Vec<MemoryResponseDto>, usize)> {
    let sizes = queries::count_assets(connection, ids.clone())?;
    ids.truncate(fitting(&ids, &sizes.into_iter().collect()));
    let found = queries::list(connection, ids.clone())?.into_iter();
    let mut memories: HashMap<Uuid, Memory> = found.map(|memory| (memory.id, memory)).collect();
    let mut pictures = read_pictures(connection, caller, wire, ids.clone())?;
    let memories = ids.iter().filter_map(|id| {
        let pictures = pictures.remove(id).unwrap_or_default();
        Some(MemoryResponseDto::new(memories.remove(id)?, pictures))
    });
    Ok((memories.collect(), ids.len()))
}

/// How many memories, from the first, have no more pictures than are read at a time.
fn fitting(ids: &[Uuid], sizes: &HashMap<Uuid, i64>) -> usize {
    let mut pictures = 0;
    let fits = |id: &&Uuid| {
        pictures += sizes.get(id).copied().unwrap_or(0);
        pictures <= PICTURES
    };
    ids.iter().take_while(fits).count().max(1)
}

/// The pictures of some memories, which are the caller's.
fn read_pictures(
    connection: &mut Connection<'_>,
    caller: &Caller,
    wire: Wire,
    memories: Vec<Uuid>,
) -> Result<HashMap<Uuid, Vec<AssetResponseDto>>> {
    let shown = queries::list_shown(connection, memories)?;
    let mut assets: Vec<Uuid> = shown.iter().map(|(_, asset)| *asset).collect();
    assets.sort_unstable();
    assets.dedup();
    let details = page::read_ids(connection, &assets)?.into_iter();
    let details: HashMap<Uuid, _> = details
        .map(|details| (details.asset.id, details.present(caller, wire)))
        .collect();
    let mut pictures: HashMap<Uuid, Vec<AssetResponseDto>> = HashMap::new();
    for (memory, asset) in shown {
        if let Some(asset) = details.get(&asset) {
            let asset = AssetResponseDto {
                owner: None,
                ..asset.clone()
            };
            pictures.entry(memory).or_default().push(asset);
        }
    }
    Ok(pictures)
}

/// A memory with its pictures.
///
/// # Errors
/// When the database fails.
pub(crate) fn read_one(
    connection: &mut Connection<'_>,
    caller: &Caller,
    wire: Wire,
    memory: Memory,
) -> Result<MemoryResponseDto> {
    let id = memory.id;
    let pictures = read_pictures(connection, caller, wire, vec![id])?.remove(&id);
    Ok(MemoryResponseDto::new(memory, pictures.unwrap_or_default()))
}

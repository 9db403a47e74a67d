//! Which pictures are in an album.

use uuid::Uuid;

use crate::access::{Action, Caller, reachable};
use crate::core::albums::queries;
use kallitype_db as db;
use kallitype_db::Connection;
use kallitype_web::bulk::{BulkIdErrorReason, BulkIdResponseDto};
use kallitype_web::time::now;

/// Puts assets into an album, as far as they are the caller's to share; answers what became of each, in order. What
/// someone put there who may not share it any more counts as not being there.
///
/// # Errors
/// When the database fails.
pub(crate) fn add(
    connection: &mut Connection<'_>,
    caller: &Caller,
    album: Uuid,
    assets: &[Uuid],
) -> db::Result<Vec<BulkIdResponseDto>> {
    connection.lock("album", album)?;
    let mut held = queries::held(connection, album, assets)?;
    for asset in queries::held_in_vain(connection, album, assets)? {
        held.remove(&asset);
    }
    let allowed = reachable(connection, caller, Action::Share, assets)?;
    let mut added = Vec::new();
    let answers = assets
        .iter()
        .map(|asset| {
            let error = if held.contains(asset) {
                Some(BulkIdErrorReason::Duplicate)
            } else if allowed.contains(asset) {
                held.insert(*asset);
                added.push(*asset);
                None
            } else {
                Some(BulkIdErrorReason::NoPermission)
            };
            BulkIdResponseDto::new(*asset, error)
        })
        .collect();
    insert(connection, album, &added, caller.owner_id())?;
    Ok(answers)
}

fn insert(
    connection: &mut Connection<'_>,
    album: Uuid,
    added: &[Uuid],
    by: Uuid,
) -> db::Result<()> {
    let Some(first) = added.first() else {
        return Ok(());
    };
    queries::add_assets(connection, album, added, by, now())?;
    queries::touch(connection, album, Some(*first), now())
}

/// Puts an asset that was uploaded through a link of its owner's to an album into the album, unless it is trashed or
/// locked: it may have been there before.
///
/// # Errors
/// When the database fails.
pub(crate) fn add_upload(
    connection: &mut Connection<'_>,
    album: Uuid,
    asset: Uuid,
    owner: Uuid,
) -> db::Result<()> {
    connection.lock("album", album)?;
    if queries::can_be_added(connection, album, asset)? {
        insert(connection, album, &[asset], owner)?;
    }
    Ok(())
}

/// Takes assets out of an album: its owner any, its editors those that are theirs, wherever they are, and those that
/// they may share. Answers what became of each, in order.
///
/// # Errors
/// When the database fails.
pub(crate) fn remove(
    connection: &mut Connection<'_>,
    caller: &Caller,
    is_owner: bool,
    album: Uuid,
    assets: &[Uuid],
) -> db::Result<Vec<BulkIdResponseDto>> {
    connection.lock("album", album)?;
    let mut held = queries::held(connection, album, assets)?;
    let allowed = if is_owner {
        held.clone()
    } else {
        let mut own = reachable(connection, caller, Action::Update, assets)?;
        own.extend(reachable(connection, caller, Action::Share, assets)?);
        own
    };
    let mut removed = Vec::new();
    let answers = assets
        .iter()
        .map(|asset| {
            let error = if !held.contains(asset) {
                Some(BulkIdErrorReason::NotFound)
            } else if allowed.contains(asset) {
                held.remove(asset);
                removed.push(*asset);
                None
            } else {
                Some(BulkIdErrorReason::NoPermission)
            };
            BulkIdResponseDto::new(*asset, error)
        })
        .collect();
    if !removed.is_empty() {
        queries::remove_assets(connection, album, &removed, now())?;
        queries::touch(connection, album, None, now())?;
    }
    Ok(answers)
}

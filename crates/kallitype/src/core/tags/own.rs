//! Which tags an asset has, and by whom: the user's own stay, those of its file come and go with what the file says.

use uuid::Uuid;

use crate::core::assets::queries::{set_tags_edited, set_tags_read, touch};
use crate::core::tags::{path, queries, tree};
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result};

/// Records which tags a file and its sidecar name. Those that the user gave to the asset stay, and those that the
/// user took away stay away.
///
/// # Errors
/// When the database fails.
pub(crate) fn record_found(
    connection: &mut Connection<'_>,
    owner: Uuid,
    asset: Uuid,
    found: &[String],
    now: i64,
) -> Result<()> {
    let refused = queries::list_refused(connection, asset)?;
    let mut values: Vec<String> = found.iter().filter_map(|path| path::tidy(path)).collect();
    values.retain(|value| !refused.contains(value));
    // In one order, so that two assets that are looked into at once do not wait for each other's tags.
    values.sort_unstable();
    values.dedup();
    let mut tags = Vec::with_capacity(values.len());
    for value in &values {
        tags.push(tree::ensure(connection, owner, value, now)?);
    }
    for former in queries::list_found(connection, asset)? {
        if !tags.contains(&former) {
            queries::remove(connection, owner, asset, former, now)?;
        }
    }
    for tag in tags {
        queries::add(connection, asset, tag, false)?;
    }
    set_tags_read(connection, asset)
}

/// Gives an asset a tag by the user's hand; answers whether it did not have it yet.
///
/// # Errors
/// When the database fails.
pub(crate) fn assign(connection: &mut Connection<'_>, asset: Uuid, tag: Uuid) -> Result<bool> {
    let is_new = queries::add(connection, asset, tag, true)?;
    if is_new {
        queries::accept(connection, asset, tag)?;
    }
    Ok(is_new)
}

/// Takes a tag from an asset by the user's hand, for good; answers whether it had it.
///
/// # Errors
/// When the database fails.
pub(crate) fn unassign(
    connection: &mut Connection<'_>,
    owner: Uuid,
    asset: Uuid,
    tag: Uuid,
    now: i64,
) -> Result<bool> {
    let was_there = queries::remove(connection, owner, asset, tag, now)?;
    if was_there {
        queries::refuse(connection, asset, tag)?;
    }
    Ok(was_there)
}

/// Has it said in the sidecars of assets what their user decided about their tags.
///
/// # Errors
/// When the database fails.
pub(crate) fn schedule_sidecar(
    connection: &mut Connection<'_>,
    assets: &[Uuid],
    now: i64,
) -> Result<()> {
    for asset in assets {
        set_tags_edited(connection, *asset)?;
        touch(connection, *asset, now)?;
        queue::enqueue(connection, JobKind::WriteSidecar, *asset)?;
    }
    Ok(())
}

/// Puts back what a user had decided about an asset's tags.
///
/// # Errors
/// When the database fails.
pub(crate) fn restore(
    connection: &mut Connection<'_>,
    owner: Uuid,
    asset: Uuid,
    given: &[String],
    refused: &[String],
    now: i64,
) -> Result<()> {
    for value in given.iter().filter_map(|path| path::tidy(path)) {
        let tag = tree::ensure(connection, owner, &value, now)?;
        queries::add(connection, asset, tag, true)?;
    }
    for value in refused {
        queries::refuse_value(connection, asset, value)?;
    }
    Ok(())
}

/// Puts a tag back, below parents that are made if they are not there.
///
/// # Errors
/// When the database fails.
pub(crate) fn restore_tag(
    connection: &mut Connection<'_>,
    id: Uuid,
    user: Uuid,
    value: &str,
    color: Option<&str>,
    created: i64,
) -> Result<()> {
    let Some(value) = path::tidy(value) else {
        return Ok(());
    };
    let parent = match value.rsplit_once('/') {
        Some((path, _)) => Some(tree::ensure(connection, user, path, created)?),
        None => None,
    };
    queries::insert_with_id(connection, id, user, &value, parent, created)?;
    queries::set_color(connection, id, color, created)
}

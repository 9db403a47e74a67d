//! The index of words, which every transaction keeps: what it changed, triggers have noted in `word_due`.

pub(crate) mod queries;
pub(crate) mod words;

use uuid::Uuid;

use crate::app::search_words::queries::{Due, DueKind};
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result};

/// How many assets a request's transaction finds the words of at most.
const AT_ONCE: usize = 500;

/// How many a job's does.
const BATCH: usize = 2000;

/// Finds the words of what this transaction changed. Of more than a few hundred assets a job does.
///
/// # Errors
/// When the database fails.
pub(crate) fn renew_due(connection: &mut Connection<'_>) -> Result<()> {
    let mut due = queries::list_due(connection, false, AT_ONCE + 1)?;
    if due.is_empty() {
        return Ok(());
    }
    let is_too_much = due.len() > AT_ONCE;
    due.truncate(AT_ONCE);
    let mut assets = Vec::new();
    let mut deferred = Vec::new();
    for one in &due {
        let found = list_assets(connection, one, AT_ONCE + 1)?;
        match assets.len() + found.len() > AT_ONCE {
            true => deferred.push(*one),
            false => assets.extend(found),
        }
    }
    due.retain(|one| !deferred.contains(one));
    queries::forget_due(connection, &due)?;
    renew(connection, assets)?;
    if is_too_much || !deferred.is_empty() {
        queries::defer_due(connection)?;
        queue::enqueue(connection, JobKind::RenewWords, Uuid::nil())?;
    }
    Ok(())
}

/// Finds the words of some of what was deferred; answers whether there may be more.
///
/// # Errors
/// When the database fails.
pub(crate) fn renew_deferred(connection: &mut Connection<'_>) -> Result<bool> {
    let due = queries::list_due(connection, true, BATCH)?;
    let Some(first) = due.first() else {
        return Ok(false);
    };
    if first.kind == DueKind::Asset {
        let assets: Vec<Due> = due
            .into_iter()
            .filter(|one| one.kind == DueKind::Asset)
            .collect();
        queries::forget_due(connection, &assets)?;
        renew(connection, assets.iter().map(|one| one.id).collect())?;
        return Ok(true);
    }
    let assets = list_assets(connection, first, BATCH)?;
    match assets.last() {
        Some(last) if assets.len() == BATCH => queries::set_done(connection, first, *last)?,
        _ => queries::forget_due(connection, &[*first])?,
    }
    renew(connection, assets)?;
    Ok(true)
}

/// As [`renew_due`] and [`renew_deferred`] together, for what writes without anyone who commits.
///
/// # Errors
/// When the database fails.
pub(crate) fn renew_some(connection: &mut Connection<'_>) -> Result<bool> {
    queries::defer_due(connection)?;
    renew_deferred(connection)
}

/// The assets that something due is about, after those that are done.
fn list_assets(connection: &mut Connection<'_>, due: &Due, limit: usize) -> Result<Vec<Uuid>> {
    match due.kind {
        DueKind::Asset => Ok(vec![due.id]),
        DueKind::Person | DueKind::Tag => queries::list_assets(connection, due, limit),
    }
}

/// Finds the words of assets anew.
fn renew(connection: &mut Connection<'_>, mut assets: Vec<Uuid>) -> Result<()> {
    assets.sort_unstable();
    assets.dedup();
    if assets.is_empty() {
        return Ok(());
    }
    let worded = queries::read_words(connection, &assets)?;
    queries::forget_words(connection, assets)?;
    queries::insert_words(connection, worded)
}

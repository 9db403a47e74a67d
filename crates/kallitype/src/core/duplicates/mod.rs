//! Duplicates: the same picture in more than one file of an owner's.
//!
//! They are found when a picture's fingerprint is made: what has a part of it in common is looked up by index and
//! compared, so that no one compares all with all. What was found, and what its owner decided about it, is a matter of
//! `duplicate_id`; nothing that was compared is compared again by itself.

pub(crate) mod queries;

use std::collections::BTreeMap;

use uuid::Uuid;

use self::queries::Comparable;
use crate::core::assets::facts::is_edited;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result, new_id};
use kallitype_media::Fingerprint;
use kallitype_web::time::{MINUTE, SECOND};

/// How many duplicates of one asset are taken at a time.
const MAX_DUPLICATES: usize = 64;

/// How far the lengths of a video and of its duplicate may be apart, in microseconds: some frames.
const DURATION_TOLERANCE: u64 = 100_000;

/// Zones are apart by whole quarters of an hour, and so are the clocks of files that lost theirs.
const ZONE_STEP: i64 = 15 * MINUTE;
const ZONES_APART: u64 = 26 * 60 * MINUTE as u64;

/// Records what an asset is compared by, none for one that shows next to nothing, and has it compared.
///
/// # Errors
/// When the database fails.
pub(crate) fn enter(
    connection: &mut Connection<'_>,
    id: Uuid,
    fingerprint: Option<&Fingerprint>,
) -> Result<()> {
    queries::set_fingerprint(connection, id, fingerprint)?;
    request(connection, id)
}

/// Has an asset compared with others, once it is known what it shows and what its file says, unless that was done.
///
/// # Errors
/// When the database fails.
pub(crate) fn request(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    match queries::is_due(connection, id)? {
        true => queue::enqueue(connection, JobKind::DetectDuplicates, id),
        false => Ok(()),
    }
}

/// Has an asset compared with others once more: more is known of it now.
///
/// # Errors
/// When the database fails.
pub(crate) fn request_again(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    queries::set_uncompared(connection, id)?;
    request(connection, id)
}

/// Looks for what shows the same picture as an asset, and notes that they are duplicates of each other. `near` are assets of
/// the same owner's of which a model says that they show the same.
///
/// # Errors
/// When the database fails.
pub(crate) fn detect(
    connection: &mut Connection<'_>,
    id: Uuid,
    near: &[Uuid],
    now: i64,
) -> Result<()> {
    let Some(owner) = queries::find_owner(connection, id)? else {
        return Ok(());
    };
    // One after another: two that are looked for at the same time could each begin a group of their own.
    connection.lock("account", owner)?;
    connection.lock("asset", id)?;
    let Some(subject) = queries::find_comparable(connection, id)? else {
        return Ok(());
    };
    let mut alike: BTreeMap<Uuid, Comparable> = BTreeMap::new();
    for (band, value) in subject.bands().into_iter().enumerate() {
        let found = queries::list_candidates(connection, &subject, band, value)?.into_iter();
        let found = found.filter(|other| other.id != subject.id && is_duplicate(&subject, other));
        alike.extend(found.map(|other| (other.id, other)));
    }
    let near = queries::list_comparable(connection, near)?.into_iter();
    let near = near.filter(|other| other.id != subject.id && is_of_same_moment(&subject, other));
    alike.extend(near.map(|other| (other.id, other)));
    let alike: Vec<Comparable> = alike.into_values().take(MAX_DUPLICATES).collect();
    group(connection, &subject, &alike, now)?;
    queries::set_compared(connection, id)
}

/// Puts an asset and its duplicates into one group, with those that they are in.
fn group(
    connection: &mut Connection<'_>,
    subject: &Comparable,
    alike: &[Comparable],
    now: i64,
) -> Result<()> {
    if alike.is_empty() {
        return match subject.duplicate_id {
            Some(_) => queries::set_group(connection, &[subject.id], None, now),
            None => Ok(()),
        };
    }
    let all = || std::iter::once(subject).chain(alike);
    let groups: Vec<Uuid> = all().filter_map(|asset| asset.duplicate_id).collect();
    let group = groups.first().copied().unwrap_or_else(new_id);
    for other in groups.into_iter().filter(|other| *other != group) {
        queries::move_group(connection, subject.owner_id, other, group, now)?;
    }
    let alone = all().filter(|asset| asset.duplicate_id.is_none());
    let alone: Vec<Uuid> = alone.map(|asset| asset.id).collect();
    queries::set_group(connection, &alone, Some(group), now)
}

/// Whether both are of the same picture, as far as can be said.
fn is_duplicate(one: &Comparable, other: &Comparable) -> bool {
    let shows_the_same = one
        .fingerprint()
        .zip(other.fingerprint())
        .is_some_and(|(one, other)| one.is_alike(&other));
    shows_the_same && is_of_same_moment(one, other)
}

/// Whether both may be of the same moment: by what they are, how long they are, and when their files say that they were
/// taken.
fn is_of_same_moment(one: &Comparable, other: &Comparable) -> bool {
    let takes_as_long = match (one.duration, other.duration) {
        (Some(one), Some(other)) => one.abs_diff(other) <= DURATION_TOLERANCE,
        (one, other) => one.is_none() && other.is_none(),
    };
    let was_taken_then = match (taken_at(one), taken_at(other)) {
        (Some(one), Some(other)) => is_same_moment(one, other),
        // A copy may have lost it.
        _ => true,
    };
    one.kind == other.kind && takes_as_long && was_taken_then
}

/// When the file says that it was taken, by the wall clock. What its owner says may be a guess.
fn taken_at(asset: &Comparable) -> Option<i64> {
    let is_told = asset.is_dated && !is_edited(&asset.edited, "date");
    is_told.then_some(asset.local_date_time)
}

/// Whether two clocks showed the same moment. One of them may have lost its fractions of seconds, or its zone.
fn is_same_moment(one: i64, other: i64) -> bool {
    let seconds = |moment: i64| moment.div_euclid(SECOND);
    let fraction = |moment: i64| moment.rem_euclid(SECOND);
    let apart = (seconds(one) - seconds(other)) * SECOND;
    let has_same_fraction =
        fraction(one) == fraction(other) || fraction(one) == 0 || fraction(other) == 0;
    apart % ZONE_STEP == 0 && apart.unsigned_abs() <= ZONES_APART && has_same_fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_other_moments_are_no_duplicates() {
        let moment = 1_700_000_000 * SECOND;
        let hour = 60 * MINUTE;
        for same in [
            0,
            hour,
            -hour,
            5 * hour + 30 * MINUTE,
            SECOND / 10,
            SECOND - 1,
        ] {
            assert!(is_same_moment(moment, moment + same), "{same}");
            assert!(is_same_moment(moment + same, moment), "{same}");
        }
        for other in [
            SECOND,
            -SECOND,
            -SECOND / 10,
            MINUTE,
            hour + SECOND,
            27 * hour,
        ] {
            assert!(!is_same_moment(moment, moment + other), "{other}");
            assert!(!is_same_moment(moment + other, moment), "{other}");
        }
        // Two of a burst.
        assert!(!is_same_moment(
            moment + SECOND / 10,
            moment + SECOND / 10 * 2
        ));
    }
}

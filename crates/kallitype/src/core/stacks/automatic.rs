//! Stacks that no one asked for: a setting says why pictures belong together. All of them were taken within a second of each
//! other, so that few have to be looked at for each.
//!
//! What the user decided stays: what was taken out of a stack by hand is in none any more that is made here, and a stack
//! that was made or changed by hand gets no other assets.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::config::StackRule;
use crate::core::assets::file_type::FileType;
use crate::core::stacks::queries::Shot;
use crate::core::stacks::{MAX_ASSETS, queries, settle, tell_changed};
use crate::queue;
use crate::queue::kind::JobKind;
use crate::queue::table;
use kallitype_db as db;
use kallitype_db::Connection;
use kallitype_web::time::SECOND;

/// Has it looked for what belongs to an asset whose file was read, if there are rules for that.
///
/// # Errors
/// When the database fails.
pub(crate) fn request(
    connection: &mut Connection<'_>,
    id: Uuid,
    rules: &[StackRule],
) -> db::Result<()> {
    match rules.is_empty() {
        true => Ok(()),
        false => queue::enqueue(connection, JobKind::StackAsset, id),
    }
}

/// Has all assets looked at, if the rules are others than those that they were looked at by.
///
/// # Errors
/// When the database fails.
pub(crate) fn request_all(connection: &mut Connection<'_>, rules: &str) -> db::Result<()> {
    if !queries::set_rules(connection, rules)? || rules.is_empty() {
        return Ok(());
    }
    let found = queries::from_stackable();
    table::enqueue_found(connection, JobKind::StackAsset, "asset.id", found)
}

/// Stacks an asset with what belongs to it.
///
/// # Errors
/// When the database fails.
pub(crate) fn stack(
    connection: &mut Connection<'_>,
    id: Uuid,
    rules: &[StackRule],
    now: i64,
) -> db::Result<()> {
    let Some(Shot { owner_id, .. }) = queries::find_shot(connection, id)? else {
        return Ok(());
    };
    // One after another: two of a pair would each begin a stack of their own.
    connection.lock("account", owner_id)?;
    let Some(subject) = queries::find_shot(connection, id)? else {
        return Ok(());
    };
    let near = queries::list_shots_near(connection, &subject, SECOND - 1)?;
    let mut related = near;
    related.retain(|other| belong_together(rules, &subject, other));
    if related.is_empty() {
        return Ok(());
    }
    let stacks: BTreeSet<Uuid> = related
        .iter()
        .chain([&subject])
        .filter_map(|shot| shot.stack_id)
        .collect();
    let stacks: Vec<Uuid> = stacks.into_iter().collect();
    let mut ids: Vec<Uuid> = related.iter().map(|shot| shot.id).collect();
    ids.extend(queries::list_ids_in(connection, &stacks)?);
    ids.push(subject.id);
    join(
        connection,
        owner_id,
        &BTreeSet::from_iter(ids),
        &stacks,
        now,
    )
}

/// Makes one stack of some assets and of the stacks that they are in.
fn join(
    connection: &mut Connection<'_>,
    owner: Uuid,
    ids: &BTreeSet<Uuid>,
    stacks: &[Uuid],
    now: i64,
) -> db::Result<()> {
    for id in ids {
        connection.lock("asset", *id)?;
    }
    // Meanwhile the user may have decided something.
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let shots = queries::list_shots(connection, &ids)?;
    let ids: Vec<Uuid> = shots.iter().map(|shot| shot.id).collect();
    let Some(primary) = shots
        .iter()
        .min_by_key(|shot| rank(shot))
        .map(|shot| shot.id)
    else {
        return Ok(());
    };
    if !(2..=MAX_ASSETS).contains(&ids.len()) {
        return Ok(());
    }
    let (stack, others) = match stacks.split_first() {
        Some((first, others)) => (*first, others),
        None => (
            queries::insert_automatic(connection, owner, primary, now)?,
            stacks,
        ),
    };
    queries::enter(connection, stack, &ids, others, now)?;
    if queries::find_primary(connection, stack)?.is_some_and(|(_, present)| present != primary) {
        queries::set_primary(connection, stack, primary, now)?;
    }
    for other in others {
        settle(connection, *other, now)?;
    }
    tell_changed(connection, owner)
}

/// Which of a stack's pictures stands for it: an edited one, then what a camera made, then a raw file; the first of several.
fn rank(shot: &Shot) -> (u8, i64, String) {
    let kind = match original_of(&stem(shot)) {
        Some(_) => 0,
        None if is_raw(shot) => 2,
        None => 1,
    };
    (kind, shot.moment, stem(shot))
}

/// Whether two pictures that were taken within a second belong together by one of the rules.
fn belong_together(rules: &[StackRule], one: &Shot, other: &Shot) -> bool {
    rules.iter().any(|rule| match rule {
        StackRule::RawJpeg => stem(one) == stem(other) && is_raw(one) != is_raw(other),
        StackRule::Bursts => is_one_burst(one, other),
        StackRule::Edited => is_edit_of(one, other) || is_edit_of(other, one),
    })
}

/// Whether one camera took both, as one burst, if it says which are one. Copies have the same name.
fn is_one_burst(one: &Shot, other: &Shot) -> bool {
    let is_same_camera =
        one.make.is_some() && (&one.make, &one.model) == (&other.make, &other.model);
    let is_same_burst = match (&one.burst_id, &other.burst_id) {
        (None, None) => stem(one) != stem(other) && is_raw(one) == is_raw(other),
        (one, other) => one == other,
    };
    is_same_camera && is_same_burst
}

fn is_edit_of(edit: &Shot, original: &Shot) -> bool {
    original_of(&stem(edit)).is_some_and(|name| name == stem(original))
}

/// What programs write behind the name of an original to call an edited copy of it.
const EDITED: [&str; 5] = ["-edited", "_edited", " edited", "-edit", "_edit"];

/// How the original is called of a picture that is called like an edited one: `IMG_E0001` as iPhones do, `IMG_0001-edited` and
/// `IMG_0001~2` as phones with Android do.
fn original_of(stem: &str) -> Option<String> {
    if let Some(number) = stem.strip_prefix("img_e") {
        return Some(format!("img_{number}"));
    }
    if let Some(name) = EDITED.iter().find_map(|suffix| stem.strip_suffix(suffix)) {
        return Some(name.to_owned());
    }
    let (name, number) = stem.rsplit_once('~')?;
    let is_number = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| name.to_owned())
}

/// The file's name without its extension, in small letters.
fn stem(shot: &Shot) -> String {
    let name = shot
        .name
        .rsplit_once('.')
        .map_or(shot.name.as_str(), |(stem, _)| stem);
    name.to_lowercase()
}

fn is_raw(shot: &Shot) -> bool {
    FileType::of_name(&shot.name).is_some_and(FileType::is_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[StackRule] = &[StackRule::RawJpeg, StackRule::Bursts, StackRule::Edited];

    fn shot(name: &str) -> Shot {
        Shot {
            id: Uuid::nil(),
            owner_id: Uuid::nil(),
            name: name.to_owned(),
            moment: 0,
            visibility: "timeline".to_owned(),
            make: None,
            model: None,
            burst_id: None,
            stack_id: None,
        }
    }

    fn by(camera: &str, burst: Option<&str>, name: &str) -> Shot {
        Shot {
            make: Some(camera.to_owned()),
            burst_id: burst.map(str::to_owned),
            ..shot(name)
        }
    }

    #[test]
    fn names_say_what_belongs_together() {
        for (one, other, is_so) in [
            ("IMG_1.CR2", "img_1.JPG", true),
            ("IMG_1.CR2", "IMG_2.JPG", false),
            ("IMG_1.CR2", "IMG_1.DNG", false),
            ("IMG_1.JPG", "IMG_1.png", false),
            ("IMG_0001.HEIC", "IMG_E0001.HEIC", true),
            ("PXL_1.jpg", "PXL_1~2.jpg", true),
            ("PXL_1.jpg", "PXL_1~.jpg", false),
            ("a.jpg", "a-edited.jpg", true),
            ("a.nef", "a_edit.tif", true),
            ("a.jpg", "b-edited.jpg", false),
            ("a-edited.jpg", "a_edited.jpg", false),
        ] {
            let (one, other) = (shot(one), shot(other));
            assert_eq!(
                belong_together(ALL, &one, &other),
                is_so,
                "{one:?} {other:?}"
            );
            assert_eq!(
                belong_together(ALL, &other, &one),
                is_so,
                "{other:?} {one:?}"
            );
            assert!(!belong_together(&[StackRule::Bursts], &one, &other));
        }
    }

    #[test]
    fn cameras_say_what_is_a_burst() {
        for (one, other, is_so) in [
            (by("A", None, "1.jpg"), by("A", None, "2.jpg"), true),
            (by("A", None, "1.jpg"), by("B", None, "2.jpg"), false),
            (by("A", None, "1.jpg"), by("A", None, "1.png"), false),
            (by("A", None, "1.jpg"), by("A", None, "2.arw"), false),
            (
                by("A", Some("x"), "1.jpg"),
                by("A", Some("x"), "2.jpg"),
                true,
            ),
            (
                by("A", Some("x"), "1.jpg"),
                by("A", Some("y"), "2.jpg"),
                false,
            ),
            (by("A", Some("x"), "1.jpg"), by("A", None, "2.jpg"), false),
            (shot("1.jpg"), shot("2.jpg"), false),
        ] {
            let rules = &[StackRule::Bursts];
            assert_eq!(
                belong_together(rules, &one, &other),
                is_so,
                "{one:?} {other:?}"
            );
        }
    }

    #[test]
    fn an_edited_picture_stands_for_the_others() {
        let mut names = ["a.cr2", "a.jpg", "a-edited.jpg", "b.jpg"].map(shot);
        names.sort_by_key(rank);
        let names = names.map(|shot| shot.name);
        assert_eq!(names, ["a-edited.jpg", "a.jpg", "b.jpg", "a.cr2"]);
    }
}

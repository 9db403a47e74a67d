use std::collections::BTreeMap;

use uuid::Uuid;

use crate::app::events;
use crate::app::file_deletions::schedule_file_deletion;
use crate::core::assets::model::Visibility;
use crate::core::assets::row::{AssetRow, FilePaths};
use crate::core::assets::{facts, queries};
use crate::core::people::featured;
use crate::core::{albums, libraries, links, stacks};
use crate::queue::table::delete_jobs_on;
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result, Sql};
use kallitype_web::time::now;

/// An asset that is to go for good.
#[derive(Debug, Clone)]
pub(crate) struct DeletableAsset {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub live_photo_video_id: Option<Uuid>,
    /// The external library that it is of.
    pub library_id: Option<Uuid>,
    /// Every file it has, as keys below the library's root.
    pub paths: Vec<String>,
}

pub(crate) fn find_for_deletion(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<DeletableAsset>> {
    // A job must not give it another file between this and its deletion.
    connection.lock("asset", id)?;
    let sql = Sql::new("SELECT owner_id, live_photo_video_id, library_id, ")
        .push(FilePaths::COLUMNS)
        .push(" FROM asset WHERE id = ")
        .bind(id);
    type Found = (Uuid, Option<Uuid>, Option<Uuid>, FilePaths);
    let found = sql.query_optional::<Found>(connection)?;
    Ok(found.map(
        |(owner_id, live_photo_video_id, library_id, paths)| DeletableAsset {
            id,
            owner_id,
            live_photo_video_id,
            library_id,
            paths: paths.into_iter().collect(),
        },
    ))
}

/// Deletes a record and notes its files for removal. The file of a library stays.
pub(crate) fn delete(
    connection: &mut Connection<'_>,
    asset: &DeletableAsset,
    now: i64,
) -> Result<()> {
    for path in &asset.paths {
        schedule_file_deletion(connection, path, now)?;
    }
    if asset.library_id.is_some() {
        libraries::queries::refuse_file(connection, asset.id)?;
    }
    delete_jobs_on(connection, asset.id)?;
    albums::queries::leave_all(connection, asset.id, now)?;
    stacks::leave(connection, asset.id, now)?;
    featured::leave(connection, asset.id, now)?;
    connection.execute("DELETE FROM asset WHERE id = $1", &[asset.id.into()])?;
    let tombstone = Tombstone {
        owner: asset.owner_id,
        entity: "asset",
        id: asset.id,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)
}

/// Moves an asset to where it shows up from now on. A locked one leaves every album and every link, and so does what it
/// moves by; no face on it stands for a person.
///
/// # Errors
/// When the database fails.
pub(crate) fn set_visibility(
    connection: &mut Connection<'_>,
    id: Uuid,
    visibility: Visibility,
    now: i64,
) -> Result<()> {
    queries::set_visibility(connection, id, visibility, now)?;
    if visibility == Visibility::Locked {
        let part = queries::find_motion_part(connection, id)?;
        for asset in std::iter::once(id).chain(part) {
            albums::queries::leave_all(connection, asset, now)?;
            links::forget_asset(connection, asset)?;
        }
    }
    featured::settle(connection, &[id], now)
}

/// Puts assets into the trash. No face on them stands for a person.
///
/// # Errors
/// When the database fails.
pub(crate) fn trash(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<()> {
    let now = now();
    for id in ids {
        queries::set_deleted(connection, *id, Some(now), now)?;
    }
    featured::settle(connection, ids, now)
}

/// Takes assets out of the trash. Those that are not in it stay as they are.
///
/// # Errors
/// When the database fails.
pub(crate) fn restore(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<()> {
    let now = now();
    queries::restore(connection, ids, now)?;
    featured::settle(connection, ids, now)
}

/// Lets a video that no picture moves by any more show up by itself: where the picture does that it was a part of.
///
/// # Errors
/// When the database fails.
pub(crate) fn release_motion_part(
    connection: &mut Connection<'_>,
    picture: &AssetRow,
    video: Uuid,
) -> Result<()> {
    let found = queries::find_kind(connection, picture.owner_id, video)?;
    let is_hidden = matches!(found, Some((_, Visibility::Hidden)));
    if !is_hidden || queries::is_motion_part(connection, video)? {
        return Ok(());
    }
    set_visibility(connection, video, picture.visibility, now())?;
    if picture.deleted_at.is_none() {
        return facts::tell_if_ready(connection, video);
    }
    queries::set_deleted(connection, video, picture.deleted_at, now())?;
    featured::settle(connection, &[video], now())
}

/// Deletes some of a user's assets for good, at most so many by themselves; answers how many records went.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete_some_owned(
    connection: &mut Connection<'_>,
    owner: Uuid,
    limit: i64,
) -> Result<usize> {
    let ids = queries::list_owned(connection, owner, limit)?;
    delete_for_good(connection, &ids)
}

/// Deletes records, and the moving parts that no other picture uses; answers how many.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete_for_good(connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<usize> {
    let now = now();
    let mut deleted = Deleted::default();
    for id in ids {
        let Some(asset) = find_for_deletion(connection, *id)? else {
            continue;
        };
        delete(connection, &asset, now)?;
        deleted.add(&asset);
        queries::forget_motion_part(connection, *id, now)?;
        let Some(video) = asset.live_photo_video_id else {
            continue;
        };
        if queries::is_motion_part(connection, video)? {
            continue;
        }
        if let Some(asset) = find_for_deletion(connection, video)? {
            delete(connection, &asset, now)?;
            deleted.add(&asset);
        }
    }
    deleted.tell(connection)
}

/// What was deleted, by whose it was.
#[derive(Default)]
struct Deleted(BTreeMap<Uuid, Vec<Uuid>>);

impl Deleted {
    fn add(&mut self, asset: &DeletableAsset) {
        self.0.entry(asset.owner_id).or_default().push(asset.id);
    }

    /// Tells the owners; answers how many there are.
    fn tell(self, connection: &mut Connection<'_>) -> Result<usize> {
        for (owner, assets) in &self.0 {
            events::tell_deleted(connection, *owner, assets)?;
        }
        Ok(self.0.values().map(Vec::len).sum())
    }
}

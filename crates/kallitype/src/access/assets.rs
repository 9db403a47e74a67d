//! Who may do what to an asset.

use std::collections::HashSet;

use uuid::Uuid;

use crate::access::{Caller, Identity, album_in_use};
use kallitype_db as db;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::{ApiError, Result};

/// What is to be done to an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Read,
    /// Reads what apps keep with it.
    ReadMetadata,
    View,
    Download,
    Update,
    Delete,
    Share,
}

/// How a caller can be related to an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It is theirs; a locked one only while it is unlocked.
    Owner,
    /// It is theirs, and such that others may see it: neither trashed nor locked.
    Sharer,
    /// It is in an album that they are in.
    Album,
    /// It is in the timeline of someone who shares it with them.
    Partner,
    /// The link that they came by shows it.
    Link,
}

impl Action {
    /// The rules: who may do it.
    fn ways(self) -> &'static [Way] {
        match self {
            Self::Read | Self::View | Self::Download => {
                &[Way::Owner, Way::Album, Way::Partner, Way::Link]
            }
            Self::Share => &[Way::Sharer, Way::Partner],
            Self::ReadMetadata | Self::Update | Self::Delete => &[Way::Owner],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Read | Self::ReadMetadata => "asset.read",
            Self::View => "asset.view",
            Self::Download => "asset.download",
            Self::Update => "asset.update",
            Self::Delete => "asset.delete",
            Self::Share => "asset.share",
        }
    }
}

impl Way {
    /// The condition on `asset` for a user or a link; `is_open` says whether what is closed to begin with is open.
    fn condition(self, principal: Uuid, is_open: bool) -> Sql {
        match self {
            Self::Owner => owned_by(principal)
                .push("(NOT ")
                .append(is_locked("asset"))
                .push(" OR ")
                .bind(is_open)
                .push("))"),
            Self::Sharer => owned_by(principal)
                .bind(is_open)
                .push(" AND ")
                .append(presentable("asset"))
                .push(")"),
            Self::Album => shown_to_others(|asset| in_album(asset, principal)),
            Self::Partner => shown_to_others(|asset| in_partners_timeline(asset, principal)),
            Self::Link => Sql::new("(")
                .bind(is_open)
                .push(" AND ")
                .append(shown_to_others(|asset| in_link(asset, principal)))
                .push(")"),
        }
    }
}

/// The condition that an asset, which a query calls so, is closed until the PIN is given: it is locked, or it is the
/// moving part of a picture that is.
pub(crate) fn is_locked(asset: &'static str) -> Sql {
    Sql::new("(")
        .push(asset)
        .push(".visibility = 'locked' OR ")
        .append(is_part(asset, "visibility = 'locked'"))
        .push(")")
}

/// The condition that an asset is the moving part of a picture of which something holds.
fn is_part(asset: &'static str, of_picture: &'static str) -> Sql {
    Sql::new("EXISTS (SELECT 1 FROM asset holder WHERE holder.live_photo_video_id = ")
        .push(asset)
        .push(".id AND holder.")
        .push(of_picture)
        .push(")")
}

/// The condition that an asset is in the trash: by itself, or as the moving part of pictures that all are.
pub(crate) fn is_trashed(asset: &'static str) -> Sql {
    Sql::new("(")
        .push(asset)
        .push(".deleted_at IS NOT NULL OR (")
        .append(is_part(asset, "deleted_at IS NOT NULL"))
        .push(" AND NOT ")
        .append(is_part(asset, "deleted_at IS NULL"))
        .push("))")
}

/// The condition that an asset is one that its owner would show to others now.
pub(crate) fn presentable(asset: &'static str) -> Sql {
    Sql::new("NOT ")
        .append(is_trashed(asset))
        .push(" AND NOT ")
        .append(is_locked(asset))
}

/// The condition that an asset is shown by itself in the library of its owner: it is neither in the trash nor locked, and no
/// moving part.
pub(crate) fn shown_by_itself(asset: &'static str) -> Sql {
    Sql::new(asset)
        .push(".deleted_at IS NULL AND ")
        .push(asset)
        .push(".visibility NOT IN ('locked', 'hidden')")
}

/// The condition that whoever showed an asset to others, `by`, may do so still: it is theirs, or it is in a timeline
/// that its owner shares with them.
pub(crate) fn still_shared(asset: &'static str, by: &'static str) -> Sql {
    Sql::new("(")
        .push(by)
        .push(" = ")
        .push(asset)
        .push(".owner_id OR (")
        .push(asset)
        .push(".visibility = 'timeline' AND EXISTS (SELECT 1 FROM partner WHERE partner.shared_by_id = ")
        .push(asset)
        .push(".owner_id AND partner.shared_with_id = ")
        .push(by)
        .push(")))")
}

/// The condition that an album shows `asset`, which is in it as `held` says, to whoever looks.
pub(crate) fn shown_in_album() -> Sql {
    shown_by_itself("asset")
        .push(" AND ")
        .push(OWNER_IN_USE)
        .push(" AND ")
        .append(still_shared("asset", "held.added_by"))
}

/// The condition that an asset's owner still has their account; without it, nothing of theirs is shown to others.
const OWNER_IN_USE: &str = "EXISTS (SELECT 1 FROM account WHERE account.id = asset.owner_id AND account.status = 'active')";

fn owned_by(user: Uuid) -> Sql {
    Sql::new("(asset.owner_id = ").bind(user).push(" AND ")
}

/// Shown to others is an asset itself unless it is hidden, or as the moving part of a picture that is shown.
fn shown_to_others(shows: impl Fn(&'static str) -> Sql) -> Sql {
    Sql::new("(")
        .append(presentable("asset"))
        .push(" AND ")
        .push(OWNER_IN_USE)
        .push(" AND ((asset.visibility <> 'hidden' AND ")
        .append(shows("asset"))
        .push(
            ") OR EXISTS (SELECT 1 FROM asset still \
             WHERE still.live_photo_video_id = asset.id AND ",
        )
        .append(shown_by_itself("still"))
        .push(" AND ")
        .append(shows("still"))
        .push(")))")
}

fn in_album(asset: &'static str, user: Uuid) -> Sql {
    Sql::new(
        "EXISTS (SELECT 1 FROM album_asset held JOIN album_user member ON member.album_id = held.album_id \
         WHERE held.asset_id = ",
    )
    .push(asset)
    .push(".id AND member.user_id = ")
    .bind(user)
    .push(" AND ")
    .append(album_in_use("held.album_id"))
    .push(" AND ")
    .append(still_shared(asset, "held.added_by"))
    .push(")")
}

fn in_partners_timeline(asset: &'static str, user: Uuid) -> Sql {
    Sql::new("(")
        .push(asset)
        .push(".visibility = 'timeline' AND EXISTS (SELECT 1 FROM partner WHERE partner.shared_by_id = ")
        .push(asset)
        .push(".owner_id AND partner.shared_with_id = ")
        .bind(user)
        .push("))")
}

fn in_link(asset: &'static str, link: Uuid) -> Sql {
    Sql::new(
        "(EXISTS (SELECT 1 FROM shared_link_asset held JOIN shared_link ON shared_link.id = held.shared_link_id \
         WHERE held.shared_link_id = ",
    )
    .bind(link)
    .push(" AND held.asset_id = ")
    .push(asset)
    .push(".id AND ")
    .append(still_shared(asset, "shared_link.user_id"))
    .push(
        ") OR EXISTS (SELECT 1 FROM shared_link JOIN album_asset held ON held.album_id = shared_link.album_id \
         WHERE shared_link.id = ",
    )
    .bind(link)
    .push(" AND held.asset_id = ")
    .push(asset)
    .push(".id AND ")
    .append(still_shared(asset, "held.added_by"))
    .push("))")
}

/// A condition on `asset` for WHERE.
#[derive(Debug, Clone)]
pub(crate) struct Scope(Sql);

impl Scope {
    /// What `caller` may do `need` to.
    #[must_use]
    pub(crate) fn of(caller: &Caller, need: Action) -> Self {
        match caller.identity() {
            Identity::User(principal) => {
                let is_open = need == Action::Share || principal.is_elevated();
                let ways = need.ways().iter().filter(|way| **way != Way::Link);
                let conditions = ways.map(|way| way.condition(principal.user.id, is_open));
                Self(Sql::new("(").join(conditions, " OR ").push(")"))
            }
            Identity::Link(link) => {
                let is_open = need.ways().contains(&Way::Link)
                    && (need != Action::Download || !caller.keeps_originals_back());
                Self(Way::Link.condition(link.id, is_open))
            }
        }
    }

    /// Everything a user owns, locked or not.
    #[must_use]
    pub(crate) fn owned(user: Uuid) -> Self {
        Self(Way::Owner.condition(user, true))
    }

    /// The condition, to be put into a query's WHERE.
    pub(crate) fn condition(&self) -> Sql {
        self.0.clone()
    }
}

/// The answer to a caller who asks for assets out of reach, there or not.
#[must_use]
pub(crate) fn refused(need: Action) -> ApiError {
    ApiError::bad_request(format!("Not found or no {} access", need.name()))
}

/// Which of some assets are there and within the caller's reach.
///
/// # Errors
/// When the database fails.
pub(crate) fn reachable(
    connection: &mut Connection<'_>,
    caller: &Caller,
    need: Action,
    ids: &[Uuid],
) -> db::Result<HashSet<Uuid>> {
    let scope = Scope::of(caller, need);
    let sql = Sql::new("SELECT asset.id FROM asset WHERE asset.id IN LIST(").bind(ids);
    let sql = sql.push(") AND ").append(scope.condition());
    Ok(sql.query(connection)?.into_iter().collect())
}

/// Whether an asset is there and within the caller's reach.
///
/// # Errors
/// When the database fails.
pub(crate) fn is_reachable(
    connection: &mut Connection<'_>,
    caller: &Caller,
    need: Action,
    id: Uuid,
) -> db::Result<bool> {
    Ok(reachable(connection, caller, need, &[id])?.contains(&id))
}

/// Refuses the whole list when one of the assets is out of the caller's reach.
///
/// # Errors
/// 400, the same for what is missing and what is someone else's.
pub(crate) fn require_all(
    connection: &mut Connection<'_>,
    caller: &Caller,
    need: Action,
    ids: &[Uuid],
) -> Result<()> {
    let reachable = reachable(connection, caller, need, ids)?;
    if ids.iter().all(|id| reachable.contains(id)) {
        Ok(())
    } else {
        Err(refused(need))
    }
}

//! Who may do what to an asset.

use std::collections::HashSet;

use kallitype_db as db;
use uuid::Uuid;

use crate::access::{Caller, Identity, album_in_use};
use kallitype_db::{Connection, Value};
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
    /// The condition on `asset`. `$1` is the user or the link, `$2` whether what is closed to begin with is open.
    fn condition(self) -> String {
        let others = |shows: fn(&str) -> String| shown_to_others(shows);
        match self {
            Self::Owner => "(asset.owner_id = $1 AND (asset.visibility <> 'locked' OR $2))".into(),
            Self::Sharer => {
                format!("(asset.owner_id = $1 AND $2 AND {})", presentable("asset"))
            }
            Self::Album => others(in_album),
            Self::Partner => others(in_partners_timeline),
            Self::Link => format!("($2 AND {})", others(in_link)),
        }
    }
}

/// The condition that an asset, which a query calls so, is one that its owner would show to others now.
#[must_use]
pub(crate) fn presentable(asset: &str) -> String {
    format!("{asset}.deleted_at IS NULL AND {asset}.visibility <> 'locked'")
}

/// The condition that an album shows `asset`, which is in it, to whoever looks.
#[must_use]
pub(crate) fn shown_in_album() -> String {
    format!(
        "{} AND asset.visibility <> 'hidden' AND {}",
        presentable("asset"),
        owner_in_use()
    )
}

/// The condition that an asset's owner still has their account; without it, nothing of theirs is shown to others.
fn owner_in_use() -> &'static str {
    "EXISTS (SELECT 1 FROM account WHERE account.id = asset.owner_id AND account.status = 'active')"
}

/// Shown to others is an asset itself unless it is hidden, or as the moving part of a picture that is shown.
fn shown_to_others(shows: fn(&str) -> String) -> String {
    format!(
        "({} AND {} AND ((asset.visibility <> 'hidden' AND {}) OR EXISTS (SELECT 1 FROM asset still \
         WHERE still.live_photo_video_id = asset.id AND still.visibility <> 'hidden' AND {} AND {})))",
        presentable("asset"),
        owner_in_use(),
        shows("asset"),
        presentable("still"),
        shows("still"),
    )
}

fn in_album(asset: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM album_asset held JOIN album_user member ON member.album_id = held.album_id \
         WHERE held.asset_id = {asset}.id AND member.user_id = $1 AND {})",
        album_in_use("held.album_id")
    )
}

fn in_partners_timeline(asset: &str) -> String {
    format!(
        "({asset}.visibility = 'timeline' AND EXISTS (SELECT 1 FROM partner \
         WHERE partner.shared_by_id = {asset}.owner_id AND partner.shared_with_id = $1))"
    )
}

fn in_link(asset: &str) -> String {
    format!(
        "(EXISTS (SELECT 1 FROM shared_link_asset held WHERE held.shared_link_id = $1 AND held.asset_id = {asset}.id) \
         OR EXISTS (SELECT 1 FROM shared_link JOIN album_asset held ON held.album_id = shared_link.album_id \
         WHERE shared_link.id = $1 AND held.asset_id = {asset}.id))"
    )
}

/// A condition on `asset` for WHERE. It uses the parameters `$1` and `$2`; a query's own begin at `$3`.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    condition: String,
    principal: Uuid,
    open: bool,
}

impl Scope {
    /// What `caller` may do `need` to.
    #[must_use]
    pub(crate) fn of(caller: &Caller, need: Action) -> Self {
        match caller.identity() {
            Identity::User(principal) => {
                let ways = need.ways().iter().filter(|way| **way != Way::Link);
                let conditions: Vec<String> = ways.map(|way| way.condition()).collect();
                Self {
                    condition: format!("({})", conditions.join(" OR ")),
                    principal: principal.user.id,
                    open: need == Action::Share || principal.is_elevated(),
                }
            }
            Identity::Link(link) => Self {
                condition: Way::Link.condition(),
                principal: link.id,
                open: need.ways().contains(&Way::Link)
                    && (need != Action::Download || link.allow_download),
            },
        }
    }

    /// Everything a user owns, locked or not.
    #[must_use]
    pub(crate) fn owned(user: Uuid) -> Self {
        Self {
            condition: Way::Owner.condition(),
            principal: user,
            open: true,
        }
    }

    /// The condition, to be put into a query's WHERE.
    #[must_use]
    pub(crate) fn condition(&self) -> &str {
        &self.condition
    }

    /// The scope's two parameters and after them the query's own.
    #[must_use]
    pub(crate) fn parameters(&self, own: impl IntoIterator<Item = Value>) -> Vec<Value> {
        [self.principal.into(), self.open.into()]
            .into_iter()
            .chain(own)
            .collect()
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
    let sql = format!(
        "SELECT asset.id FROM asset WHERE asset.id IN LIST($3) AND {}",
        scope.condition()
    );
    let found = connection.query(&sql, &scope.parameters([ids.into()]), |row| row.get(0))?;
    Ok(found.into_iter().collect())
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

//! One answer to "may this caller do that to these assets".
//!
//! A [`Caller`] is who a request speaks for. What a caller may see of the assets is a [`Scope`]: a condition
//! that queries on assets are built with. It is the only place that knows about owners, links, trash and locks.

mod caller;
mod permission;

use uuid::Uuid;

pub use caller::{ApiKey, Caller, Identity, Link, Principal, Session, User};
pub use permission::{Grant, Permission};

use crate::db::{Connection, Value};
use crate::http::error::{ApiError, Result};

/// What is to be done to an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Read,
    View,
    Download,
    Update,
    Delete,
    Share,
}

impl Need {
    fn name(self) -> &'static str {
        match self {
            Self::Read => "asset.read",
            Self::View => "asset.view",
            Self::Download => "asset.download",
            Self::Update => "asset.update",
            Self::Delete => "asset.delete",
            Self::Share => "asset.share",
        }
    }

    /// Whether a shared link can ever satisfy it.
    fn suits_links(self) -> bool {
        matches!(self, Self::Read | Self::View | Self::Download)
    }
}

/// A condition on `asset` for WHERE. It uses the parameters `$1` and `$2`; a query's own begin at `$3`.
#[derive(Debug, Clone)]
pub struct Scope {
    condition: &'static str,
    principal: Uuid,
    open: bool,
}

/// Mine, and the locked ones only while they are unlocked.
const OWNED: &str = "(asset.owner_id = $1 AND (asset.visibility <> 'locked' OR $2))";

/// Mine, and neither trashed nor locked: what is shown to others has to be what I would show them now.
const SHAREABLE: &str =
    "(asset.owner_id = $1 AND $2 AND asset.deleted_at IS NULL AND asset.visibility <> 'locked')";

/// Shown by the link, itself or as the moving part of a picture that is; never what is trashed or locked.
const LINKED: &str = "($2 AND asset.deleted_at IS NULL AND asset.visibility <> 'locked' AND (
    EXISTS (SELECT 1 FROM shared_link_asset held WHERE held.shared_link_id = $1 AND held.asset_id = asset.id)
    OR EXISTS (SELECT 1 FROM asset still JOIN shared_link_asset held ON held.asset_id = still.id
        WHERE still.live_photo_video_id = asset.id AND held.shared_link_id = $1
            AND still.deleted_at IS NULL AND still.visibility <> 'locked')))";

impl Scope {
    /// What `caller` may do `need` to.
    #[must_use]
    pub fn of(caller: &Caller, need: Need) -> Self {
        match caller.identity() {
            Identity::User(principal) if need == Need::Share => Self {
                condition: SHAREABLE,
                principal: principal.user.id,
                open: true,
            },
            Identity::User(principal) => Self {
                condition: OWNED,
                principal: principal.user.id,
                open: principal.is_elevated(),
            },
            Identity::Link(link) => {
                let open = need.suits_links() && (need != Need::Download || link.allow_download);
                Self {
                    condition: LINKED,
                    principal: link.id,
                    open,
                }
            }
        }
    }

    /// Everything a user owns, locked or not.
    #[must_use]
    pub fn owned(user: Uuid) -> Self {
        Self {
            condition: OWNED,
            principal: user,
            open: true,
        }
    }

    /// The condition, to be put into a query's WHERE.
    #[must_use]
    pub fn condition(&self) -> &'static str {
        self.condition
    }

    /// The scope's two parameters and after them the query's own.
    #[must_use]
    pub fn parameters(&self, own: impl IntoIterator<Item = Value>) -> Vec<Value> {
        [self.principal.into(), self.open.into()]
            .into_iter()
            .chain(own)
            .collect()
    }
}

/// The answer to a caller who asks for assets out of reach, there or not.
#[must_use]
pub fn refused(need: Need) -> ApiError {
    ApiError::bad_request(format!("Not found or no {} access", need.name()))
}

/// Whether an asset is there and within the caller's reach.
///
/// # Errors
/// When the database fails.
pub fn is_reachable(
    connection: &mut Connection<'_>,
    caller: &Caller,
    need: Need,
    id: Uuid,
) -> Result<bool> {
    let scope = Scope::of(caller, need);
    let sql = format!(
        "SELECT asset.id FROM asset WHERE asset.id = $3 AND {}",
        scope.condition()
    );
    let found = connection.query_optional(&sql, &scope.parameters([id.into()]), |row| {
        row.get::<Uuid>(0)
    })?;
    Ok(found.is_some())
}

/// Refuses the whole list when one of the assets is out of the caller's reach.
///
/// # Errors
/// 400, the same for what is missing and what is someone else's.
pub fn require_all(
    connection: &mut Connection<'_>,
    caller: &Caller,
    need: Need,
    ids: &[Uuid],
) -> Result<()> {
    let scope = Scope::of(caller, need);
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let sql = format!(
        "SELECT COUNT(*) FROM asset WHERE asset.id IN LIST($3) AND {}",
        scope.condition()
    );
    let count = wanted.len();
    let reachable: i64 =
        connection.query_one(&sql, &scope.parameters([wanted.into()]), |row| row.get(0))?;
    if usize::try_from(reachable) == Ok(count) {
        Ok(())
    } else {
        Err(refused(need))
    }
}

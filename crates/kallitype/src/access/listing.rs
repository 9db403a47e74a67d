//! What lists hold: the second form of what a caller may see.
//!
//! A [`Scope`](crate::access::Scope) is a condition on assets that are known already, by their ids or by the album or
//! link that holds them. To find assets by it, everyone's would have to be looked at. A [`Listing`] says beforehand
//! whose assets are listed, and from which sections of their libraries: each section of each owner is a range of an
//! index. A link owns nothing, so it has no listing: its album or its own assets are what it lists.

use uuid::Uuid;

use crate::access::{Caller, is_locked};
use kallitype_db as db;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::wire_enum;

wire_enum! {
    /// Where an asset shows up.
    pub enum Visibility as "AssetVisibility" {
        Archive = "archive",
        Timeline = "timeline",
        Hidden = "hidden",
        Locked = "locked",
    }
}

/// A part of someone's library: what shows up in one place, or what of it is in the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Section {
    pub visibility: Visibility,
    pub is_trashed: bool,
}

impl Section {
    pub(crate) const TIMELINE: Self = Self {
        visibility: Visibility::Timeline,
        is_trashed: false,
    };

    /// The sections that the filters of a request mean. Without a visibility that is what is neither hidden nor locked.
    #[must_use]
    pub(crate) fn select(visibility: Option<Visibility>, is_trashed: bool) -> Vec<Self> {
        let visibilities = match visibility {
            Some(visibility) => vec![visibility],
            None => vec![Visibility::Timeline, Visibility::Archive],
        };
        let section = |visibility| Self {
            visibility,
            is_trashed,
        };
        visibilities.into_iter().map(section).collect()
    }

    /// The condition on `asset`. It holds no parameters, so that indexes of a part of the table answer to it. The moving
    /// parts of locked pictures are hidden, and closed with them.
    pub(crate) fn condition(self) -> Sql {
        let deleted = if self.is_trashed {
            "IS NOT NULL"
        } else {
            "IS NULL"
        };
        let condition = Sql::new("asset.visibility = '")
            .push(self.visibility.name())
            .push("' AND asset.deleted_at ")
            .push(deleted);
        match self.visibility {
            Visibility::Hidden => condition.push(" AND NOT ").append(is_locked("asset")),
            Visibility::Timeline | Visibility::Archive | Visibility::Locked => condition,
        }
    }
}

/// Whose assets a list holds, by section.
#[derive(Debug, Clone)]
pub(crate) struct Listing(Vec<(Section, Vec<Uuid>)>);

impl Listing {
    /// Sections of the caller's library.
    ///
    /// # Errors
    /// 403 for links; 401 for what is locked, until the PIN is given.
    pub(crate) fn own(caller: &Caller, sections: &[Section]) -> Result<Self> {
        let principal = caller.principal()?;
        let is_locked = |section: &Section| section.visibility == Visibility::Locked;
        if sections.iter().any(is_locked) && !principal.is_elevated() {
            return Err(ApiError::unauthorized("Elevated permission is required"));
        }
        Ok(Self::owned(principal.user.id, sections))
    }

    /// The same, and beside the caller's timeline those that they are shown in it. Of a partner nothing else is listed.
    ///
    /// # Errors
    /// As [`own`](Self::own), and when the database fails.
    pub(crate) fn with_partners(
        connection: &mut Connection<'_>,
        caller: &Caller,
        sections: &[Section],
    ) -> Result<Self> {
        let mut listing = Self::own(caller, sections)?;
        for (section, owners) in &mut listing.0 {
            if *section == Section::TIMELINE {
                owners.extend(list_partners_in_timeline(connection, caller.user_id()?)?);
            }
        }
        Ok(listing)
    }

    /// Sections of a user's library, whoever asks.
    #[must_use]
    pub(crate) fn owned(owner: Uuid, sections: &[Section]) -> Self {
        let sections = sections.iter().map(|section| (*section, vec![owner]));
        Self(sections.collect())
    }

    /// The owners of each section.
    #[must_use]
    pub(crate) fn sections(&self) -> &[(Section, Vec<Uuid>)] {
        &self.0
    }

    /// Each section of each owner.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (Section, Uuid)> {
        let sections = self.0.iter();
        sections.flat_map(|(section, owners)| owners.iter().map(|owner| (*section, *owner)))
    }
}

/// Who shares their timeline with a user, has their account still, and is wanted among the user's own pictures.
fn list_partners_in_timeline(connection: &mut Connection<'_>, user: Uuid) -> db::Result<Vec<Uuid>> {
    let sql = "SELECT shared_by_id FROM partner JOIN account ON account.id = shared_by_id \
        WHERE shared_with_id = $1 AND in_timeline = TRUE AND account.status = 'active'";
    connection.query(sql, &[user.into()])
}

//! What lists hold: the second form of what a caller may see.
//!
//! A [`Scope`](crate::access::Scope) is a condition on assets that are known already, by their ids or by the album or
//! link that holds them. To find assets by it, everyone's would have to be looked at. A [`Listing`] says beforehand
//! whose assets are listed, and from which sections of their libraries: each section of each owner is a range of an
//! index. A link owns nothing, so it has no listing: its album or its own assets are what it lists.

use uuid::Uuid;

use crate::access::{Caller, Principal, is_locked};
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
        let condition = self.shown_condition();
        condition.push(" AND asset.deleted_at ").push(deleted)
    }

    /// The part of it that says where an asset shows up, be it in the trash or not.
    pub(crate) fn shown_condition(self) -> Sql {
        let condition = Sql::new("asset.visibility = '")
            .push(self.visibility.name())
            .push("'");
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
        let user = caller.user_id()?;
        require_open(caller, sections)?;
        Ok(Self::owned(user, sections))
    }

    /// Sections of the library of a user: of the caller's all that are asked for, of someone's who shares with the caller
    /// the timeline.
    ///
    /// # Errors
    /// As [`own`](Self::own); 400 for someone who does not share with the caller.
    pub(crate) fn of_user(
        connection: &mut Connection<'_>,
        caller: &Caller,
        user: Uuid,
        sections: &[Section],
    ) -> Result<Self> {
        let me = caller.user_id()?;
        if user == me {
            return Self::own(caller, sections);
        }
        if !shares_timeline(connection, user, me)? {
            return Err(refused_timeline());
        }
        let shown = sections.contains(&Section::TIMELINE);
        Ok(Self::owned(
            user,
            if shown { &[Section::TIMELINE] } else { &[] },
        ))
    }

    /// Sections of the caller's library, and beside their timeline those that they are shown in it.
    ///
    /// # Errors
    /// As [`own`](Self::own), and when the database fails.
    pub(crate) fn with_partners(
        connection: &mut Connection<'_>,
        caller: &Caller,
        sections: &[Section],
    ) -> Result<Self> {
        Self::own(caller, sections)?.and_partners(connection, caller)
    }

    /// The same, and beside a timeline those that the caller is shown in theirs. Of a partner nothing else is listed.
    ///
    /// # Errors
    /// 403 for links, and when the database fails.
    pub(crate) fn and_partners(
        self,
        connection: &mut Connection<'_>,
        caller: &Caller,
    ) -> Result<Self> {
        let partners = list_partners_in_timeline(connection, caller.user_id()?)?;
        Ok(self.and_timelines_of(partners))
    }

    /// The same, and beside a timeline those of everyone who shares theirs with the caller.
    ///
    /// # Errors
    /// As [`and_partners`](Self::and_partners).
    pub(crate) fn and_all_partners(
        self,
        connection: &mut Connection<'_>,
        caller: &Caller,
    ) -> Result<Self> {
        let partners = list_partners(connection, caller.user_id()?)?;
        Ok(self.and_timelines_of(partners))
    }

    fn and_timelines_of(mut self, others: Vec<Uuid>) -> Self {
        for (section, owners) in &mut self.0 {
            if *section == Section::TIMELINE {
                owners.extend(&others);
                owners.sort_unstable();
                owners.dedup();
            }
        }
        self
    }

    /// No one's assets.
    #[must_use]
    pub(crate) fn nothing() -> Self {
        Self(Vec::new())
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

/// Refuses what is locked until the PIN is given.
///
/// # Errors
/// 401, for links and API keys always.
pub(crate) fn require_open(caller: &Caller, sections: &[Section]) -> Result<()> {
    let asks_for_locked = sections
        .iter()
        .any(|section| section.visibility == Visibility::Locked);
    let is_open = caller.principal().is_ok_and(Principal::is_elevated);
    match asks_for_locked && !is_open {
        true => Err(ApiError::unauthorized("Elevated permission is required")),
        false => Ok(()),
    }
}

/// The answer to a caller who asks for the timeline of someone who does not show it, be there such a user or not.
#[must_use]
pub(crate) fn refused_timeline() -> ApiError {
    ApiError::bad_request("Not found or no timeline.read access")
}

/// Whether a user shares their timeline with another, and has their account still.
fn shares_timeline(connection: &mut Connection<'_>, by: Uuid, with: Uuid) -> db::Result<bool> {
    let sql = "SELECT shared_by_id FROM partner JOIN account ON account.id = shared_by_id \
        WHERE shared_by_id = $1 AND shared_with_id = $2 AND account.status = 'active'";
    let found: Option<Uuid> = connection.query_optional(sql, &[by.into(), with.into()])?;
    Ok(found.is_some())
}

/// Who shares their timeline with a user, and has their account still.
fn list_partners(connection: &mut Connection<'_>, user: Uuid) -> db::Result<Vec<Uuid>> {
    let sql = "SELECT shared_by_id FROM partner JOIN account ON account.id = shared_by_id \
        WHERE shared_with_id = $1 AND account.status = 'active'";
    connection.query(sql, &[user.into()])
}

/// Who shares their timeline with a user, has their account still, and is wanted among the user's own pictures.
fn list_partners_in_timeline(connection: &mut Connection<'_>, user: Uuid) -> db::Result<Vec<Uuid>> {
    let sql = "SELECT shared_by_id FROM partner JOIN account ON account.id = shared_by_id \
        WHERE shared_with_id = $1 AND in_timeline = TRUE AND account.status = 'active'";
    connection.query(sql, &[user.into()])
}

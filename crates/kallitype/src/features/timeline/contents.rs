//! What the timeline holds for a request: the one place that decides it, for its counts and for its assets.

use uuid::Uuid;

use crate::access::{
    AlbumAction, Caller, Listing, Permission, Section, Visibility, refused_timeline, require_album,
    require_open,
};
use crate::core::people::own::{refused, require_person};
use crate::core::people::queries::shows_person;
use crate::features::timeline::columns::Columns;
use crate::features::timeline::dto::{Month, TimeBucketsResponseDto, TimelineFilter};
use crate::features::timeline::queries;
use crate::features::timeline::queries::Tag;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::version::Wire;

/// What a request may see of what it asks for.
#[derive(Debug)]
pub(crate) struct Contents {
    caller: Caller,
    filter: TimelineFilter,
    /// Queries for the assets, from FROM on. None has an asset of another.
    parts: Vec<Sql>,
    /// Whose counts are kept, if nothing else restricts what is shown.
    kept: Option<Listing>,
}

impl Contents {
    /// Finds out what a request may see.
    ///
    /// # Errors
    /// 400 for what is out of the caller's reach, there or not, and for filters that exclude each other; 401 for what is
    /// locked, until the PIN is given.
    pub(crate) fn find(
        connection: &mut Connection<'_>,
        caller: &Caller,
        filter: &TimelineFilter,
    ) -> Result<Self> {
        let sections = Section::select(filter.visibility, filter.is_trashed);
        require_open(caller, &sections)?;
        let listing = find_listing(connection, caller, filter, &sections)?;
        let tag = find_tag(connection, caller, filter)?;
        let person = find_person(connection, caller, filter)?;
        require_what_partners_show(filter)?;
        let found = (tag.as_ref(), person);
        let mut parts = select(filter, listing.as_ref(), found, &sections);
        if let Some(wanted) = filter.is_favorite {
            let condition = queries::is_favorite(caller.user_id().ok(), wanted);
            parts = restrict(parts, &condition);
        }
        if filter.with_stacked {
            parts = restrict(parts, &queries::is_primary());
        }
        let is_kept = filter.album_id.is_none()
            && filter.tag_id.is_none()
            && filter.person_id.is_none()
            && filter.visibility != Some(Visibility::Hidden);
        Ok(Self {
            caller: caller.clone(),
            filter: filter.clone(),
            parts,
            kept: listing.filter(|_| is_kept),
        })
    }

    /// How many assets each month has. To a link that hides when pictures were taken, they are all of one month.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn count(
        self,
        connection: &mut Connection<'_>,
    ) -> Result<Vec<TimeBucketsResponseDto>> {
        let hides_time = self.caller.hides_metadata();
        let months = self.count_months(connection)?.into_iter();
        let bucket = |(month, count)| TimeBucketsResponseDto {
            count,
            time_bucket: Month(month),
        };
        if !hides_time {
            return Ok(months.map(bucket).collect());
        }
        let count = months.map(|(_, count)| count).sum();
        let all = (count > 0).then(|| bucket((Month::UNTOLD.0, count)));
        Ok(all.into_iter().collect())
    }

    fn count_months(self, connection: &mut Connection<'_>) -> Result<Vec<(i64, i64)>> {
        let order = self.filter.order;
        if self.parts.is_empty() {
            return Ok(Vec::new());
        }
        let months = match &self.kept {
            Some(listing) => {
                let count = self.kept_count(listing);
                queries::list_kept_counts(connection, listing, order, count)
            }
            None => queries::count_months(connection, self.parts, order),
        };
        Ok(months?)
    }

    /// What counts. A favourite is its owner's; filters on favourites leave one owner.
    fn kept_count(&self, listing: &Listing) -> &'static str {
        let user = self.caller.user_id().ok();
        let is_own = listing.ranges().all(|(_, owner)| Some(owner) == user);
        let [all, favorites, others] = match self.filter.with_stacked {
            true => [
                "primaries",
                "favorite_primaries",
                "primaries - favorite_primaries",
            ],
            false => ["assets", "favorites", "assets - favorites"],
        };
        match (self.filter.is_favorite, is_own) {
            (None, _) | (Some(false), false) => all,
            (Some(false), true) => others,
            (Some(true), true) => favorites,
            (Some(true), false) => "0",
        }
    }

    /// The assets of a month.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn read(
        self,
        connection: &mut Connection<'_>,
        month: Option<Month>,
        wire: Wire,
    ) -> Result<Columns> {
        let mut columns = Columns::new(&self.caller, &self.filter, wire);
        let hides_time = self.caller.hides_metadata();
        let month = match month {
            Some(Month::UNTOLD) if hides_time => None,
            Some(month) if !hides_time => Some(month),
            _ => return Ok(columns),
        };
        if !self.parts.is_empty() {
            let take = |row| columns.add(row);
            queries::each_asset(connection, self.parts, month, self.filter.order, take)?;
        }
        Ok(columns)
    }
}

/// The parts, of what a condition holds for.
fn restrict(parts: Vec<Sql>, condition: &Sql) -> Vec<Sql> {
    let restricted = |part: Sql| part.push(" AND ").append(condition.clone());
    parts.into_iter().map(restricted).collect()
}

/// Whose sections are asked for; none when it is what an album shows, whoever owns it.
fn find_listing(
    connection: &mut Connection<'_>,
    caller: &Caller,
    filter: &TimelineFilter,
    sections: &[Section],
) -> Result<Option<Listing>> {
    if let Some(album) = filter.album_id {
        require_album(connection, caller, AlbumAction::Read, album)?;
        // Of what is in the trash, an album shows nothing; everyone finds there what is theirs.
        if filter.user_id.is_none() && !filter.is_trashed {
            return Ok(None);
        }
        if filter.user_id.is_none() && caller.link().is_some() {
            return Ok(Some(Listing::nothing()));
        }
    }
    let Ok(me) = caller.user_id() else {
        return Err(refused_timeline());
    };
    let user = filter.user_id.unwrap_or(me);
    let listing = Listing::of_user(connection, caller, user, sections)?;
    if filter.visibility == Some(Visibility::Archive) && user != me {
        return Err(refused(Permission::ArchiveRead));
    }
    match filter.with_partners {
        true => Ok(Some(listing.and_partners(connection, caller)?)),
        false => Ok(Some(listing)),
    }
}

/// The tag that is asked for, which has to be the caller's.
fn find_tag(
    connection: &mut Connection<'_>,
    caller: &Caller,
    filter: &TimelineFilter,
) -> Result<Option<Tag>> {
    let Some(id) = filter.tag_id else {
        return Ok(None);
    };
    let found = match caller.user_id() {
        Ok(user) => queries::find_tag(connection, user, id)?,
        Err(_) => None,
    };
    let tag = found.ok_or_else(|| refused(Permission::TagRead))?;
    Ok(Some(tag))
}

/// The person that is asked for, who has to be the caller's.
fn find_person(
    connection: &mut Connection<'_>,
    caller: &Caller,
    filter: &TimelineFilter,
) -> Result<Option<Uuid>> {
    let Some(id) = filter.person_id else {
        return Ok(None);
    };
    let permission = Permission::PersonRead;
    match caller.user_id() {
        Ok(_) => require_person(connection, caller, id, permission).map(|person| Some(person.id)),
        Err(_) => Err(refused(permission)),
    }
}

fn require_what_partners_show(filter: &TimelineFilter) -> Result<()> {
    let has_archive = matches!(filter.visibility, None | Some(Visibility::Archive));
    let is_more = has_archive || filter.is_trashed || filter.is_favorite.is_some();
    match filter.with_partners && is_more {
        true => Err(ApiError::bad_request(
            "withPartners is only supported for non-archived, non-trashed, non-favorited assets",
        )),
        false => Ok(()),
    }
}

/// The assets, favourites or not. What is rarest leads to them.
fn select(
    filter: &TimelineFilter,
    listing: Option<&Listing>,
    (tag, person): (Option<&Tag>, Option<Uuid>),
    sections: &[Section],
) -> Vec<Sql> {
    if listing.is_some_and(|listing| listing.ranges().next().is_none()) {
        return Vec::new();
    }
    let restriction = match listing {
        Some(listing) => queries::is_listed(listing),
        None => queries::is_in_any(sections),
    };
    let also = |part: Sql, tag: Option<&Tag>, person: Option<Uuid>| {
        let part = match tag {
            Some(tag) => part.push(" AND ").append(queries::has(tag)),
            None => part,
        };
        match person {
            Some(person) => part.push(" AND ").append(shows_person(person)),
            None => part,
        }
    };
    match (filter.album_id, person, tag, listing) {
        (Some(album), ..) => {
            let held = match filter.is_trashed {
                true => queries::held_in(album),
                false => queries::shown_in(album).push(" AND "),
            };
            vec![also(held.append(restriction), tag, person)]
        }
        (None, Some(person), ..) => {
            vec![also(
                queries::showing(person).append(restriction),
                tag,
                None,
            )]
        }
        (None, None, Some(tag), _) => vec![queries::tagged(tag).append(restriction)],
        (None, None, None, Some(listing)) => listing.ranges().map(queries::in_section).collect(),
        (None, None, None, None) => Vec::new(),
    }
}

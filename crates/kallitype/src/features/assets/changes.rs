//! What a user can change of an asset, one or many at once.

use uuid::Uuid;

use crate::access::{Action, refused};
use crate::config::SystemConfigDto;
use crate::core::asset_removal;
use crate::core::assets::model::Visibility;
use crate::core::assets::motion_part;
use crate::core::assets::queries;
use crate::core::assets::queries::TakenAt;
use crate::features::assets::dto::{AssetBulkUpdateDto, UpdateAssetDto};
use crate::queue::kind::JobKind;
use crate::{places, queue};
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::{
    MINUTE, ZonedDate, is_on_calendar, now, parse_zone, wall_clock, wall_moment,
};

/// Changes to be made; `None` leaves a property as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    pub is_favorite: Option<bool>,
    pub visibility: Option<Visibility>,
    pub duplicate_id: Option<Option<Uuid>>,
    pub description: Option<String>,
    pub rating: Option<Option<i64>>,
    /// Latitude and longitude in degrees.
    pub place: Option<(f64, f64)>,
    pub date: Option<ZonedDate>,
    /// Minutes to move the date by.
    pub shift: Option<i64>,
    pub zone: Option<String>,
    /// Whether a place stays without the names that it has on the map.
    pub leaves_place_unnamed: bool,
}

/// The changes that a request for one asset asks for.
#[must_use]
pub(crate) fn of_one(dto: &UpdateAssetDto) -> Changes {
    Changes {
        is_favorite: dto.is_favorite,
        visibility: dto.visibility,
        description: dto.description.clone(),
        rating: dto.rating,
        place: dto.latitude.zip(dto.longitude),
        date: dto.date_time_original.clone(),
        ..Changes::default()
    }
}

/// The changes that a request for many assets asks for.
#[must_use]
pub(crate) fn of_many(dto: &AssetBulkUpdateDto) -> Changes {
    Changes {
        is_favorite: dto.is_favorite,
        visibility: dto.visibility,
        duplicate_id: dto.duplicate_id,
        description: dto.description.clone(),
        rating: dto.rating,
        place: dto.latitude.zip(dto.longitude),
        date: dto.date_time_original.clone(),
        shift: dto.date_time_relative,
        zone: dto.time_zone.clone(),
        ..Changes::default()
    }
}

impl Changes {
    /// The same, as far as the settings allow.
    #[must_use]
    pub(crate) fn with_settings(self, config: &SystemConfigDto) -> Self {
        Self {
            leaves_place_unnamed: !config.reverse_geocoding.enabled,
            ..self
        }
    }

    /// Makes the changes to assets, and has those of their facts written to their sidecars.
    ///
    /// # Errors
    /// 400 when a date would leave the calendar, or a moving part its picture.
    pub(crate) fn apply(&self, connection: &mut Connection<'_>, ids: &[Uuid]) -> Result<()> {
        if let Some(visibility) = self.visibility {
            let followers = motion_part::require_pictures(connection, ids)?;
            let others = ids.iter().filter(|id| !followers.contains(id));
            for id in others {
                asset_removal::set_visibility(connection, *id, visibility, now())?;
            }
        }
        ids.iter()
            .try_for_each(|id| self.apply_to_one(connection, *id))
    }

    fn apply_to_one(&self, connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
        let now = now();
        if let Some(is_favorite) = self.is_favorite {
            queries::set_favorite(connection, id, is_favorite, now)?;
        }
        if let Some(duplicate) = self.duplicate_id {
            queries::set_duplicate(connection, id, duplicate, now)?;
        }
        if self.edits_facts() {
            self.edit_facts(connection, id, now)?;
        }
        Ok(())
    }

    fn edits_facts(&self) -> bool {
        self.description.is_some()
            || self.rating.is_some()
            || self.place.is_some()
            || self.moves_date()
    }

    fn moves_date(&self) -> bool {
        self.date.is_some() || self.shift.is_some() || self.zone.is_some()
    }

    fn edit_facts(&self, connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
        connection.lock("asset", id)?;
        if let Some(description) = &self.description {
            queries::set_description(connection, id, description)?;
        }
        if let Some(rating) = self.rating {
            queries::set_rating(connection, id, rating)?;
        }
        if let Some((latitude, longitude)) = self.place {
            let place = match self.leaves_place_unnamed {
                true => places::Place::default(),
                false => places::name(latitude, longitude),
            };
            queries::set_place(connection, id, (latitude, longitude), &place)?;
        }
        if self.moves_date() {
            // It may have been deleted since it was looked for.
            let before = queries::find_taken_at(connection, id)?;
            let before = before.ok_or_else(|| refused(Action::Update))?;
            let taken = self.move_date(before)?;
            queries::set_taken_at(connection, id, &taken, now)?;
        }
        queries::touch(connection, id, now)?;
        Ok(queue::enqueue(connection, JobKind::WriteSidecar, id)?)
    }

    /// The new date first, then the shift, then the zone.
    fn move_date(&self, before: TakenAt) -> Result<TakenAt> {
        let mut taken = before;
        if let Some(date) = &self.date {
            taken = TakenAt {
                moment: date.moment,
                local: date.local,
                zone: date.zone.clone(),
            };
        }
        let shift = self.shift.unwrap_or(0) * MINUTE;
        taken.moment += shift;
        taken.local += shift;
        if !is_on_calendar(taken.moment) || !is_on_calendar(taken.local) {
            return Err(ApiError::invalid(vec![
                "dateTimeRelative must not move a date beyond the calendar".into(),
            ]));
        }
        if let Some(zone) = self.zone.as_ref().filter(|zone| parse_zone(zone).is_some()) {
            // A date that came without an offset was read on the wall of the zone that came with it.
            let is_wall_time = self.date.as_ref().is_some_and(|date| date.zone.is_none());
            if is_wall_time {
                taken.moment = wall_moment(taken.local, zone).unwrap_or(taken.moment);
            }
            taken.local = wall_clock(taken.moment, zone).unwrap_or(taken.local);
            taken.zone = Some(zone.clone());
        }
        Ok(taken)
    }
}

//! What a search asks for, and what that means in SQL.

use uuid::Uuid;

use crate::access::{Caller, Listing, Section, Visibility};
use crate::app::search_words::words::WantedWords;
use crate::core::assets::model::AssetType;
use crate::features::search::queries;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::Result;

/// What has to hold of every asset that is found. What is `None` or empty restricts nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Albums, persons and tags: all of them.
    pub albums: Vec<Uuid>,
    pub persons: Vec<Uuid>,
    pub tags: Option<Tags>,
    pub is_not_in_album: bool,
    pub id: Option<Uuid>,
    /// SHA-1.
    pub checksum: Option<Vec<u8>>,
    pub device_id: Option<String>,
    pub device_asset_id: Option<String>,
    pub library_id: Option<Uuid>,
    /// As they are; `Some(None)` is what is not known.
    pub city: Option<Option<String>>,
    pub state: Option<Option<String>>,
    pub country: Option<Option<String>>,
    pub make: Option<Option<String>>,
    pub model: Option<Option<String>>,
    pub lens_model: Option<Option<String>>,
    pub rating: Option<i64>,
    pub kind: Option<AssetType>,
    pub is_favorite: Option<bool>,
    pub is_motion: Option<bool>,
    pub is_encoded: Option<bool>,
    pub is_offline: Option<bool>,
    pub encoded_video_path: Option<String>,
    /// What stands in these, without case and accents.
    pub name: Option<String>,
    pub description: Option<String>,
    pub path: Option<String>,
    pub words: Option<WantedWords>,
    pub taken: Moments,
    pub created: Moments,
    pub updated: Moments,
    pub trashed: Moments,
    pub visibility: Option<Visibility>,
    pub with_deleted: bool,
}

/// From a moment to another, both of them included, in microseconds UTC.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moments {
    pub after: Option<i64>,
    pub before: Option<i64>,
}

impl Moments {
    fn is_any(self) -> bool {
        self.after.is_none() && self.before.is_none()
    }
}

/// What tags an asset has.
#[derive(Debug, Clone)]
pub(crate) enum Tags {
    None,
    All(Vec<Uuid>),
}

/// A condition on the row of `search_asset` that a query calls `asset`.
pub(crate) struct Condition {
    pub holds: Sql,
    /// How an index finds all assets of which it holds, whoever owns them, from FROM on to the end of a condition.
    pub found: Option<Sql>,
}

impl From<Sql> for Condition {
    fn from(holds: Sql) -> Self {
        Self { holds, found: None }
    }
}

impl Filter {
    /// Whose assets are looked through: the caller's own and, in the timeline, those of partners that are shown in it.
    ///
    /// # Errors
    /// 403 for links; 401 for what is locked, until the PIN is given.
    pub(crate) fn listing(
        &self,
        connection: &mut Connection<'_>,
        caller: &Caller,
    ) -> Result<Listing> {
        let visibility = self.visibility.unwrap_or(Visibility::Timeline);
        let section = |is_trashed| Section {
            visibility,
            is_trashed,
        };
        let sections = match self.includes_trash() {
            _ if !self.trashed.is_any() => vec![section(true)],
            true => vec![section(false), section(true)],
            false => vec![section(false)],
        };
        Listing::with_partners(connection, caller, &sections)
    }

    fn includes_trash(&self) -> bool {
        self.with_deleted || self.is_offline == Some(true)
    }

    /// The conditions beside the listing; none when nothing can be found.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn conditions(
        &self,
        connection: &mut Connection<'_>,
        caller: &Caller,
        listing: &Listing,
    ) -> Result<Option<Vec<Condition>>> {
        let user = caller.user_id()?;
        let mut conditions = self.singled_out(listing);
        conditions.extend(self.texts(connection)?);
        conditions.extend(
            self.albums
                .iter()
                .map(|album| queries::is_in_album(user, *album)),
        );
        for person in &self.persons {
            let Some(condition) = queries::has_person(connection, user, *person)? else {
                return Ok(None);
            };
            conditions.push(condition);
        }
        match &self.tags {
            Some(Tags::All(tags)) => {
                for tag in tags {
                    let Some(condition) = queries::has_tag(connection, user, *tag)? else {
                        return Ok(None);
                    };
                    conditions.push(condition);
                }
            }
            Some(Tags::None) => conditions.push(Sql::new(queries::IS_UNTAGGED).into()),
            None => {}
        }
        if self.is_not_in_album && self.albums.is_empty() {
            conditions.push(Sql::new(queries::IS_NOT_IN_ALBUM).into());
        }
        conditions.extend(self.facts().into_iter().map(Condition::from));
        conditions.extend(self.states(user).into_iter().map(Condition::from));
        conditions.extend(self.moments());
        Ok(Some(conditions))
    }

    /// What few assets have, if more than one.
    fn singled_out(&self, listing: &Listing) -> Vec<Condition> {
        let mut owners: Vec<Uuid> = listing.ranges().map(|(_, owner)| owner).collect();
        owners.dedup();
        let by_id = self.id.map(queries::has_id);
        let checksum = self.checksum.as_ref();
        let by_checksum = checksum.map(|sum| queries::has_checksum(owners.clone(), sum));
        let device = self.device_id.as_deref();
        let offline = self.is_offline;
        let by_offline = offline.map(|is_gone| queries::is_offline(owners.clone(), is_gone));
        let by_device = device
            .map(|device| queries::is_of_device(owners, device, self.device_asset_id.as_deref()));
        let by_device_asset = match (&self.device_id, &self.device_asset_id) {
            (None, Some(asset)) => Some(
                queries::whole("device_asset_id = ")
                    .bind(asset)
                    .push(")")
                    .into(),
            ),
            _ => None,
        };
        let by_library = self.library_id.map(queries::is_of_library);
        [
            by_id,
            by_checksum,
            by_device,
            by_device_asset,
            by_library,
            by_offline,
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn texts(&self, connection: &mut Connection<'_>) -> Result<Vec<Condition>> {
        let mut conditions = Vec::new();
        for (column, text) in [
            (queries::NAME, &self.name),
            (queries::DESCRIPTION, &self.description),
        ] {
            if let Some(text) = text {
                conditions.push(queries::has_text(connection, column, text)?);
            }
        }
        conditions.extend(self.path.as_deref().map(queries::has_path));
        Ok(conditions)
    }

    /// What is known of pictures.
    fn facts(&self) -> Vec<Sql> {
        let mut conditions = Vec::new();
        for (is, is_unknown, value) in [
            ("asset.city = ", "asset.city IS NULL", &self.city),
            ("asset.state = ", "asset.state IS NULL", &self.state),
            ("asset.country = ", "asset.country IS NULL", &self.country),
            ("asset.make = ", "asset.make IS NULL", &self.make),
            ("asset.model = ", "asset.model IS NULL", &self.model),
            (
                "asset.lens_model = ",
                "asset.lens_model IS NULL",
                &self.lens_model,
            ),
        ] {
            match value {
                Some(Some(value)) => conditions.push(Sql::new(is).bind(value)),
                Some(None) => conditions.push(Sql::new(is_unknown)),
                None => {}
            }
        }
        conditions.extend(
            self.rating
                .map(|rating| Sql::new("asset.rating = ").bind(rating)),
        );
        let path = self.encoded_video_path.as_ref();
        conditions
            .extend(path.map(|path| queries::whole("encoded_video_path = ").bind(path).push(")")));
        conditions
    }

    /// What is so or not. The indexes of what few are can only be used where it is said word for word.
    fn states(&self, user: Uuid) -> Vec<Sql> {
        let mut conditions = Vec::new();
        if let Some(kind) = self.kind {
            let kind = match kind {
                AssetType::Image => Sql::new("asset.type = 'IMAGE'"),
                other => Sql::new("asset.type <> 'IMAGE' AND asset.type = ").bind(other),
            };
            conditions.push(kind);
        }
        // A favourite is its owner's.
        conditions.extend(self.is_favorite.map(|is_wanted| {
            let own = match is_wanted {
                true => Sql::new("asset.is_favorite = TRUE AND asset.owner_id = "),
                false => Sql::new("NOT (asset.is_favorite = TRUE AND asset.owner_id = "),
            };
            own.bind(user).push(if is_wanted { "" } else { ")" })
        }));
        conditions.extend(self.is_motion.map(|is_wanted| match is_wanted {
            true => Sql::new("asset.live_photo_video_id IS NOT NULL"),
            false => Sql::new("asset.live_photo_video_id IS NULL"),
        }));
        conditions.extend(self.is_encoded.map(|is_wanted| match is_wanted {
            true => Sql::new("asset.is_encoded = TRUE"),
            false => Sql::new("asset.is_encoded = FALSE"),
        }));
        conditions
    }

    fn moments(&self) -> Vec<Condition> {
        let mut conditions: Vec<Condition> = Vec::new();
        let between = |from: &'static str, to: &'static str, moments: Moments| {
            let after = moments.after.map(|after| Sql::new(from).bind(after));
            let before = moments.before.map(|before| Sql::new(to).bind(before));
            let both: Vec<Sql> = after.into_iter().chain(before).collect();
            (!both.is_empty()).then(|| Sql::default().join(both, " AND "))
        };
        let taken = between(
            "asset.file_created_at >= ",
            "asset.file_created_at <= ",
            self.taken,
        );
        let trashed = between("asset.deleted_at >= ", "asset.deleted_at <= ", self.trashed);
        let updated = between("whole.updated_at >= ", "whole.updated_at <= ", self.updated);
        let updated = updated.map(|between| queries::whole("").append(between).push(")"));
        conditions.extend(
            [taken, trashed, updated]
                .into_iter()
                .flatten()
                .map(Condition::from),
        );
        let created = between("asset.created_at >= ", "asset.created_at <= ", self.created);
        conditions.extend(created.map(|between| Condition {
            found: Some(queries::all_where(between.clone())),
            holds: between,
        }));
        conditions
    }
}

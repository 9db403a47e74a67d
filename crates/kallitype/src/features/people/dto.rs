//! The wire of people.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::core::people::person::PersonResponseDto;
use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::time::{HOUR, now, parse_date};
use kallitype_web::{query, request};

/// How many persons a page has at most, and when no size is said.
const MAX_SIZE: i64 = 1000;
const SIZE: i64 = 500;

/// How far ahead of UTC it is a later day somewhere.
const LATEST_ZONE: i64 = 14 * HOUR;

query! {
    /// Which page of the people.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct PeopleQuery {
        #[param(nullable = false)]
        closest_asset_id: Option<Uuid> = uuid(),
        #[param(nullable = false)]
        closest_person_id: Option<Uuid> = uuid(),
        /// Page number for pagination
        #[param(value_type = f64, minimum = 1, default = 1, required = false)]
        page: i64 = or(1, page),
        /// Number of items per page
        #[param(value_type = f64, minimum = 1, maximum = 1000, default = 500, required = false)]
        size: i64 = or(SIZE, size),
        #[param(nullable = false)]
        with_hidden: Option<bool> = boolean(),
    }
}

request! {
    /// A person to be made.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct PersonCreateDto {
        #[schema(format = Date)]
        birth_date: Option<String> = nullable_or_absent(birth_date),
        color: Option<String> = nullable_or_absent(Fields::color),
        #[schema(nullable = false)]
        is_favorite: Option<bool> = boolean(),
        #[schema(nullable = false)]
        is_hidden: Option<bool> = boolean(),
        #[schema(nullable = false)]
        name: Option<String> = with(name),
    }
}

request! {
    /// What is changed of a person.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct PersonUpdateDto {
        #[schema(value_type = Option<String>, format = Date)]
        birth_date: Option<Option<String>> = nullable(birth_date),
        #[schema(value_type = Option<String>)]
        color: Option<Option<String>> = nullable(Fields::color),
        /// An asset with the face that is to stand for them.
        #[schema(nullable = false)]
        feature_face_asset_id: Option<Uuid> = uuid(),
        #[schema(nullable = false)]
        is_favorite: Option<bool> = boolean(),
        #[schema(nullable = false)]
        is_hidden: Option<bool> = boolean(),
        #[schema(nullable = false)]
        name: Option<String> = with(name),
    }
}

request! {
    /// What is changed of one of several persons.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct PeopleUpdateItem {
        #[schema(value_type = Option<String>, format = Date)]
        birth_date: Option<Option<String>> = nullable(birth_date),
        // It is looked at, and stays as it is.
        #[schema(value_type = Option<String>)]
        color: Option<Option<String>> = nullable(Fields::color),
        /// An asset with the face that is to stand for them.
        #[schema(nullable = false)]
        feature_face_asset_id: Option<Uuid> = uuid(),
        /// The person.
        #[schema(value_type = String)]
        id: Uuid = required_uuid(),
        #[schema(nullable = false)]
        is_favorite: Option<bool> = boolean(),
        #[schema(nullable = false)]
        is_hidden: Option<bool> = boolean(),
        #[schema(nullable = false)]
        name: Option<String> = with(name),
    }
}

impl PeopleUpdateItem {
    /// The same as of one person.
    #[must_use]
    pub(crate) fn changes(&self) -> PersonUpdateDto {
        PersonUpdateDto {
            birth_date: self.birth_date.clone(),
            color: None,
            feature_face_asset_id: self.feature_face_asset_id,
            is_favorite: self.is_favorite,
            is_hidden: self.is_hidden,
            name: self.name.clone(),
        }
    }
}

request! {
    /// Several persons, and what is changed of each.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct PeopleUpdateDto {
        people: Vec<PeopleUpdateItem> = objects(),
    }
}

request! {
    /// Persons who are the same as another.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct MergePersonDto {
        ids: Vec<Uuid> = uuids(),
    }
}

request! {
    /// A person's faces on an asset.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetFaceUpdateItem {
        asset_id: Uuid = required_uuid(),
        person_id: Uuid = required_uuid(),
    }
}

request! {
    /// Faces that are another person's.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetFaceUpdateDto {
        data: Vec<AssetFaceUpdateItem> = objects(),
    }
}

/// A page of the people.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PeopleResponseDto {
    #[schema(required = false)]
    pub has_next_page: bool,
    /// How many of all are hidden.
    #[schema(value_type = i32)]
    pub hidden: i64,
    pub people: Vec<PersonResponseDto>,
    /// How many have a face on the timeline.
    #[schema(value_type = i32)]
    pub total: i64,
}

/// On how many assets a person is seen.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct PersonStatisticsResponseDto {
    #[schema(value_type = i32)]
    pub assets: i64,
}

fn page(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 1, i64::from(i32::MAX))
}

fn size(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 1, MAX_SIZE)
}

fn name(fields: &Fields<'_>, name: &str) -> Option<String> {
    fields.limited(name, MAX_NAME, Fields::text)
}

/// A day that has been somewhere already, as in 1984-11-30; an empty text is none.
fn birth_date(fields: &Fields<'_>, name: &str) -> Option<String> {
    let text = fields.text_unless_empty(name)?;
    let day = Date::strptime("%Y-%m-%d", &text).ok();
    let day = day.filter(|day| day.to_string() == text);
    let Some(begin) = day.and_then(|_| parse_date(&text)) else {
        fields.refuse(name, "must be a string in the format yyyy-MM-dd");
        return None;
    };
    if begin > now() + LATEST_ZONE {
        fields.refuse("Birth date", "cannot be in the future");
    }
    Some(text)
}

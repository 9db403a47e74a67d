//! The wire of the timeline.

use jiff::civil::{Date, date};
use serde::{Serialize, Serializer};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::Visibility;
use crate::core::choices::AssetOrder;
use kallitype_web::fields::Fields;
use kallitype_web::query;
use kallitype_web::time::{DAY, parse_date};

/// The day that days are counted from.
const FIRST_DAY: Date = date(1970, 1, 1);

query! {
    /// What the timeline is to hold.
    #[derive(Debug, Clone, IntoParams)]
    pub(crate) struct TimelineFilter {
        #[param(nullable = false)]
        album_id: Option<Uuid> = uuid(),
        #[param(nullable = false)]
        is_favorite: Option<bool> = boolean(),
        #[param(required = false)]
        is_trashed: bool = or(false, Fields::boolean),
        #[param(required = false)]
        order: AssetOrder = or(AssetOrder::Descending, Fields::enumeration),
        #[param(nullable = false)]
        person_id: Option<Uuid> = uuid(),
        #[param(nullable = false)]
        tag_id: Option<Uuid> = uuid(),
        #[param(nullable = false)]
        user_id: Option<Uuid> = uuid(),
        #[param(nullable = false)]
        visibility: Option<Visibility> = enumeration(),
        #[param(required = false)]
        with_coordinates: bool = or(false, Fields::boolean),
        #[param(required = false)]
        with_partners: bool = or(false, Fields::boolean),
        #[param(required = false)]
        with_stacked: bool = or(false, Fields::boolean),
    }
}

query! {
    /// The month that is asked for.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct TimeBucketQuery {
        /// Its first day.
        #[param(value_type = String)]
        time_bucket: Option<Month> = with(month),
    }
}

/// A month, by its first day, counted from the first of 1970 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Month(pub i64);

impl Month {
    /// Where everything stands of which it is not told when it was taken.
    pub(crate) const UNTOLD: Self = Self(0);
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let days = jiff::Span::new().try_days(self.0);
        let first = days.and_then(|days| FIRST_DAY.checked_add(days));
        serializer.collect_str(&first.map_err(serde::ser::Error::custom)?)
    }
}

/// The first day of a month; there is no month that begins at another moment. Clients write a sign before it, too,
/// which a query may have made a space.
fn month(fields: &Fields<'_>, name: &str) -> Option<Month> {
    let text = fields.string(name);
    let day = text.trim_start().trim_start_matches(['+', '-']);
    let moment = parse_date(day);
    if fields.has(name) && moment.is_none() {
        fields.refuse(name, "must be a date string");
    }
    let moment = moment.filter(|moment| moment % DAY == 0)?;
    Some(Month(moment / DAY))
}

/// How many assets a month has.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimeBucketsResponseDto {
    #[schema(value_type = i32)]
    pub count: i64,
    #[schema(value_type = String)]
    pub time_bucket: Month,
}

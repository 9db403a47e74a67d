//! The assets of a month as clients read them: a list for each property, all of one length. The lists are written while
//! the rows come, so that an asset takes no more memory than its text.

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use uuid::Uuid;

use crate::access::{Caller, Visibility};
use crate::core::asset_details::upright;
use crate::core::assets::model::Duration;
use crate::features::timeline::dto::TimelineFilter;
use crate::features::timeline::queries::TimelineRow;
use kallitype_db::{DatabaseError, Result};
use kallitype_web::stream::Json;
use kallitype_web::time::{HOUR, format_iso};
use kallitype_web::version::Wire;

/// The values of a property as JSON, without the brackets of their list.
#[derive(Debug, Default)]
struct Column(Vec<u8>);

impl Column {
    fn push(&mut self, value: impl Serialize) -> Result<()> {
        if !self.0.is_empty() {
            self.0.push(b',');
        }
        serde_json::to_writer(&mut self.0, &value)
            .map_err(|error| DatabaseError::Other(error.to_string()))
    }
}

/// Declares the columns of an answer, each with its name on the wire.
macro_rules! columns {
    ($(#[$meta:meta])* $visibility:vis struct $type:ident { $($(#[$attribute:meta])* $column:ident as $name:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Default, ToSchema)]
        $visibility struct $type {
            $(#[schema(rename = $name)] $(#[$attribute])* $column: Column,)*
        }

        impl $type {
            /// The names of the columns and what is in them.
            fn into_columns(self) -> Vec<(&'static str, Column)> {
                vec![$(($name, self.$column)),*]
            }
        }
    };
}

columns! {
    /// The assets of a month, each at the same place of every list.
    pub(crate) struct TimeBucketAssetResponseDto {
        #[schema(value_type = Vec<Option<String>>)]
        city as "city",
        #[schema(value_type = Vec<Option<String>>)]
        country as "country",
        #[schema(value_type = Vec<Option<String>>)]
        duration as "duration",
        /// When the picture was taken, in UTC.
        #[schema(value_type = Vec<String>)]
        file_created_at as "fileCreatedAt",
        #[schema(value_type = Vec<String>)]
        id as "id",
        #[schema(value_type = Vec<bool>)]
        is_favorite as "isFavorite",
        #[schema(value_type = Vec<bool>)]
        is_image as "isImage",
        #[schema(value_type = Vec<bool>)]
        is_trashed as "isTrashed",
        #[schema(value_type = Vec<Option<f64>>, required = false)]
        latitude as "latitude",
        #[schema(value_type = Vec<Option<String>>)]
        live_photo_video_id as "livePhotoVideoId",
        /// By how much the wall clock at the picture was ahead of UTC.
        #[schema(value_type = Vec<f64>)]
        local_offset_hours as "localOffsetHours",
        #[schema(value_type = Vec<Option<f64>>, required = false)]
        longitude as "longitude",
        #[schema(value_type = Vec<String>)]
        owner_id as "ownerId",
        #[schema(value_type = Vec<Option<String>>)]
        projection_type as "projectionType",
        /// Width by height, as the picture is seen.
        #[schema(value_type = Vec<f64>)]
        ratio as "ratio",
        #[schema(schema_with = stacks, required = false)]
        stack as "stack",
        #[schema(value_type = Vec<Option<String>>)]
        thumbhash as "thumbhash",
        #[schema(value_type = Vec<Visibility>)]
        visibility as "visibility",
    }
}

/// Pairs of a stack's id and how many assets are in it, or nulls.
fn stacks() -> ArrayBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let pair = ArrayBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
        .items(text)
        .min_items(Some(2))
        .max_items(Some(2));
    ArrayBuilder::new().items(pair)
}

/// The answer while its rows come.
#[derive(Debug)]
pub(crate) struct Columns {
    answer: TimeBucketAssetResponseDto,
    /// Who looks, unless it is whoever has a link.
    viewer: Option<Uuid>,
    hides_metadata: bool,
    with_coordinates: bool,
    with_stacked: bool,
    /// Whether stacks are told of only to who owns them: an album does not say what else belongs to its pictures.
    is_album: bool,
    wire: Wire,
}

impl Columns {
    #[must_use]
    pub(crate) fn new(caller: &Caller, filter: &TimelineFilter, wire: Wire) -> Self {
        Self {
            answer: TimeBucketAssetResponseDto::default(),
            viewer: caller.user_id().ok(),
            hides_metadata: caller.hides_metadata(),
            with_coordinates: filter.with_coordinates,
            with_stacked: filter.with_stacked,
            is_album: filter.album_id.is_some(),
            wire,
        }
    }

    /// Adds an asset at the end.
    ///
    /// # Errors
    /// When something of it cannot be written as JSON, which no row causes.
    pub(crate) fn add(&mut self, row: TimelineRow) -> Result<()> {
        let row = match self.hides_metadata {
            true => without_metadata(row),
            false => row,
        };
        let wire = self.wire;
        let duration = row.duration.map(|length| Duration {
            length: Some(length),
            wire,
        });
        let thumbhash = row.thumbhash.as_ref().map(|hash| STANDARD.encode(hash));
        let is_own = self.viewer == Some(row.owner_id);
        let answer = &mut self.answer;
        answer.city.push(&row.city)?;
        answer.country.push(&row.country)?;
        answer.duration.push(duration)?;
        answer.file_created_at.push(moment(row.file_created_at))?;
        answer.id.push(row.id)?;
        answer.is_favorite.push(is_own && row.is_favorite)?;
        answer.is_image.push(row.is_image)?;
        answer.is_trashed.push(row.is_trashed)?;
        answer.live_photo_video_id.push(row.live_photo_video_id)?;
        answer.local_offset_hours.push(offset_hours(&row))?;
        answer.owner_id.push(row.owner_id)?;
        answer.projection_type.push(&row.projection_type)?;
        answer.ratio.push(ratio(&row))?;
        answer.thumbhash.push(thumbhash)?;
        answer.visibility.push(row.visibility)?;
        if self.with_coordinates {
            answer.latitude.push(row.latitude)?;
            answer.longitude.push(row.longitude)?;
        }
        if self.with_stacked {
            let is_told = is_own || !self.is_album;
            answer.stack.push(stack(&row).filter(|_| is_told))?;
        }
        Ok(())
    }

    /// The answer as JSON.
    pub(crate) fn into_json(self) -> Json {
        let is_wanted = |name: &str| match name {
            "latitude" | "longitude" => self.with_coordinates,
            "stack" => self.with_stacked,
            _ => true,
        };
        let mut pieces = Vec::new();
        for (name, column) in self.answer.into_columns() {
            if is_wanted(name) {
                let before = if pieces.is_empty() { "{" } else { "]," };
                pieces.push(Bytes::from(format!("{before}\"{name}\":[")));
                pieces.push(Bytes::from(column.0));
            }
        }
        pieces.push(Bytes::from_static(b"]}"));
        stream::iter(pieces.into_iter().map(Ok)).boxed()
    }
}

/// What a link that hides metadata shows: enough to draw the picture.
fn without_metadata(row: TimelineRow) -> TimelineRow {
    TimelineRow {
        file_created_at: 0,
        local_date_time: 0,
        projection_type: None,
        city: None,
        country: None,
        latitude: None,
        longitude: None,
        ..row
    }
}

/// `2024-01-02T03:04:05.12`, in UTC.
fn moment(microseconds: i64) -> String {
    let mut text = format_iso(microseconds);
    let length = text
        .trim_end_matches('Z')
        .trim_end_matches('0')
        .trim_end_matches('.')
        .len();
    text.truncate(length);
    text
}

fn offset_hours(row: &TimelineRow) -> f64 {
    (row.local_date_time.saturating_sub(row.file_created_at)) as f64 / HOUR as f64
}

/// The stack that an asset stands for, and how many assets it has.
fn stack(row: &TimelineRow) -> Option<(Uuid, String)> {
    let id = row.stack_id.filter(|_| row.stack_count > 1)?;
    Some((id, row.stack_count.to_string()))
}

/// To three decimals; 1 where a side is not known.
fn ratio(row: &TimelineRow) -> f64 {
    match upright((row.width, row.height), row.orientation.as_deref()) {
        (Some(width @ 1..), Some(height @ 1..)) => {
            (width as f64 / height as f64 * 1000.0).round() / 1000.0
        }
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::moment;
    use kallitype_web::time::parse_date;

    #[test]
    fn moments_have_no_zone_and_no_zeros_at_their_end() {
        for (written, shown) in [
            ("2024-01-02T03:04:05.120Z", "2024-01-02T03:04:05.12"),
            ("2024-01-02T03:04:00Z", "2024-01-02T03:04:00"),
            ("2024-01-02T03:00:00.001Z", "2024-01-02T03:00:00.001"),
        ] {
            assert_eq!(moment(parse_date(written).unwrap()), shown);
        }
    }
}

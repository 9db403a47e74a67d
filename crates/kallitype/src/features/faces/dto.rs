//! The wire of faces.

use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::core::people::face::FaceBox;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Fields;
use kallitype_web::{query, request};

/// The longest side of a picture that a box may be drawn on, in pixels.
const MAX_SIDE: i64 = 1_000_000;

query! {
    /// Whose faces are asked for.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct FacesQuery {
        /// An asset.
        id: Uuid = required_uuid(),
    }
}

request! {
    /// A face of a person, and where it is. The box is drawn on the upright picture, of any size.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetFaceCreateDto {
        asset_id: Uuid = required_uuid(),
        #[schema(value_type = i32)]
        height: i64 = with(side),
        #[schema(value_type = i32)]
        image_height: i64 = with(side),
        #[schema(value_type = i32)]
        image_width: i64 = with(side),
        person_id: Uuid = required_uuid(),
        #[schema(value_type = i32)]
        width: i64 = with(side),
        #[schema(value_type = i32)]
        x: i64 = with(begin),
        #[schema(value_type = i32)]
        y: i64 = with(begin),
    }
}

impl AssetFaceCreateDto {
    /// The box.
    ///
    /// # Errors
    /// 400 when it does not end within the picture.
    pub(crate) fn area(&self) -> Result<FaceBox> {
        let area = FaceBox {
            image_width: self.image_width,
            image_height: self.image_height,
            x1: self.x,
            y1: self.y,
            x2: self.x + self.width,
            y2: self.y + self.height,
        };
        let rules = [
            (
                area.x2 > area.image_width,
                "x plus width must not be greater than imageWidth",
            ),
            (
                area.y2 > area.image_height,
                "y plus height must not be greater than imageHeight",
            ),
        ];
        let broken = rules.into_iter().filter(|(is_broken, _)| *is_broken);
        let broken: Vec<String> = broken.map(|(_, rule)| rule.to_owned()).collect();
        match broken.is_empty() {
            true => Ok(area),
            false => Err(ApiError::invalid(broken)),
        }
    }
}

request! {
    /// A face.
    #[derive(Debug, Clone, Copy, ToSchema)]
    pub(crate) struct FaceDto {
        id: Uuid = required_uuid(),
    }
}

request! {
    /// How a face is taken away.
    #[derive(Debug, Clone, Copy, ToSchema)]
    pub(crate) struct AssetFaceDeleteDto {
        /// For good; else it stays, so that it is not found again.
        force: bool = required_boolean(),
    }
}

/// A length that must be there.
fn side(fields: &Fields<'_>, name: &str) -> i64 {
    required_integer(fields, name, 1)
}

/// Where something begins, which must be there.
fn begin(fields: &Fields<'_>, name: &str) -> i64 {
    required_integer(fields, name, 0)
}

fn required_integer(fields: &Fields<'_>, name: &str, min: i64) -> i64 {
    if !fields.has(name) {
        fields.refuse(name, "should not be empty");
        fields.refuse(name, "must be an integer number");
    }
    fields.integer(name, min, MAX_SIDE).unwrap_or_default()
}

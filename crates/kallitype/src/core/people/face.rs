//! A face: where in which picture it is, and who found it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::choices::SourceType;
use crate::core::people::person::PersonResponseDto;
use kallitype_db::row;
use kallitype_media::FaceArea;

row! {
    /// A box on an upright picture, and the size of the picture that it was drawn on, in pixels.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct FaceBox {
        pub image_width: i64 = "asset_face.image_width",
        pub image_height: i64 = "asset_face.image_height",
        pub x1: i64 = "asset_face.x1",
        pub y1: i64 = "asset_face.y1",
        pub x2: i64 = "asset_face.x2",
        pub y2: i64 = "asset_face.y2",
    }
}

impl FaceBox {
    /// The left, upper, right and lower edge, as parts of the picture's width and height.
    #[must_use]
    pub(crate) fn parts(self) -> [f64; 4] {
        let part = |pixels: i64, length: i64| pixels as f64 / length.max(1) as f64;
        [
            part(self.x1, self.image_width),
            part(self.y1, self.image_height),
            part(self.x2, self.image_width),
            part(self.y2, self.image_height),
        ]
    }

    /// The box without a size.
    pub(crate) fn area(self) -> Option<FaceArea> {
        let [left, top, right, bottom] = self.parts();
        FaceArea::new(left, top, right, bottom)
    }

    /// A box on an upright picture of that width and height, in whole pixels; none if it is smaller than one.
    pub(crate) fn of(area: FaceArea, (image_width, image_height): (i64, i64)) -> Option<Self> {
        // Boxes are written with nine digits, and may have lost a little.
        let pixels = |part: f64, length: i64| (part * length as f64 + 0.005).floor() as i64;
        let found = Self {
            image_width,
            image_height,
            x1: pixels(area.left, image_width),
            y1: pixels(area.top, image_height),
            x2: pixels(area.right, image_width),
            y2: pixels(area.bottom, image_height),
        };
        (found.x1 < found.x2 && found.y1 < found.y2).then_some(found)
    }

    /// Whether both are the same box, be they drawn on pictures of different sizes.
    pub(crate) fn is_same(self, other: Self) -> bool {
        let areas = self.area().zip(other.area());
        areas.is_some_and(|(one, other)| one.is_same(other))
    }
}

row! {
    #[derive(Debug, Clone)]
    pub(crate) struct FaceRow {
        pub id: Uuid = "asset_face.id",
        pub asset_id: Uuid = "asset_face.asset_id",
        /// Whose the asset is.
        pub owner_id: Uuid = "asset.owner_id",
        pub area: FaceBox = FaceBox::COLUMNS,
        pub source: SourceType = "asset_face.source",
    }
}

/// Declares an answer with where in a picture a face is, and more.
macro_rules! face_response {
    ($(#[$meta:meta])* $type:ident { $($(#[$more_meta:meta])* $more:ident: $more_type:ty),* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $type {
            #[serde(rename = "boundingBoxX1")]
            #[schema(value_type = i32)]
            pub bounding_box_x1: i64,
            #[serde(rename = "boundingBoxX2")]
            #[schema(value_type = i32)]
            pub bounding_box_x2: i64,
            #[serde(rename = "boundingBoxY1")]
            #[schema(value_type = i32)]
            pub bounding_box_y1: i64,
            #[serde(rename = "boundingBoxY2")]
            #[schema(value_type = i32)]
            pub bounding_box_y2: i64,
            pub id: Uuid,
            #[schema(value_type = i32)]
            pub image_height: i64,
            #[schema(value_type = i32)]
            pub image_width: i64,
            $($(#[$more_meta])* pub $more: $more_type,)*
            #[schema(required = false)]
            pub source_type: SourceType,
        }

        impl $type {
            pub(crate) fn new(face: &FaceRow, $($more: $more_type),*) -> Self {
                Self {
                    bounding_box_x1: face.area.x1,
                    bounding_box_x2: face.area.x2,
                    bounding_box_y1: face.area.y1,
                    bounding_box_y2: face.area.y2,
                    id: face.id,
                    image_height: face.area.image_height,
                    image_width: face.area.image_width,
                    $($more,)*
                    source_type: face.source,
                }
            }
        }
    };
}

face_response! {
    /// A face, of whoever it is said elsewhere.
    AssetFaceWithoutPersonResponseDto {}
}

face_response! {
    /// A face, and whose it is.
    AssetFaceResponseDto {
        // None if it is no one's, or no one's whom the caller knows.
        #[schema(required)]
        person: Option<PersonResponseDto>
    }
}

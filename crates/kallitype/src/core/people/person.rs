//! A person, as the API shows one.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::people::face::AssetFaceWithoutPersonResponseDto;
use kallitype_db::row;
use kallitype_web::time::Time;

/// The side of a thumbnail, in pixels, and what it is stored and served as.
pub(crate) const THUMBNAIL_SIDE: u32 = 250;
pub(crate) const THUMBNAIL_EXTENSION: &str = "jpeg";
pub(crate) const THUMBNAIL_MIME: &str = "image/jpeg";

row! {
    #[derive(Debug, Clone)]
    pub(crate) struct PersonRow {
        pub id: Uuid = "person.id",
        pub name: String = "person.name",
        pub birth_date: Option<String> = "person.birth_date",
        pub color: Option<String> = "person.color",
        pub is_favorite: bool = "person.is_favorite",
        pub is_hidden: bool = "person.is_hidden",
        pub thumbnail_path: Option<String> = "person.thumbnail_path",
        pub updated_at: Time = "person.updated_at",
    }
}

/// Declares an answer with what is known of a person, and more.
macro_rules! person_response {
    ($(#[$meta:meta])* $type:ident { $($more:ident: $more_type:ty),* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $type {
            #[schema(required, format = Date)]
            pub birth_date: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schema(nullable = false)]
            pub color: Option<String>,
            $(pub $more: $more_type,)*
            #[schema(value_type = String)]
            pub id: Uuid,
            #[schema(required = false)]
            pub is_favorite: bool,
            pub is_hidden: bool,
            /// Empty for one without a name.
            pub name: String,
            /// Empty while there is none.
            pub thumbnail_path: String,
            /// Changes whenever the thumbnail does.
            #[schema(value_type = String, format = DateTime, required = false)]
            pub updated_at: Time,
        }

        impl $type {
            pub(crate) fn new(person: PersonRow, $($more: $more_type),*) -> Self {
                Self {
                    birth_date: person.birth_date,
                    color: person.color,
                    $($more,)*
                    id: person.id,
                    is_favorite: person.is_favorite,
                    is_hidden: person.is_hidden,
                    name: person.name,
                    thumbnail_path: person.thumbnail_path.unwrap_or_default(),
                    updated_at: person.updated_at,
                }
            }
        }
    };
}

person_response! {
    /// A person.
    PersonResponseDto {}
}

person_response! {
    /// A person seen in a picture.
    PersonWithFacesResponseDto { faces: Vec<AssetFaceWithoutPersonResponseDto> }
}

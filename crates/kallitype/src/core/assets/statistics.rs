use kallitype_db as db;

use crate::access::{Listing, Section, Visibility};
use crate::core::assets::model::{AssetStatsResponseDto, AssetType};
use crate::core::assets::queries;
use kallitype_db::Connection;
use kallitype_web::fields::{Fields, FromFields};

/// The query's filters.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub sections: Vec<Section>,
    pub is_favorite: Option<bool>,
}

impl Filter {
    /// Whether what is locked is to be counted.
    #[must_use]
    pub(crate) fn asks_for_locked(&self) -> bool {
        let visibilities = self.sections.iter().map(|section| section.visibility);
        visibilities
            .into_iter()
            .any(|visibility| visibility == Visibility::Locked)
    }
}

impl FromFields for Filter {
    fn read(fields: &Fields<'_>) -> Self {
        let is_favorite = fields.boolean("isFavorite");
        let is_trashed = fields.boolean("isTrashed").unwrap_or(false);
        Self {
            sections: Section::select(fields.enumeration("visibility"), is_trashed),
            is_favorite,
        }
    }
}

/// How many assets of each kind a listing holds.
///
/// # Errors
/// When the database fails.
pub(crate) fn statistics(
    connection: &mut Connection<'_>,
    listing: &Listing,
    is_favorite: Option<bool>,
) -> db::Result<AssetStatsResponseDto> {
    let counts = queries::count(connection, listing, is_favorite)?;
    let of = |kind: AssetType| {
        let counted = counts.iter().filter(|(_, counted, _)| *counted == kind);
        counted.map(|(_, _, count)| count).sum()
    };
    Ok(AssetStatsResponseDto {
        images: of(AssetType::Image),
        videos: of(AssetType::Video),
        total: counts.iter().map(|(_, _, count)| count).sum(),
    })
}

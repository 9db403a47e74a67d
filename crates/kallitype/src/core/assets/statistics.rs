use crate::access::{Listing, Section, Visibility};
use crate::core::assets::model::{AssetStatsResponseDto, AssetType};
use crate::core::assets::queries;
use crate::core::assets::queries::CountFilter;
use kallitype_db as db;
use kallitype_db::Connection;

impl CountFilter {
    /// The sections that are counted.
    #[must_use]
    pub(crate) fn sections(self) -> Vec<Section> {
        Section::select(self.visibility, self.is_trashed)
    }

    /// Whether only what is locked is to be counted.
    #[must_use]
    pub(crate) fn asks_for_locked(self) -> bool {
        self.visibility == Some(Visibility::Locked)
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

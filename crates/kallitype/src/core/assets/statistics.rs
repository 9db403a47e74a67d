use uuid::Uuid;

use crate::core::assets::model::{AssetStatsResponseDto, AssetType, Visibility};
use crate::core::assets::queries;
use crate::core::assets::queries::CountFilter;
use kallitype_db as db;
use kallitype_db::Connection;

impl CountFilter {
    /// Whether only what is locked is to be counted.
    #[must_use]
    pub(crate) fn asks_for_locked(self) -> bool {
        self.visibility == Some(Visibility::Locked)
    }
}

/// How many assets of each kind an owner has.
///
/// # Errors
/// When the database fails.
pub(crate) fn statistics(
    connection: &mut Connection<'_>,
    owner: Uuid,
    filter: CountFilter,
) -> db::Result<AssetStatsResponseDto> {
    let counts = queries::count(connection, owner, filter)?;
    let of = |kind: AssetType| {
        counts
            .iter()
            .filter(|(counted, _)| *counted == kind)
            .map(|(_, count)| count)
            .sum()
    };
    Ok(AssetStatsResponseDto {
        images: of(AssetType::Image),
        videos: of(AssetType::Video),
        total: counts.iter().map(|(_, count)| count).sum(),
    })
}

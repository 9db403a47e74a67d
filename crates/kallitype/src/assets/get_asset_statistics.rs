//! `GET /assets/statistics`: how many pictures and videos the caller has. The counts are kept, not counted.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use super::dto::{AssetStatsResponseDto, AssetType, Visibility};
use super::queries::{self, CountFilter};
use crate::access::Caller;
use crate::db::{self, Connection};
use crate::http::error::{ApiError, Result};
use crate::http::fields::{Fields, FromFields, Queried};
use crate::http::state::App;

/// The query's filters.
#[derive(Debug, Clone, Copy)]
pub struct Filter(CountFilter);

impl Filter {
    /// Whether only what is locked is to be counted.
    #[must_use]
    pub fn asks_for_locked(self) -> bool {
        self.0.visibility == Some(Visibility::Locked)
    }
}

impl FromFields for Filter {
    fn read(fields: &Fields<'_>) -> Self {
        Self(CountFilter {
            is_favorite: fields.boolean("isFavorite"),
            is_trashed: fields.boolean("isTrashed").unwrap_or(false),
            visibility: fields.choice("visibility"),
        })
    }
}

#[utoipa::path(
    get,
    path = "/api/assets/statistics",
    tag = "Assets",
    operation_id = "getAssetStatistics",
    params(
        ("isFavorite" = Option<bool>, Query, nullable = false),
        ("isTrashed" = Option<bool>, Query, nullable = false),
        ("visibility" = Option<Visibility>, Query, nullable = false),
    ),
    responses((status = 200, body = AssetStatsResponseDto, description = "")),
)]
pub async fn get_asset_statistics(
    State(app): State<App>,
    caller: Caller,
    Queried(filter): Queried<Filter>,
) -> Result<Json<AssetStatsResponseDto>> {
    let principal = caller.principal()?;
    if filter.asks_for_locked() && !principal.is_elevated() {
        return Err(ApiError::unauthorized("Elevated permission is required"));
    }
    let owner = principal.user.id;
    let counted = app
        .db
        .read(move |connection| statistics(connection, owner, filter))
        .await?;
    Ok(Json(counted))
}

/// How many assets of each kind an owner has.
///
/// # Errors
/// When the database fails.
pub fn statistics(
    connection: &mut Connection<'_>,
    owner: Uuid,
    Filter(filter): Filter,
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

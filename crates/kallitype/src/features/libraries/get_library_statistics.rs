//! `GET /libraries/{id}/statistics`: how much a library holds, what is in the trash or gone included.

use axum::Json;
use axum::extract::State;

use super::dto::LibraryStatsResponseDto;
use super::require;
use crate::app::state::App;
use crate::core::assets::model::AssetType;
use crate::core::libraries::queries;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::Id;
use uuid::Uuid;

#[utoipa::path(
    get,
    path = "/api/libraries/{id}/statistics",
    tag = "Libraries",
    operation_id = "getLibraryStatistics",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = LibraryStatsResponseDto, description = "")),
)]
pub(crate) async fn get_library_statistics(
    State(app): State<App>,
    Id(id): Id,
) -> Result<Json<LibraryStatsResponseDto>> {
    let statistics = app
        .db
        .read_consistent(move |connection| count(connection, id))
        .await?;
    Ok(Json(statistics))
}

fn count(connection: &mut Connection<'_>, id: Uuid) -> Result<LibraryStatsResponseDto> {
    require(connection, id)?;
    let mut statistics = LibraryStatsResponseDto::default();
    for (kind, assets, bytes) in queries::count(connection, id)? {
        match kind {
            AssetType::Image => statistics.photos += assets,
            AssetType::Video => statistics.videos += assets,
            _ => {}
        }
        statistics.total += assets;
        statistics.usage += bytes;
    }
    Ok(statistics)
}

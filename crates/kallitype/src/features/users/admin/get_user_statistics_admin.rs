//! `GET /admin/users/{id}/statistics`: how many pictures and videos a user has.

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Listing};
use crate::app::state::App;
use crate::core::assets::model::AssetStatsResponseDto;
use crate::core::assets::queries::CountFilter;
use crate::core::assets::statistics::statistics;
use crate::features::users::admin::find;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Id, Queried};

#[utoipa::path(
    get,
    path = "/api/admin/users/{id}/statistics",
    tag = "Users (admin)",
    operation_id = "getUserStatisticsAdmin",
    params(("id" = uuid::Uuid, Path), CountFilter),
    responses((status = 200, body = AssetStatsResponseDto, description = "")),
)]
pub(crate) async fn get_user_statistics_admin(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Queried(filter): Queried<CountFilter>,
) -> Result<Json<AssetStatsResponseDto>> {
    let principal = caller.principal()?;
    // What others have locked is no one's business, not even how much it is.
    let may_see_locked = principal.user.id == id && principal.is_elevated();
    if filter.asks_for_locked() && !may_see_locked {
        return Err(ApiError::unauthorized("Elevated permission is required"));
    }
    let listing = Listing::owned(id, &filter.sections());
    let counted = app
        .db
        .read_consistent(move |connection| {
            find(connection, id)?;
            Ok::<_, ApiError>(statistics(connection, &listing, filter.is_favorite)?)
        })
        .await?;
    Ok(Json(counted))
}

//! `GET /memories/statistics`: how many memories the caller has.

use axum::Json;
use axum::extract::State;

use super::dto::{MemoryQuery, MemoryStatisticsResponseDto};
use crate::access::Caller;
use crate::app::state::App;
use crate::core::memories::queries;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/memories/statistics",
    tag = "Memories",
    operation_id = "memoriesStatistics",
    params(MemoryQuery),
    responses((status = 200, body = MemoryStatisticsResponseDto, description = "")),
)]
pub(crate) async fn memories_statistics(
    State(app): State<App>,
    caller: Caller,
    Queried(query): Queried<MemoryQuery>,
) -> Result<Json<MemoryStatisticsResponseDto>> {
    let user = caller.user_id()?;
    let count = move |connection: &mut Connection<'_>| match query.filter() {
        Some(filter) => queries::count(connection, user, &filter),
        None => Ok(0),
    };
    let total = app.db.scan(count).await?;
    Ok(Json(MemoryStatisticsResponseDto { total }))
}

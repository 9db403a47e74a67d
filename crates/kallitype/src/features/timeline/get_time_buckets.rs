//! `GET /timeline/buckets`: how many pictures each month has.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::features::timeline::contents::Contents;
use crate::features::timeline::dto::{TimeBucketsResponseDto, TimelineFilter};
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/timeline/buckets",
    tag = "Timeline",
    operation_id = "getTimeBuckets",
    params(
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
        TimelineFilter,
    ),
    responses((status = 200, body = Vec<TimeBucketsResponseDto>, description = "")),
)]
pub(crate) async fn get_time_buckets(
    State(app): State<App>,
    caller: Caller,
    Queried(filter): Queried<TimelineFilter>,
) -> Result<Json<Vec<TimeBucketsResponseDto>>> {
    let buckets = app
        .db
        .scan(move |connection| Contents::find(connection, &caller, &filter)?.count(connection))
        .await?;
    Ok(Json(buckets))
}

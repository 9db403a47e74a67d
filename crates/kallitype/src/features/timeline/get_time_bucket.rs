//! `GET /timeline/bucket`: the pictures of a month.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::access::Caller;
use crate::app::state::App;
use crate::features::timeline::columns::TimeBucketAssetResponseDto;
use crate::features::timeline::contents::Contents;
use crate::features::timeline::dto::{TimeBucketQuery, TimelineFilter};
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;
use kallitype_web::stream;
use kallitype_web::version::Wire;

#[utoipa::path(
    get,
    path = "/api/timeline/bucket",
    tag = "Timeline",
    operation_id = "getTimeBucket",
    params(
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
        TimelineFilter,
        TimeBucketQuery,
    ),
    responses((status = 200, body = TimeBucketAssetResponseDto, description = "")),
)]
pub(crate) async fn get_time_bucket(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(filter): Queried<TimelineFilter>,
    Queried(query): Queried<TimeBucketQuery>,
) -> Result<Response> {
    let columns = app
        .db
        .scan(move |connection| {
            let contents = Contents::find(connection, &caller, &filter)?;
            contents.read(connection, query.time_bucket, wire)
        })
        .await?;
    Ok(stream::answer(StatusCode::OK, columns.into_json()))
}

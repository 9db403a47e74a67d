//! `GET /activities`: what people said in an album.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::access::{AlbumAction, Caller, require_album};
use crate::app::state::App;
use crate::features::activities::dto::{ActivityQuery, ActivityResponseDto};
use crate::features::activities::queries;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Queried;
use kallitype_web::stream;

#[utoipa::path(
    get,
    path = "/api/activities",
    tag = "Activities",
    operation_id = "getActivities",
    params(ActivityQuery),
    responses((status = 200, body = Vec<ActivityResponseDto>, description = "")),
)]
pub(crate) async fn get_activities(
    State(app): State<App>,
    caller: Caller,
    Queried(query): Queried<ActivityQuery>,
) -> Result<Response> {
    let ids = app
        .db
        .scan(move |connection| {
            require_album(connection, &caller, AlbumAction::Read, query.album_id)?;
            Ok::<_, ApiError>(queries::list_ids(connection, &query)?)
        })
        .await?;
    let said = stream::items(&ids, move |ids| {
        let app = app.clone();
        async move {
            let read = move |connection: &mut Connection<'_>| {
                Ok::<_, ApiError>(queries::list_by_ids(connection, ids)?)
            };
            app.db.scan(read).await
        }
    });
    Ok(stream::answer(StatusCode::OK, stream::bracketed(said)))
}

//! `GET /shared-links` and `/shared-links/{id}`: the caller's own links.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use utoipa::IntoParams;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::links;
use crate::features::shared_links::dto::SharedLinkResponseDto;
use crate::features::shared_links::not_found;
use crate::features::shared_links::response::LinkDetails;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Id, Queried};
use kallitype_web::query;
use kallitype_web::stream;
use kallitype_web::version::Wire;

query! {
    /// The query: only the links of one album.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct SharedLinkQuery {
        #[param(nullable = false)]
        album_id: Option<uuid::Uuid> = uuid(),
    }
}

#[utoipa::path(
    get,
    path = "/api/shared-links",
    tag = "Shared Links",
    operation_id = "getAllSharedLinks",
    params(SharedLinkQuery),
    responses((status = 200, body = Vec<SharedLinkResponseDto>, description = "")),
)]
pub(crate) async fn get_all_shared_links(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(query): Queried<SharedLinkQuery>,
) -> Result<Response> {
    let user = caller.user_id()?;
    let list = move |connection: &mut kallitype_db::Connection<'_>| {
        let links = links::list(connection, user, query.album_id)?;
        links
            .into_iter()
            .map(|link| LinkDetails::of(connection, link))
            .collect::<Result<Vec<_>>>()
    };
    let links = app.db.scan(list).await?;
    let streamed: Result<Vec<_>> = links
        .into_iter()
        .map(|link| link.stream(&app, &caller, wire))
        .collect();
    Ok(stream::answer(StatusCode::OK, stream::list(streamed?)))
}

#[utoipa::path(
    get,
    path = "/api/shared-links/{id}",
    tag = "Shared Links",
    operation_id = "getSharedLinkById",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SharedLinkResponseDto, description = "")),
)]
pub(crate) async fn get_shared_link_by_id(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
) -> Result<Response> {
    let user = caller.user_id()?;
    let find = move |connection: &mut kallitype_db::Connection<'_>| {
        let link = links::find_own(connection, user, id)?;
        link.map(|link| LinkDetails::of(connection, link))
            .transpose()
    };
    let found: Option<LinkDetails> = app.db.scan::<_, ApiError, _>(find).await?;
    let link = found.ok_or_else(not_found)?;
    Ok(stream::answer(
        StatusCode::OK,
        link.stream(&app, &caller, wire)?,
    ))
}

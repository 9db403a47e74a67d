//! `POST /search/metadata`: assets by what is known of them.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::features::search::dto::{MetadataSearchDto, SearchResponseDto, With};
use crate::features::search::find::Search;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;
use kallitype_web::version::Wire;

#[utoipa::path(
    post,
    path = "/api/search/metadata",
    tag = "Search",
    operation_id = "searchAssets",
    request_body(content = MetadataSearchDto),
    responses((status = 200, body = SearchResponseDto, description = "")),
)]
pub(crate) async fn search_assets(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(request): Body<MetadataSearchDto>,
) -> Result<Json<SearchResponseDto>> {
    let search = Search {
        filter: request.filter(),
        order: request.order,
        size: request.size,
        page: request.page,
        with_people: request.with_people == Some(true),
    };
    let found = search.find(&app, &caller).await?;
    let with = With {
        exif: request.with_exif == Some(true),
        people: request.with_people == Some(true),
    };
    let next = found.has_next.then_some(request.page + 1);
    let items = with.present(found.details, &caller, wire);
    Ok(Json(SearchResponseDto::new(items, next)))
}

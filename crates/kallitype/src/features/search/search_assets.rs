//! `POST /search/metadata`: assets by what is known of them.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::features::search::dto::{MetadataSearchDto, SearchResponseDto};
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
    let found = request.search().find(&app, &caller).await?;
    Ok(Json(request.answer(found, &caller, wire)))
}

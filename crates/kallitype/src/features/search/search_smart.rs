//! `POST /search/smart`: assets by what they show, the most alike first.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::{Action, Caller, require_all};
use crate::app::state::App;
use crate::features::search::dto::{SearchResponseDto, SmartSearchDto, With};
use crate::features::search::similar::Similar;
use crate::learning::queries::find_asset_vector;
use crate::learning::vector::Vector;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::version::Wire;

#[utoipa::path(
    post,
    path = "/api/search/smart",
    tag = "Search",
    operation_id = "searchSmart",
    request_body(content = SmartSearchDto),
    responses((status = 200, body = SearchResponseDto, description = "")),
)]
pub(crate) async fn search_smart(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(request): Body<SmartSearchDto>,
) -> Result<Json<SearchResponseDto>> {
    if !app.config().machine_learning.has_smart_search() {
        return Err(ApiError::bad_request("Smart search is not enabled"));
    }
    let search = Similar {
        filter: request.filter(),
        to: wanted(&app, &caller, &request).await?,
        size: request.size,
        page: request.page,
    };
    let found = search.find(&app, &caller).await?;
    let with = With {
        exif: request.with_exif == Some(true),
        people: false,
    };
    let next = found.has_next.then_some(request.page + 1);
    let items = with.present(found.details, &caller, wire);
    Ok(Json(SearchResponseDto::new(items, next)))
}

/// What assets are to be like: what a text says, or what another asset shows.
async fn wanted(app: &App, caller: &Caller, request: &SmartSearchDto) -> Result<Arc<Vector>> {
    match (&request.query, request.query_asset_id) {
        (Some(text), _) => {
            let language = request.language.as_deref();
            let encoded = app
                .learning
                .encode_text(&app.config().machine_learning, text, language)
                .await;
            encoded.map_err(ApiError::internal)
        }
        (None, Some(asset)) => shown_by(app, caller, asset).await.map(Arc::new),
        (None, None) => Err(ApiError::bad_request(
            "Either `query` or `queryAssetId` must be set",
        )),
    }
}

/// What an asset shows that the caller may see.
async fn shown_by(app: &App, caller: &Caller, asset: Uuid) -> Result<Vector> {
    let (caller, model) = (
        caller.clone(),
        app.config().machine_learning.clip.model_name.clone(),
    );
    let find = move |connection: &mut kallitype_db::Connection<'_>| {
        require_all(connection, &caller, Action::Read, &[asset])?;
        let found = find_asset_vector(connection, asset, &model)?;
        found.ok_or_else(|| ApiError::bad_request(format!("Asset {asset} has no embedding")))
    };
    app.db.read_consistent(find).await
}

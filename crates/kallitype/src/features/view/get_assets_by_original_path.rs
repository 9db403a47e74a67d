//! `GET /view/folder`: the pictures in a folder, by their names.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use utoipa::IntoParams;
use uuid::Uuid;

use super::queries;
use crate::access::Caller;
use crate::app::state::App;
use crate::core::asset_details::AssetResponseDto;
use crate::core::asset_listing;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;
use kallitype_web::query;
use kallitype_web::stream;
use kallitype_web::version::Wire;

query! {
    /// The query.
    #[derive(Debug, Clone, IntoParams)]
    pub(crate) struct FolderQuery {
        /// The folder, with a slash at its end or without.
        path: String = string(),
    }
}

#[utoipa::path(
    get,
    path = "/api/view/folder",
    tag = "View",
    operation_id = "getAssetsByOriginalPath",
    params(FolderQuery),
    responses((status = 200, body = Vec<AssetResponseDto>, description = "")),
)]
pub(crate) async fn get_assets_by_original_path(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(query): Queried<FolderQuery>,
) -> Result<Response> {
    let user = caller.user_id()?;
    let list = move |connection: &mut Connection<'_>| {
        let folder = query.path.strip_suffix('/').unwrap_or(&query.path);
        queries::list_in_folder(connection, user, folder)
    };
    let mut named = app.db.scan(list).await?;
    named.sort_unstable();
    let ids: Vec<Uuid> = named.into_iter().map(|(_, id)| id).collect();
    let assets = asset_listing::stream(&app, &caller, wire, &ids);
    Ok(stream::answer(StatusCode::OK, stream::bracketed(assets)))
}

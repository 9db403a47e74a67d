//! `GET /assets/{id}/thumbnail`: a picture of the asset in the size that is asked for.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};

use utoipa::IntoParams;

use crate::access::{Action, Caller, refused};
use crate::app::guard::Along;
use crate::app::state::App;
use crate::core::assets::file_type::FileType;
use crate::core::assets::queries::AssetFiles;
use crate::features::assets::dto::AssetMediaSize;
use crate::features::assets::serve_file;
use crate::features::assets::serve_file::Viewable;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Fields, Queried};
use kallitype_web::files::MAX_READS;
use kallitype_web::query;

query! {
    /// The query.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct ViewQuery {
        #[param(required = false)]
        size: AssetMediaSize = or(AssetMediaSize::Thumbnail, Fields::enumeration),
    }
}

#[utoipa::path(
    get,
    path = "/api/assets/{id}/thumbnail",
    tag = "Assets",
    operation_id = "viewAsset",
    params(
        ("id" = uuid::Uuid, Path),
        ("key" = Option<String>, Query, nullable = false),
        ViewQuery,
        ("slug" = Option<String>, Query, nullable = false),
    ),
    responses((status = 200, body = inline(crate::core::assets::model::FileBytes), content_type = "application/octet-stream", description = "")),
)]
pub(crate) async fn view_asset(
    State(app): State<App>,
    caller: Caller,
    Along(Viewable(found)): Along<Viewable>,
    headers: HeaderMap,
    uri: Uri,
    Queried(query): Queried<ViewQuery>,
) -> Result<Response> {
    let mut found = found;
    for _ in 0..MAX_READS {
        let files = found.ok_or_else(|| refused(Action::View))?;
        let files = serve_file::named_for(&caller, files);
        let given = match query.size {
            AssetMediaSize::Fullsize => {
                let gives_originals = !caller.keeps_originals_back();
                fullsize(&app, &headers, &uri, &files, gives_originals).await?
            }
            size => smaller(&app, &headers, &files, size).await?,
        };
        if let Some(given) = given {
            return Ok(given);
        }
        found = serve_file::find_again(&app, &caller, Action::View, files.id).await?;
    }
    Err(serve_file::not_found())
}

/// The preview, or the thumbnail. While there is no thumbnail, the preview stands for it.
async fn smaller(
    app: &App,
    headers: &HeaderMap,
    files: &AssetFiles,
    size: AssetMediaSize,
) -> Result<Option<Response>> {
    let preview = files.preview_path.as_ref();
    let path = match size {
        AssetMediaSize::Thumbnail => files.thumbnail_path.as_ref().or(preview),
        _ => preview,
    };
    let path = path.ok_or_else(serve_file::not_found)?;
    serve_file::derived(app, headers, files, path).await
}

/// Browsers get the original if they may and can show it, else what was converted for them, else the preview.
async fn fullsize(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    files: &AssetFiles,
    gives_originals: bool,
) -> Result<Option<Response>> {
    let known = FileType::of_name(&files.original_file_name);
    if gives_originals && known.is_some_and(FileType::is_web_displayable) {
        return redirect("original", uri, None).map(Some);
    }
    match &files.fullsize_path {
        Some(path) => serve_file::derived(app, headers, files, path).await,
        None => redirect("thumbnail", uri, Some("size=preview")).map(Some),
    }
}

/// To a neighbour of this URL, with its query but another size.
fn redirect(neighbour: &str, uri: &Uri, size: Option<&str>) -> Result<Response> {
    let query = uri.query().unwrap_or_default();
    let kept = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("size="));
    let query: Vec<&str> = size.into_iter().chain(kept).collect();
    let target = match query.as_slice() {
        [] => neighbour.to_owned(),
        query => format!("{neighbour}?{}", query.join("&")),
    };
    let location = HeaderValue::from_str(&target).map_err(ApiError::internal)?;
    Ok((StatusCode::FOUND, [(header::LOCATION, location)]).into_response())
}

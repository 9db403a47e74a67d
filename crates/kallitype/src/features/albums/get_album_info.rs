//! `GET /albums/{id}`: an album with its pictures, which are streamed: there may be a hundred thousand.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::{AlbumAction, Caller, require_album};
use crate::app::state::App;
use crate::core::albums::album::AlbumResponseDto;
use crate::core::albums::queries;
use crate::core::albums::response::AlbumDetails;
use crate::core::asset_listing;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Fields, Id, Queried};
use kallitype_web::query;
use kallitype_web::stream;
use kallitype_web::version::Wire;

query! {
    /// The query.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct AlbumInfoQuery {
        #[param(required = false)]
        without_assets: bool = or(false, Fields::boolean),
    }
}

#[utoipa::path(
    get,
    path = "/api/albums/{id}",
    tag = "Albums",
    operation_id = "getAlbumInfo",
    params(
        ("id" = Uuid, Path),
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
        AlbumInfoQuery,
    ),
    responses((status = 200, body = AlbumResponseDto, description = "")),
)]
pub(crate) async fn get_album_info(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
    Queried(query): Queried<AlbumInfoQuery>,
) -> Result<Response> {
    let asking = caller.clone();
    app.db
        .read(move |connection| require_album(connection, &asking, AlbumAction::Read, id))
        .await?;
    if query.without_assets {
        let album = find(&app, id).await?.present(&caller, wire)?;
        return Ok(Json(album).into_response());
    }
    with_assets(&app, caller, wire, id, StatusCode::OK).await
}

/// An album that the caller was found to be allowed to see.
///
/// # Errors
/// 400 when it is gone meanwhile.
pub(crate) async fn find(app: &App, id: Uuid) -> Result<AlbumDetails> {
    app.db
        .scan(move |connection| AlbumDetails::find(connection, id))
        .await
}

/// The same with its pictures, in its order.
///
/// # Errors
/// As [`find`]; a failure later on cuts the answer off.
pub(crate) async fn with_assets(
    app: &App,
    caller: Caller,
    wire: Wire,
    id: Uuid,
    status: StatusCode,
) -> Result<Response> {
    let (album, ids) = app
        .db
        .scan(move |connection| {
            let album = AlbumDetails::find(connection, id)?;
            let ids = queries::list_shown(connection, id, album.album.order)?;
            Ok::<_, ApiError>((album, ids))
        })
        .await?;
    let pictures = asset_listing::stream(app, &caller, wire, &ids);
    let json = stream::object(&album.present(&caller, wire)?, "assets", pictures)?;
    Ok(stream::answer(status, json))
}

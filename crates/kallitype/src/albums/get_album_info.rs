//! `GET /albums/{id}`: an album with its pictures, which are streamed: there may be a hundred thousand.

use std::collections::HashMap;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use http::{StatusCode, header};
use uuid::Uuid;

use super::dto::AlbumResponseDto;
use super::present::AlbumDetails;
use super::queries;
use crate::access::{AlbumNeed, Caller, Need, Scope, require_album};
use crate::assets::queries::list_details;
use crate::db::DatabaseError;
use crate::http::error::{ApiError, Result};
use crate::http::fields::{Fields, FromFields, Id, Queried};
use crate::http::state::App;
use crate::http::version::Wire;

/// How many pictures are read and written at a time.
const PAGE: usize = 1000;

/// The query.
pub struct Without(bool);

impl FromFields for Without {
    fn read(fields: &Fields<'_>) -> Self {
        Self(fields.boolean("withoutAssets").unwrap_or(false))
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
        ("withoutAssets" = Option<bool>, Query, nullable = false),
    ),
    responses((status = 200, body = AlbumResponseDto, description = "")),
)]
pub async fn get_album_info(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
    Queried(Without(without_assets)): Queried<Without>,
) -> Result<Response> {
    let asking = caller.clone();
    app.db
        .read(move |connection| require_album(connection, &asking, AlbumNeed::Read, id))
        .await?;
    if without_assets {
        let album = find(&app, id).await?.present(&caller, wire)?;
        return Ok(Json(album).into_response());
    }
    with_assets(&app, caller, wire, id, StatusCode::OK).await
}

/// An album that the caller was found to be allowed to see.
///
/// # Errors
/// 400 when it is gone meanwhile.
pub async fn find(app: &App, id: Uuid) -> Result<AlbumDetails> {
    app.db
        .scan(move |connection| AlbumDetails::find(connection, id))
        .await
}

/// The same with its pictures, in its order.
///
/// # Errors
/// As [`find`]; a failure later on cuts the answer off.
pub async fn with_assets(
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
    let head = up_to_assets(&album.present(&caller, wire)?)?;
    let body = stream::once(async move { Ok(Bytes::from(head)) })
        .chain(pages(app.clone(), caller, wire, ids))
        .chain(stream::once(async { Ok(Bytes::from_static(b"]}")) }));
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    Ok((status, content_type, Body::from_stream(body)).into_response())
}

/// The album's JSON up to its first picture.
fn up_to_assets(album: &AlbumResponseDto) -> Result<String> {
    let mut json = serde_json::to_value(album).map_err(ApiError::internal)?;
    if let Some(object) = json.as_object_mut() {
        object.remove("assets");
    }
    let whole = json.to_string();
    let open = whole.strip_suffix('}').unwrap_or(&whole);
    Ok(format!("{open},\"assets\":["))
}

type Page = std::result::Result<Bytes, std::io::Error>;

/// The list of pictures as JSON without its brackets, a page at a time.
fn pages(
    app: App,
    caller: Caller,
    wire: Wire,
    ids: Vec<Uuid>,
) -> impl Stream<Item = Page> + Send + 'static {
    let chunks: Vec<Vec<Uuid>> = ids.chunks(PAGE).map(<[Uuid]>::to_vec).collect();
    stream::try_unfold(
        (chunks.into_iter(), false),
        move |(mut chunks, is_begun)| {
            let (app, caller) = (app.clone(), caller.clone());
            async move {
                let Some(ids) = chunks.next() else {
                    return Ok(None);
                };
                let json = page(&app, &caller, wire, is_begun, ids).await?;
                let is_begun = is_begun || !json.is_empty();
                Ok(Some((json, (chunks, is_begun))))
            }
        },
    )
    .inspect_err(|error| tracing::error!(%error, "an album could not be read to its end"))
}

/// Some pictures in the order of their ids. What was deleted or hidden meanwhile is left out.
async fn page(app: &App, caller: &Caller, wire: Wire, is_begun: bool, ids: Vec<Uuid>) -> Page {
    let scope = Scope::of(caller, Need::Read);
    let wanted = ids.clone();
    let found = app
        .db
        .scan::<_, DatabaseError, _>(move |connection| list_details(connection, &scope, wanted))
        .await
        .map_err(std::io::Error::other)?;
    let mut details: HashMap<Uuid, _> = found
        .into_iter()
        .map(|details| (details.asset.id, details))
        .collect();
    let mut json = Vec::new();
    for details in ids.iter().filter_map(|id| details.remove(id)) {
        if is_begun || !json.is_empty() {
            json.push(b',');
        }
        serde_json::to_writer(&mut json, &details.present(caller, wire))?;
    }
    Ok(json.into())
}

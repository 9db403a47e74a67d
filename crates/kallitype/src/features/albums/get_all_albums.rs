//! `GET /albums`: the albums that the caller is in.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::albums::album::AlbumResponseDto;
use crate::core::albums::queries;
use crate::core::albums::queries::AlbumFilter;
use crate::core::albums::response::AlbumDetails;
use kallitype_db::DatabaseError;
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;
use kallitype_web::query;
use kallitype_web::stream;
use kallitype_web::version::Wire;

query! {
    /// The query, in the words of API 2 and of API 3.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct AlbumQuery {
        /// Only albums that hold this asset, whatever `shared` says
        #[param(nullable = false)]
        asset_id: Option<Uuid> = uuid(),
        #[param(nullable = false)]
        shared: Option<bool> = boolean(),
        #[param(ignore)]
        is_owned: Option<bool> = boolean(),
        #[param(ignore)]
        is_shared: Option<bool> = boolean(),
    }
}

impl AlbumQuery {
    fn filter(&self, wire: Wire) -> AlbumFilter {
        if let Some(asset) = self.asset_id {
            return AlbumFilter {
                asset: Some(asset),
                ..AlbumFilter::default()
            };
        }
        match (wire, self.shared) {
            (Wire::V2, None) if self.is_owned.is_none() && self.is_shared.is_none() => {
                AlbumFilter {
                    is_owned: Some(true),
                    ..AlbumFilter::default()
                }
            }
            (_, Some(shared)) => AlbumFilter {
                is_owned: (!shared).then_some(true),
                is_shared: Some(shared),
                asset: None,
            },
            (_, None) => AlbumFilter {
                is_owned: self.is_owned,
                is_shared: self.is_shared,
                asset: None,
            },
        }
    }
}

#[utoipa::path(
    get,
    path = "/api/albums",
    tag = "Albums",
    operation_id = "getAllAlbums",
    params(AlbumQuery),
    responses((status = 200, body = Vec<AlbumResponseDto>, description = "")),
)]
pub(crate) async fn get_all_albums(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(query): Queried<AlbumQuery>,
) -> Result<Response> {
    let user = caller.user_id()?;
    let filter = query.filter(wire);
    let ids = app
        .db
        .scan::<_, DatabaseError, _>(move |connection| queries::list_ids(connection, user, filter))
        .await?;
    let albums = stream::items(&ids, move |ids| {
        read(app.clone(), caller.clone(), wire, ids)
    });
    Ok(stream::answer(StatusCode::OK, stream::bracketed(albums)))
}

async fn read(
    app: App,
    caller: Caller,
    wire: Wire,
    ids: Vec<Uuid>,
) -> Result<Vec<AlbumResponseDto>> {
    let albums = app
        .db
        .scan::<_, DatabaseError, _>(move |connection| {
            let albums = queries::list_by_ids(connection, ids)?;
            AlbumDetails::of(connection, albums)
        })
        .await?;
    albums
        .into_iter()
        .map(|album| album.present(&caller, wire))
        .collect()
}

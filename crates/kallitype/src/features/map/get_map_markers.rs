//! `GET /map/markers`: where pictures were taken. The newest of the caller's and of their partners' come first, then what
//! is in albums. It is read page by page while it is sent, however much there is.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::dto::{MapMarkerResponseDto, MarkerFilter};
use super::queries::{self, PlacedRow};
use crate::access::{Caller, Listing, Section, Visibility};
use crate::app::state::App;
use crate::core::asset_listing::page::{Page, Position};
use crate::core::choices::AssetOrder;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;
use kallitype_web::stream;

/// Assets that are read at a time.
const BATCH: usize = 5000;

#[utoipa::path(
    get,
    path = "/api/map/markers",
    tag = "Map",
    operation_id = "getMapMarkers",
    params(MarkerFilter),
    responses((status = 200, body = Vec<MapMarkerResponseDto>, description = "")),
)]
pub(crate) async fn get_map_markers(
    State(app): State<App>,
    caller: Caller,
    Queried(filter): Queried<MarkerFilter>,
) -> Result<Response> {
    let find =
        move |connection: &mut Connection<'_>| Shown::find(connection, caller.clone(), filter);
    let (shown, in_albums) = app.db.scan(find).await?;
    let shown = Arc::new(shown);
    let first = Next::Listed(shown.start(), in_albums);
    let markers = stream::pages(Some(first), move |next| {
        let (app, shown) = (app.clone(), shown.clone());
        async move {
            let read = move |connection: &mut Connection<'_>| shown.read(connection, next);
            app.db.scan(read).await
        }
    });
    Ok(stream::answer(StatusCode::OK, stream::bracketed(markers)))
}

/// What is read next. The assets in albums come after what is listed.
enum Next {
    Listed(Option<Position>, VecDeque<Uuid>),
    InAlbums(VecDeque<Uuid>),
}

/// What a request may see of what it asks for.
struct Shown {
    caller: Caller,
    user: Uuid,
    filter: MarkerFilter,
    sections: Vec<Section>,
    listing: Listing,
}

impl Shown {
    /// Finds out what a request may see, and which assets of others are in albums.
    fn find(
        connection: &mut Connection<'_>,
        caller: Caller,
        filter: MarkerFilter,
    ) -> Result<(Self, VecDeque<Uuid>)> {
        let user = caller.user_id()?;
        let visibility = match filter.is_archived {
            true => None,
            false => Some(Visibility::Timeline),
        };
        let sections = Section::select(visibility, false);
        let mut listing = Listing::own(&caller, &sections)?;
        if filter.with_partners {
            listing = listing.and_all_partners(connection, &caller)?;
        }
        let in_albums = match filter.with_shared_albums {
            true => queries::list_in_albums(connection, user)?,
            false => Vec::new(),
        };
        let shown = Self {
            caller,
            user,
            filter,
            sections,
            listing,
        };
        Ok((shown, in_albums.into()))
    }

    /// Where the first page begins: behind everything that was taken too late.
    fn start(&self) -> Option<Position> {
        let before = self.filter.file_created_before?;
        Some(Position {
            moment: before.saturating_add(1),
            id: Uuid::nil(),
        })
    }

    /// The markers of a page, and which is next.
    fn read(
        &self,
        connection: &mut Connection<'_>,
        next: Next,
    ) -> Result<(Vec<MapMarkerResponseDto>, Option<Next>)> {
        match next {
            Next::Listed(after, in_albums) => {
                let (rows, position) = self.read_listed(connection, after)?;
                let next = match position {
                    Some(position) => Next::Listed(Some(position), in_albums),
                    None => Next::InAlbums(in_albums),
                };
                Ok((self.mark(rows), Some(next)))
            }
            Next::InAlbums(mut ids) => {
                let batch: Vec<Uuid> = ids.drain(..ids.len().min(BATCH)).collect();
                let rows = queries::find_placed(connection, &self.caller, &batch)?;
                let others = rows.into_iter().filter(|row| !self.is_listed(row));
                let next = (!ids.is_empty()).then_some(Next::InAlbums(ids));
                Ok((self.mark(others.collect()), next))
            }
        }
    }

    /// A page of the listing, and where it ends unless it is the last.
    fn read_listed(
        &self,
        connection: &mut Connection<'_>,
        after: Option<Position>,
    ) -> Result<(Vec<PlacedRow>, Option<Position>)> {
        let page = Page {
            order: AssetOrder::Descending,
            after,
            limit: BATCH as i64,
        };
        let rows = queries::list_placed(connection, &self.listing, &page)?;
        let is_last = rows.len() < BATCH;
        let end = rows.last().filter(|row| !is_last && !self.is_too_old(row));
        let end = end.map(PlacedRow::position);
        Ok((rows, end))
    }

    fn is_too_old(&self, row: &PlacedRow) -> bool {
        let after = self.filter.file_created_after;
        after.is_some_and(|after| row.moment < after)
    }

    fn is_too_young(&self, row: &PlacedRow) -> bool {
        let before = self.filter.file_created_before;
        before.is_some_and(|before| row.moment > before)
    }

    fn is_in_sections(&self, row: &PlacedRow) -> bool {
        let mut sections = self.sections.iter();
        sections.any(|section| section.visibility == row.visibility)
    }

    /// Whether the listing has it already.
    fn is_listed(&self, row: &PlacedRow) -> bool {
        let mut ranges = self.listing.ranges();
        ranges.any(|(section, owner)| section.visibility == row.visibility && owner == row.owner_id)
    }

    /// A favourite is its owner's.
    fn is_wanted_favorite(&self, row: &PlacedRow) -> bool {
        let is_favorite = row.is_favorite && row.owner_id == self.user;
        let wanted = self.filter.is_favorite;
        wanted.is_none_or(|wanted| wanted == is_favorite)
    }

    /// The markers of what has a place and is asked for.
    fn mark(&self, rows: Vec<PlacedRow>) -> Vec<MapMarkerResponseDto> {
        let wanted = rows.into_iter().filter(|row| {
            !self.is_too_old(row)
                && !self.is_too_young(row)
                && self.is_in_sections(row)
                && self.is_wanted_favorite(row)
        });
        let markers = wanted.filter_map(|row| {
            let (lat, lon) = row.latitude.zip(row.longitude)?;
            Some(MapMarkerResponseDto {
                city: row.city,
                country: row.country,
                id: row.id,
                lat,
                lon,
                state: row.state,
            })
        });
        markers.collect()
    }
}

//! `POST /sync/full-sync`: all assets of a user, page by page, for apps of before the stream.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::dto::AssetFullSyncDto;
use super::queries;
use crate::access::{Caller, Listing, Principal, Section, Visibility};
use crate::app::state::App;
use crate::core::asset_details::AssetResponseDto;
use crate::core::asset_listing;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::stream;
use kallitype_web::version::Wire;

#[utoipa::path(
    post,
    path = "/api/sync/full-sync",
    tag = "Sync",
    operation_id = "getFullSyncForUser",
    request_body = AssetFullSyncDto,
    responses((status = 200, body = Vec<AssetResponseDto>, description = "")),
)]
pub(crate) async fn get_full_sync_for_user(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(dto): Body<AssetFullSyncDto>,
) -> Result<Response> {
    let asking = caller.clone();
    let list = move |connection: &mut Connection<'_>| {
        let user = dto.user_id.unwrap_or(asking.user_id()?);
        let listing = Listing::of_user(connection, &asking, user, &open_sections(&asking)?)?;
        let sections: Vec<Section> = listing.ranges().map(|(section, _)| section).collect();
        let page = (dto.last_id, dto.updated_until, dto.limit);
        Ok::<_, ApiError>(queries::list_by_id(connection, user, &sections, page)?)
    };
    let ids = app.db.scan(list).await?;
    let assets = asset_listing::stream(&app, &caller, wire, &ids);
    Ok(stream::answer(StatusCode::OK, stream::bracketed(assets)))
}

/// Everything that the caller's own library shows, and its trash; what is locked only while the PIN is given.
pub(super) fn open_sections(caller: &Caller) -> Result<Vec<Section>> {
    let mut visibilities = vec![Visibility::Timeline, Visibility::Archive];
    if caller.principal().is_ok_and(Principal::is_elevated) {
        visibilities.push(Visibility::Locked);
    }
    let both = visibilities.into_iter().flat_map(|visibility| {
        [false, true].map(|is_trashed| Section {
            visibility,
            is_trashed,
        })
    });
    Ok(both.collect())
}

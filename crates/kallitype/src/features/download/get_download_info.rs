//! `POST /download/info`: a plan of archives of some assets, of an album, or of everything of one's own.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::dto::{DownloadInfoDto, DownloadResponseDto};
use super::plan::Plan;
use super::queries;
use crate::access::{
    Action, AlbumAction, Caller, Listing, Permission, Principal, Scope, Section, Visibility,
    require_album, require_all,
};
use crate::app::state::App;
use crate::core::accounts::preferences;
use kallitype_db::{Connection, Sql};
use kallitype_web::budget::Sender;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::limits::Limits;
use kallitype_web::stream;

/// Bytes of an id in a request, with what parts it from the next, be it written generously.
const BYTES_OF_ID: usize = 40;

/// Bytes of a request around its ids.
const AROUND_IDS: usize = 100;

#[utoipa::path(
    post,
    path = "/api/download/info",
    tag = "Download",
    operation_id = "getDownloadInfo",
    params(
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    request_body = DownloadInfoDto,
    responses((status = 201, body = DownloadResponseDto, description = "")),
)]
pub(crate) async fn get_download_info(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<DownloadInfoDto>,
) -> Result<Response> {
    let max_assets = most_in_one_request(&app.limits, &caller);
    let plan = move |connection: &mut Connection<'_>| {
        let plan = Plan::new(dto.archive_size, max_assets);
        fill(connection, &caller, &dto, plan)
    };
    let plan = app.db.scan(plan).await?;
    Ok(stream::answer(StatusCode::CREATED, plan.into_json()?))
}

/// How many assets the caller can ask for at once.
fn most_in_one_request(limits: &Limits, caller: &Caller) -> usize {
    let sender = match caller.link() {
        Some(_) => Sender::Visitor,
        None => Sender::User,
    };
    let ids = limits.json_bytes(Some(sender)).saturating_sub(AROUND_IDS) / BYTES_OF_ID;
    limits.max_list_items.min(ids).max(1)
}

fn fill(
    connection: &mut Connection<'_>,
    caller: &Caller,
    dto: &DownloadInfoDto,
    mut plan: Plan,
) -> Result<Plan> {
    let wanted = find(connection, caller, dto)?;
    let preferences = preferences::of(connection, caller.owner_id())?;
    let with_embedded = preferences.is_some_and(|chosen| chosen.download.include_embedded_videos);
    let given = dto.asset_ids.as_deref().unwrap_or_default();
    let scope = Scope::of(caller, Action::Download);
    for assets in &wanted {
        queries::each_asset(connection, assets.clone(), |asset| {
            plan.add(&asset);
            Ok(())
        })?;
    }
    for assets in wanted {
        let take = |part| {
            plan.add(&part);
            Ok(())
        };
        queries::each_motion_part(connection, assets, &scope, given, with_embedded, take)?;
    }
    Ok(plan)
}

/// Queries for what is wanted, from FROM on. None has an asset of another.
///
/// # Errors
/// 400 for what is out of the caller's reach, and when nothing is asked for.
fn find(
    connection: &mut Connection<'_>,
    caller: &Caller,
    dto: &DownloadInfoDto,
) -> Result<Vec<Sql>> {
    match (&dto.asset_ids, dto.album_id, dto.user_id) {
        (Some(ids), _, _) => {
            require_all(connection, caller, Action::Download, ids)?;
            Ok(vec![queries::given(ids)])
        }
        (None, Some(album), _) => {
            require_album(connection, caller, AlbumAction::Download, album)?;
            Ok(vec![queries::in_album(album)])
        }
        (None, None, Some(user)) => {
            let listing = find_listing(caller, user)?;
            Ok(listing.ranges().map(queries::in_section).collect())
        }
        (None, None, None) => Err(ApiError::bad_request(
            "assetIds, albumId, or userId is required",
        )),
    }
}

/// Everything of the caller's but what is hidden; what is locked, as long as it is open.
fn find_listing(caller: &Caller, user: Uuid) -> Result<Listing> {
    if caller.user_id().ok() != Some(user) {
        let permission = Permission::TimelineDownload.name();
        let message = format!("Not found or no {permission} access");
        return Err(ApiError::bad_request(message));
    }
    let mut sections = Section::select(None, false);
    if caller.principal().is_ok_and(Principal::is_elevated) {
        sections.extend(Section::select(Some(Visibility::Locked), false));
    }
    Listing::own(caller, &sections)
}

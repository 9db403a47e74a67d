//! `GET /duplicates`: which of the caller's assets show the same picture.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::dto::DuplicateResponseDto;
use super::queries;
use crate::access::Caller;
use crate::app::state::App;
use crate::core::asset_listing;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::stream;
use kallitype_web::stream::Json;
use kallitype_web::version::Wire;

#[utoipa::path(
    get,
    path = "/api/duplicates",
    tag = "Duplicates",
    operation_id = "getAssetDuplicates",
    responses((status = 200, body = Vec<DuplicateResponseDto>, description = "")),
)]
pub(crate) async fn get_asset_duplicates(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
) -> Result<Response> {
    let user = caller.user_id()?;
    let groups = app
        .db
        .scan(move |connection| list(connection, user))
        .await?;
    // Each is made when its turn comes: there may be very many.
    let streams = groups
        .into_iter()
        .map(move |group| stream_group(&app, &caller, wire, &group));
    let list = stream::bracketed(stream::parted(streams));
    Ok(stream::answer(StatusCode::OK, list))
}

/// Some assets that are duplicates of each other, the oldest first.
struct Group {
    id: Uuid,
    assets: Vec<Uuid>,
    /// By the wall clock.
    begins: i64,
}

/// The groups of a user, the oldest first. An asset whose duplicates are gone is none.
fn list(connection: &mut Connection<'_>, user: Uuid) -> kallitype_db::Result<Vec<Group>> {
    let found = queries::list(connection, user)?;
    let groups = found.chunk_by(|(one, ..), (other, ..)| one == other);
    let group = |members: &[(Uuid, Uuid, i64)]| {
        let (id, _, begins) = *members.first()?;
        let assets: Vec<Uuid> = members.iter().map(|(_, asset, _)| *asset).collect();
        (assets.len() > 1).then_some(Group { id, assets, begins })
    };
    let mut groups: Vec<Group> = groups.filter_map(group).collect();
    groups.sort_by_key(|group| (group.begins, group.id));
    Ok(groups)
}

fn stream_group(app: &App, caller: &Caller, wire: Wire, group: &Group) -> Json {
    let dto = DuplicateResponseDto {
        assets: Vec::new(),
        duplicate_id: group.id,
    };
    let assets = asset_listing::stream(app, caller, wire, &group.assets);
    stream::object(&dto, "assets", assets).unwrap_or_else(stream::failed)
}

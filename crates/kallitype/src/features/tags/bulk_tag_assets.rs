//! `PUT /tags/assets`: gives each of some assets each of some tags.

use axum::Json;
use axum::extract::State;

use crate::access::{Action, Caller, reachable};
use crate::app::state::App;
use crate::core::tags::{own, queries};
use crate::features::tags::dto::{TagBulkAssetsDto, TagBulkAssetsResponseDto};
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;
use kallitype_web::time::now;

#[utoipa::path(
    put,
    path = "/api/tags/assets",
    tag = "Tags",
    operation_id = "bulkTagAssets",
    request_body = TagBulkAssetsDto,
    responses((status = 200, body = TagBulkAssetsResponseDto, description = "")),
)]
pub(crate) async fn bulk_tag_assets(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<TagBulkAssetsDto>,
) -> Result<Json<TagBulkAssetsResponseDto>> {
    let count = app
        .commit(move |connection| give_all(connection, &caller, &dto))
        .await?;
    Ok(Json(TagBulkAssetsResponseDto { count }))
}

/// Passes over what is out of the caller's reach. Answers how many tags were given.
fn give_all(
    connection: &mut Connection<'_>,
    caller: &Caller,
    dto: &TagBulkAssetsDto,
) -> Result<usize> {
    let user = caller.user_id()?;
    let mut tags = Vec::with_capacity(dto.tag_ids.len());
    for tag in &dto.tag_ids {
        if queries::find(connection, user, *tag)?.is_some() {
            tags.push(*tag);
        }
    }
    let (mut count, mut changed) = (0, Vec::new());
    let allowed = reachable(connection, caller, Action::Update, &dto.asset_ids)?;
    for asset in dto.asset_ids.iter().filter(|id| allowed.contains(id)) {
        let before = count;
        for tag in &tags {
            count += usize::from(own::assign(connection, *asset, *tag)?);
        }
        if count > before {
            changed.push(*asset);
        }
    }
    own::schedule_sidecar(connection, &changed, now())?;
    Ok(count)
}

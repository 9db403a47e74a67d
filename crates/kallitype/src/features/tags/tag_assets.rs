//! `PUT` and `DELETE /tags/{id}/assets`: which assets have a tag.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::{Action, Caller, Permission, reachable};
use crate::app::state::App;
use crate::core::tags::{own, queries};
use crate::features::tags::refused;
use kallitype_db::Connection;
use kallitype_web::bulk::{BulkIdErrorReason, BulkIdResponseDto, BulkIdsDto, with_each};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    put,
    path = "/api/tags/{id}/assets",
    tag = "Tags",
    operation_id = "tagAssets",
    params(("id" = uuid::Uuid, Path)),
    request_body = BulkIdsDto,
    responses((status = 200, body = Vec<BulkIdResponseDto>, description = "")),
)]
pub(crate) async fn tag_assets(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<BulkIdsDto>,
) -> Result<Json<Vec<BulkIdResponseDto>>> {
    change(&app, caller, id, dto, (give, BulkIdErrorReason::Duplicate)).await
}

#[utoipa::path(
    delete,
    path = "/api/tags/{id}/assets",
    tag = "Tags",
    operation_id = "untagAssets",
    params(("id" = uuid::Uuid, Path)),
    request_body = BulkIdsDto,
    responses((status = 200, body = Vec<BulkIdResponseDto>, description = "")),
)]
pub(crate) async fn untag_assets(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<BulkIdsDto>,
) -> Result<Json<Vec<BulkIdResponseDto>>> {
    change(&app, caller, id, dto, (take, BulkIdErrorReason::NotFound)).await
}

/// What is done with a tag and one asset of the tag's owner; answers why it was not, if so.
type Change = fn(&mut Connection<'_>, Uuid, Uuid, Uuid) -> Result<Option<BulkIdErrorReason>>;

async fn change(
    app: &App,
    caller: Caller,
    tag: Uuid,
    dto: BulkIdsDto,
    (change, again): (Change, BulkIdErrorReason),
) -> Result<Json<Vec<BulkIdResponseDto>>> {
    let user = caller.user_id()?;
    let answers = app
        .commit(move |connection| {
            queries::find(connection, user, tag)?.ok_or_else(|| refused(Permission::TagAsset))?;
            let allowed = reachable(connection, &caller, Action::Update, &dto.ids)?;
            let outcomes = with_each(&dto.ids, again, |asset| match allowed.contains(&asset) {
                true => change(connection, user, asset, tag),
                false => Ok(Some(BulkIdErrorReason::NoPermission)),
            })?;
            let changed = outcomes.iter().filter(|(_, error)| error.is_none());
            let changed: Vec<Uuid> = changed.map(|(asset, _)| *asset).collect();
            own::schedule_sidecar(connection, &changed, now())?;
            let outcomes = outcomes.into_iter();
            let answers = outcomes.map(|(asset, error)| BulkIdResponseDto::new(asset, error));
            Ok::<_, ApiError>(answers.collect())
        })
        .await?;
    Ok(Json(answers))
}

fn give(
    connection: &mut Connection<'_>,
    _: Uuid,
    asset: Uuid,
    tag: Uuid,
) -> Result<Option<BulkIdErrorReason>> {
    let is_new = own::assign(connection, asset, tag)?;
    Ok((!is_new).then_some(BulkIdErrorReason::Duplicate))
}

fn take(
    connection: &mut Connection<'_>,
    owner: Uuid,
    asset: Uuid,
    tag: Uuid,
) -> Result<Option<BulkIdErrorReason>> {
    let was_there = own::unassign(connection, owner, asset, tag, now())?;
    Ok((!was_there).then_some(BulkIdErrorReason::NotFound))
}

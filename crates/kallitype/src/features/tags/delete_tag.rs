//! `DELETE /tags/{id}`: a tag goes, with those below it, from every asset.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::tags::{own, queries};
use crate::features::tags::refused;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::Id;
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/tags/{id}",
    tag = "Tags",
    operation_id = "deleteTag",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_tag(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.commit(move |connection| delete(connection, user, id))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes the tag and those below it, and takes them from their assets.
fn delete(connection: &mut Connection<'_>, user: Uuid, id: Uuid) -> Result<()> {
    let tag = queries::find(connection, user, id)?.ok_or_else(|| refused(Permission::TagDelete))?;
    let tags = queries::lock_below(connection, user, &tag.value)?;
    let assets = queries::list_assets_below(connection, user, &tag.value)?;
    queries::delete_locked(connection, user, tags, now())?;
    own::schedule_sidecar(connection, &assets, now())?;
    Ok(())
}

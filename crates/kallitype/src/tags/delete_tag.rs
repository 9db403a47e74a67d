//! `DELETE /tags/{id}`: a tag goes, with those below it, from every asset.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use super::{own, queries, refused};
use crate::access::{Caller, Permission};
use crate::db::Connection;
use crate::http::error::Result;
use crate::http::fields::Id;
use crate::http::state::App;
use crate::http::time::now;
use crate::library;

#[utoipa::path(
    delete,
    path = "/api/tags/{id}",
    tag = "Tags",
    operation_id = "deleteTag",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub async fn delete_tag(State(app): State<App>, caller: Caller, Id(id): Id) -> Result<StatusCode> {
    let user = caller.user_id()?;
    let (assets, tags) = app
        .db
        .write(move |connection| delete(connection, user, id))
        .await?;
    app.bell.ring();
    library::journal_deleted(&app, &tags).await;
    library::journal_assets(&app, assets).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers which assets had the tag or one below it, and which tags are gone.
fn delete(connection: &mut Connection<'_>, user: Uuid, id: Uuid) -> Result<(Vec<Uuid>, Vec<Uuid>)> {
    let tag = queries::find(connection, user, id)?.ok_or_else(|| refused(Permission::TagDelete))?;
    let assets = queries::list_assets_below(connection, user, &tag.value)?;
    let tags = queries::delete_below(connection, user, &tag.value, now())?;
    own::note_decisions(connection, &assets, now())?;
    Ok((assets, tags))
}

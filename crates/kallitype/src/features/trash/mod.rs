//! The trash: what was deleted and is kept for a while.

pub(crate) mod dto;
pub(crate) mod empty_trash;
pub(crate) mod queries;
pub(crate) mod restore_assets;
pub(crate) mod restore_trash;

use axum::Json;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::TrashResponseDto;
use crate::access::Permission::AssetDelete;
use crate::access::{Action, Caller, Scope};
use crate::app::routes::{Routes, Who};
use crate::app::state::App;
use kallitype_db as db;
use kallitype_db::Connection;
use kallitype_web::error::Result;

/// How many assets are restored or deleted in one transaction.
const BATCH: i64 = 500;

/// Every URL about the trash, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    let who = Who::User(AssetDelete);
    routes
        .add(who, routes!(empty_trash::empty_trash))
        .add(who, routes!(restore_trash::restore_trash))
        .add(who, routes!(restore_assets::restore_assets))
}

/// Does something to everything in the caller's trash, some assets in a transaction, by which they leave it. What is locked
/// stays until the PIN is given, here as everywhere.
async fn clear(
    app: &App,
    caller: &Caller,
    act: impl Fn(&mut Connection<'_>, &[Uuid]) -> db::Result<()> + Copy + Send + 'static,
) -> Result<Json<TrashResponseDto>> {
    let scope = Scope::of(caller, Action::Delete);
    let mut count = 0;
    loop {
        let scope = scope.clone();
        let cleared = app
            .commit(move |connection| {
                let trashed = queries::list_trashed(connection, &scope, BATCH)?;
                act(connection, &trashed)?;
                Ok::<_, db::DatabaseError>(trashed.len())
            })
            .await?;
        if cleared == 0 {
            return Ok(Json(TrashResponseDto { count }));
        }
        count += cleared;
    }
}

//! `GET /view/folder/unique-paths`: the folders that one's pictures are in.

use axum::Json;
use axum::extract::State;

use super::queries;
use crate::access::Caller;
use crate::app::state::App;
use kallitype_db::Connection;
use kallitype_web::error::Result;

#[utoipa::path(
    get,
    path = "/api/view/folder/unique-paths",
    tag = "View",
    operation_id = "getUniqueOriginalPaths",
    responses((status = 200, body = Vec<String>, description = "")),
)]
pub(crate) async fn get_unique_original_paths(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Vec<String>>> {
    let user = caller.user_id()?;
    let list = move |connection: &mut Connection<'_>| queries::list_folders(connection, user);
    let mut folders = app.db.scan(list).await?;
    // The databases do not agree on the order of letters.
    folders.sort_unstable();
    Ok(Json(folders))
}

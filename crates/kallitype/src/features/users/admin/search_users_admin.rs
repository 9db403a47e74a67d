//! `GET /admin/users`: every account, on demand those too that are not in use any more.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::core::accounts::queries;
use crate::core::accounts::queries::ListFilter;
use crate::core::accounts::user::UserAdminResponseDto;
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/admin/users",
    tag = "Users (admin)",
    operation_id = "searchUsersAdmin",
    params(ListFilter),
    responses((status = 200, body = Vec<UserAdminResponseDto>, description = "")),
)]
pub(crate) async fn search_users_admin(
    State(app): State<App>,
    Queried(filter): Queried<ListFilter>,
) -> Result<Json<Vec<UserAdminResponseDto>>> {
    let found = app
        .db
        .scan(move |connection| queries::list(connection, filter))
        .await?;
    Ok(Json(found))
}

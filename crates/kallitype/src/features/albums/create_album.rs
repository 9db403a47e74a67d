//! `POST /albums`: makes an album, perhaps with people and pictures in it from the start.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use crate::access::{AlbumRole, Caller, Permission};
use crate::app::state::App;
use crate::core::albums::album::AlbumResponseDto;
use crate::core::albums::{membership, queries};
use crate::core::standing::require_standing;
use crate::features::albums::dto::CreateAlbumDto;
use crate::features::albums::get_album_info::with_assets;
use crate::features::albums::{album_users, notify};
use crate::mail::PostOptions;
use kallitype_db::{Connection, new_id};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::time::now;
use kallitype_web::version::Wire;

#[utoipa::path(
    post,
    path = "/api/albums",
    tag = "Albums",
    operation_id = "createAlbum",
    request_body = CreateAlbumDto,
    responses((status = 201, body = AlbumResponseDto, description = "")),
)]
pub(crate) async fn create_album(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(dto): Body<CreateAlbumDto>,
) -> Result<Response> {
    let (maker, mail) = (caller.clone(), app.post_options());
    let id = app
        .commit(move |connection| make(connection, mail, &maker, &dto))
        .await?;
    with_assets(&app, caller, wire, id, http::StatusCode::CREATED).await
}

fn make(
    connection: &mut Connection<'_>,
    mail: PostOptions,
    caller: &Caller,
    dto: &CreateAlbumDto,
) -> Result<Uuid> {
    let owner = caller.user_id()?;
    // The removal of an account takes its albums with it: one that came beside it would be no one's.
    connection.lock("account", owner)?;
    require_standing(connection, caller, Permission::AlbumCreate)?;
    let id = new_id();
    let description = dto.description.as_deref().unwrap_or_default();
    queries::insert(connection, id, (&dto.album_name, description), now())?;
    queries::add_user(connection, id, owner, AlbumRole::Owner, now())?;
    for invited in dto.album_users.iter().flatten() {
        let user = invited.user_id;
        if user == owner {
            return Err(ApiError::bad_request("Cannot share album with owner"));
        }
        let role = invited.role.into();
        album_users::invite(connection, id, user, role)?;
        notify::invited(connection, mail, caller, id, user)?;
    }
    let assets = dto.asset_ids.as_deref().unwrap_or_default();
    membership::add(connection, caller, id, assets)?;
    Ok(id)
}

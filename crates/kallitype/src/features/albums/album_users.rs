//! `PUT /albums/{id}/users`, `PUT` and `DELETE /albums/{id}/user/{userId}`: who is in an album. Its owner decides that;
//! everyone else may leave.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use crate::access::user_id::UserId;
use crate::access::{AlbumAction, AlbumRole, Caller, require_album, role_in};
use crate::app::state::App;
use crate::core::accounts;
use crate::core::albums::album::AlbumResponseDto;
use crate::core::albums::queries;
use crate::core::notifications::events;
use crate::features::albums::dto::{AddUsersDto, UpdateAlbumUserDto};
use crate::features::albums::get_album_info::with_assets;
use crate::features::albums::notify;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;
use kallitype_web::version::Wire;

#[utoipa::path(
    put,
    path = "/api/albums/{id}/users",
    tag = "Albums",
    operation_id = "addUsersToAlbum",
    params(("id" = Uuid, Path)),
    request_body = AddUsersDto,
    responses((status = 200, body = AlbumResponseDto, description = "")),
)]
pub(crate) async fn add_users_to_album(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
    Body(dto): Body<AddUsersDto>,
) -> Result<Response> {
    let (asking, mail) = (caller.clone(), app.post_options());
    app.commit(move |connection| {
        require_album(connection, &asking, AlbumAction::Share, id)?;
        dto.album_users.iter().try_for_each(|invited| {
            let user = invited.user_id;
            if asking.user_id()? == user {
                return Err(ApiError::bad_request("Cannot be shared with owner"));
            }
            invite(connection, id, user, invited.role.into())?;
            Ok(notify::invited(connection, mail, &asking, id, user)?)
        })
    })
    .await?;
    with_assets(&app, caller, wire, id, StatusCode::OK).await
}

/// Puts someone into an album.
///
/// # Errors
/// 400 when there is no such user, or they are in it already.
pub(crate) fn invite(
    connection: &mut Connection<'_>,
    album: Uuid,
    user: Uuid,
    role: AlbumRole,
) -> Result<()> {
    if !accounts::queries::is_active(connection, user)? {
        return Err(ApiError::bad_request("User not found"));
    }
    if !queries::add_user(connection, album, user, role, now())? {
        return Err(ApiError::bad_request("User already added"));
    }
    Ok(())
}

#[utoipa::path(
    put,
    path = "/api/albums/{id}/user/{userId}",
    tag = "Albums",
    operation_id = "updateAlbumUser",
    params(("id" = Uuid, Path), ("userId" = String, Path)),
    request_body = UpdateAlbumUserDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn update_album_user(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    user: UserId,
    Body(dto): Body<UpdateAlbumUserDto>,
) -> Result<StatusCode> {
    let user = user.of(&caller)?;
    let role = AlbumRole::from(dto.role);
    app.commit(move |connection| {
        require_album(connection, &caller, AlbumAction::Share, id)?;
        match role_in(connection, id, user)? {
            None => Err(not_shared()),
            Some(AlbumRole::Owner) => Err(ApiError::bad_request("User is owner")),
            Some(_) => Ok(queries::set_role(connection, id, user, role)?),
        }
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(
    delete,
    path = "/api/albums/{id}/user/{userId}",
    tag = "Albums",
    operation_id = "removeUserFromAlbum",
    params(("id" = Uuid, Path), ("userId" = String, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn remove_user_from_album(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    user: UserId,
) -> Result<StatusCode> {
    let user = user.of(&caller)?;
    let is_leaving = caller.user_id()? == user;
    app.commit(move |connection| {
        // Whoever is not in the album learns nothing about it.
        let need = if is_leaving {
            AlbumAction::Read
        } else {
            AlbumAction::Share
        };
        require_album(connection, &caller, need, id)?;
        match role_in(connection, id, user)? {
            None => Err(not_shared()),
            Some(AlbumRole::Owner) => Err(ApiError::bad_request("Cannot remove album owner")),
            Some(_) => {
                queries::remove_user(connection, id, user, now())?;
                Ok(events::album_left(connection, id, user)?)
            }
        }
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn not_shared() -> ApiError {
    ApiError::bad_request("Album not shared with user")
}

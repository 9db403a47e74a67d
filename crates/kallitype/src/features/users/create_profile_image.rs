//! `POST /users/profile-image`: gives the caller another picture.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::accounts::profile_image::exchange;
use crate::core::accounts::queries::is_active;
use crate::core::assets::quota::out_of_use;
use crate::core::standing::require_standing;
use crate::features::users::dto::{CreateProfileImageDto, CreateProfileImageResponseDto};
use crate::features::users::profile_image;
use crate::ingest;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::response::created;
use kallitype_web::time::{Time, now};

#[utoipa::path(
    post,
    path = "/api/users/profile-image",
    tag = "Users",
    operation_id = "createProfileImage",
    request_body(content = CreateProfileImageDto, content_type = "multipart/form-data",
        description = "A new avatar for the user"),
    responses((status = 201, body = CreateProfileImageResponseDto, description = "")),
)]
pub(crate) async fn create_profile_image(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let user = caller.user_id()?;
    let limit = app.settings.max_profile_image_bytes;
    let file = ingest::receive_file(&app, &headers, body, "file", limit).await?;
    let picture = profile_image::draw(&app, &file).await?;
    drop(file);
    let placed = profile_image::place(&app, user, picture).await?;
    let (path, changed_at) = (placed.key().to_string(), now());
    let recorded = path.clone();
    let exchange = move |connection: &mut Connection<'_>| {
        if !is_active(connection, user)? {
            return Err(out_of_use());
        }
        require_standing(connection, &caller, Permission::UserProfileImageUpdate)?;
        exchange(connection, user, Some(&recorded), changed_at)?;
        Ok(())
    };
    app.commit_files([placed], exchange, |()| true).await?;
    Ok(created(CreateProfileImageResponseDto {
        profile_changed_at: Time(changed_at),
        profile_image_path: path,
        user_id: user,
    }))
}

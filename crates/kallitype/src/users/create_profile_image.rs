//! `POST /users/profile-image`: gives the caller another picture.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::dto::{CreateProfileImageDto, CreateProfileImageResponseDto};
use super::{is_active, profile_image};
use crate::access::Caller;
use crate::http::created;
use crate::http::error::{ApiError, Result};
use crate::http::state::App;
use crate::http::time::{Time, now};
use crate::storage::Submitted;
use crate::{ingest, library};

#[utoipa::path(
    post,
    path = "/api/users/profile-image",
    tag = "Users",
    operation_id = "createProfileImage",
    request_body(content = CreateProfileImageDto, content_type = "multipart/form-data",
        description = "A new avatar for the user"),
    responses((status = 201, body = CreateProfileImageResponseDto, description = "")),
)]
pub async fn create_profile_image(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let user = caller.user_id()?;
    let most = app.settings.max_profile_image_bytes;
    let file = ingest::receive_file(&app, &headers, body, "file", most).await?;
    let picture = profile_image::draw(&app, &file).await?;
    drop(file);
    let placed = profile_image::place(&app, user, picture).await?;
    let (path, changed_at) = (placed.key().to_string(), now());
    let recorded = path.clone();
    let files = Submitted::of([placed]);
    let exchanged = app
        .db
        .write(move |connection| {
            if !is_active(connection, user)? {
                return Err(ApiError::unauthorized("Authentication required"));
            }
            profile_image::exchange(connection, user, Some(&recorded), changed_at)?;
            Ok(())
        })
        .await;
    if let Err(error) = exchanged {
        files.withdraw_if(error.is_refusal());
        return Err(error);
    }
    files.settle();
    library::journal_account(&app, user).await;
    library::remove_doomed_files(&app).await;
    Ok(created(CreateProfileImageResponseDto {
        profile_changed_at: Time(changed_at),
        profile_image_path: path,
        user_id: user,
    }))
}

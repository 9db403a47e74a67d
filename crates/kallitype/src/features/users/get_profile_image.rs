//! `GET /users/{id}/profile-image`: the picture of a user. Without one, or without the user, the answer is the same.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use crate::app::state::App;
use crate::core::accounts::{profile_image, queries};
use crate::core::assets::model::FileBytes;
use kallitype_storage::StorageKey;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;
use kallitype_web::files::{CachePolicy, MAX_READS, Served, serve};

#[utoipa::path(
    get,
    path = "/api/users/{id}/profile-image",
    tag = "Users",
    operation_id = "getProfileImage",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = inline(FileBytes), content_type = "application/octet-stream", description = "")),
)]
pub(crate) async fn get_profile_image(
    State(app): State<App>,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response> {
    for _ in 0..MAX_READS {
        let finding = app
            .db
            .read(move |connection| queries::find_shown_profile_image(connection, id));
        let path = finding.await?.ok_or_else(not_found)?;
        if let Some(given) = give(&app, &headers, &path).await? {
            return Ok(given);
        }
    }
    Err(not_found())
}

fn not_found() -> ApiError {
    ApiError::not_found("User does not have a profile image")
}

async fn give(app: &App, headers: &HeaderMap, path: &str) -> Result<Option<Response>> {
    let key = StorageKey::parse(path)
        .ok_or_else(|| ApiError::internal("the database holds a path that is no key"))?;
    let served = Served {
        source: app.storage.path(&key).into(),
        name: &format!("profile.{}", profile_image::EXTENSION),
        mime: profile_image::MIME,
        // Another picture has another path.
        tag: path.rsplit('/').next().unwrap_or_default(),
        cache: CachePolicy::OneDay,
    };
    serve(&app.file_readers, headers, served).await
}

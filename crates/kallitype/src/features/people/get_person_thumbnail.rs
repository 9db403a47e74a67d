//! `GET /people/{id}/thumbnail`: the face that stands for a person. While it is not drawn, there is none.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use uuid::Uuid;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::assets::model::FileBytes;
use crate::core::people::own::require_person;
use crate::core::people::person::{THUMBNAIL_EXTENSION, THUMBNAIL_MIME};
use kallitype_storage::StorageKey;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;
use kallitype_web::files::{CachePolicy, MAX_READS, Served, serve};

#[utoipa::path(
    get,
    path = "/api/people/{id}/thumbnail",
    tag = "People",
    operation_id = "getPersonThumbnail",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = inline(FileBytes), content_type = "application/octet-stream", description = "")),
)]
pub(crate) async fn get_person_thumbnail(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response> {
    for _ in 0..MAX_READS {
        let caller = caller.clone();
        let finding = app.db.read(move |connection| {
            require_person(connection, &caller, id, Permission::PersonRead)
        });
        let path = finding.await?.thumbnail_path.ok_or_else(not_found)?;
        if let Some(given) = give(&app, &headers, id, &path).await? {
            return Ok(given);
        }
    }
    Err(not_found())
}

fn not_found() -> ApiError {
    ApiError::not_found("Person does not have a thumbnail")
}

async fn give(app: &App, headers: &HeaderMap, id: Uuid, path: &str) -> Result<Option<Response>> {
    let key = StorageKey::parse(path)
        .ok_or_else(|| ApiError::internal("the database holds a path that is no key"))?;
    let served = Served {
        source: app.storage.path(&key).into(),
        name: &format!("{id}.{THUMBNAIL_EXTENSION}"),
        mime: THUMBNAIL_MIME,
        // Another picture has another path.
        tag: path.rsplit('/').next().unwrap_or_default(),
        cache: CachePolicy::Revalidate,
    };
    serve(&app.file_readers, headers, served).await
}

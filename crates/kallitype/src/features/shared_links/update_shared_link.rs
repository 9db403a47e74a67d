//! `PATCH /shared-links/{id}`: changes a link.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::access::Caller;
use crate::app::password;
use crate::app::state::App;
use crate::core::links;
use crate::core::links::LinkRow;
use crate::features::shared_links::dto::{PASSWORD_MASK, SharedLinkEditDto, SharedLinkResponseDto};
use crate::features::shared_links::response::LinkDetails;
use crate::features::shared_links::{not_found, slug_taken};
use kallitype_db::DatabaseError;
use kallitype_web::error::Result;
use kallitype_web::fields::{Body, Id};
use kallitype_web::stream;
use kallitype_web::version::Wire;

#[utoipa::path(
    patch,
    path = "/api/shared-links/{id}",
    tag = "Shared Links",
    operation_id = "updateSharedLink",
    params(("id" = uuid::Uuid, Path)),
    request_body = SharedLinkEditDto,
    responses((status = 200, body = SharedLinkResponseDto, description = "")),
)]
pub(crate) async fn update_shared_link(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
    Body(dto): Body<SharedLinkEditDto>,
) -> Result<Response> {
    let user = caller.user_id()?;
    let new_hash = match dto.password.clone() {
        Some(Some(password)) if !password.is_empty() && password != PASSWORD_MASK => {
            Some(password::hash(&app, password).await?)
        }
        _ => None,
    };
    let updated = app
        .commit(move |connection| {
            let mut link = links::find_own(connection, user, id)?.ok_or_else(not_found)?;
            change(&mut link, &dto, new_hash.clone());
            match links::update(connection, &link) {
                Err(DatabaseError::Duplicate) => return Err(slug_taken()),
                done => done?,
            }
            LinkDetails::of(connection, link)
        })
        .await?;
    Ok(stream::answer(
        StatusCode::OK,
        updated.stream(&app, &caller, wire)?,
    ))
}

fn change(link: &mut LinkRow, dto: &SharedLinkEditDto, new_hash: Option<String>) {
    if let Some(slug) = dto.slug.clone() {
        link.slug = slug;
    }
    if let Some(description) = dto.description.clone() {
        link.description = description;
    }
    match &dto.password {
        None => {}
        Some(Some(mask)) if mask == PASSWORD_MASK => {}
        Some(_) => link.password_hash = new_hash,
    }
    match (dto.expires_at, dto.change_expiry_time) {
        (Some(expires_at), _) => link.expires_at = expires_at,
        (None, Some(true)) => link.expires_at = None,
        (None, _) => {}
    }
    link.allow_upload = dto.allow_upload.unwrap_or(link.allow_upload);
    link.show_metadata = dto.show_metadata.unwrap_or(link.show_metadata);
    link.allow_download = dto.allow_download.unwrap_or(link.allow_download) && link.show_metadata;
}

//! `POST /partners` and the older `POST /partners/{id}`: the caller shows someone their timeline.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use super::dto::{PartnerCreateDto, PartnerDirection, PartnerResponseDto};
use super::queries::{self, Sharing};
use crate::access::Caller;
use crate::http::created;
use crate::http::error::{ApiError, Result};
use crate::http::fields::{Body, Id};
use crate::http::state::App;
use crate::http::time::now;
use crate::users;

#[utoipa::path(
    post,
    path = "/api/partners",
    tag = "Partners",
    operation_id = "createPartner",
    request_body = PartnerCreateDto,
    responses((status = 201, body = PartnerResponseDto, description = "")),
)]
pub async fn create_partner(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<PartnerCreateDto>,
) -> Result<Response> {
    share(&app, &caller, dto.shared_with_id.unwrap_or_default()).await
}

#[utoipa::path(
    post,
    path = "/api/partners/{id}",
    tag = "Partners",
    operation_id = "createPartnerDeprecated",
    description = "This property was deprecated in v1.141.0.",
    params(("id" = Uuid, Path)),
    responses((status = 201, body = PartnerResponseDto, description = "")),
    extensions(("x-immich-lifecycle" = json!({"deprecatedAt": "v1.141.0"}))),
)]
pub async fn create_partner_deprecated(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Response> {
    share(&app, &caller, id).await
}

async fn share(app: &App, caller: &Caller, with: Uuid) -> Result<Response> {
    let sharing = Sharing {
        by: caller.user_id()?,
        with,
    };
    if sharing.by == sharing.with {
        return Err(ApiError::bad_request("Cannot be a partner of oneself"));
    }
    let partner = app
        .db
        .write(move |connection| {
            if !users::is_active(connection, with)? {
                return Err(ApiError::bad_request("User not found"));
            }
            if !queries::insert(connection, sharing, now())? {
                return Err(ApiError::bad_request("Partner already exists"));
            }
            let partners = queries::list(connection, sharing.by, PartnerDirection::SharedBy)?;
            let partner = partners.into_iter().find(|partner| partner.id == with);
            partner.ok_or_else(|| ApiError::internal("a partner vanished while it was made"))
        })
        .await?;
    Ok(created(partner))
}

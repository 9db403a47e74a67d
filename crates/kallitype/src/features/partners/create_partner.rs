//! `POST /partners` and the older `POST /partners/{id}`: the caller shows someone their timeline.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::partners::{PartnerDirection, PartnerResponseDto, Sharing};
use crate::core::{accounts, partners};
use crate::features::partners::dto::PartnerCreateDto;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::response::created;
use kallitype_web::time::now;

#[utoipa::path(
    post,
    path = "/api/partners",
    tag = "Partners",
    operation_id = "createPartner",
    request_body = PartnerCreateDto,
    responses((status = 201, body = PartnerResponseDto, description = "")),
)]
pub(crate) async fn create_partner(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<PartnerCreateDto>,
) -> Result<Response> {
    share(&app, &caller, dto.shared_with_id).await
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
pub(crate) async fn create_partner_deprecated(
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
        .commit(move |connection| {
            if !accounts::queries::is_active(connection, with)? {
                return Err(ApiError::bad_request("User not found"));
            }
            if !partners::insert(connection, sharing, now())? {
                return Err(ApiError::bad_request("Partner already exists"));
            }
            let partners = partners::list(connection, sharing.by, PartnerDirection::SharedBy)?;
            let partner = partners.into_iter().find(|partner| partner.id == with);
            partner.ok_or_else(|| ApiError::internal("a partner vanished while it was made"))
        })
        .await?;
    Ok(created(partner))
}

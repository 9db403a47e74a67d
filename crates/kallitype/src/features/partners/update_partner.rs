//! `PUT /partners/{id}`: whether the caller sees a partner's pictures among their own.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::partners;
use crate::core::partners::{PartnerDirection, PartnerResponseDto, Sharing};
use crate::features::partners::dto::PartnerUpdateDto;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    put,
    path = "/api/partners/{id}",
    tag = "Partners",
    operation_id = "updatePartner",
    params(("id" = uuid::Uuid, Path)),
    request_body = PartnerUpdateDto,
    responses((status = 200, body = PartnerResponseDto, description = "")),
)]
pub(crate) async fn update_partner(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<PartnerUpdateDto>,
) -> Result<Json<PartnerResponseDto>> {
    let sharing = Sharing {
        by: id,
        with: caller.user_id()?,
    };
    let refused = || ApiError::bad_request("Not found or no partner.update access");
    let partner = app
        .commit(move |connection| {
            if !partners::set_in_timeline(connection, sharing, dto.in_timeline, now())? {
                return Err(refused());
            }
            let partners = partners::list(connection, sharing.with, PartnerDirection::SharedWith)?;
            let partner = partners.into_iter().find(|partner| partner.id == id);
            partner.ok_or_else(refused)
        })
        .await?;
    Ok(Json(partner))
}

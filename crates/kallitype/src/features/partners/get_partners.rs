//! `GET /partners`: with whom the caller shares their timeline, or who shares theirs with them.

use axum::Json;
use axum::extract::State;

use utoipa::IntoParams;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::partners;
use crate::core::partners::{PartnerDirection, PartnerResponseDto};
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;
use kallitype_web::query;

query! {
    /// The query.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct PartnerQuery {
        direction: PartnerDirection = required_enumeration(),
    }
}

#[utoipa::path(
    get,
    path = "/api/partners",
    tag = "Partners",
    operation_id = "getPartners",
    params(PartnerQuery),
    responses((status = 200, body = Vec<PartnerResponseDto>, description = "")),
)]
pub(crate) async fn get_partners(
    State(app): State<App>,
    caller: Caller,
    Queried(query): Queried<PartnerQuery>,
) -> Result<Json<Vec<PartnerResponseDto>>> {
    let user = caller.user_id()?;
    let partners = app
        .db
        .read(move |connection| partners::list(connection, user, query.direction))
        .await?;
    Ok(Json(partners))
}

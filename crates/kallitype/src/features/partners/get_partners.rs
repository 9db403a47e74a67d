//! `GET /partners`: with whom the caller shares their timeline, or who shares theirs with them.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::partners as queries;
use crate::core::partners::{PartnerDirection, PartnerResponseDto};
use kallitype_web::error::Result;
use kallitype_web::fields::{Fields, FromFields, Queried};

/// The query.
pub(crate) struct Direction(PartnerDirection);

impl FromFields for Direction {
    fn read(fields: &Fields<'_>) -> Self {
        let direction = fields.required_enumeration("direction");
        Self(direction.unwrap_or(PartnerDirection::SharedBy))
    }
}

#[utoipa::path(
    get,
    path = "/api/partners",
    tag = "Partners",
    operation_id = "getPartners",
    params(("direction" = PartnerDirection, Query)),
    responses((status = 200, body = Vec<PartnerResponseDto>, description = "")),
)]
pub(crate) async fn get_partners(
    State(app): State<App>,
    caller: Caller,
    Queried(Direction(direction)): Queried<Direction>,
) -> Result<Json<Vec<PartnerResponseDto>>> {
    let user = caller.user_id()?;
    let partners = app
        .db
        .read(move |connection| queries::list(connection, user, direction))
        .await?;
    Ok(Json(partners))
}

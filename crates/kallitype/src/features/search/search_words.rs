//! `POST /kallitype/search`: assets by words in their names, descriptions, places, tags and persons, and by what is known of
//! them. Kallitype's own.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::features::search::dto::{SearchResponseDto, WordSearchDto};
use kallitype_web::error::Result;
use kallitype_web::fields::Body;
use kallitype_web::version::Wire;

pub(crate) async fn search_words(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(request): Body<WordSearchDto>,
) -> Result<Json<SearchResponseDto>> {
    let found = request.search().find(&app, &caller).await?;
    Ok(Json(request.answer(found, &caller, wire)))
}

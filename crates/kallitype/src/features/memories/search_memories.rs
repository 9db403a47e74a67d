//! `GET /memories`: the caller's memories, those of the newest moments first.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::dto::{MemoryQuery, MemoryResponseDto};
use super::response;
use crate::access::Caller;
use crate::app::state::App;
use crate::core::memories::queries;
use kallitype_db::{Connection, DatabaseError};
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;
use kallitype_web::stream;
use kallitype_web::version::Wire;

#[utoipa::path(
    get,
    path = "/api/memories",
    tag = "Memories",
    operation_id = "searchMemories",
    params(MemoryQuery),
    responses((status = 200, body = Vec<MemoryResponseDto>, description = "")),
)]
pub(crate) async fn search_memories(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(query): Queried<MemoryQuery>,
) -> Result<Response> {
    let user = caller.user_id()?;
    let list = move |connection: &mut Connection<'_>| match query.filter() {
        Some(filter) => queries::list_ids(connection, user, &filter),
        None => Ok(Vec::new()),
    };
    let ids = app.db.scan(list).await?;
    let memories = stream::some_items(&ids, move |ids| {
        let (app, caller) = (app.clone(), caller.clone());
        async move {
            let read = move |connection: &mut Connection<'_>| {
                response::read_some(connection, &caller, wire, ids)
            };
            Ok(app.db.scan::<_, DatabaseError, _>(read).await?)
        }
    });
    Ok(stream::answer(StatusCode::OK, stream::bracketed(memories)))
}

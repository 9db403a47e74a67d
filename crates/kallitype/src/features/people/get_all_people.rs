//! `GET /people`: whom the caller sees on the timeline, a page at a time.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::people;
use crate::core::people::person::{PersonResponseDto, PersonRow};
use crate::features::people::closest::Closest;
use crate::features::people::dto::{PeopleQuery, PeopleResponseDto};
use crate::features::people::queries;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/people",
    tag = "People",
    operation_id = "getAllPeople",
    params(PeopleQuery),
    responses((status = 200, body = PeopleResponseDto, description = "")),
)]
pub(crate) async fn get_all_people(
    State(app): State<App>,
    caller: Caller,
    Queried(query): Queried<PeopleQuery>,
) -> Result<Json<PeopleResponseDto>> {
    let user = caller.user_id()?;
    let find = move |connection: &mut Connection<'_>| find_face(connection, user, &query);
    let closest = match app.db.read_consistent(find).await? {
        Some(face) => Closest::to(&app, user, face).await?,
        None => None,
    };
    let skipped = (query.page - 1).saturating_mul(query.size);
    let with_hidden = query.with_hidden == Some(true);
    // One more than is answered tells whether there is another page.
    let page = (skipped, query.size + 1);
    let people = match closest {
        Some(closest) => Some(closest.list(&app, user, with_hidden, page).await?),
        None => None,
    };
    let read = move |connection: &mut Connection<'_>| {
        let people = match &people {
            Some(people) => people.clone(),
            None => queries::list_people(connection, user, with_hidden, page)?,
        };
        present(connection, user, people, query.size)
    };
    Ok(Json(app.db.read_consistent(read).await?))
}

/// The face that others are compared with, if one is named or the one of a person, who has to be there and to have one.
fn find_face(
    connection: &mut Connection<'_>,
    user: Uuid,
    query: &PeopleQuery,
) -> Result<Option<Uuid>> {
    let Some(person) = query.closest_person_id else {
        // It is called an asset's, and is a face's.
        return Ok(query.closest_asset_id);
    };
    let not_found = || ApiError::not_found("Person not found");
    people::queries::find_person(connection, user, person)?.ok_or_else(not_found)?;
    match people::queries::find_featured(connection, person)? {
        Some((Some(face), _)) => Ok(Some(face)),
        _ => Err(not_found()),
    }
}

fn present(
    connection: &mut Connection<'_>,
    user: Uuid,
    mut people: Vec<PersonRow>,
    size: i64,
) -> Result<PeopleResponseDto> {
    let size = usize::try_from(size).unwrap_or_default();
    let has_next_page = people.len() > size;
    people.truncate(size);
    let (total, hidden) = queries::count_people(connection, user)?;
    Ok(PeopleResponseDto {
        has_next_page,
        hidden,
        people: people.into_iter().map(PersonResponseDto::new).collect(),
        total,
    })
}

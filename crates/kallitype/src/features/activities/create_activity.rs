//! `POST /activities`: a comment, or a like, of which everyone has but one.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::access::{AlbumAction, Caller, refused_album, require_album};
use crate::app::state::App;
use crate::features::activities::dto::{ActivityCreateDto, ActivityResponseDto, ReactionType};
use crate::features::activities::queries;
use crate::features::activities::queries::NewActivity;
use kallitype_db::{Connection, new_id};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::response::created;
use kallitype_web::time::now;

/// What became of it.
enum Outcome {
    Created(ActivityResponseDto),
    /// It was liked before.
    Known(ActivityResponseDto),
}

#[utoipa::path(
    post,
    path = "/api/activities",
    tag = "Activities",
    operation_id = "createActivity",
    request_body = ActivityCreateDto,
    responses((status = 201, body = ActivityResponseDto, description = "")),
)]
pub(crate) async fn create_activity(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<ActivityCreateDto>,
) -> Result<Response> {
    let new = NewActivity {
        id: new_id(),
        album_id: dto.album_id,
        asset_id: dto.asset_id,
        user_id: caller.user_id()?,
        comment: dto.comment.filter(|_| dto.kind == ReactionType::Comment),
        created_at: now(),
    };
    let outcome = app
        .commit(move |connection| react(connection, &caller, &new))
        .await?;
    Ok(match outcome {
        Outcome::Created(activity) => created(activity),
        Outcome::Known(activity) => Json(activity).into_response(),
    })
}

fn react(connection: &mut Connection<'_>, caller: &Caller, new: &NewActivity) -> Result<Outcome> {
    require_album(connection, caller, AlbumAction::React, new.album_id)?;
    if !queries::is_enabled(connection, new.album_id)? {
        return Err(refused_album(AlbumAction::React));
    }
    connection.lock("album", new.album_id)?;
    if let Some(asset) = new.asset_id
        && !queries::is_shown_in(connection, new.album_id, asset)?
    {
        return Err(refused_album(AlbumAction::React));
    }
    if new.comment.is_none()
        && let Some(known) = queries::find_like(connection, new)?
    {
        return Ok(Outcome::Known(known));
    }
    queries::insert(connection, new)?;
    let made = queries::find(connection, new.id)?;
    made.map(Outcome::Created)
        .ok_or_else(|| ApiError::internal("an activity vanished while it was made"))
}

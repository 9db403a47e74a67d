//! `POST /sync/delta-sync`: what changed since a moment, for apps of before the stream.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::dto::{AssetDeltaSyncDto, AssetDeltaSyncResponseDto};
use super::get_full_sync_for_user::open_sections;
use super::queries;
use crate::access::{Caller, Section};
use crate::app::state::App;
use crate::core::asset_listing;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::stream;
use kallitype_web::time::{DAY, now};
use kallitype_web::version::Wire;

/// From so many changes on, an app had better ask for everything.
const MANY: usize = 10_000;

#[utoipa::path(
    post,
    path = "/api/sync/delta-sync",
    tag = "Sync",
    operation_id = "getDeltaSync",
    request_body = AssetDeltaSyncDto,
    responses((status = 200, body = AssetDeltaSyncResponseDto, description = "")),
)]
pub(crate) async fn get_delta_sync(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(dto): Body<AssetDeltaSyncDto>,
) -> Result<Response> {
    let is_long_ago = dto.updated_after < now() - i64::from(app.settings.sync.sync_days) * DAY;
    let found = match is_long_ago {
        true => None,
        false => {
            let asking = caller.clone();
            let list = move |connection: &mut Connection<'_>| find(connection, &asking, &dto);
            app.db.scan(list).await?
        }
    };
    let needs_full_sync = found.is_none();
    let Delta { upserted, deleted } = found.unwrap_or_default();
    let answer = AssetDeltaSyncResponseDto {
        deleted,
        needs_full_sync,
        upserted: Vec::new(),
    };
    let assets = asset_listing::stream(&app, &caller, wire, &upserted);
    let answer = stream::object(&answer, "upserted", assets)?;
    Ok(stream::answer(StatusCode::OK, answer))
}

/// What changed. What is hidden or locked by now is gone for the caller's timeline, too.
#[derive(Debug, Default)]
struct Delta {
    upserted: Vec<Uuid>,
    deleted: Vec<Uuid>,
}

/// Answers nothing when the app had better ask for everything.
fn find(
    connection: &mut Connection<'_>,
    caller: &Caller,
    dto: &AssetDeltaSyncDto,
) -> Result<Option<Delta>, ApiError> {
    let user = caller.user_id()?;
    let mut users: BTreeSet<Uuid> = queries::list_partners(connection, user)?
        .into_iter()
        .collect();
    users.insert(user);
    if users != dto.user_ids.iter().copied().collect() {
        return Ok(None);
    }
    let own = open_sections(caller)?;
    let mut delta = Delta::default();
    let limit = i64::try_from(MANY).unwrap_or(i64::MAX);
    for owner in users {
        let is_own = owner == user;
        let shown: &[Section] = if is_own { &own } else { &[Section::TIMELINE] };
        for changed in queries::list_changed(connection, owner, dto.updated_after, limit)? {
            match shown.contains(&changed.section()) {
                true => delta.upserted.push(changed.id),
                false if is_own => delta.deleted.push(changed.id),
                // Tombstones tell of it, if it ever was shown.
                false => {}
            }
        }
        let gone = queries::list_deleted(connection, (owner, is_own), dto.updated_after, limit)?;
        delta.deleted.extend(gone);
    }
    let is_little = delta.upserted.len() + delta.deleted.len() < MANY;
    Ok(is_little.then_some(delta))
}

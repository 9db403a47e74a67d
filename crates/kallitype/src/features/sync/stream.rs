//! `POST /sync/stream`: what changed since an app asked last, line by line.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body as ResponseBody, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header;
use tracing::Span;
use uuid::Uuid;

use super::ack::Ack;
use super::checkpoints;
use super::checkpoints::Checkpoints;
use super::dto::SyncEntityType as Entity;
use super::dto::{SyncRequestType, SyncStreamDto};
use super::page::push_bare;
use super::plan::Plan;
use super::stages::{Reader, Stage, read_page};
use super::{require_session, signed_out};
use crate::access::Caller;
use crate::app::state::App;
use kallitype_db::change;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::time::{DAY, now};

/// How long others are waited for whose changes are under way.
const PATIENCE: Duration = Duration::from_millis(500);

#[utoipa::path(
    post,
    path = "/api/sync/stream",
    tag = "Sync",
    operation_id = "getSyncStream",
    request_body = SyncStreamDto,
    responses((status = 200, description = "")),
)]
pub(crate) async fn get_sync_stream(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<SyncStreamDto>,
) -> Result<Response> {
    let (user, session) = (caller.user_id()?, require_session(&caller)?);
    if dto.reset == Some(true) {
        app.db
            .write(move |connection| checkpoints::reset(connection, session))
            .await?;
    }
    let found = app
        .db
        .read_consistent(move |connection| checkpoints::find(connection, session))
        .await?;
    let (is_pending, checkpoints) = found.ok_or_else(signed_out)?;
    if is_pending || is_outdated(&app, &checkpoints) {
        let mut line = Vec::new();
        push_bare(&mut line, Entity::SyncResetV1, Ack::reset());
        return Ok(answer(ResponseBody::from(line)));
    }
    let reader = Arc::new(begin(&app, user, session).await?);
    let plan = plan(&app, reader.clone(), dto.types, checkpoints).await?;
    let mut stream = Stream {
        reader,
        stages: plan.stages,
        is_complete: false,
    };
    // Who cannot be answered is told so before the answer begins.
    let first = stream.next(&app).await?;
    Ok(answer(ResponseBody::from_stream(rest(app, stream, first))))
}

fn answer(body: ResponseBody) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/jsonlines+json")];
    (kind, body).into_response()
}

/// Whether an app was away for so long that it is not told any more what is gone since.
fn is_outdated(app: &App, checkpoints: &Checkpoints) -> bool {
    let longest = i64::from(app.settings.sync.sync_days) * DAY;
    let last = checkpoints.change(Entity::SyncCompleteV1);
    last.is_some_and(|last| change::time_of(last) < now() - longest)
}

async fn begin(app: &App, user: Uuid, session: Uuid) -> Result<Reader> {
    let through = app.db.settled_horizon(PATIENCE).await?;
    // Whatever has changed by then was there by now.
    let began = now();
    let counter = change::counter_of(through).unsigned_abs();
    Ok(Reader {
        user,
        session,
        through,
        horizon: Uuid::from_u64_pair(counter, began.unsigned_abs()),
        began,
    })
}

async fn plan(
    app: &App,
    reader: Arc<Reader>,
    types: Vec<SyncRequestType>,
    checkpoints: Checkpoints,
) -> Result<Plan> {
    let session = reader.session;
    let plan = app
        .db
        .read_consistent(move |connection| Plan::of(connection, &reader, &types, &checkpoints))
        .await?;
    if !plan.settled.is_empty() {
        let settled = plan.settled.clone();
        app.db
            .write(move |connection| checkpoints::put(connection, session, &settled, now()))
            .await?;
    }
    Ok(plan)
}

/// What is left of a stream.
struct Stream {
    reader: Arc<Reader>,
    stages: VecDeque<Stage>,
    is_complete: bool,
}

/// The pages of a stream. Between two nothing of the database is held, however long the app takes for one.
fn rest(
    app: App,
    stream: Stream,
    first: Bytes,
) -> impl stream::Stream<Item = io::Result<Bytes>> + Send {
    // It is read after the request's own future has answered.
    let span = Span::current();
    stream::unfold(
        (app, Some(stream), Some(first)),
        move |(app, left, first)| {
            let span = span.clone();
            async move {
                let mut stream = left?;
                if let Some(first) = first {
                    return Some((Ok(first), (app, Some(stream), None)));
                }
                if stream.is_complete {
                    return None;
                }
                match stream.next(&app).await {
                    Ok(page) => Some((Ok(page), (app, Some(stream), None))),
                    Err(error) => {
                        tracing::error!(parent: &span, %error, "a stream could not be read to its end");
                        Some((Err(io::Error::other(error)), (app, None, None)))
                    }
                }
            }
        },
    )
}

impl Stream {
    /// The next page, which ends with a whole line.
    async fn next(&mut self, app: &App) -> Result<Bytes> {
        let reader = self.reader.clone();
        let mut stages = std::mem::take(&mut self.stages);
        let (stages, text) = app
            .db
            .scan(move |connection| {
                if !checkpoints::is_open(connection, reader.session)? {
                    return Err(signed_out());
                }
                let text = read_page(connection, &reader, &mut stages)?;
                Ok::<_, ApiError>((stages, text))
            })
            .await?;
        self.is_complete = stages.is_empty();
        self.stages = stages;
        Ok(Bytes::from(text))
    }
}

//! `POST /download/archive`: the originals of some assets as one ZIP, which is written while it is sent.

use std::collections::{HashMap, HashSet};
use std::io;

use axum::body::Body as ResponseBody;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use http::header;
use uuid::Uuid;

use super::queries;
use super::queries::ArchivedRow;
use crate::access::{Action, Caller, Scope, require_all};
use crate::app::state::App;
use crate::core::assets::location::locate;
use crate::core::assets::model::{AssetIdsDto, FileBytes};
use kallitype_db::Connection;
use kallitype_web::archive;
use kallitype_web::archive::Entry;
use kallitype_web::archive::names::Names;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;
use kallitype_web::file_readers::Source;

/// Assets that are looked up at a time.
const BATCH: usize = 1000;

#[utoipa::path(
    post,
    path = "/api/download/archive",
    tag = "Download",
    operation_id = "downloadArchive",
    params(
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    request_body = AssetIdsDto,
    responses((status = 200, body = inline(FileBytes), content_type = "application/octet-stream", description = "")),
)]
pub(crate) async fn download_archive(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<AssetIdsDto>,
) -> Result<Response> {
    let mut seen = HashSet::new();
    let mut ids = dto.asset_ids;
    ids.retain(|id| seen.insert(*id));
    let (asking, wanted) = (caller.clone(), ids.clone());
    app.db
        .scan(move |connection| require_all(connection, &asking, Action::Download, &wanted))
        .await?;
    let readers = app.file_readers.clone();
    let archive = archive::stream(readers, entries(app, caller, &ids));
    let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((kind, ResponseBody::from_stream(archive)).into_response())
}

/// What the archive holds, looked up while it is written. An asset that gets out of the caller's reach meanwhile ends it.
fn entries(
    app: App,
    caller: Caller,
    ids: &[Uuid],
) -> impl Stream<Item = io::Result<Entry>> + Send + use<> {
    let batches: Vec<Vec<Uuid>> = ids.chunks(BATCH).map(<[Uuid]>::to_vec).collect();
    let mut names = Names::default();
    stream::iter(batches)
        .then({
            let (app, caller) = (app.clone(), caller.clone());
            move |ids| read(app.clone(), caller.clone(), ids)
        })
        .map_ok(|assets| stream::iter(assets.into_iter().map(Ok)))
        .try_flatten()
        .and_then(move |asset: ArchivedRow| {
            let name = names.take(&asset.original_file_name);
            let (app, caller) = (app.clone(), caller.clone());
            async move {
                let source = open(&app, caller, &asset).await?;
                entry(&asset, source, name)
            }
        })
}

/// Opens an original just before it is written. One that has another place than it was looked up with is looked up again.
async fn open(app: &App, caller: Caller, asset: &ArchivedRow) -> io::Result<Source> {
    match open_at(app, asset).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let found = read(app.clone(), caller, vec![asset.id]).await?;
            let moved = found
                .first()
                .filter(|found| found.original_path != asset.original_path);
            open_at(app, moved.ok_or(error)?).await
        }
        opened => opened,
    }
}

async fn open_at(app: &App, asset: &ArchivedRow) -> io::Result<Source> {
    let nowhere = || io::Error::other("no path leads to an original");
    let original = locate(&asset.original_path, asset.import_paths.as_ref()).ok_or_else(nowhere)?;
    let path = asset.original_path.clone().into();
    let file = app.open_location(original).await?;
    Ok(Source::opened_by(path, move || file.try_clone()))
}

/// Some assets in their order.
async fn read(app: App, caller: Caller, ids: Vec<Uuid>) -> io::Result<Vec<ArchivedRow>> {
    let wanted = ids.clone();
    let list = move |connection: &mut Connection<'_>| {
        let scope = Scope::of(&caller, Action::Download);
        queries::list_archived(connection, &scope, &wanted)
    };
    let found = app.db.scan(list).await.map_err(io::Error::other)?;
    let mut found: HashMap<Uuid, ArchivedRow> =
        found.into_iter().map(|asset| (asset.id, asset)).collect();
    let in_order = ids.iter().map(|id| {
        let gone = || io::Error::other(format!("asset {id} is out of reach by now"));
        found.remove(id).ok_or_else(gone)
    });
    in_order.collect()
}

fn entry(asset: &ArchivedRow, source: Source, name: String) -> io::Result<Entry> {
    Ok(Entry {
        source,
        name,
        size: asset.size.try_into().map_err(io::Error::other)?,
        moment: asset.moment,
        wall_clock: asset.wall_clock,
    })
}

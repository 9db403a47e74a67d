//! Many assets in one answer.

#[cfg(test)]
mod bench_scale;
pub(crate) mod draw;
pub(crate) mod page;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use uuid::Uuid;

use crate::access::{Action, Caller, Scope};
use crate::app::state::App;
use crate::app::text_sizes;
use crate::core::asset_details::{AssetDetails, list_details};
use kallitype_db::{Connection, DatabaseError};
use kallitype_web::stream;
use kallitype_web::stream::Json;
use kallitype_web::version::Wire;

/// Assets as the caller is shown them, in the order of their ids, without the brackets of their list. What the caller
/// may not see, or not any more, is left out.
#[must_use]
pub(crate) fn stream(app: &App, caller: &Caller, wire: Wire, ids: &[Uuid]) -> Json {
    let (app, caller) = (app.clone(), caller.clone());
    stream::some_items(ids, move |ids| {
        let (app, caller) = (app.clone(), caller.clone());
        async move {
            let scope = Scope::of(&caller, Action::Read);
            let wanted = ids.clone();
            let (found, count) = app
                .db
                .scan::<_, DatabaseError, _>(move |connection| {
                    read_some(connection, &scope, wanted)
                })
                .await?;
            let mut details: HashMap<Uuid, _> = found
                .into_iter()
                .map(|details| (details.asset.id, details))
                .collect();
            let ordered = ids.iter().filter_map(|id| details.remove(id));
            let shown = ordered.map(|details| details.present(&caller, wire));
            Ok((shown.collect::<Vec<_>>(), count))
        }
    })
}

/// Details of the first of some assets, as many as are read at a time, and how many that is.
fn read_some(
    connection: &mut Connection<'_>,
    scope: &Scope,
    mut ids: Vec<Uuid>,
) -> kallitype_db::Result<(Vec<AssetDetails>, usize)> {
    let sizes = text_sizes::of_assets(connection, ids.clone())?;
    let sizes = ids.iter().map(|id| sizes.get(id).copied().unwrap_or(0));
    let count = text_sizes::fitting(sizes);
    ids.truncate(count);
    Ok((list_details(connection, scope, ids)?, count))
}

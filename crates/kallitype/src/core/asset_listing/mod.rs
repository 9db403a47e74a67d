//! Many assets in one answer.

#[cfg(test)]
mod bench_scale;
pub(crate) mod page;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use uuid::Uuid;

use crate::access::{Action, Caller, Scope};
use crate::app::state::App;
use crate::core::asset_details::list_details;
use kallitype_db::DatabaseError;
use kallitype_web::stream;
use kallitype_web::stream::Json;
use kallitype_web::version::Wire;

/// Assets as the caller is shown them, in the order of their ids, without the brackets of their list. What the caller
/// may not see, or not any more, is left out.
#[must_use]
pub(crate) fn stream(app: &App, caller: &Caller, wire: Wire, ids: &[Uuid]) -> Json {
    let (app, caller) = (app.clone(), caller.clone());
    stream::items(ids, move |ids| {
        let (app, caller) = (app.clone(), caller.clone());
        async move {
            let scope = Scope::of(&caller, Action::Read);
            let wanted = ids.clone();
            let found = app
                .db
                .scan::<_, DatabaseError, _>(move |connection| {
                    list_details(connection, &scope, wanted)
                })
                .await?;
            let mut details: HashMap<Uuid, _> = found
                .into_iter()
                .map(|details| (details.asset.id, details))
                .collect();
            let ordered = ids.iter().filter_map(|id| details.remove(id));
            Ok(ordered
                .map(|details| details.present(&caller, wire))
                .collect::<Vec<_>>())
        }
    })
}

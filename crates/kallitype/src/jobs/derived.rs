use crate::app::state::App;
use crate::jobs::error::JobError;
use kallitype_db as db;
use kallitype_db::Connection;
use kallitype_storage::Placed;

/// Records files that were made of an original. `record` answers whether it is still the asset's; the files are
/// removed if it was replaced or deleted meanwhile, and otherwise those that they take the place of.
pub(crate) async fn record_files(
    app: &App,
    made: impl IntoIterator<Item = Placed>,
    record: impl FnMut(&mut Connection<'_>) -> db::Result<bool> + Send + 'static,
) -> Result<(), JobError> {
    let is_recorded = |is_recorded: &bool| *is_recorded;
    app.commit_files(made, record, is_recorded).await?;
    Ok(())
}

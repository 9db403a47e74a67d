use crate::app::state::App;
use kallitype_storage::Entry;

/// Appends an entry; see above for what happens when that fails.
pub(crate) async fn journal(app: &App, entry: Entry) {
    append(app, &[entry]).await;
}

pub(crate) async fn append(app: &App, entries: &[Entry]) {
    if entries.is_empty() {
        return;
    }
    if let Err(error) = app.journal.append(entries).await {
        tracing::error!(%error, "the journal is behind; the next start will catch up");
    }
}

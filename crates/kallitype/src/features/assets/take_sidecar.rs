use std::sync::Arc;

use uuid::Uuid;

use crate::access::{Action, Caller, Permission, is_reachable, require_all};
use crate::app::state::App;
use crate::core::assets::queries;
use crate::core::assets::quota::OwnerAccount;
use crate::core::assets::sidecar::{bytes, put, settle};
use crate::core::standing::require_standing;
use crate::ingest::ReceivedFile;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::Connection;
use kallitype_storage::{Before, Replacement, StorageKey};
use kallitype_web::error::{ApiError, Result};

/// How often a sidecar is put beside an original that is being moved.
const TRIES: usize = 5;

/// Takes a sidecar that came along with a file which was there already. What it says is then read, and what the user
/// changed is written into it. Who may not change the asset changes nothing.
///
/// # Errors
/// 400 over the owner's quota, or when the database or the disk fails.
pub(crate) async fn take(
    app: &App,
    caller: &Caller,
    asset: Uuid,
    sidecar: ReceivedFile,
) -> Result<()> {
    if sidecar.size == 0 || !caller.principal()?.allows(Permission::AssetUpdate) {
        return Ok(());
    }
    let mut draft = sidecar.draft;
    for _ in 0..TRIES {
        let Some((original, key)) = find_original(app, caller, asset).await? else {
            return Ok(());
        };
        let storage = app.storage.clone();
        let readying = move || draft.ready(&storage, asset, key.sidecar());
        let readying = tokio::task::spawn_blocking(readying);
        let successor = Arc::new(readying.await.map_err(ApiError::internal)??);
        if put_beside(app, caller, asset, original, successor.clone()).await? {
            settle(app, successor).await?;
            return Ok(());
        }
        // The original has another place by now, or is another one.
        let storage = app.storage.clone();
        let copying = tokio::task::spawn_blocking(move || successor.copy(&storage));
        draft = copying.await.map_err(ApiError::internal)??;
    }
    Err(ApiError::conflict("The asset has changed meanwhile"))
}

/// Where an asset's original is that the caller may change, if it is the server's own.
async fn find_original(
    app: &App,
    caller: &Caller,
    asset: Uuid,
) -> Result<Option<(String, StorageKey)>> {
    let reader = caller.clone();
    let find = move |connection: &mut Connection<'_>| {
        Ok::<_, ApiError>(
            match is_reachable(connection, &reader, Action::Update, asset)? {
                true => queries::find_original_path(connection, asset)?,
                false => None,
            },
        )
    };
    let path = app.db.read_consistent(find).await?;
    Ok(path.and_then(|path| Some((path.clone(), StorageKey::parse(&path)?))))
}

/// Puts a sidecar beside an original and has it read, if the asset still has that original there. Answers whether it has.
async fn put_beside(
    app: &App,
    caller: &Caller,
    asset: Uuid,
    original: String,
    successor: Arc<Replacement>,
) -> Result<bool> {
    let writer = caller.clone();
    let owner = caller.user_id()?;
    app.commit(move |connection| {
        require_standing(connection, &writer, Permission::AssetUpdate)?;
        require_all(connection, &writer, Action::Update, &[asset])?;
        // Before the file is in its place, where it would stay.
        connection.lock("asset", asset)?;
        let grown = bytes(&successor)? - queries::sidecar_bytes(connection, asset)?;
        if grown > 0 {
            OwnerAccount::find(connection, owner)?.require_room(connection, grown)?;
        }
        let is_put = put(connection, asset, &original, &Before::Whatever, &successor)?;
        if is_put {
            queries::set_unread(connection, asset)?;
            queue::enqueue(connection, JobKind::ExtractMetadata, asset)?;
        }
        Ok::<_, ApiError>(is_put)
    })
    .await
}

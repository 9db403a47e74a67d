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
use kallitype_storage::{Before, StorageKey};
use kallitype_web::error::{ApiError, Result};

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
    let reader = caller.clone();
    let original = app
        .db
        .read_consistent(move |connection| {
            Ok::<_, ApiError>(
                match is_reachable(connection, &reader, Action::Update, asset)? {
                    true => queries::find_original_path(connection, asset)?,
                    false => None,
                },
            )
        })
        .await?;
    let Some((original, key)) =
        original.and_then(|path| Some((path.clone(), StorageKey::parse(&path)?)))
    else {
        return Ok(());
    };
    let storage = app.storage.clone();
    let readying =
        tokio::task::spawn_blocking(move || sidecar.draft.ready(&storage, asset, key.sidecar()));
    let successor = Arc::new(readying.await.map_err(ApiError::internal)??);
    let placed = successor.clone();
    let writer = caller.clone();
    let owner = caller.user_id()?;
    app.commit(move |connection| {
        require_standing(connection, &writer, Permission::AssetUpdate)?;
        require_all(connection, &writer, Action::Update, &[asset])?;
        // Before the file is in its place, where it would stay.
        connection.lock("asset", asset)?;
        let grown = bytes(&placed)? - queries::sidecar_bytes(connection, asset)?;
        if grown > 0 {
            OwnerAccount::find(connection, owner)?.require_room(connection, grown)?;
        }
        if put(connection, asset, &original, &Before::Whatever, &placed)? {
            queries::set_unread(connection, asset)?;
            queue::enqueue(connection, JobKind::ExtractMetadata, asset)?;
        }
        Ok::<_, ApiError>(())
    })
    .await?;
    settle(app, successor).await?;
    Ok(())
}

//! What apps keep with an asset: how much it may be.

use uuid::Uuid;

use crate::access::{Action, refused};
use crate::config::MetadataLimits;
use crate::core::assets::model::AssetMetadataUpsertItemDto;
use crate::core::assets::queries;
use crate::core::assets::quota::OwnerAccount;
use kallitype_db::{Connection, row};
use kallitype_web::error::{ApiError, Result};

row! {
    /// How much is kept with an asset.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct MetadataSize {
        pub keys: i64 = "(SELECT COUNT(*) FROM asset_metadata WHERE asset_id = asset.id)",
        /// Of keys and values.
        pub bytes: i64 = "metadata_bytes",
    }
}

/// Refuses more than may be kept with a new asset, or a key that comes twice.
///
/// # Errors
/// 400 saying how much it may be, or naming the key.
pub(crate) fn require_fit(
    limits: MetadataLimits,
    items: &[AssetMetadataUpsertItemDto],
) -> Result<()> {
    require_distinct_keys(items)?;
    let bytes = items.iter().map(|item| {
        let value = serde_json::to_string(&item.value).unwrap_or_default();
        item.key.len() + value.len()
    });
    require_limits(limits, items.len(), bytes.sum())
}

fn require_limits(limits: MetadataLimits, keys: usize, bytes: usize) -> Result<()> {
    if keys <= limits.keys && bytes <= limits.bytes {
        return Ok(());
    }
    Err(ApiError::bad_request(format!(
        "The metadata of an asset must be no more than {} keys and {} bytes",
        limits.keys, limits.bytes
    )))
}

/// Keeps values with an asset. What was more than may be kept, because it was before there was a limit, may become less.
///
/// # Errors
/// 400 for more than may be kept, or more than the owner's quota leaves; also for an asset that has been deleted meanwhile.
pub(crate) fn keep(
    connection: &mut Connection<'_>,
    limits: MetadataLimits,
    owner: Uuid,
    asset: Uuid,
    items: &[AssetMetadataUpsertItemDto],
    now: i64,
) -> Result<()> {
    // Two at once must not both fit into what is left for one.
    connection.lock("asset", asset)?;
    let before = size(connection, asset)?;
    for item in items {
        queries::upsert_metadata(connection, asset, &item.key, &item.value, now)?;
    }
    let after = size(connection, asset)?;
    if after.keys > before.keys || after.bytes > before.bytes {
        let count = |count: i64| usize::try_from(count).unwrap_or(0);
        require_limits(limits, count(after.keys), count(after.bytes))?;
    }
    if after.bytes > before.bytes {
        OwnerAccount::find(connection, owner)?.require_quota(connection)?;
    }
    Ok(())
}

/// How much is kept with an asset that was there a moment ago.
fn size(connection: &mut Connection<'_>, asset: Uuid) -> Result<MetadataSize> {
    let found = queries::metadata_size(connection, asset)?;
    found.ok_or_else(|| refused(Action::Update))
}

/// # Errors
/// 400 naming a key that comes twice.
pub(crate) fn require_distinct_keys(items: &[AssetMetadataUpsertItemDto]) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    match items.iter().find(|item| !seen.insert(&item.key)) {
        Some(twice) => Err(ApiError::bad_request(format!(
            "Duplicate items are not allowed: {}",
            twice.key
        ))),
        None => Ok(()),
    }
}

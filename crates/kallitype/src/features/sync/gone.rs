//! What is gone, by its tombstones.

use serde::Serialize;
use uuid::Uuid;

use super::lines::{
    SyncAlbumDeleteV1, SyncAlbumToAssetDeleteV1, SyncAlbumUserDeleteV1, SyncAssetDeleteV1,
    SyncAssetFaceDeleteV1, SyncAssetMetadataDeleteV1, SyncMemoryAssetDeleteV1, SyncMemoryDeleteV1,
    SyncPartnerDeleteV1, SyncPersonDeleteV1, SyncStackDeleteV1, SyncUserDeleteV1,
    SyncUserMetadataDeleteV1,
};
use super::page::Lines;
use super::sources::Range;
use kallitype_db::{Connection, FromRow, Result, Sql};

/// Sends what is gone of some owners: of users, or of albums. `kinds` is a condition.
fn send<T: FromRow + Serialize>(
    connection: &mut Connection<'_>,
    (columns, kinds): (&'static str, &'static str),
    owners: Vec<Uuid>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = Sql::new("SELECT tombstone.update_id, ")
        .push(columns)
        .push(" FROM tombstone");
    connection
        .by_index(sql, "tombstone_sync")
        .push(" WHERE tombstone.owner_id IN LIST(")
        .bind(owners)
        .push(") AND tombstone.update_id > ")
        .bind(range.after)
        .push(" AND tombstone.update_id <= ")
        .bind(range.through)
        .push(" AND ")
        .push(kinds)
        .push(" ORDER BY tombstone.update_id LIMIT ")
        .bind(range.limit)
        .query_each(connection, |(change, data): (Uuid, T)| {
            lines.push(change, &data)
        })
}

/// Declares what is gone: for a line, whose tombstones tell of it, and which.
macro_rules! gone {
    ($($name:ident: $line:ident, $owners:ident, $kinds:literal;)*) => {
        $(pub(super) fn $name(connection: &mut Connection<'_>, range: &Range, lines: &mut Lines<'_>) -> Result<()> {
            send::<$line>(connection, ($line::COLUMNS, $kinds), $owners(range), range, lines)
        })*
    };
}

gone! {
    users: SyncUserDeleteV1, everyone, "tombstone.entity = 'user'";
    partners: SyncPartnerDeleteV1, own, "tombstone.entity = 'partner' AND tombstone.other_id IS NOT NULL";
    user_metadata: SyncUserMetadataDeleteV1, own, "tombstone.entity = 'user_metadata'";
    own_assets: SyncAssetDeleteV1, own, "tombstone.entity = 'asset'";
    asset_metadata: SyncAssetMetadataDeleteV1, own, "tombstone.entity = 'asset_metadata' AND tombstone.part = 'mobile-app'";
    own_stacks: SyncStackDeleteV1, own, "tombstone.entity = 'stack'";
    partner_assets: SyncAssetDeleteV1, others, "tombstone.entity IN ('asset', 'shown_asset')";
    partner_stacks: SyncStackDeleteV1, others, "tombstone.entity IN ('stack', 'shown_stack')";
    albums: SyncAlbumDeleteV1, own, "tombstone.entity = 'album'";
    album_users: SyncAlbumUserDeleteV1, others, "tombstone.entity = 'album_user'";
    album_links: SyncAlbumToAssetDeleteV1, others, "tombstone.entity IN ('album_asset', 'shown_album_asset')";
    memories: SyncMemoryDeleteV1, own, "tombstone.entity = 'memory'";
    memory_assets: SyncMemoryAssetDeleteV1, own, "tombstone.entity = 'memory_asset' AND tombstone.other_id IS NOT NULL";
    people: SyncPersonDeleteV1, own, "tombstone.entity = 'person'";
    faces: SyncAssetFaceDeleteV1, own, "tombstone.entity = 'asset_face'";
}

fn own(range: &Range) -> Vec<Uuid> {
    vec![range.user]
}

/// The partners, or the albums.
fn others(range: &Range) -> Vec<Uuid> {
    range.of.clone()
}

/// Whose tombstones are everyone's business.
fn everyone(_: &Range) -> Vec<Uuid> {
    vec![Uuid::nil()]
}

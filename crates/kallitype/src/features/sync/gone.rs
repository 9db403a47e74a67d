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
use crate::access::shown_in_album;
use kallitype_db::{Connection, FromRow, Result, Sql};

/// Sends what is gone of some owners: of users, or of albums. `kinds` is a condition.
fn send<T: FromRow + Serialize>(
    connection: &mut Connection<'_>,
    (columns, kinds): (&'static str, Sql),
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
        .append(kinds)
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
            send::<$line>(connection, ($line::COLUMNS, Sql::new($kinds)), $owners(range), range, lines)
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
    partner_stacks: SyncStackDeleteV1, others, "tombstone.entity IN ('stack', 'shown_stack')";
    albums: SyncAlbumDeleteV1, own, "tombstone.entity = 'album'";
    album_users: SyncAlbumUserDeleteV1, others, "tombstone.entity = 'album_user'";
    album_links: SyncAlbumToAssetDeleteV1, others, "tombstone.entity IN ('album_asset', 'shown_album_asset')";
    memories: SyncMemoryDeleteV1, own, "tombstone.entity = 'memory'";
    memory_assets: SyncMemoryAssetDeleteV1, own, "tombstone.entity = 'memory_asset' AND tombstone.other_id IS NOT NULL";
    people: SyncPersonDeleteV1, own, "tombstone.entity = 'person'";
    faces: SyncAssetFaceDeleteV1, own, "tombstone.entity = 'asset_face'";
}

/// What is gone of partners, or put away. What is put away and shown in an album that the user is in, stays: apps would take it out
/// of the album, too.
pub(super) fn partner_assets(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let kinds = Sql::new(
        "tombstone.entity IN ('asset', 'shown_asset') AND NOT (tombstone.entity = 'shown_asset' \
         AND EXISTS (SELECT 1 FROM album_asset held JOIN asset ON asset.id = held.asset_id \
         JOIN album_user member ON member.album_id = held.album_id \
         WHERE held.asset_id = tombstone.entity_id AND member.user_id = ",
    );
    let kinds = kinds
        .bind(range.user)
        .push(" AND ")
        .append(shown_in_album())
        .push("))");
    let columns = SyncAssetDeleteV1::COLUMNS;
    send::<SyncAssetDeleteV1>(connection, (columns, kinds), others(range), range, lines)
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

//! SQL of the partners.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::choices::AvatarColor;
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result, Sql, row};
use kallitype_web::time::Time;
use kallitype_web::wire_enum;

row! {
    /// One user who shows another their timeline.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Sharing {
        pub by: Uuid = "shared_by_id",
        pub with: Uuid = "shared_with_id",
    }
}

/// The others whom a user shows their timeline, or who show theirs to them, by name.
pub(crate) fn list(
    connection: &mut Connection<'_>,
    user: Uuid,
    direction: PartnerDirection,
) -> Result<Vec<PartnerResponseDto>> {
    let (mine, other) = match direction {
        PartnerDirection::SharedBy => ("shared_by_id", "shared_with_id"),
        PartnerDirection::SharedWith => ("shared_with_id", "shared_by_id"),
    };
    let sql = Sql::select(PartnerResponseDto::COLUMNS)
        .push(" FROM partner JOIN account ON account.id = partner.")
        .push(other)
        .push(" WHERE account.status = 'active' AND partner.")
        .push(mine)
        .push(" = ")
        .bind(user);
    sql.push(" ORDER BY account.name, account.id")
        .query(connection)
}

/// Ends all that a user shares with others and they with them, and tells them.
///
/// # Errors
/// When the database fails.
pub(crate) fn forget_user(connection: &mut Connection<'_>, user: Uuid, now: i64) -> Result<()> {
    let sql = Sql::select(Sharing::COLUMNS)
        .push(" FROM partner WHERE shared_by_id = ")
        .bind(user)
        .push(" OR shared_with_id = ")
        .bind(user);
    let all: Vec<Sharing> = sql.query(connection)?;
    all.into_iter()
        .try_for_each(|sharing| delete(connection, sharing, now).map(drop))
}

/// Answers whether it was not so before.
pub(crate) fn insert(connection: &mut Connection<'_>, sharing: Sharing, now: i64) -> Result<bool> {
    let sql = "INSERT INTO partner (shared_by_id, shared_with_id, in_timeline, created_at, updated_at, update_id) \
        VALUES ($1, $2, FALSE, $3, $3, next_change_id()) ON CONFLICT DO NOTHING";
    let inserted =
        connection.execute(sql, &[sharing.by.into(), sharing.with.into(), now.into()])?;
    if inserted > 0 {
        show_in_albums(connection, sharing)?;
    }
    Ok(inserted > 0)
}

/// Has apps told that the other's albums show again what they hold of the one.
fn show_in_albums(connection: &mut Connection<'_>, sharing: Sharing) -> Result<()> {
    let sql = "UPDATE album_asset SET update_id = next_change_id() WHERE added_by = $2 AND asset_id IN \
        (SELECT held.asset_id FROM album_asset held JOIN asset ON asset.id = held.asset_id \
         WHERE held.added_by = $2 AND asset.owner_id = $1)";
    let parameters = [sharing.by.into(), sharing.with.into()];
    connection.execute(sql, &parameters).map(drop)
}

/// Has apps told that they do not show it any more.
fn hide_in_albums(connection: &mut Connection<'_>, sharing: Sharing, now: i64) -> Result<()> {
    let sql = "INSERT INTO tombstone (update_id, owner_id, entity, entity_id, deleted_at) \
        SELECT next_change_id(), held.album_id, 'shown_album_asset', held.asset_id, $3 \
        FROM album_asset held JOIN asset ON asset.id = held.asset_id \
        WHERE held.added_by = $2 AND asset.owner_id = $1";
    let parameters = [sharing.by.into(), sharing.with.into(), now.into()];
    connection.execute(sql, &parameters).map(drop)
}

/// Answers whether there was anything to change.
pub(crate) fn set_in_timeline(
    connection: &mut Connection<'_>,
    sharing: Sharing,
    in_timeline: bool,
    now: i64,
) -> Result<bool> {
    let sql = "UPDATE partner SET in_timeline = $3, updated_at = $4, update_id = next_change_id() \
        WHERE shared_by_id = $1 AND shared_with_id = $2";
    let changed = connection.execute(
        sql,
        &[
            sharing.by.into(),
            sharing.with.into(),
            in_timeline.into(),
            now.into(),
        ],
    )?;
    Ok(changed > 0)
}

/// Ends it, and tells both; answers whether it was so.
pub(crate) fn delete(connection: &mut Connection<'_>, sharing: Sharing, now: i64) -> Result<bool> {
    let sql = "DELETE FROM partner WHERE shared_by_id = $1 AND shared_with_id = $2";
    let parameters = [sharing.by.into(), sharing.with.into()];
    if connection.execute(sql, &parameters)? == 0 {
        return Ok(false);
    }
    hide_in_albums(connection, sharing, now)?;
    for owner in [sharing.by, sharing.with] {
        let tombstone = Tombstone {
            owner,
            entity: "partner",
            id: sharing.by,
            part: None,
            other: Some(sharing.with),
        };
        record_tombstone(connection, tombstone, now)?;
    }
    Ok(true)
}

wire_enum! {
    /// Who shows whom.
    pub enum PartnerDirection as "PartnerDirection" {
        SharedBy = "shared-by",
        SharedWith = "shared-with",
    }
}

row! {
    /// The other of two partners.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct PartnerResponseDto {
        pub avatar_color: AvatarColor = "account.avatar_color",
        pub email: String = "account.email",
        #[schema(value_type = String)]
        pub id: Uuid = "account.id",
        #[schema(value_type = Option<bool>, nullable = false)]
        pub in_timeline: bool = "partner.in_timeline",
        pub name: String = "account.name",
        #[schema(value_type = String, format = DateTime)]
        pub profile_changed_at: Time = "account.profile_changed_at",
        pub profile_image_path: String = "COALESCE(account.profile_image_path, '')",
    }
}

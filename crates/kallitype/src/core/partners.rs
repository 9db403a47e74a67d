//! SQL of the partners.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::accounts::user::UserResponseDto;
use crate::core::choices::AvatarColor;
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result};
use kallitype_web::time::Time;
use kallitype_web::wire_enum;

/// One user who shows another their timeline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sharing {
    pub by: Uuid,
    pub with: Uuid,
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
    let sql = format!(
        "SELECT partner.in_timeline, {} FROM partner JOIN account ON account.id = partner.{other} \
         WHERE partner.{mine} = $1 AND account.status = 'active' ORDER BY account.name, account.id",
        crate::core::accounts::user::COLUMNS
    );
    connection.query(&sql, &[user.into()], |row| {
        let in_timeline = row.get(0)?;
        Ok(PartnerResponseDto::new(
            UserResponseDto::read(row, 1)?,
            in_timeline,
        ))
    })
}

/// Ends all that a user shares with others and they with them, and tells them.
///
/// # Errors
/// When the database fails.
pub(crate) fn forget_user(connection: &mut Connection<'_>, user: Uuid, now: i64) -> Result<()> {
    let sql = "SELECT shared_by_id, shared_with_id FROM partner WHERE shared_by_id = $1 OR shared_with_id = $1";
    let all = connection.query(sql, &[user.into()], |row| {
        Ok(Sharing {
            by: row.get(0)?,
            with: row.get(1)?,
        })
    })?;
    all.into_iter()
        .try_for_each(|sharing| delete(connection, sharing, now).map(drop))
}

/// Answers whether it was not so before.
pub(crate) fn insert(connection: &mut Connection<'_>, sharing: Sharing, now: i64) -> Result<bool> {
    let sql = "INSERT INTO partner (shared_by_id, shared_with_id, in_timeline, created_at, updated_at, update_id) \
        VALUES ($1, $2, FALSE, $3, $3, next_change_id()) ON CONFLICT DO NOTHING";
    let inserted =
        connection.execute(sql, &[sharing.by.into(), sharing.with.into(), now.into()])?;
    Ok(inserted > 0)
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
    for (owner, other) in [(sharing.by, sharing.with), (sharing.with, sharing.by)] {
        let tombstone = Tombstone {
            owner,
            entity: "partner",
            id: other,
            part: None,
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

/// The other of two partners.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartnerResponseDto {
    pub avatar_color: AvatarColor,
    pub email: String,
    #[schema(value_type = String)]
    pub id: Uuid,
    #[schema(value_type = Option<bool>, nullable = false)]
    pub in_timeline: bool,
    pub name: String,
    #[schema(value_type = String, format = DateTime)]
    pub profile_changed_at: Time,
    pub profile_image_path: String,
}

impl PartnerResponseDto {
    #[must_use]
    pub(crate) fn new(user: UserResponseDto, in_timeline: bool) -> Self {
        Self {
            avatar_color: user.avatar_color,
            email: user.email,
            id: user.id,
            in_timeline,
            name: user.name,
            profile_changed_at: user.profile_changed_at,
            profile_image_path: user.profile_image_path,
        }
    }
}

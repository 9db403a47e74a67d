//! SQL of the accounts.

use uuid::Uuid;

use super::dto::{AvatarColor, UserAdminResponseDto, UserStatus, UserUpdateMeDto};
use crate::db::{Connection, Result, Row, Value, update_id};
use crate::http::fields::Choice;
use crate::http::time::{Time, now};

const ACCOUNT: &str = "SELECT id, email, name, avatar_color, is_admin, should_change_password, quota_bytes, \
    profile_changed_at, created_at, updated_at, \
    (SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM asset_count WHERE owner_id = account.id) FROM account";

/// An account by its id.
pub fn find(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<UserAdminResponseDto>> {
    connection.query_optional(&format!("{ACCOUNT} WHERE id = $1"), &[id.into()], read)
}

/// Whether there is an account that is in use.
///
/// # Errors
/// When the database fails.
pub fn is_active(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    let sql = "SELECT id FROM account WHERE id = $1";
    let found = connection.query_optional(sql, &[id.into()], |row| row.get::<Uuid>(0))?;
    Ok(found.is_some())
}

/// Every account, oldest first.
pub fn list(connection: &mut Connection<'_>) -> Result<Vec<UserAdminResponseDto>> {
    connection.query(&format!("{ACCOUNT} ORDER BY created_at, id"), &[], read)
}

fn read(row: &Row<'_>) -> Result<UserAdminResponseDto> {
    let color: String = row.get(3)?;
    Ok(UserAdminResponseDto {
        id: row.get(0)?,
        email: row.get(1)?,
        name: row.get(2)?,
        avatar_color: AvatarColor::from_name(&color).unwrap_or(AvatarColor::Primary),
        is_admin: row.get(4)?,
        should_change_password: row.get(5)?,
        quota_size_in_bytes: row.get(6)?,
        profile_changed_at: Time(row.get(7)?),
        created_at: Time(row.get(8)?),
        updated_at: Time(row.get(9)?),
        quota_usage_in_bytes: Some(row.get(10)?),
        deleted_at: None,
        license: None,
        oauth_id: String::new(),
        profile_image_path: String::new(),
        status: UserStatus::Active,
        storage_label: None,
    })
}

/// The colour that an account's address gives.
fn default_color(
    connection: &mut Connection<'_>,
    id: Uuid,
    changes: &UserUpdateMeDto,
) -> Result<AvatarColor> {
    if let Some(email) = &changes.email {
        return Ok(AvatarColor::of_email(email));
    }
    let sql = "SELECT email FROM account WHERE id = $1";
    let email: Option<String> = connection.query_optional(sql, &[id.into()], |row| row.get(0))?;
    Ok(AvatarColor::of_email(&email.unwrap_or_default()))
}

/// Changes an account; `password_hash` is of the new password, if there is one.
pub fn update(
    connection: &mut Connection<'_>,
    id: Uuid,
    changes: &UserUpdateMeDto,
    password_hash: Option<&str>,
) -> Result<()> {
    let mut values: Vec<(&str, Value)> = vec![("updated_at", now().into())];
    values.extend(changes.email.as_ref().map(|email| ("email", email.into())));
    values.extend(changes.name.as_ref().map(|name| ("name", name.into())));
    if let Some(color) = changes.avatar_color {
        let color = match color {
            Some(color) => color,
            None => default_color(connection, id, changes)?,
        };
        values.push(("avatar_color", color.into()));
    }
    if let Some(hash) = password_hash {
        values.extend([
            ("password_hash", hash.into()),
            ("should_change_password", false.into()),
        ]);
    }
    let assignments: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(position, (column, _))| format!("{column} = ${}", position + 3))
        .collect();
    let sql = format!(
        "UPDATE account SET update_id = $2, {} WHERE id = $1",
        assignments.join(", ")
    );
    let mut parameters: Vec<Value> = vec![id.into(), update_id().into()];
    parameters.extend(values.into_iter().map(|(_, value)| value));
    connection.execute(&sql, &parameters)?;
    Ok(())
}

//! SQL of the accounts.

use kallitype_web::fields::{Enumeration, Fields};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::core::accounts::preferences::UserPreferencesUpdateDto;
use crate::core::accounts::user::COLUMNS;
use crate::core::accounts::user::{UserAdminResponseDto, UserLicense, UserResponseDto};
use crate::core::choices::{AvatarColor, UserStatus};
use kallitype_db::{Connection, DatabaseError, Result, Row, Value};
use kallitype_web::query;
use kallitype_web::time::{Time, now};

const ACCOUNT: &str = "SELECT id, email, name, avatar_color, is_admin, should_change_password, quota_bytes, \
    profile_changed_at, created_at, updated_at, \
    (SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM asset_count WHERE owner_id = account.id), \
    status, deleted_at, storage_label, oauth_id, profile_image_path, \
    license_key, license_activation_key, license_activated_at FROM account";

/// An account by its id, whether it is in use or not.
pub(crate) fn find(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<UserAdminResponseDto>> {
    connection.query_optional(&format!("{ACCOUNT} WHERE id = $1"), &[id.into()], read)
}

query! {
    /// Which accounts are listed.
    #[derive(Debug, Clone, Copy, Default, IntoParams)]
    pub(crate) struct ListFilter {
        #[param(nullable = false)]
        id: Option<Uuid> = uuid(),
        // Whether those are listed too that are not in use any more.
        #[param(required = false)]
        with_deleted: bool = or(false, Fields::boolean),
    }
}

/// The accounts, newest first.
pub(crate) fn list(
    connection: &mut Connection<'_>,
    filter: ListFilter,
) -> Result<Vec<UserAdminResponseDto>> {
    let sql = format!(
        "{ACCOUNT} WHERE (id = $1 OR $2) AND (status = 'active' OR $3) ORDER BY created_at DESC, id DESC"
    );
    let parameters = [
        filter.id.unwrap_or(Uuid::nil()).into(),
        filter.id.is_none().into(),
        filter.with_deleted.into(),
    ];
    connection.query(&sql, &parameters, read)
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
        status: read_status(row, 11)?,
        deleted_at: row.get::<Option<i64>>(12)?.map(Time),
        storage_label: row.get(13)?,
        oauth_id: row.get(14)?,
        profile_image_path: row.get::<Option<String>>(15)?.unwrap_or_default(),
        license: read_license(row, 16)?,
    })
}

fn read_status(row: &Row<'_>, column: usize) -> Result<UserStatus> {
    let name: String = row.get(column)?;
    UserStatus::from_name(&name)
        .ok_or_else(|| DatabaseError::Other(format!("an unknown status of an account: {name}")))
}

fn read_license(row: &Row<'_>, first: usize) -> Result<Option<UserLicense>> {
    let keys = row.get::<Option<String>>(first)?.zip(row.get(first + 1)?);
    let activated_at: Option<i64> = row.get(first + 2)?;
    Ok(keys
        .zip(activated_at)
        .map(|((license_key, activation_key), at)| UserLicense {
            activated_at: Time(at),
            activation_key,
            license_key,
        }))
}

/// What others see of the accounts that are in use, newest first.
pub(crate) fn list_public(connection: &mut Connection<'_>) -> Result<Vec<UserResponseDto>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM account WHERE status = 'active' ORDER BY created_at DESC, id DESC"
    );
    connection.query(&sql, &[], |row| UserResponseDto::read(row, 0))
}

/// What others see of those of the accounts that are in use; in no order.
pub(crate) fn find_public(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
) -> Result<Vec<UserResponseDto>> {
    let sql = format!("SELECT {COLUMNS} FROM account WHERE id IN LIST($1) AND status = 'active'");
    connection.query(&sql, &[ids.into()], |row| UserResponseDto::read(row, 0))
}

/// Whether an account is there, in use, and an administrator's.
pub(crate) fn is_active_admin(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    exists(
        connection,
        "id = $1 AND status = 'active' AND is_admin = TRUE",
        id.into(),
    )
}

pub(crate) fn is_active(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    exists(connection, "id = $1 AND status = 'active'", id.into())
}

pub(crate) fn is_removing(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    exists(connection, "id = $1 AND status = 'removing'", id.into())
}

fn exists(connection: &mut Connection<'_>, condition: &str, value: Value) -> Result<bool> {
    let sql = format!("SELECT id FROM account WHERE {condition}");
    let found = connection.query_optional(&sql, &[value], |row| row.get::<Uuid>(0))?;
    Ok(found.is_some())
}

/// Whose storage label this is.
pub(crate) fn find_by_label(connection: &mut Connection<'_>, label: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM account WHERE storage_label = $1";
    connection.query_optional(sql, &[label.into()], |row| row.get(0))
}

/// What to change of an account; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct AccountChanges {
    pub email: Option<String>,
    pub name: Option<String>,
    /// `Some(None)` goes back to the colour that the address gives.
    pub avatar_color: Option<Option<AvatarColor>>,
    pub password_hash: Option<String>,
    pub should_change_password: Option<bool>,
    pub pin_hash: Option<Option<String>>,
    pub is_admin: Option<bool>,
    /// Bytes; `Some(None)` for no limit.
    pub quota_bytes: Option<Option<i64>>,
    pub storage_label: Option<Option<String>>,
}

/// Changes an account.
///
/// # Errors
/// `Duplicate` when the address or the label is another account's.
pub(crate) fn update(
    connection: &mut Connection<'_>,
    id: Uuid,
    changes: &AccountChanges,
) -> Result<()> {
    let given = [
        ("email", changes.email.as_ref().map(|email| email.into())),
        ("name", changes.name.as_ref().map(|name| name.into())),
        (
            "password_hash",
            changes.password_hash.as_ref().map(|hash| hash.into()),
        ),
        (
            "should_change_password",
            changes.should_change_password.map(|should| should.into()),
        ),
        (
            "pin_hash",
            changes.pin_hash.as_ref().map(|hash| hash.into()),
        ),
        ("is_admin", changes.is_admin.map(|is_admin| is_admin.into())),
        ("quota_bytes", changes.quota_bytes.map(|bytes| bytes.into())),
        (
            "storage_label",
            changes.storage_label.as_ref().map(|label| label.into()),
        ),
    ];
    let mut values: Vec<(&str, Value)> = given
        .into_iter()
        .filter_map(|(column, value): (_, Option<Value>)| Some((column, value?)))
        .collect();
    if let Some(color) = changes.avatar_color {
        let color = match color {
            Some(color) => color,
            None => default_color(connection, id, changes.email.as_deref())?,
        };
        values.push(("avatar_color", color.into()));
    }
    set(connection, id, values)
}

/// The colour that an account's address gives.
fn default_color(
    connection: &mut Connection<'_>,
    id: Uuid,
    new_email: Option<&str>,
) -> Result<AvatarColor> {
    if let Some(email) = new_email {
        return Ok(AvatarColor::of_email(email));
    }
    let sql = "SELECT email FROM account WHERE id = $1";
    let email: Option<String> = connection.query_optional(sql, &[id.into()], |row| row.get(0))?;
    Ok(AvatarColor::of_email(&email.unwrap_or_default()))
}

/// Sets columns of an account, for those who synchronise too.
fn set(connection: &mut Connection<'_>, id: Uuid, mut values: Vec<(&str, Value)>) -> Result<()> {
    values.push(("updated_at", now().into()));
    connection.update_row("account", "id", id, &values)
}

/// What an account's owner chose; the rest is as by default.
pub(crate) fn find_preferences(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<UserPreferencesUpdateDto>> {
    let sql = "SELECT preferences FROM account WHERE id = $1";
    let text: Option<String> = connection.query_optional(sql, &[id.into()], |row| row.get(0))?;
    let parsed = text.map(|text| serde_json::from_str(&text));
    parsed
        .transpose()
        .map_err(|error| DatabaseError::Other(error.to_string()))
}

pub(crate) fn set_preferences(
    connection: &mut Connection<'_>,
    id: Uuid,
    preferences: &UserPreferencesUpdateDto,
) -> Result<()> {
    let text = serde_json::to_string(preferences)
        .map_err(|error| DatabaseError::Other(error.to_string()))?;
    set(connection, id, vec![("preferences", text.into())])
}

pub(crate) fn is_onboarded(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    let sql = "SELECT is_onboarded FROM account WHERE id = $1";
    let found = connection.query_optional(sql, &[id.into()], |row| row.get(0))?;
    Ok(found.unwrap_or(false))
}

pub(crate) fn set_onboarded(
    connection: &mut Connection<'_>,
    id: Uuid,
    is_onboarded: bool,
) -> Result<()> {
    set(connection, id, vec![("is_onboarded", is_onboarded.into())])
}

pub(crate) fn find_license(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<UserLicense>> {
    let sql = "SELECT license_key, license_activation_key, license_activated_at FROM account WHERE id = $1";
    let found = connection.query_optional(sql, &[id.into()], |row| read_license(row, 0))?;
    Ok(found.flatten())
}

pub(crate) fn set_license(
    connection: &mut Connection<'_>,
    id: Uuid,
    license: Option<&UserLicense>,
) -> Result<()> {
    let values = vec![
        (
            "license_key",
            license.map(|license| &license.license_key).into(),
        ),
        (
            "license_activation_key",
            license.map(|license| &license.activation_key).into(),
        ),
        (
            "license_activated_at",
            license.map(|license| license.activated_at.0).into(),
        ),
    ];
    set(connection, id, values)
}

/// Where the picture of an account lies, in use or not.
pub(crate) fn find_profile_image(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<String>> {
    let sql = "SELECT profile_image_path FROM account WHERE id = $1";
    let found = connection.query_optional(sql, &[id.into()], |row| row.get(0))?;
    Ok(found.flatten())
}

/// Where the picture of an account that is in use lies.
pub(crate) fn find_shown_profile_image(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<String>> {
    let shown = find_public(connection, &[id])?;
    let path = shown.into_iter().next().map(|user| user.profile_image_path);
    Ok(path.filter(|path| !path.is_empty()))
}

pub(crate) fn set_profile_image(
    connection: &mut Connection<'_>,
    id: Uuid,
    path: Option<&str>,
    now: i64,
) -> Result<()> {
    let values = vec![
        ("profile_image_path", path.into()),
        ("profile_changed_at", now.into()),
    ];
    set(connection, id, values)
}

/// Moves an account on the way out, or back.
pub(crate) fn set_status(
    connection: &mut Connection<'_>,
    id: Uuid,
    status: UserStatus,
    deleted_at: Option<i64>,
) -> Result<()> {
    let values = vec![("status", status.into()), ("deleted_at", deleted_at.into())];
    set(connection, id, values)
}

/// The accounts whose grace period began before `deadline`.
pub(crate) fn list_expired(connection: &mut Connection<'_>, deadline: i64) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM account WHERE status = 'deleted' AND deleted_at < $1";
    connection.query(sql, &[deadline.into()], |row| row.get(0))
}

/// Ends the grace period of an account, unless it was put back meanwhile.
pub(crate) fn set_removing(connection: &mut Connection<'_>, id: Uuid, deadline: i64) -> Result<()> {
    let sql = "UPDATE account SET status = 'removing', update_id = next_change_id(), updated_at = $3 \
        WHERE id = $1 AND status = 'deleted' AND deleted_at < $2";
    let parameters = [id.into(), deadline.into(), now().into()];
    connection.execute(sql, &parameters).map(drop)
}

/// The accounts that are being removed.
pub(crate) fn list_removing(connection: &mut Connection<'_>) -> Result<Vec<Uuid>> {
    connection.query(
        "SELECT id FROM account WHERE status = 'removing'",
        &[],
        |row| row.get(0),
    )
}

/// Deletes an account that has no assets any more, with everything that hangs on it.
pub(crate) fn delete(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    connection.execute("DELETE FROM asset_count WHERE owner_id = $1", &[id.into()])?;
    connection.execute("DELETE FROM account WHERE id = $1", &[id.into()])?;
    Ok(())
}

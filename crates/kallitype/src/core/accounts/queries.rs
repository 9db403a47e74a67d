//! SQL of the accounts.

use utoipa::IntoParams;
use uuid::Uuid;

use crate::core::accounts::preferences::UserPreferencesUpdateDto;
use crate::core::accounts::user::{UserAdminResponseDto, UserLicense, UserResponseDto};
use crate::core::choices::{AvatarColor, UserStatus};
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Json, Result, Sql, Value};
use kallitype_web::fields::Fields;
use kallitype_web::query;
use kallitype_web::time::now;

fn select_account(condition: &'static str) -> Sql {
    Sql::select(UserAdminResponseDto::COLUMNS)
        .push(" FROM account WHERE ")
        .push(condition)
}

/// An account by its id, whether it is in use or not.
pub(crate) fn find(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<UserAdminResponseDto>> {
    select_account("id = ").bind(id).query_optional(connection)
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
    let sql = select_account("TRUE");
    let sql = sql.push_some(" AND id = ", filter.id);
    let sql = match filter.with_deleted {
        true => sql,
        false => sql.push(" AND status = 'active'"),
    };
    sql.push(" ORDER BY created_at DESC, id DESC")
        .query(connection)
}

/// What others see of the accounts that are in use, newest first.
pub(crate) fn list_public(connection: &mut Connection<'_>) -> Result<Vec<UserResponseDto>> {
    Sql::select(UserResponseDto::COLUMNS)
        .push(" FROM account WHERE status = 'active' ORDER BY created_at DESC, id DESC")
        .query(connection)
}

/// What others see of those of the accounts that are in use; in no order.
pub(crate) fn find_public(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
) -> Result<Vec<UserResponseDto>> {
    Sql::select(UserResponseDto::COLUMNS)
        .push(" FROM account WHERE status = 'active' AND id IN LIST(")
        .bind(ids)
        .push(")")
        .query(connection)
}

/// Whether an account is there, in use, and an administrator's.
pub(crate) fn is_active_admin(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    let sql = "SELECT is_admin FROM account WHERE id = $1 AND status = 'active'";
    let is_admin = connection.query_optional(sql, &[id.into()])?;
    Ok(is_admin.unwrap_or(false))
}

pub(crate) fn is_active(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    has_status(connection, id, UserStatus::Active)
}

pub(crate) fn is_removing(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    has_status(connection, id, UserStatus::Removing)
}

fn has_status(connection: &mut Connection<'_>, id: Uuid, status: UserStatus) -> Result<bool> {
    let sql = "SELECT status FROM account WHERE id = $1";
    let found = connection.query_optional(sql, &[id.into()])?;
    Ok(found == Some(status))
}

/// Whose storage label this is.
pub(crate) fn find_by_label(connection: &mut Connection<'_>, label: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM account WHERE storage_label = $1";
    connection.query_optional(sql, &[label.into()])
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
    let mut values: Vec<(&'static str, Value)> = given
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
    let email: Option<String> = connection.query_optional(sql, &[id.into()])?;
    Ok(AvatarColor::of_email(&email.unwrap_or_default()))
}

/// Sets columns of an account, for those who synchronise too.
fn set(
    connection: &mut Connection<'_>,
    id: Uuid,
    values: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<()> {
    let values = values.into_iter().chain([("updated_at", now().into())]);
    connection.update_row("account", "id", id, values)
}

/// What an account's owner chose; the rest is as by default.
pub(crate) fn find_preferences(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<UserPreferencesUpdateDto>> {
    let sql = "SELECT preferences FROM account WHERE id = $1";
    let found = connection.query_optional(sql, &[id.into()])?;
    Ok(found.map(|Json(preferences)| preferences))
}

pub(crate) fn set_preferences(
    connection: &mut Connection<'_>,
    id: Uuid,
    preferences: &UserPreferencesUpdateDto,
) -> Result<()> {
    set(connection, id, [("preferences", Value::json(preferences)?)])
}

pub(crate) fn is_onboarded(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    let sql = "SELECT is_onboarded FROM account WHERE id = $1";
    let found = connection.query_optional(sql, &[id.into()])?;
    Ok(found.unwrap_or(false))
}

pub(crate) fn set_onboarded(
    connection: &mut Connection<'_>,
    id: Uuid,
    is_onboarded: bool,
) -> Result<()> {
    if !is_onboarded {
        bury_metadata(connection, id, "onboarding")?;
    }
    set(connection, id, [("is_onboarded", is_onboarded.into())])
}

pub(crate) fn find_license(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<UserLicense>> {
    let sql = Sql::select(UserLicense::COLUMNS).push(" FROM account WHERE id = ");
    let found = sql
        .bind(id)
        .query_optional::<Option<UserLicense>>(connection)?;
    Ok(found.flatten())
}

pub(crate) fn set_license(
    connection: &mut Connection<'_>,
    id: Uuid,
    license: Option<&UserLicense>,
) -> Result<()> {
    if license.is_none() {
        bury_metadata(connection, id, "license")?;
    }
    let values = [
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

/// Notes that something that is kept for a user by name is gone.
fn bury_metadata(connection: &mut Connection<'_>, user: Uuid, key: &str) -> Result<()> {
    let tombstone = Tombstone {
        owner: user,
        entity: "user_metadata",
        id: user,
        part: Some(key),
        other: None,
    };
    record_tombstone(connection, tombstone, now())
}

/// Where the picture of an account lies, in use or not.
pub(crate) fn find_profile_image(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<String>> {
    let sql = "SELECT profile_image_path FROM account WHERE id = $1";
    let found = connection.query_optional(sql, &[id.into()])?;
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
    let values = [
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
    let values = [("status", status.into()), ("deleted_at", deleted_at.into())];
    set(connection, id, values)
}

/// The accounts whose grace period began before `deadline`.
pub(crate) fn list_expired(connection: &mut Connection<'_>, deadline: i64) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM account WHERE status = 'deleted' AND deleted_at < $1";
    connection.query(sql, &[deadline.into()])
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
    connection.query("SELECT id FROM account WHERE status = 'removing'", &[])
}

/// Deletes an account that has no assets any more, with everything that hangs on it.
pub(crate) fn delete(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    connection.execute("DELETE FROM asset_count WHERE owner_id = $1", &[id.into()])?;
    connection.execute("DELETE FROM account WHERE id = $1", &[id.into()])?;
    Ok(())
}

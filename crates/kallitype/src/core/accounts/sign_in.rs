//! SQL of accounts, as far as signing in goes, and of sessions.

use uuid::Uuid;

use crate::core::accounts::queries;
use crate::core::accounts::queries::ListFilter;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::choices::AvatarColor;
use crate::core::sessions::queries::delete_sessions;
use kallitype_db::{Connection, Result, Sql, row};
use kallitype_web::time::now;

/// An account to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewAccount {
    /// In lower case.
    pub email: String,
    pub name: String,
    /// Empty for an account that no password opens.
    pub password_hash: String,
    pub is_admin: bool,
    pub should_change_password: bool,
    /// Bytes; `None` for no limit.
    pub quota_bytes: Option<i64>,
}

/// The storage label of the first administrator.
const FIRST_LABEL: &str = "admin";

/// Makes an account and answers its id.
///
/// # Errors
/// `Duplicate` when the address is taken.
pub(crate) fn create_account(
    connection: &mut Connection<'_>,
    account: &NewAccount,
) -> Result<Uuid> {
    let id = Uuid::new_v4();
    let label = match account.is_admin {
        true => first_label(connection)?,
        false => None,
    };
    connection.execute(
        "INSERT INTO account (id, email, name, password_hash, is_admin, should_change_password, avatar_color, \
         quota_bytes, profile_changed_at, created_at, updated_at, storage_label, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9, $10, next_change_id())",
        &[
            id.into(),
            (&account.email).into(),
            (&account.name).into(),
            (&account.password_hash).into(),
            account.is_admin.into(),
            account.should_change_password.into(),
            AvatarColor::of_email(&account.email).into(),
            account.quota_bytes.into(),
            now().into(),
            label.into(),
        ],
    )?;
    Ok(id)
}

/// The label of an administrator, if they are the first and no one else has it.
fn first_label(connection: &mut Connection<'_>) -> Result<Option<&'static str>> {
    lock_accounts(connection)?;
    let is_free = queries::find_by_label(connection, FIRST_LABEL)?.is_none();
    Ok((is_free && !has_admin(connection)?).then_some(FIRST_LABEL))
}

/// Lets no other transaction pass here before this one ends: what it then reads of the accounts stays true.
pub(crate) fn lock_accounts(connection: &mut Connection<'_>) -> Result<()> {
    connection.execute("UPDATE installation SET created_at = created_at", &[])?;
    Ok(())
}

/// Whether there is an administrator, so that no one else can become the first.
///
/// # Errors
/// When the database fails.
pub(crate) fn has_admin(connection: &mut Connection<'_>) -> Result<bool> {
    let sql = "SELECT id FROM account WHERE is_admin = TRUE LIMIT 1";
    Ok(connection.query_optional::<Uuid>(sql, &[])?.is_some())
}

/// Every account, oldest first.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_accounts(connection: &mut Connection<'_>) -> Result<Vec<UserAdminResponseDto>> {
    let filter = ListFilter {
        with_deleted: true,
        ..ListFilter::default()
    };
    let mut accounts = queries::list(connection, filter)?;
    accounts.reverse();
    Ok(accounts)
}

row! {
    /// An account's secrets.
    #[derive(Debug, Clone)]
    pub(crate) struct Secrets {
        pub id: Uuid,
        /// `None` when no password opens the account.
        pub password_hash: Option<String> = "NULLIF(password_hash, '')",
        pub pin_hash: Option<String>,
    }
}

/// The secrets of the account with this address, if it is in use.
pub(crate) fn find_secrets_by_email(
    connection: &mut Connection<'_>,
    email: &str,
) -> Result<Option<Secrets>> {
    select_secrets("status = 'active' AND email = ")
        .bind(email)
        .query_optional(connection)
}

pub(crate) fn find_secrets(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Secrets>> {
    select_secrets("id = ").bind(id).query_optional(connection)
}

fn select_secrets(condition: &'static str) -> Sql {
    Sql::select(Secrets::COLUMNS)
        .push(" FROM account WHERE ")
        .push(condition)
}

/// Gives an account a new password that its owner chose.
pub(crate) fn set_password(
    connection: &mut Connection<'_>,
    id: Uuid,
    hash: &str,
    should_change: bool,
) -> Result<()> {
    connection.execute(
        "UPDATE account SET password_hash = $2, should_change_password = $3, updated_at = $4, update_id = next_change_id() \
         WHERE id = $1",
        &[id.into(), hash.into(), should_change.into(), now().into()],
    )?;
    Ok(())
}

/// Keeps an account's password in another form, unless the password was changed meanwhile.
pub(crate) fn renew_password_hash(
    connection: &mut Connection<'_>,
    account: &Secrets,
    hash: &str,
) -> Result<()> {
    connection.execute(
        "UPDATE account SET password_hash = $3, updated_at = $4, update_id = next_change_id() \
         WHERE id = $1 AND password_hash = $2",
        &[
            account.id.into(),
            account.password_hash.clone().into(),
            hash.into(),
            now().into(),
        ],
    )?;
    Ok(())
}

/// Gives an account a password that someone else chose, and ends its sessions. Answers its id, if it is in use.
///
/// # Errors
/// When the database fails.
pub(crate) fn reset_password(
    connection: &mut Connection<'_>,
    email: &str,
    hash: &str,
) -> Result<Option<Uuid>> {
    let Some(account) = find_secrets_by_email(connection, email)? else {
        return Ok(None);
    };
    set_password(connection, account.id, hash, true)?;
    delete_sessions(connection, account.id, None)?;
    Ok(Some(account.id))
}

pub(crate) fn set_pin(
    connection: &mut Connection<'_>,
    id: Uuid,
    hash: Option<String>,
) -> Result<()> {
    connection.execute(
        "UPDATE account SET pin_hash = $2, updated_at = $3, update_id = next_change_id() WHERE id = $1",
        &[id.into(), hash.into(), now().into()],
    )?;
    Ok(())
}
